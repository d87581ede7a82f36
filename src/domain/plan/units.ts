/** From tasks to units, and which of them this run does. */
import type { Diagnostic } from "../problem.ts";
import type { Task } from "../spec/tasks.ts";
import type { Plan } from "./plan.ts";

/** A unit before anything is decided about it: the top-level task first, then the tasks below it that are to be done. */
export interface Group {
  id: string;
  tasks: readonly Task[];
  isCheckpoint: boolean;
}

export interface Choice {
  includeOptional?: boolean;
  only?: readonly string[];
}

/** Each task to the top-level task it stands below. */
export function unitsOf(tasks: readonly Task[]): Map<string, string> {
  const parents = new Map(tasks.map((task) => [task.id, task.parent]));
  const unitOf = new Map<string, string>();
  for (const task of tasks) {
    const path = new Set([task.id]);
    let top = task.id;
    for (let up = parents.get(top); up != null && parents.has(up) && !path.has(up); up = parents.get(up)) {
      top = up;
      path.add(up);
      const known = unitOf.get(up);
      if (known === undefined) continue;
      top = known;
      break;
    }
    for (const id of path) unitOf.set(id, top);
  }
  return unitOf;
}

export function groupsOf(tasks: readonly Task[], unitOf: ReadonlyMap<string, string>): Group[] {
  const members = new Map<string, Task[]>();
  for (const task of tasks) {
    const unit = unitOf.get(task.id)!;
    const below = members.get(unit);
    if (below) below.push(task);
    else members.set(unit, [task]);
  }
  return [...members].map(([id, all]) => {
    const top = all.find((task) => task.id === id)!;
    const below = all.filter((task) => task !== top);
    return { id, tasks: [top, ...inOrder(below)], isCheckpoint: top.isCheckpoint };
  });
}

/** By number when all have one, else as written; what one of them depends on comes before it. */
function inOrder(tasks: readonly Task[]): Task[] {
  const isNumbered = tasks.every(({ id }) => /^\d+(\.\d+)*$/.test(id));
  const listed = isNumbered ? tasks.toSorted((a, b) => byNumber(a.id, b.id)) : tasks;
  const byId = new Map(listed.map((task) => [task.id, task]));
  const ordered = new Set<Task>();
  const entered = new Set<Task>();
  const stack = listed.toReversed();
  while (stack.length > 0) {
    const task = stack.at(-1)!;
    const missing = entered.has(task)
      ? []
      : task.dependsOn.flatMap((id) => byId.get(id) ?? []).filter((other) => !entered.has(other));
    entered.add(task);
    if (missing.length > 0) stack.push(...missing.toReversed());
    else ordered.add(stack.pop()!);
  }
  return [...ordered];
}

