import type { Mark } from "./scan.ts";
import { statusOf } from "./status.ts";
import { parseTasks, type Task } from "./tasks.ts";

/**
 * tasks.md with the boxes of these tasks ticked: only those characters change, byte for byte. A heading without a box
 * has its points and criteria ticked, so that it is read as done.
 */
export function ticked(markdown: string, ids: readonly string[]): string {
  const wanted = new Set(ids);
  const marks = parseTasks(markdown)
    .tasks.filter((task) => wanted.has(task.id))
    .flatMap((task) => (task.box === null ? task.points : [task.box]))
    .filter((mark) => statusOf(mark) !== "completed");
  return marked(markdown, marks, "x");
}

export const marksOf = ({ box, points }: Task): Mark[] => (box === null ? points : [box, ...points]);

/** The text with these marks in place of which `sign` stands. */
export function marked(markdown: string, marks: readonly Mark[], sign: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { markAt, mark } of marks.toSorted((a, b) => a.markAt - b.markAt)) {
    parts.push(markdown.slice(from, markAt), sign);
    from = markAt + mark.length;
  }
  return [...parts, markdown.slice(from)].join("");
}
