/** The lines below a task: requirements, dependencies, paths, properties to test. Labels come in many languages. */
import { kindOf, readLabel, type LabelKind } from "./labels.ts";
import { criterionIds } from "./criterion-ids.ts";
import { partsOf, readPathList } from "./path-list.ts";
import { idsIn } from "./task-id.ts";

export interface Property {
  /** Its number in design.md. */
  id: string;
  title: string;
  /** Requirements that it validates. */
  validates: string[];
}

/** A label whose value is not understood. */
export interface Doubt {
  label: "depends" | "writes" | "reads";
  value: string;
  /** Among the lines; -1 is the title. */
  at: number;
}

export interface Details {
  requirements: string[];
  dependsOn: string[];
  /** `_Depends: none_`. */
  isFree: boolean;
  /** `_Depends: all previous tasks_`. */
  followsAll: boolean;
  /** Tasks that wait for it. */
  blocks: string[] | "all";
  writes: string[];
  reads: string[];
  /** What it declares to write or read is no list of paths. */
  hasOddPaths: boolean;
  /** `_writes: none_`. */
  writesNothing: boolean;
  /** `_Boundary:`: components or paths to stay within. */
  boundary: string[];
  properties: Property[];
  /** Of a bug-fix spec; null where a key is not named. */
  bug: { condition: string | null; expected: string | null; preservation: string | null };
  doubts: Doubt[];
}

const PROPERTY =
  /^[\s>*+_-]*(?:\[PBT\]\s*)?(?:property|属性|屬性|プロパティ|propiedad|propriedade|propriété|свойство|özellik|속성|thuộc tính|eigenschaft)\s*(\d{1,4})\s*[:：.]?(.*)$/isu;
const BULLET = /^\s*[-*+]\s+/;
const LISTED: ReadonlySet<LabelKind> = new Set(["requirements", "depends", "writes", "reads"]);
const BRACKETS = /\([^()]*\)|（[^（）]*）/gu;
const NAMED_TASK =
  /(?:\btasks?|タスク|任务|задач[аи]|\btareas?|\btarefas?|\btâches?)\s*(\d{1,9}(?:\.\d{1,9}){0,9})(?![\w.]*\d)/giu;
const NONE =
  /^[^\p{L}\p{N}]*(?:none|no(?!\p{L})|nothing|nenhuma?|ningun[ao]|aucune?|keine?|нет|なし|无|無|yok|không|없음|لا)/iu;
/** `_依存タスク: -_` */
const DASH = /^[-–—]_?$/u;
const ALL =
  /^[^\p{L}\p{N}]*(?:all(?!\p{L})|everything|所有|全部|すべて|全て|tod[ao]s|tous|все(?!\p{L})|tüm|tất cả|alle)/iu;
const ALL_BEFORE = new RegExp(
  `^(?:${[
    "(?:all|every)(?: of)?(?: the)? (?:previous|prior|preceding|earlier|above)(?: (?:ones?|tasks?|units?|steps?|phases?))?",
    "(?:all|every(?:thing)?)(?: of)?(?: the)?(?: (?:tasks?|units?|steps?|phases?))? (?:above|before)(?: (?:it|this)(?: (?:one|task|unit))?)?",
    "(?:所有|全部)(?:之前|前面|以上|上述|前置)的?(?:任务|任務)?|(?:之前|前面|以上|上述)的?(?:所有|全部)的?(?:任务|任務)?",
    "(?:以前|上記|先行|これまで)の?(?:すべて|全て|全)の?(?:先行)?(?:タスク)?|(?:すべて|全て|全)の?(?:先行|以前の|上記の?|前の)タスク",
    "tod[ao]s [ao]s (?:tarefas )?anteriores|tod[ao]s l[ao]s (?:tareas )?anteriores|toutes les tâches précédentes",
    "alle (?:vorherigen|vorigen|vorangehenden) aufgaben|все предыдущие(?: задачи)?",
  ].join("|")})[\\s_.。!]*$`,
  "iu",
);
const IN_BRACKETS = /[(（](?:req(?:uirement)?s?\.?|validates:?|需求|要件)\s+([^()（）]{1,200})[)）]/giu;

export function readDetails(title: string, lines: readonly string[]): Details {
  const details: Details = {
    requirements: [],
    dependsOn: [],
    isFree: false,
    followsAll: false,
    blocks: [],
    writes: [],
    reads: [],
    hasOddPaths: false,
    writesNothing: false,
    boundary: [],
    properties: [],
    bug: { condition: null, expected: null, preservation: null },
    doubts: [],
  };
  /** "(Req 3.3)" within a sentence: it counts where no line of its own names requirements. */
  const inPassing: string[] = [];
  let open: LabelKind | null = null;
  for (const [index, line] of [title, ...lines].entries()) {
    const doubt = (which: LabelKind, value: string): void => {
      const label = doubtful(which, value);
      if (label !== null) details.doubts.push({ label, value, at: index - 1 });
    };
    const label = readLabel(line);
    const kind = label && kindOf(label);
    const property = PROPERTY.exec(line);
    if (property) addProperty(details, property);
    for (const [, list] of line.matchAll(IN_BRACKETS))
      add(line === title ? details.requirements : inPassing, criterionIds(list!));
    if (label && kind) {
      addLabel(details, kind, label.value);
      doubt(kind, label.value);
      const last = details.properties.at(-1);
      if (
        kind === "requirements" &&
        last &&
        /valid|验证|驗證|検証|doğrular|검증|проверяет/iu.test(label.name)
      )
        add(last.validates, criterionIds(label.value));
      open = label.value === "" ? kind : null;
    } else if (open !== null && LISTED.has(open) && BULLET.test(line)) {
      // A label that stands alone is about the list below it.
      const item = line.replace(BULLET, "");
      addLabel(details, open, open === "requirements" ? item.split(/[:：\s]/u)[0]! : item);
      doubt(open, item);
    } else if (line.trim() !== "") open = null;
  }
  if (details.requirements.length === 0) add(details.requirements, inPassing);
  return details;
}

const tasksIn = (value: string): string[] => [...idsIn(value), ...tasksNamedIn(value)];

function doubtful(kind: LabelKind, value: string): Doubt["label"] | null {
  if (kind === "depends") return isDoubtful(value) ? kind : null;
  if (kind !== "writes" && kind !== "reads") return null;
  return readPathList(value).isOdd ? kind : null;
}

/** A letter may be a task's id: that is seen later. */
const isDoubtful = (value: string): boolean =>
  /[\p{L}\p{N}]/u.test(value) &&
  !NONE.test(value) &&
  !isAllBefore(value) &&
  !tasksIn(value).some((id) => /\d/.test(id));

const isAllBefore = (value: string): boolean => ALL_BEFORE.test(value.replaceAll(BRACKETS, " "));

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
  else if (kind === "depends") {
    add(details.dependsOn, tasksIn(value));
    details.followsAll ||= isAllBefore(value);
    details.isFree ||= NONE.test(value) || DASH.test(value);
  } else if (kind === "blocks") details.blocks = ALL.test(value) ? "all" : idsIn(value);
  else if (kind === "boundary") add(details.boundary, list(value));
  else if (kind === "writes" || kind === "reads") {
    const { paths, isOdd, isNone } = readPathList(value);
    add(details[kind], paths);
    details.hasOddPaths ||= isOdd;
    details.writesNothing ||= kind === "writes" && isNone;
  } else if (kind === "bugCondition") details.bug.condition ??= value;
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
  partsOf(text)
    .map((part) => part.replaceAll(/^["'`]+|["'`]+$/g, ""))
    .filter(Boolean);