function byNumber(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Done and optional units are left out; within a unit, done and optional sub-tasks. */
export function choose(
  groups: readonly Group[],
  choice: Choice,
): { groups: Group[]; leftOut: Plan["leftOut"] } {
  const leftOut: Plan["leftOut"] = [];
  const chosen = groups.flatMap((group): Group[] => {
    const why = whyLeftOut(group, choice);
    if (why !== null) {
      leftOut.push({ id: group.id, why });
      if (isNamed(group, choice))
        for (const { id } of openBelowDone(group))
          leftOut.push({ id, why: `unit ${group.id} is marked as done` });
      if (why === REQUIRED_DONE)
        for (const { id } of optionalLeft(group)) leftOut.push({ id, why: "it is optional" });
      return [];
    }
    const [top, ...below] = group.tasks as readonly [Task, ...Task[]];
    const open = below.filter((task) => task.status !== "completed");
    if (group.isCheckpoint) {
      for (const { id } of open)
        leftOut.push({ id, why: `checkpoint ${group.id}, below which it stands, only verifies` });
      return [{ ...group, tasks: [top] }];
    }
    const optional = choice.includeOptional === true ? new Set<string>() : optionalAmong(below);
    for (const { id } of open) if (optional.has(id)) leftOut.push({ id, why: "it is optional" });
    return [{ ...group, tasks: [top, ...open.filter((task) => !optional.has(task.id))] }];
  });
  return { groups: chosen, leftOut };
}

const REQUIRED_DONE = "all its required sub-tasks are done already";

const optionalLeft = ({ tasks }: Group): Task[] => {
  const optional = optionalAmong(tasks.slice(1));
  return tasks.filter(({ id, status }) => optional.has(id) && status !== "completed");
};

const isNamed = ({ id }: Group, { only }: Choice): boolean => !only || only.includes(id);

/** Sub-tasks that are to be done, but below a unit that is marked as done: nobody does them. */
function openBelowDone(group: Group): Task[] {
  if (group.tasks[0]!.status !== "completed") return [];
  return neededOf(group, false).filter(({ status }) => status !== "completed");
}

export const droppedParts = (groups: readonly Group[], choice: Choice): Diagnostic[] =>
  groups
    .filter((group) => isNamed(group, choice))
    .flatMap((group) =>
      openBelowDone(group).map(({ id, line }) => ({
        severity: "warning" as const,
        code: "open-below-done",
        line,
        column: 1,
        what: `Task ${id} is open and left out`,
        why: `unit ${group.id}, which it is a part of, is marked as done`,
        fix: `If it is still to be done, take the mark of ${group.id} away.`,
      })),
    );

/** A checkpoint runs the verify commands; what stands below it nobody does, and its boxes stay open. */
export const belowCheckpoints = (groups: readonly Group[], choice: Choice): Diagnostic[] =>
  groups.flatMap((group) => {
    const { id, tasks } = group;
    const open = tasks.slice(1).filter(({ status }) => status !== "completed");
    if (!group.isCheckpoint || open.length === 0 || whyLeftOut(group, choice) !== null) return [];
    return [
      {
        severity: "warning" as const,
        code: "below-checkpoint",
        line: open[0]!.line,
        column: 1,
        what: `No agent works on ${open.map((task) => task.id).join(", ")}`,
        why: `checkpoint ${id}, below which ${open.length === 1 ? "it stands" : "they stand"}, only runs the verify commands`,
        fix: "Give what is work a task of its own.",
      },
    ];
  });

function whyLeftOut(group: Group, choice: Choice): string | null {
  const { includeOptional = false, only } = choice;
  const top = group.tasks[0]!;
  if (!isNamed(group, choice)) return "--only does not name it";
  if (top.status === "completed") return "it is done already";
  if (top.optional && !includeOptional && !only) return "it is optional";
  if (isDone(group, includeOptional)) return REQUIRED_DONE;
  const isOnlyOptional = group.tasks.length > 1 && neededOf(group, includeOptional).length === 0;
  return isOnlyOptional && top.box === null ? "only optional sub-tasks stand below this heading" : null;
}

/** Is all of it done that has to be done? */
export function isDone(group: Group, includeOptional: boolean): boolean {
  const needed = neededOf(group, includeOptional);
  const isBelowDone = needed.length > 0 && needed.every(({ status }) => status === "completed");
  return group.tasks[0]!.status === "completed" || isBelowDone;
}

function neededOf({ tasks }: Group, includeOptional: boolean): Task[] {
  const below = tasks.slice(1);
  const optional = includeOptional ? new Set<string>() : optionalAmong(below);
  return below.filter((task) => !optional.has(task.id));
}

/** What stands below an optional task is optional too. */
function optionalAmong(tasks: readonly Task[]): Set<string> {
  const found = new Set(tasks.filter((task) => task.optional).map((task) => task.id));
  for (let before = -1; found.size > before;) {
    before = found.size;
    for (const task of tasks) if (task.parent !== null && found.has(task.parent)) found.add(task.id);
  }
  return found;
}
