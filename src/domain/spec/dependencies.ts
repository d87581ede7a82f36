/** What tasks wait for beside the ids that they name: what stands before them, and who blocks them. */
import type { Diagnostic } from "../problem.ts";
import type { Details, Doubt } from "./details.ts";
import { idsIn } from "./task-id.ts";
import type { Task } from "./tasks.ts";

/** More of them nobody could run, or read. */
const MAX_FOLLOWED = 200_000;

/** `_Depends: all previous tasks_`: all units before the task's own. */
export function followAllBefore(
  tasks: readonly Task[],
  followers: ReadonlySet<Task>,
  diagnostics: Diagnostic[],
): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const tops = tasks.filter(({ parent }) => parent === null);
  const placeOf = new Map(tops.map((task, at) => [task, at]));
  let count = 0;
  for (const task of followers) {
    let top = task;
    while (top.parent !== null) top = byId.get(top.parent)!;
    const place = placeOf.get(top)!;
    count += place;
    if (count > MAX_FOLLOWED) {
      diagnostics.push(tooManyFollowed(task));
      return;
    }
    const before = tops.slice(0, place).map(({ id }) => id);
    task.dependsOn = [...new Set([...task.dependsOn, ...before])];
  }
}

const tooManyFollowed = ({ id, line }: Task): Diagnostic => ({
  severity: "error",
  code: "too-many-dependencies",
  line,
  column: 1,
  what: `Task ${id} and others depend on all tasks before them`,
  why: `together that makes over ${MAX_FOLLOWED} dependencies`,
  fix: "Put a checkpoint before such a task: it waits for all before it, and all after wait for it.",
});

/**
 * `Blocks: 3` of task 1 says that 3 depends on 1. Two tasks cannot block all others: the first one does, but for those
 * that it depends on itself.
 */
export function waitForBlockers(
  tasks: readonly Task[],
  blockers: ReadonlyMap<Task, Details["blocks"]>,
): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  let isAllTaken = false;
  for (const [blocker, blocks] of blockers) {
    if (blocks === "all" && isAllTaken) continue;
    isAllTaken ||= blocks === "all";
    const waiting =
      blocks === "all"
        ? tasks.filter(({ id, parent }) => parent === null && !blocker.dependsOn.includes(id))
        : blocks.flatMap((id) => byId.get(id) ?? []);
    for (const task of waiting)
      if (task !== blocker && !task.dependsOn.includes(blocker.id)) task.dependsOn.push(blocker.id);
  }
}

/**
 * `React18` in a list of dependencies is no task, unless tasks are called so here, nor is a letter. A wrong number is an
 * error later.
 */
export function keepKnownDependencies(tasks: readonly Task[]): void {
  const letters = (id: string): string => /^\D*/.exec(id)![0].toLowerCase();
  const ids = new Set(tasks.map((task) => task.id));
  const known = new Set([...ids].map(letters));
  const isNamed = (id: string): boolean => /\d/.test(id) && (letters(id) === "" || known.has(letters(id)));
  for (const task of tasks) task.dependsOn = task.dependsOn.filter((id) => ids.has(id) || isNamed(id));
}

/** `_Depends: Task A_` is none where there is such a task. */
export const isResolved = ({ label, value }: Doubt, ids: ReadonlySet<string>): boolean =>
  label === "depends" && idsIn(value).some((id) => ids.has(id));
