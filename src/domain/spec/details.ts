/** The lines below a task: requirements, dependencies, paths, properties to test. Labels come in many languages. */
import { kindOf, readLabel, type LabelKind } from "./labels.ts";
import { criterionIds } from "./criterion-ids.ts";
import { idsIn } from "./task-id.ts";

export interface Property {
  /** Its number in design.md. */
  id: string;
  title: string;
  /** Requirements that it validates. */
  validates: string[];
}

export interface Details {
  requirements: string[];
  dependsOn: string[];
  /** Tasks that wait for it. */
  blocks: string[] | "all";
  writes: string[];
  reads: string[];
  /** `_Boundary:`: components or paths to stay within. */
  boundary: string[];
  properties: Property[];
  /** Of a bug-fix spec; null where a key is not named. */
  bug: { condition: string | null; expected: string | null; preservation: string | null };
}

const PROPERTY =
  /^[\s>*+_-]*(?:\[PBT\]\s*)?(?:property|属性|屬性|プロパティ|propiedad|propriedade|propriété|свойство|özellik|속성|thuộc tính|eigenschaft)\s*(\d{1,4})\s*[:：.]?(.*)$/isu;
const BRACKETS = /\([^()]*\)|（[^（）]*）/gu;
const NAMED_TASK =
  /(?:\btasks?|タスク|任务|задач[аи]|\btareas?|\btarefas?|\btâches?)\s*(\d{1,9}(?:\.\d{1,9}){0,9})(?![\w.]*\d)/giu;
const NONE =
  /^[^\p{L}\p{N}]*(?:none|no(?!\p{L})|nothing|nenhuma?|ningun[ao]|aucune?|keine?|нет|なし|无|無|yok|không|없음|لا)/iu;
const ALL =
  /^[^\p{L}\p{N}]*(?:all(?!\p{L})|everything|所有|全部|すべて|全て|tod[ao]s|tous|все(?!\p{L})|tüm|tất cả|alle)/iu;
const IN_BRACKETS = /[(（](?:req(?:uirement)?s?\.?|validates:?|需求|要件)\s+([^()（）]{1,200})[)）]/giu;

export function readDetails(title: string, lines: readonly string[]): Details {
  const details: Details = {
    requirements: [],
    dependsOn: [],
    blocks: [],
    writes: [],
    reads: [],
    boundary: [],
    properties: [],
    bug: { condition: null, expected: null, preservation: null },
  };
  /** "(Req 3.3)" within a sentence: it counts where no line of its own names requirements. */
  const inPassing: string[] = [];
  let open: LabelKind | null = null;
  for (const line of [title, ...lines]) {
    const label = readLabel(line);
    const kind = label && kindOf(label);
    const property = PROPERTY.exec(line);
    if (property) addProperty(details, property);
    for (const [, list] of line.matchAll(IN_BRACKETS))
      add(line === title ? details.requirements : inPassing, criterionIds(list!));
    if (label && kind) {
      addLabel(details, kind, label.value);
      const last = details.properties.at(-1);
      if (
        kind === "requirements" &&
        last &&
        /valid|验证|驗證|検証|doğrular|검증|проверяет/iu.test(label.name)
      )
        add(last.validates, criterionIds(label.value));
      open = label.value === "" ? kind : null;
    } else if (open === "requirements" && /^\s*[-*+]\s/.test(line)) {
      // A label that stands alone is about the list below it.
      add(details.requirements, criterionIds(line.replace(/^\s*[-*+]\s+/, "").split(/[:：\s]/u)[0]!));
    } else if (line.trim() !== "") open = null;
  }
  if (details.requirements.length === 0) add(details.requirements, inPassing);
  return details;
}

/** "Needs task 1.1 to be done" */
const tasksNamedIn = (value: string): string[] =>
  NONE.test(value) ? [] : [...value.replaceAll(BRACKETS, " ").matchAll(NAMED_TASK)].map(([, id]) => id!);

function addProperty({ properties }: Details, [, id, text]: RegExpExecArray): void {
  const title = text!
    .replaceAll("**", "")
    .replace(/^[\s\-–—]+/u, "")
    .trim();
  if (!properties.some((other) => other.id === id)) properties.push({ id: id!, title, validates: [] });
}

function addLabel(details: Details, kind: LabelKind, value: string): void {
  if (kind === "requirements") add(details.requirements, criterionIds(value));
  else if (kind === "depends") add(details.dependsOn, [...idsIn(value), ...tasksNamedIn(value)]);
  else if (kind === "blocks") details.blocks = ALL.test(value) ? "all" : idsIn(value);
  else if (kind === "writes" || kind === "reads" || kind === "boundary") add(details[kind], list(value));
  else if (kind === "bugCondition") details.bug.condition ??= value;
  else if (kind === "expectedBehavior") details.bug.expected ??= value;
  else if (kind === "preservation") details.bug.preservation ??= value;
}

function add(list: string[], values: readonly string[]): void {
  const known = new Set(list);
  for (const value of values) {
    if (!known.has(value)) list.push(value);
    known.add(value);
  }
}

const list = (text: string): string[] =>
  text
    .split(/[,，、]/u)
    .map((part) => part.trim().replaceAll(/^["'`]+|["'`]+$/g, ""))
    .filter(Boolean);
