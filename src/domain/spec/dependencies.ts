/** What tasks wait for beside the ids that they name: what stands before them, and who blocks them. */
import type { Diagnostic } from "../problem.ts";
import type { Named } from "./details.ts";
import { blocksUnknown, notUnderstood } from "./faults.ts";
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

/** Two tasks cannot block all others: the first one does, but for those that it depends on itself. */
export function waitForBlocker(tasks: readonly Task[], blocker: Task | undefined): void {
  if (!blocker) return;
  for (const task of tasks)
    if (task.parent === null && !blocker.dependsOn.includes(task.id)) waitFor(task, blocker);
}

function waitFor(task: Task, { id }: Task): void {
  if (task.id !== id && !task.dependsOn.includes(id)) task.dependsOn.push(id);
}

export interface NamedTasks extends Pick<Named, "label" | "parts"> {
  task: Task;
  line: number;
}

/** `Blocks: 3` of task 1 says that 3 depends on 1. A dependency that no task is stays: it is an error later. */
export function waitForNamed(
  tasks: readonly Task[],
  lists: readonly NamedTasks[],
  diagnostics: Diagnostic[],
): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const meant = idMeant(new Set(byId.keys()));
  for (const list of lists) {
    const { task, label, parts, line } = list;
    const lost = parts.filter(
      ({ ids, isUnderstood }) => !isUnderstood || ids.some((id) => meant(id) === null),
    );
    if (lost.length > 0) diagnostics.push(notUnderstood(list, lost));
    const ids = parts.flatMap((part) => part.ids.flatMap((id) => meant(id) ?? []));
    if (label === "depends") task.dependsOn = [...new Set([...task.dependsOn, ...ids])];
    else
      for (const id of ids) {
        const blocked = byId.get(id);
        if (blocked) waitFor(blocked, task);
        else if (task.status !== "completed") diagnostics.push(blocksUnknown(task, { id, line }));
      }
  }
}

/**
 * The id that is meant: `T1` and `TASK-01` are task 1 where no task is called like that. Null for what is no task's at
 * all, as `React18` is none, unless tasks are called so here, nor is a letter.
 */
export function idMeant(ids: ReadonlySet<string>): (id: string) => string | null {
  const kindOf = (id: string): string =>
    /^\p{L}$/u.test(id) ? "a letter" : /^\D*/.exec(id)![0].toLowerCase();
  const kinds = new Set([...ids].map(kindOf));
  return (id) => {
    if (ids.has(id) || kindOf(id) === "" || kinds.has(kindOf(id))) return id;
    const bare = id.replace(/^T(?:ASK)?-?0*(?=\d)/i, "");
    return ids.has(bare) ? bare : null;
  };
}
