/** Ids of tasks as people write them: `1.`, `1.2`, `Task 3:`, `T01:`, `**1.1`, `7.3.5a`, `FOUNDATION-1:`. */

const DOTTED = String.raw`\d{1,9}(?:\.\d{1,9}){0,63}`;
/** `1`, `1.2`, `10.2a`, `0.V`. */
const NUMBER = String.raw`(?:\d{1,9}\.[A-Z]|${DOTTED}[a-z]?)`;
export const TOKEN = String.raw`(?:(?:[A-Z]{1,16}(?:_[A-Z]{1,16})?-?)?${NUMBER})`;
export const WORD = String.raw`(?:(?:major\s)?tasks?|units?|タスク|任务|任務|작업|aufgabe|tareas?|tarefas?|tâches?|задач[аи]|görev(?:ler)?|nhiệm vụ|المهمة|#)`;
const DECORATION = /^(?:\*\*|__|~~|[\p{Extended_Pictographic}\u{FE0F}]|\s)+/u;
const LETTERS = String.raw`[A-Z]{1,16}(?:_[A-Z]{1,16})?-?`;
const END = String.raw`(?:\\?[.)]|[:：、]|\*\*|__|~~){1,3}`;
/** After an id comes a space, or, after `:` or `.`, a word at once. */
const EDGE = String.raw`(?=\s|$|(?<=[:：、)])|(?<=[*_~]{2})|(?<=\.)(?:[^\x00-\x7F]|[a-z]{2}))`;
const LEADING = new RegExp(
  String.raw`^(?:(?<word>${WORD})\s*#?(?=[A-Z-]*\d))?(?<letters>${LETTERS})?(?<number>${NUMBER})(?<star>\\?\*(?!\*))?(?<end>${END})?(?<late>\\?\*(?!\*))?${EDGE}\s*(?:[-–—]\s+)?`,
  "iu",
);

/** `Task-1` is task 1; all in capitals the word is a part of the name. */
const DASHED = new RegExp(`^${WORD}-(?=\\d)`, "iu");
/** A status code and what follows it: `404 error page`, `403 Forbidden`. */
const STATUS_CODE =
  /^[45]\d\d (?:\p{Ll}|(?:Error|Page|Not Found|Internal Server|Unauthorized|Forbidden|Bad Request)(?!\p{L}))/u;

export const withoutWord = (id: string): string => {
  const word = DASHED.exec(id)?.[0] ?? "";
  return word === word.toUpperCase() ? id : id.slice(word.length);
};

export interface LeadingId {
  id: string;
  /** Of `Task 3` and the like. */
  hasWord: boolean;
  /** `1.1*` or `1.*`: a mark of optional tasks. */
  isStarred: boolean;
  rest: string;
}

const LETTERED = new RegExp(
  `^(?=\\p{L})${WORD}\\s*(?<letter>[A-Z])(?:\\s*[:：.)、]|\\s+[-–—](?=\\s)|$)\\s*`,
  "iu",
);

/** The id that a title begins with, or null: `3D models` and `UTF-8 input` begin with none. */
export function leadingId(title: string): LeadingId | null {
  const text = title.replace(DECORATION, "");
  const found = LEADING.exec(text);
  if (!found) return letteredId(text);
  const { word, letters = "", number = "", star, end, late } = found.groups!;
  const id = withoutWord(letters + number);
  const hasWord = word !== undefined || id !== letters + number;
  const isSure = hasWord || end !== undefined;
  if (letters !== "" && !isSure && letters !== "T") return null;
  if (letters !== letters.toUpperCase() && !hasWord) return null;
  // `2024 report` begins with a year.
  if (/^[1-9]\d{3,}$/.test(number) && letters === "" && !isSure) return null;
  if (letters === "" && !isSure && STATUS_CODE.test(text)) return null;
  if (/^\d+\.[a-z]$/.test(number) || (/^\d+[a-z]$/i.test(number) && !isSure && !/[abc]$/.test(number)))
    return null;
  return {
    id,
    hasWord: hasWord || /^TASK-?$/.test(letters),
    isStarred: star !== undefined || late !== undefined,
    rest: text.slice(found[0].length),
  };
}

/** `Task A: Title` */
function letteredId(text: string): LeadingId | null {
  const found = LETTERED.exec(text);
  if (!found) return null;
  const id = found.groups!["letter"]!;
  if (id !== id.toUpperCase()) return null;
  return { id, hasWord: true, isStarred: false, rest: text.slice(found[0].length) };
}

/** `1.2.3` is below `1.2` and `1`. */
export const isBelow = (id: string, outer: string): boolean => id.startsWith(`${outer}.`);

/** Stable while the title stays: words of it, below its parent's id. */
export function generatedId(title: string, parent: string | null): string {
  const words =
    title
      .slice(0, 200)
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/g, "")
      .slice(0, 24)
      .replace(/-$/, "") || "task";
  return parent === null ? words : `${parent}.${words}`;
}
