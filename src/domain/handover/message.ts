/** Messages of a hand-over's commits. Agents have their say in the first line; trailers are ours. */
import { commitSubject } from "../text/harmless.ts";
import type { WorkResult } from "./result.ts";

/**
 * A commit of a task names it. What else is said to be done is named by the last commit. Only tasks of the unit are
 * named. `attempt` ends each message: by it the commits are found again.
 */
export function commitMessages(
  { commits, tasks }: Pick<WorkResult, "commits" | "tasks">,
  { taskIds, attempt }: { taskIds: readonly string[]; attempt: string },
): string[] {
  const own = commits.map(({ task }) => (task !== null && taskIds.includes(task) ? [task] : []));
  const named = new Set(own.flat());
  const done = new Set(tasks.flatMap((task) => (task.done ? [task.id] : [])));
  const others = taskIds.filter((id) => done.has(id) && !named.has(id));
  return commits.map(({ message }, at) => {
    const ids = [...own[at]!, ...(at === commits.length - 1 ? others : [])];
    const trailers = [...ids.map((id) => `Task: ${commitSubject(id)}`), `Roundtable-Attempt: ${attempt}`];
    return `${commitSubject(message)}\n\n${trailers.join("\n")}`;
  });
}
