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

const SEPARATOR = /[,，、;；&+]|\s(?:and|y|e|et|und|и|và)\s|和|と/i;
const ONE = new RegExp(`^(?:${WORD}\\s*)?(${TOKEN})$`, "i");
const SEVERAL = new RegExp(`^(?:${WORD}\\s*)?${TOKEN}(?:\\s+${TOKEN})+$`, "i");
const RANGE = new RegExp(`^(?:${WORD}\\s*)?(${TOKEN})\\s*(?:-|–|—|~|to)\\s*(${TOKEN})$`, "i");
/** No list of dependencies is longer; a range such as 1–99999 is a slip. */
const MAX_RANGE = 200;

/** The ids of a list such as `1.1, Task 2 and 3–5 (types)`. Prose between them names no task. */
export function idsIn(list: string): string[] {
  return list
    .replaceAll(/\([^)]*\)|（[^）]*）|[`*]/g, " ")
    .replaceAll(/^[\s_]+|[\s_.]+$/g, "")
    .split(SEPARATOR)
    .map((part) => part.trim().replace(/^(?:and|et|y|und)\s+/i, ""))
    .flatMap((part) => {
      const one = ONE.exec(part);
      if (one) return [one[1]!];
      const range = RANGE.exec(part);
      if (range) return between(range[1]!, range[2]!);
      return SEVERAL.test(part) ? (part.match(new RegExp(`(?<=\\s|^)${TOKEN}(?=\\s|$)`, "gi")) ?? []) : [];
    });
}

/** `1.1`–`1.3`, `17`–`24`; without a common beginning only its two ends. */
function between(from: string, to: string): string[] {
  const [head, first] = split(from);
  const [tail, last] = split(to);
  const count = last - first;
  if ((head !== tail && tail !== "") || !(count >= 0 && count < MAX_RANGE)) return [from, to];
  return Array.from({ length: count + 1 }, (_, at) => `${head}${first + at}`);
}

function split(id: string): [head: string, last: number] {
  const found = /^(.*?)(\d+)$/.exec(id);
  return found ? [found[1]!, Number(found[2])] : [id, Number.NaN];
}
