/** Ids of tasks as people write them: `1.`, `1.2`, `Task 3:`, `T01:`, `**1.1`, `7.3.5a`, `FOUNDATION-1:`. */

const TOKEN = String.raw`(?:[A-Z]{0,12}-?\d+(?:\.\d+)*[a-z]?|\d+\.[A-Z])`;
const WORD = String.raw`(?:tasks?|units?|タスク|任务|任務|작업|tareas?|tarefas?|tâches?|задач[аи]|görev(?:ler)?|#)`;
const LEADING = new RegExp(
  String.raw`^(?:\*\*)?(?:(?:task\s+|${WORD}\s*)(?=\S*\d))?(${TOKEN})(\*)?(?:\.|:|：|\)|、)?(\\?\*)?(?:\s+|(?<=[:：])|$)`,
  "i",
);

export interface LeadingId {
  id: string;
  /** `1.1*` or `1.*`: a mark of optional tasks. */
  isStarred: boolean;
  rest: string;
}

/** The id that a title begins with, or null. */
export function leadingId(title: string): LeadingId | null {
  const found = LEADING.exec(title);
  if (!found) return null;
  return {
    id: found[1]!,
    isStarred: found[2] !== undefined || found[3] !== undefined,
    rest: title.slice(found[0].length),
  };
}

/** Stable while the title stays: words of it, below its parent's id. */
export function generatedId(title: string, parent: string | null): string {
  const words =
    title
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 24)
      .replaceAll(/-+$/g, "") || "task";
  return parent === null ? words : `${parent}.${words}`;
}
