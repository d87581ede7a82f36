import { parseTasks } from "./tasks.ts";

/** tasks.md with the boxes of these tasks ticked: only those characters change, byte for byte. */
export function ticked(markdown: string, ids: readonly string[]): string {
  const wanted = new Set(ids);
  const marks = parseTasks(markdown)
    .tasks.filter((task) => wanted.has(task.id) && task.status !== "completed")
    .toSorted((a, b) => b.markAt - a.markAt);
  let text = markdown;
  for (const task of marks)
    text = `${text.slice(0, task.markAt)}x${text.slice(task.markAt + task.mark.length)}`;
  return text;
}
