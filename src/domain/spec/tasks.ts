/**
 * tasks.md → tasks. All mistakes are reported with their line, nothing throws (design section 6).
 *
 * A task's parent follows from its dotted id first, its indentation second, a heading third; a numbered heading that
 * boxes hang on is a task without a box of its own. Boxes below headings such as "Success criteria" are no tasks.
 * Text after the list never sticks to the last task.
 */
import type { TaskStatus } from "../plan/plan.ts";
import type { Diagnostic } from "../problem.ts";
import { readDetails } from "./details.ts";
import { enterHeading, parentsAmong, type Heading } from "./headings.ts";
import { scan, type BoxLine, type Mark, type ScannedLine } from "./scan.ts";
import { generatedId, leadingId } from "./task-id.ts";
import { readWaves, type Waves } from "./waves.ts";

export interface Task {
  id: string;
  title: string;
  status: TaskStatus;
  optional: boolean;
  parent: string | null;
  line: number;
  requirements: string[];
  dependsOn: string[];
  writes: string[];
  reads: string[];
  /** Lines below the checkbox, as written. */
  details: string;
  isCheckpoint: boolean;
  /** `(P)`: may be worked on beside its neighbours. */
  isParallel: boolean;
  /** Null for a heading without a box. */
  box: Mark | null;
}

export interface ParsedTasks {
  tasks: Task[];
  waves: Waves | null;
  diagnostics: Diagnostic[];
}

/** What stands below a task or a heading; `plain` is without fences. */
export interface Section {
  lines: string[];
  plain: string[];
}

const CHECKPOINT =
  /^\W*(final\s+)?checkpoint\b|检查点|檢查點|チェックポイント|체크포인트|punto de control|ponto de verificação|point de contrôle|контрольная точка/i;
const OPTIONAL = /[(（](optional|可选|任意|opcional|optionnel|facultatif|опционально|선택)[)）]/i;
const PARALLEL = /^\(P\)\s*|\s*\(P\)$/;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;

interface Reader {
  tasks: Task[];
  sections: Map<Task, Section>;
  open: { task: Task; indent: number }[];
  headings: Heading[];
  /** Where further lines belong. */
  current: Section | null;
  ids: Set<string>;
  /** Ids that some box of the file has: no heading plays their part. */
  boxIds: ReadonlySet<string>;
  diagnostics: Diagnostic[];
}

export function parseTasks(text: string): ParsedTasks {
  const lines = scan(text);
  const reader: Reader = {
    tasks: [],
    sections: new Map(),
    open: [],
    headings: [],
    current: null,
    ids: new Set(),
    boxIds: new Set(
      lines.flatMap((line) => (line.kind === "box" ? (leadingId(titleOf(line.rest))?.id ?? []) : [])),
    ),
    diagnostics: [],
  };
  for (const line of lines) readLine(line, reader);
  for (const [task, { lines: all, plain }] of reader.sections)
    Object.assign(task, readDetails(plain), { details: all.join("\n").trim() });
  adopt(reader.tasks);
  keepKnownDependencies(reader);
  closeHeadings(reader.tasks);
  if (reader.tasks.length === 0) reader.diagnostics.push(noTasks(lines));
  const waves = readWaves(fences(lines), reader.diagnostics);
  return { tasks: reader.tasks, waves, diagnostics: reader.diagnostics };
}

function readLine(line: ScannedLine, reader: Reader): void {
  if (line.kind === "heading") {
    reader.open = [];
    reader.headings = enterHeading(reader.headings, line);
    const heading = reader.headings.at(-1)!;
    reader.current = heading.section;
    if (line.box !== null && !heading.isNoTasks) taskOfHeading(heading, reader);
  } else if (line.kind === "box") {
    if (reader.headings.at(-1)?.isNoTasks) return;
    if (isDetailBox(line, reader.open.at(-1)))
      keep(`${" ".repeat(line.indent)}- [${line.mark}]${line.rest}`, reader.current, true);
    else readBox(line, reader);
  } else if (line.kind === "text") {
    if (RULE.test(line.text)) reader.current = null;
    keep(line.text, reader.current, true);
  } else keep(line.text, reader.current, false);
}

function keep(text: string, section: Section | null, isPlain: boolean): void {
  section?.lines.push(text);
  if (isPlain) section?.plain.push(text);
}

/** A box without an id, deeper than a task that has one, is a point of that task. */
function isDetailBox(line: BoxLine, above: { task: Task; indent: number } | undefined): boolean {
  return (
    above !== undefined &&
    line.indent > above.indent &&
    leadingId(titleOf(line.rest)) === null &&
    /^\D*\d/.test(above.task.id)
  );
}

function readBox(line: BoxLine, reader: Reader): void {
  while (reader.open.length > 0 && reader.open.at(-1)!.indent >= line.indent) reader.open.pop();
  const above = reader.open.at(-1)?.task ?? null;
  const title = titleOf(line.rest);
  const found = leadingId(title);
  const headings = parentsAmong(reader.headings, above ? title : (found?.id ?? null))
    .filter((heading) => heading.task !== null || !reader.boxIds.has(heading.id!))
    .map((heading) => heading.task ?? taskOfHeading(heading, reader));
  const parent = above ?? (found === null ? (headings.at(-1) ?? null) : null);
  const name = (found?.rest ?? title).replaceAll("**", "").trim();
  const plainName = name.replace(PARALLEL, "").trim() || title;
  const task = newTask(reader, {
    id: found?.id ?? generatedId(plainName, parent?.id ?? null),
    title: plainName,
    line: line.line,
    column: line.indent + 1,
    box: { mark: line.mark, markAt: line.markAt },
    parent: parent?.id ?? null,
  });
  task.optional = /^\s*\\?\*(?!\*)/.test(line.rest) || (found?.isStarred ?? false) || OPTIONAL.test(name);
  task.isParallel = PARALLEL.test(name);
  reader.open.push({ task, indent: line.indent });
  reader.current = reader.sections.get(task)!;
}

