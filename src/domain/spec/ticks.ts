import { statusOf } from "./status.ts";
import { parseTasks } from "./tasks.ts";

/**
 * tasks.md with the boxes of these tasks ticked: only those characters change, byte for byte. A heading without a box
 * has its points and criteria ticked, so that it is read as done.
 */
export function ticked(markdown: string, ids: readonly string[]): string {
  const wanted = new Set(ids);
  const marks = parseTasks(markdown)
    .tasks.filter((task) => wanted.has(task.id))
    .flatMap((task) => (task.box === null ? task.points : [task.box]))
    .filter((mark) => statusOf(mark) !== "completed")
    .toSorted((a, b) => a.markAt - b.markAt);
  const parts: string[] = [];
  let from = 0;
  for (const { markAt, mark } of marks) {
    parts.push(markdown.slice(from, markAt), "x");
    from = markAt + mark.length;
  }
  return [...parts, markdown.slice(from)].join("");
}
