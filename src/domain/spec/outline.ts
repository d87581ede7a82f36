/** The lines of tasks.md in order → tasks with their sections; each box line is accounted for. */
import type { Diagnostic } from "../problem.ts";
import { BoxUses, numberedBelow, type BoxUse } from "./box-use.ts";
import { isCriteriaLabel, parentsAmong, type Heading } from "./headings.ts";
import { kindOf, readLabel } from "./labels.ts";
import type { BoxLine, Mark, ScannedLine } from "./scan.ts";
import { append, keep, newSection, type Section } from "./section.ts";
import { statusMark, statusOf } from "./status.ts";
import { survey, type Survey } from "./survey.ts";
import { generatedId, isBelow } from "./task-id.ts";
import type { Task } from "./tasks.ts";
import { readTitle, type Title } from "./title.ts";

export interface Outline {
  /** In document order. */
  tasks: Task[];
  /** The id that stands in the text; null where one was made. */
  written: Map<Task, string | null>;
  sections: Map<Task, Section>;
  boxes: BoxUses;
  diagnostics: Diagnostic[];
}

/** `AC1`, `SC-2`. */
const CRITERION = /^(?:ac|sc|dod)(?![a-z])/i;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;

interface Reader extends Outline, Survey {
  open: { task: Task; indent: number }[];
  /** The headings above the current line, outer ones first. */
  headings: Heading[];
  byId: Map<string, Task>;
  /** Where further lines belong. */
  current: Section | null;
  isAfterBlank: boolean;
  /** Of the label above a list of criteria. */
  criteriaIndent: number | null;
  /** How often an id was given. */
  taken: Map<string, number>;
}

export function readOutline(lines: readonly ScannedLine[]): Outline {
  const reader: Reader = {
    tasks: [],
    written: new Map(),
    sections: new Map(),
    boxes: new BoxUses(),
    diagnostics: [],
    open: [],
    headings: [],
    ...survey(lines),
    byId: new Map(),
    current: null,
    isAfterBlank: false,
    criteriaIndent: null,
    taken: new Map(),
  };
  for (const line of lines) readLine(line, reader);
  promoteHeadings(reader);
  keepRepetitions(reader);
  reader.tasks.sort((a, b) => a.line - b.line);
  return reader;
}

function readLine(line: ScannedLine, reader: Reader): void {
  if (line.kind === "heading") readHeading(line, reader);
  else if (line.kind === "box") readBox(line, reader);
  else if (line.kind === "text") readText(line, reader);
  else {
    if (line.kind === "hidden" && line.isBox) use(reader, { line: line.line, as: line.within, task: null });
    if (line.kind === "border" || line.within === "fence") keep(line, reader.current, false);
  }
  reader.isAfterBlank = line.kind === "text" && line.text.trim() === "";
}

function readHeading(line: Extract<ScannedLine, { kind: "heading" }>, reader: Reader): void {
  reader.open = [];
  reader.criteriaIndent = null;
  reader.headings = reader.headingsFrom.get(line)!;
  const heading = reader.headings.at(-1)!;
  reader.current = heading.section;
  if (line.box === null) return;
  if (heading.noTasks) use(reader, { line: line.line, as: heading.noTasks.as, task: null });
  else if (isRepetition(heading, reader)) use(reader, { line: line.line, as: "detail", task: heading.id });
  else use(reader, { line: line.line, as: "task", task: taskOfHeading(heading, reader).id });
}

/** A heading that says a listed task again, to tell more about it. */
const isRepetition = ({ id, letters }: Heading, { boxIds }: Reader): boolean =>
  id !== null && boxIds.get(id) === letters;

function readText(line: Extract<ScannedLine, { kind: "text" }>, reader: Reader): void {
  const { text, indent, at } = line;
  if (text.trim() === "") return keep(line, reader.current, true);
  const heading = reader.headings.at(-1);
  if (heading && heading.section === reader.current) markHeading(heading, statusMark(text, at));
  if (RULE.test(text)) {
    reader.current = null;
    reader.open = [];
  }
  if (reader.isAfterBlank && endsItem(text, indent, reader)) {
    reader.open = [];
    reader.current = reader.headings.at(-1)?.section ?? null;
  }
  if (reader.criteriaIndent === null || indent <= reader.criteriaIndent)
    reader.criteriaIndent = isCriteriaLabel(text) ? indent : null;
  keep(line, ownedByIndent(text, indent, reader) ?? reader.current, true);
}

