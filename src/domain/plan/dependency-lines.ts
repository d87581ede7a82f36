/** The line that names a dependency, not only that of the task's box; `Blocks: 2` of task 1 stands below task 1. */
import { idMeant } from "../spec/dependencies.ts";
import { readDetails } from "../spec/details.ts";
import { readLabel } from "../spec/labels.ts";
import type { Task } from "../spec/tasks.ts";
import type { Group } from "./units.ts";

/** Of `Blocks: all` and `Depends: all previous tasks`: no task's id. */
const ALL = "";

/** Id → the first line that names it. */
interface Told {
  dependsOn: Map<string, number>;
  blocks: Map<string, number>;
}

export function dependencyLines({
  allGroups,
  lines,
}: {
  allGroups: readonly Group[];
  /** The lines of tasks.md. */
  lines: readonly string[];
}): (task: Task, dependency: string) => number {
  const tasks = allGroups.flatMap((group) => group.tasks);
  const lineOf = new Map(tasks.map((task) => [task.id, task.line]));
  const starts = tasks.map((task) => task.line).toSorted((a, b) => a - b);
  const next = new Map(starts.map((line, at) => [line, starts[at + 1] ?? lines.length + 1]));
  const endOfUnit = new Map(
    allGroups.map((group) => [
      group.tasks[0]!.line,
      group.tasks.reduce((end, { line }) => Math.max(end, next.get(line)!), 0),
    ]),
  );
  const meant = idMeant(new Set(lineOf.keys()));
  // Read once a task: a task may name thousands.
  const told = new Map<string, Told>();
  const toldBelow = (start: number, end: number): Told => {
    const range = `${start}-${end}`;
    const found = told.get(range) ?? readBelow(lines, { from: start, to: end, meant });
    told.set(range, found);
    return found;
  };
  const ownLines = (start: number): Told => toldBelow(start, next.get(start)!);
  return (task, id) => {
    const { dependsOn } = ownLines(task.line);
    const { blocks } = ownLines(lineOf.get(id)!);
    const line = dependsOn.get(id) ?? blocks.get(task.id) ?? dependsOn.get(ALL) ?? blocks.get(ALL);
    if (line !== undefined) return line;
    // What a unit says behind its sub-tasks stands among theirs.
    const end = endOfUnit.get(task.line);
    return (end === undefined ? undefined : toldBelow(task.line, end).dependsOn.get(id)) ?? task.line;
  };
}

function readBelow(
  lines: readonly string[],
  { from, to, meant }: { from: number; to: number; meant: ReturnType<typeof idMeant> },
): Told {
  const found: Told = { dependsOn: new Map(), blocks: new Map() };
  /** A label that stands alone is about the list below it. */
  let heading: string | null = null;
  for (let line = from; line < to; line++) {
    const text = lines[line - 1]!;
    const label = readLabel(text);
    if (label) heading = label.value === "" ? text : null;
    const details = readDetails("", heading === null || label ? [text] : [heading, text]);
    const say = (told: Map<string, number>, id: string): unknown => told.has(id) || told.set(id, line);
    for (const list of details.named)
      for (const id of list.parts.flatMap(({ ids }) => ids))
        say(list.label === "depends" ? found.dependsOn : found.blocks, meant(id) ?? id);
    if (details.followsAll) say(found.dependsOn, ALL);
    if (details.blocksAll) say(found.blocks, ALL);
    if (!label && text.trim() !== "" && !/^\s*[-*+]\s/.test(text)) heading = null;
  }
  return found;
}