/** Its children name it as their parent by its id; its own parent follows from its id. */
function taskOfHeading(heading: Heading, reader: Reader): Task {
  const task = newTask(reader, {
    id: heading.id ?? generatedId(heading.title, null),
    title: heading.title,
    line: heading.line.line,
    column: 1,
    box: heading.line.box,
    parent: null,
  });
  task.optional = OPTIONAL.test(heading.title);
  reader.sections.set(task, heading.section);
  heading.task = task;
  return task;
}

function newTask(
  { ids, diagnostics, tasks, sections }: Reader,
  { column, ...given }: Pick<Task, "id" | "title" | "line" | "box" | "parent"> & { column: number },
): Task {
  const warn = (code: string, text: Pick<Diagnostic, "what" | "why" | "fix">): unknown =>
    diagnostics.push({ severity: "warning", code, line: given.line, column, ...text });
  let id = given.id;
  for (let n = 2; ids.has(id); n++) id = `${given.id}_${n}`;
  if (id !== given.id)
    warn("duplicate-id", {
      what: `The id ${given.id} stands twice`,
      why: "ids tell tasks apart",
      fix: `This one is called ${id} here; give it an id of its own.`,
    });
  ids.add(id);
  const status = given.box ? (STATUS[given.box.mark.trim()] ?? "unknown") : "not_started";
  if (status === "unknown")
    warn("mark", {
      what: `The mark [${given.box!.mark}] is not known`,
      why: "marks are a space, x, - and ~",
      fix: "It is taken as not started.",
    });
  const task: Task = {
    ...given,
    id,
    status,
    optional: false,
    requirements: [],
    dependsOn: [],
    writes: [],
    reads: [],
    details: "",
    isCheckpoint: CHECKPOINT.test(given.title),
    isParallel: false,
  };
  tasks.push(task);
  sections.set(task, { lines: [], plain: [] });
  return task;
}

/** Without the star that marks an optional task. */
const titleOf = (rest: string): string => rest.replace(/^\s*\\?\*(?!\*)/, "").trim();

const STATUS: Readonly<Record<string, TaskStatus>> = {
  "": "not_started",
  x: "completed",
  X: "completed",
  "-": "in_progress",
  "~": "queued",
};

/** The dotted id wins over indentation. An id whose parent stands nowhere belongs to the nearest one above that does. */
function adopt(tasks: readonly Task[]): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const indented = tasks.filter((task) => {
    const parts = task.id.replace(/_\d+$/, "").split(".");
    for (let length = parts.length - 1; length > 0; length--) {
      const candidate = parts.slice(0, length).join(".");
      if (!byId.has(candidate) || candidate === task.id) continue;
      task.parent = candidate;
      return false;
    }
    return task.parent !== null;
  });
  // Indentation may say the opposite of an id: nobody is above himself.
  for (const task of indented) {
    let above = byId.get(task.parent!);
    while (above && above !== task) above = above.parent === null ? undefined : byId.get(above.parent);
    if (above) task.parent = null;
  }
}

/** `React18` in a list of dependencies is no task, unless tasks are called so here. A wrong number is an error later. */
function keepKnownDependencies({ tasks, ids }: Reader): void {
  const letters = (id: string): string => /^[^\d]*/.exec(id)![0].toLowerCase();
  const known = new Set([...ids].map(letters));
  for (const task of tasks)
    task.dependsOn = task.dependsOn.filter(
      (id) => ids.has(id) || letters(id) === "" || known.has(letters(id)),
    );
}

/** A heading without a box is done when all below it is. */
function closeHeadings(tasks: readonly Task[]): void {
  for (const task of tasks.toReversed()) {
    if (task.box !== null) continue;
    const below = tasks.filter((other) => other.parent === task.id);
    if (below.length > 0 && below.every((other) => other.status === "completed")) task.status = "completed";
  }
}

function noTasks(lines: readonly ScannedLine[]): Diagnostic {
  const fenced = lines.find((line) => line.kind === "fence" && /^\s*[-*+] \[[ xX~-]?\]/.test(line.text));
  return {
    severity: "error",
    code: "no-tasks",
    line: fenced?.line ?? 1,
    column: 1,
    what: "There is no task in tasks.md",
    why: fenced ? "its checkboxes stand within a code fence" : "no line is a checkbox of a task",
    fix: fenced ? "Take the lines of the fence out." : "Write tasks as `- [ ] 1. Title`.",
  };
}

/** The texts between two borders, each with the line it begins on. */
function fences(lines: readonly ScannedLine[]): { line: number; text: string }[] {
  const found: { line: number; last: number; text: string }[] = [];
  for (const line of lines) {
    if (line.kind !== "fence") continue;
    const before = found.at(-1);
    if (before && before.last === line.line - 1) {
      before.text += `\n${line.text}`;
      before.last = line.line;
    } else found.push({ line: line.line, last: line.line, text: line.text });
  }
  return found;
}