/** What is said of a unit behind its sub-tasks is its own, by its indentation: `_Depends:`, `_writes:` and their like. */
function ownedByIndent(text: string, indent: number, { open, sections }: Reader): Section | null {
  const last = open.at(-1);
  if (last === undefined || indent > last.indent || !/^\s*[-*+]\s/.test(text)) return null;
  const label = readLabel(text);
  const kind = label && kindOf(label);
  if (kind === null || !["depends", "blocks", "writes", "reads"].includes(kind)) return null;
  const owner = open.findLast((item) => item.indent < indent);
  return owner ? (sections.get(owner.task) ?? null) : null;
}

function markHeading(heading: Heading, mark: Mark | null): void {
  if (heading.box || mark === null) return;
  heading.box = mark;
  if (heading.task) Object.assign(heading.task, { box: mark, status: statusOf(mark) });
}

/** A paragraph at the margin after an empty line is below the list, not below its last task. */
function endsItem(text: string, indent: number, { open }: Reader): boolean {
  const item = open.at(0);
  if (item === undefined || indent > item.indent || /^\s*(?:[-*+>|]|\d{1,9}[.)])\s/.test(text)) return false;
  const label = readLabel(text);
  return label === null || kindOf(label) === null;
}

function use(reader: Reader, one: BoxUse): void {
  const heading = reader.headings.at(-1);
  const place = one.as === "criterion" || one.as === "note" ? heading?.noTasks?.title : heading?.title;
  reader.boxes.add(one, (place ?? "").slice(0, 80));
}

function readBox(line: BoxLine, reader: Reader): void {
  if (line.isQuoted) return use(reader, { line: line.line, as: "quote", task: null });
  const title = readTitle(line.rest);
  if (title.id === null && title.name === "")
    return use(reader, { line: line.line, as: "empty", task: null });
  const as = pointAs(line, title, reader);
  if (as === null) return addTask(line, title, reader);
  const owner = as === "note" ? null : ownerOf(title.id, reader);
  if (owner) reader.sections.get(owner)!.points.push({ mark: line.mark, markAt: line.markAt });
  use(reader, { line: line.line, as, task: owner?.id ?? null });
  const section = as === "note" || (as === "criterion" && owner === null) ? null : reader.current;
  const text = `${" ".repeat(Math.min(line.indent, 100))}- [${line.mark}]${line.rest}`;
  keep({ line: line.line, text }, section, true);
}

/** What a box is that is no task; null for a task. */
function pointAs(line: BoxLine, { id }: Title, reader: Reader): "criterion" | "note" | "detail" | null {
  const { headings, open } = reader;
  const noTasks = headings.at(-1)?.noTasks ?? null;
  const isOfHeading = id !== null && headings.some((one) => one.id !== null && isBelow(id, one.id));
  const isRepeated = id !== null && (reader.taken.has(id) || reader.headingsById.has(id));
  const isPoint = id === null || CRITERION.test(id);
  if (noTasks && !isOfHeading && (isPoint || isRepeated)) return noTasks.as;
  if (noTasks?.isCriteria && !isOfHeading) reader.diagnostics.push(numberedBelow(noTasks.title, line.line));
  const isLabelled = reader.criteriaIndent !== null && line.indent >= reader.criteriaIndent;
  if (isLabelled && isPoint) return "criterion";
  const above = open.findLast((item) => item.indent < line.indent);
  // A box without an id, deeper than a task that has one, is a point of that task.
  return id === null && above && /\d/.test(reader.written.get(above.task) ?? "") ? "detail" : null;
}

/** The task that a point or criterion belongs to: the one it names, the one it stands in, or the heading above. */
function ownerOf(id: string | null, reader: Reader): Task | null {
  const named = id === null ? undefined : reader.headingsById.get(id);
  const item = (id === null ? undefined : reader.byId.get(id)) ?? reader.open.at(-1)?.task;
  if (item) return item;
  const heading = named ?? parentsAmong(reader.headings, null).at(-1);
  return heading ? headingTask(heading, reader) : null;
}

/** The task that a heading is; where a box plays its part, that one if the heading repeats it. */
function headingTask(heading: Heading, reader: Reader): Task | null {
  if (heading.task === null && reader.boxIds.has(heading.id!))
    return (isRepetition(heading, reader) && reader.byId.get(heading.id!)) || null;
  return heading.task ?? taskOfHeading(heading, reader);
}

