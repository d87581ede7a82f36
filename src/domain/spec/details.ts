/** The lines below a task: requirements, dependencies, paths, properties to test. Labels come in many languages. */
import { criterionIds } from "./criterion-ids.ts";
import type { Part } from "./id-list.ts";
import { kindOf, readLabel, type LabelKind } from "./labels.ts";
import { partsOf, readPathList } from "./path-list.ts";
import { readTaskList } from "./task-list.ts";

export interface Property {
  /** Its number in design.md. */
  id: string;
  title: string;
  /** Requirements that it validates. */
  validates: string[];
}

/** Paths that are not understood. */
export interface Doubt {
  label: "writes" | "reads";
  value: string;
  /** Among the lines; -1 is the title. */
  at: number;
}

/** A list of tasks. */
export interface Named {
  label: "depends" | "blocks";
  parts: Part[];
  /** Among the lines; -1 is the title. */
  at: number;
}

export interface Details {
  requirements: string[];
  /** What it depends on and blocks. */
  named: Named[];
  /** `_Depends: none_`. */
  isFree: boolean;
  /** `_Depends: all previous tasks_`. */
  followsAll: boolean;
  /** `Blocks: all other tasks`. */
  blocksAll: boolean;
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
const IN_BRACKETS = /[(（](?:req(?:uirement)?s?\.?|validates:?|需求|要件)\s+([^()（）]{1,200})[)）]/giu;

/** `3. C (depends on 1)` */
const DEPENDS_IN_BRACKETS =
  /[(（](?:depends (?:up)?on|dependent on|blocked by):?\s+([^()（）]{0,200}\d[^()（）]{0,200})[)）]/giu;

export function readDetails(title: string, lines: readonly string[]): Details {
  const details: Details = {
    requirements: [],
    named: [],
    isFree: false,
    followsAll: false,
    blocksAll: false,
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
    const at = index - 1;
    const label = readLabel(line);
    const kind = label && kindOf(label);
    const property = PROPERTY.exec(line);
    if (property) addProperty(details, property);
    for (const [, list] of line.matchAll(IN_BRACKETS))
      add(line === title ? details.requirements : inPassing, criterionIds(list!));
    if (kind !== "depends")
      for (const [, value] of line.matchAll(DEPENDS_IN_BRACKETS))
        addTasks(details, "depends", { value: value!, at });
    if (label && kind) {
      addLabel(details, kind, { value: label.value, at });
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
      addLabel(details, open, { value: open === "requirements" ? item.split(/[:：\s]/u)[0]! : item, at });
    } else if (line.trim() !== "") open = null;
  }
  if (details.requirements.length === 0) add(details.requirements, inPassing);
  return details;
}

function addProperty({ properties }: Details, [, id, text]: RegExpExecArray): void {
  const title = text!
    .replaceAll("**", "")
    .replace(/^[\s\-–—]+/u, "")
    .trim();
  if (!properties.some((other) => other.id === id)) properties.push({ id: id!, title, validates: [] });
}

function addLabel(details: Details, kind: LabelKind, { value, at }: { value: string; at: number }): void {
  if (kind === "requirements") add(details.requirements, criterionIds(value));
  else if (kind === "depends" || kind === "blocks") addTasks(details, kind, { value, at });
  else if (kind === "boundary") add(details.boundary, list(value));
  else if (kind === "writes" || kind === "reads") {
    const { paths, isOdd, isNone } = readPathList(value);
    add(details[kind], paths);
    if (isOdd) details.doubts.push({ label: kind, value, at });
    details.hasOddPaths ||= isOdd;
    details.writesNothing ||= kind === "writes" && isNone;
  } else if (kind === "bugCondition") details.bug.condition ??= value;
  else if (kind === "expectedBehavior") details.bug.expected ??= value;
  else if (kind === "preservation") details.bug.preservation ??= value;
}

function addTasks(
  details: Details,
  label: Named["label"],
  { value, at }: { value: string; at: number },
): void {
  const { parts, isNone, isAll, isAllBefore } = readTaskList(value);
  if (label === "blocks" && isAll) {
    details.blocksAll = true;
    return;
  }
  if (parts.length > 0) details.named.push({ label, parts, at });
  if (label === "blocks") return;
  details.followsAll ||= isAllBefore;
  details.isFree ||= isNone;
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
