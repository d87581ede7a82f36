/**
 * tasks.md → tasks. All mistakes are reported with their line, nothing throws (design section 6).
 *
 * A task's parent follows from its dotted id first, its indentation second, a heading third; a numbered heading that
 * boxes hang on is a task without a box of its own. Boxes below headings such as "Success criteria" are no tasks.
 * Text after the list never sticks to the last task.
 */
import type { TaskStatus } from "../plan/plan.ts";
import type { Diagnostic } from "../problem.ts";
import type { BoxUse } from "./box-use.ts";
import { followAllBefore, waitForBlocker, waitForNamed, type NamedTasks } from "./dependencies.ts";
import { readDetails, type Property } from "./details.ts";
import { doubted, faultsOf, MAX_TEXT, noTasks, tooLarge, tooMany } from "./faults.ts";
import { orderHints, type OrderHint } from "./order-hints.ts";
import { readOutline } from "./outline.ts";
import { resolveParents } from "./parents.ts";
import { scan, type Mark, type ScannedLine } from "./scan.ts";
import { settleHeadings } from "./status.ts";
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
  /** `_Depends: none_`: it waits for nothing. */
  isFree: boolean;
  writes: string[];
  reads: string[];
  /** What it declares to write or read is no list of paths. */
  hasOddPaths: boolean;
  /** `_writes: none_`. */
  writesNothing: boolean;
  /** `_Boundary:`: components or paths to stay within. */
  boundary: string[];
  /** Properties of design.md that it tests. */
  properties: Property[];
  /** The keys of a bug-fix spec: what each says, or null. */
  bug: { condition: string | null; expected: string | null; preservation: string | null };
  /** Lines below the checkbox, as written. */
  details: string;
  isCheckpoint: boolean;
  /** `(P)`: may be worked on beside its neighbours. */
  isParallel: boolean;
  /** Null for a heading without a box. */
  box: Mark | null;
  /** Boxes below it that are points or criteria of it. */
  points: Mark[];
}

export interface ParsedTasks {
  tasks: Task[];
  waves: Waves | null;
  /** Orders that diagrams and sentences speak of. */
  hints: OrderHint[];
  /** Each checkbox line, and what it was taken as. */
  boxes: BoxUse[];
  diagnostics: Diagnostic[];
}

export function parseTasks(text: string): ParsedTasks {
  if (text.length > MAX_TEXT) return notRead(tooLarge(text.length));
  const scanned = scan(text);
  const fault = tooMany(scanned);
  if (fault) return notRead(fault);
  const { tasks, written, sections, boxes, diagnostics } = readOutline(scanned.lines);
  const ids = new Set(tasks.map((task) => task.id));
  const lists: NamedTasks[] = [];
  const blockers: Task[] = [];
  const followers = new Set<Task>();
  for (const task of tasks) {
    const { lines, plain, points } = sections.get(task)!;
    const texts = plain.map(({ text: one }) => one);
    const { named, blocksAll, followsAll, doubts, ...details } = readDetails(task.title, texts);
    const lineOf = ({ at }: { at: number }): number => plain[at]?.line ?? task.line;
    for (const doubt of doubts) diagnostics.push(doubted(task, lineOf(doubt), doubt));
    for (const list of named) lists.push({ ...list, task, line: lineOf(list) });
    Object.assign(task, details, { details: lines.join("\n").trim(), points });
    if (blocksAll) blockers.push(task);
    if (followsAll) followers.add(task);
  }
  resolveParents(tasks, written, diagnostics);
  waitForNamed(tasks, lists, diagnostics);
  followAllBefore(tasks, followers, diagnostics);
  waitForBlocker(tasks, blockers[0]);
  settleHeadings(tasks);
  if (tasks.length === 0) diagnostics.push(noTasks(scanned.lines));
  diagnostics.push(...faultsOf(scanned, [...sections]), ...boxes.diagnostics());
  return {
    tasks,
    waves: readWaves(fencesOf(scanned.lines), { ids, diagnostics }),
    hints: orderHints(scanned.lines, { ids, boxes: boxes.all }),
    boxes: boxes.all,
    diagnostics: diagnostics.toSorted((a, b) => a.line - b.line),
  };
}

const notRead = (why: Diagnostic): ParsedTasks => ({
  tasks: [],
  waves: null,
  hints: [],
  boxes: [],
  diagnostics: [why],
});

export interface Fence {
  /** Of its first line of text. */
  line: number;
  text: string;
}

function fencesOf(lines: readonly ScannedLine[]): Fence[] {
  const found: { line: number; texts: string[] }[] = [];
  let isOpen = false;
  for (const line of lines) {
    if (line.kind === "border") {
      isOpen = !isOpen;
      if (isOpen) found.push({ line: line.line + 1, texts: [] });
    } else if (line.kind !== "hidden") isOpen = false;
    else if (isOpen) found.at(-1)!.texts.push(line.text);
  }
  return found.map(({ line, texts }) => ({ line, text: texts.join("\n") }));
}