function addTask(line: BoxLine, title: Title, reader: Reader): void {
  reader.criteriaIndent = null;
  while (reader.open.length > 0 && reader.open.at(-1)!.indent >= line.indent) reader.open.pop();
  const above = reader.open.at(-1)?.task ?? null;
  const headings = (above && title.id === null ? [] : parentsAmong(reader.headings, title.id))
    .map((heading) => headingTask(heading, reader))
    .filter((task) => task !== null);
  const parent = above ?? (title.id === null ? (headings.at(-1) ?? null) : null);
  const task = newTask(reader, title, {
    line: line.line,
    column: line.indent + 1,
    box: { mark: line.mark, markAt: line.markAt },
    parent: parent?.id ?? null,
  });
  use(reader, { line: line.line, as: "task", task: task.id });
  reader.open.push({ task, indent: line.indent });
  reader.current = reader.sections.get(task)!;
}

/** Its children name it as their parent by its id; its own parent follows from its id. */
function taskOfHeading(heading: Heading, reader: Reader): Task {
  if (heading.id !== null)
    for (const outer of parentsAmong(heading.outer, heading.id)) headingTask(outer, reader);
  const title = readTitle(` ${heading.title}`);
  const task = newTask(
    reader,
    {
      ...title,
      id: heading.id,
      name: title.name || heading.title,
      isOptional: title.isOptional || heading.isStarred,
    },
    { line: heading.line.line, column: 1, box: heading.box, parent: null },
  );
  reader.sections.set(task, heading.section);
  heading.task = task;
  return task;
}

interface Place {
  line: number;
  column: number;
  box: Mark | null;
  parent: string | null;
}

function newTask(reader: Reader, title: Title, { column, ...place }: Place): Task {
  const wanted = title.id ?? generatedId(title.name, place.parent);
  const id = freeId(reader, wanted);
  const warn = (code: string, text: Pick<Diagnostic, "what" | "why" | "fix">): unknown =>
    reader.diagnostics.push({ severity: "warning", code, line: place.line, column, ...text });
  if (id !== wanted && title.id !== null)
    warn("duplicate-id", {
      what: `The id ${wanted} stands twice`,
      why: "ids tell tasks apart",
      fix: `This one is called ${id} here; give it an id of its own.`,
    });
  const status = statusOf(place.box);
  if (status === "unknown")
    warn("mark", {
      what: `The mark [${place.box!.mark}] is not known`,
      why: "marks are a space, x, - and ~",
      fix: "It is taken as not started.",
    });
  const task: Task = {
    id,
    title: title.name || wanted,
    status,
    optional: title.isOptional,
    ...place,
    requirements: [],
    dependsOn: [],
    isFree: false,
    writes: [],
    reads: [],
    hasOddPaths: false,
    writesNothing: false,
    boundary: [],
    properties: [],
    bug: { condition: null, expected: null, preservation: null },
    details: "",
    isCheckpoint: title.isCheckpoint,
    isParallel: title.isParallel,
    points: [],
  };
  reader.tasks.push(task);
  reader.byId.set(id, task);
  reader.written.set(task, title.id);
  reader.sections.set(task, newSection());
  return task;
}

/** The id itself, or with the first suffix that is free. */
function freeId({ taken, boxIds }: Reader, wanted: string): string {
  let count = (taken.get(wanted) ?? 0) + 1;
  let id = count === 1 ? wanted : `${wanted}_${count}`;
  while (count > 1 && (taken.has(id) || boxIds.has(id))) id = `${wanted}_${++count}`;
  taken.set(wanted, count);
  if (id !== wanted) taken.set(id, 1);
  return id;
}

/** Headings that are tasks though no box hangs on them: beside or below others, or in a file without any box. */
function promoteHeadings(reader: Reader): void {
  const all = [...reader.headingsFrom.values()].map((open) => open.at(-1)!);
  const levels = new Set(all.flatMap(({ task, hasWord, level }) => (task && hasWord ? [level] : [])));
  const isWithoutTasks = reader.tasks.length === 0;
  for (const heading of all) {
    const { id, outer } = heading;
    if (heading.task || id === null || heading.noTasks || reader.boxIds.has(id)) continue;
    const isBeside = heading.hasWord && levels.has(heading.level);
    const isWithin = outer.some((one) => one.task !== null && isBelow(id, one.id!));
    if (isBeside || isWithin || isWithoutTasks) taskOfHeading(heading, reader);
  }
}

function keepRepetitions(reader: Reader): void {
  for (const open of reader.headingsFrom.values()) {
    const heading = open.at(-1)!;
    const task = isRepetition(heading, reader) ? reader.byId.get(heading.id!) : undefined;
    if (task) append(heading.section, reader.sections.get(task)!);
  }
}
