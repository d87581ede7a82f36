/** How far a task is: by its own mark; a heading without a box by what stands below it. */
import type { TaskStatus } from "../plan/plan.ts";
import { kindOf, readLabel } from "./labels.ts";
import type { Mark } from "./scan.ts";
import type { Task } from "./tasks.ts";

const STATUS: ReadonlyMap<string, TaskStatus> = new Map([
  ["", "not_started"],
  ["x", "completed"],
  ["X", "completed"],
  ["-", "in_progress"],
  ["~", "queued"],
]);
/** The word, and then no more than a bracket, a date or a sign: "completed in part" is not done. */
const DONE =
  /^[^\p{L}\p{N}]*?(?:✅|\[x\]|completed?\b|implemented\b|done\b|完了|完成|已完成|concluíd[oa]|completad[oa]|terminé|готово|выполнено|tamamlandı|hoàn thành|완료|مكتمل)[\s*_~,.:!。–—-]*(?:$|[(（[【]|\d{1,4}[-./年]|[\p{S}\p{Extended_Pictographic}])/iu;

export const statusOf = (box: Mark | null): TaskStatus =>
  box === null ? "not_started" : (STATUS.get(box.mark.trim()) ?? "unknown");

/** `**Status**: [x] Done`. */
export function statusMark(text: string, at: number): Mark | null {
  const found = /[:：][*_\s]*\[([^\][]{0,4})\]/u.exec(text);
  const label = found && readLabel(text);
  if (!label || kindOf(label) !== "status") return null;
  const mark = found[1]!;
  return { mark, markAt: at + found.index + found[0].length - mark.length - 1 };
}

/** A heading without a box is done when it says so, or when all tasks or criteria below it are. */
export function settleHeadings(tasks: readonly Task[]): void {
  const below = new Map<string, Task[]>();
  for (const task of tasks) {
    const siblings = below.get(task.parent ?? "");
    if (siblings) siblings.push(task);
    else below.set(task.parent ?? "", [task]);
  }
  for (const task of tasks.toReversed()) {
    if (task.box !== null) continue;
    const children = below.get(task.id) ?? [];
    const isDone =
      children.length > 0
        ? children.every((child) => child.status === "completed")
        : task.points.length > 0 && task.points.every((point) => statusOf(point) === "completed");
    if (isDone || (children.length === 0 && saysDone(task.details))) task.status = "completed";
  }
}

const saysDone = (details: string): boolean =>
  details.split("\n").some((line) => {
    const label = readLabel(line);
    return label !== null && kindOf(label) === "status" && DONE.test(label.value);
  });
