/** A list of tasks as people write it: `1.1, Task 2 and 3–5 (types)`, part by part, so that none is lost without a word. */
import { leadingId, TOKEN, withoutWord, WORD } from "./task-id.ts";

export interface Part {
  text: string;
  ids: string[];
  /** False for prose, whatever it names. */
  isUnderstood: boolean;
}

const BRACKETS = /\([^()]*\)|（[^（）]*）/gu;
/** Around the whole list. */
const AROUND = /^\s*[(（]([^()（）]*)[)）]\s*$/u;
const SEPARATOR = /[,，、;；&+/→]|[-=]>|\s(?:and|or|y|e|o|et|ou|und|oder|и|или|và|ve|および)\s|和|と/iu;
const ONE = new RegExp(`^(?:${WORD}\\s*)?(${TOKEN})$`, "iu");
const LETTER = new RegExp(`^(?:${WORD}\\s*)?([A-Z])$`, "iu");
const SEVERAL = new RegExp(`^(?:${WORD}\\s*)?${TOKEN}(?:\\s+${TOKEN})+$`, "iu");
const DASH = "(?:-|–|—|~|～|to|through|thru|bis)";
const RANGE = new RegExp(`^(?:${WORD}\\s*)?(${TOKEN})\\s*${DASH}\\s*(?:${WORD}\\s*)?(${TOKEN})$`, "iu");
/** `needs tasks 1-3 first`, `タスク1完了後`; `PR #3` is none. */
const NAMED = new RegExp(
  String.raw`(?<!\p{Script=Latin})(?!#)${WORD}\s*#?(${TOKEN}(?:\s*${DASH}\s*${TOKEN})?)(?![\p{Script=Latin}\p{N}]|\.\p{N})`,
  "giu",
);
/** A range such as 1–99999 is a slip. */
const MAX_RANGE = 200;

export const withoutBrackets = (text: string): string => text.replaceAll(BRACKETS, " ");

/** The ids of the parts that are nothing else. */
export const idsIn = (list: string): string[] => partsOf(list).flatMap(exactIds);

/** Prose is read as well: `5 must be complete`, `3 - API layer`. */
export const partsIn = (list: string): Part[] =>
  partsOf(list).map((text) => {
    const exact = exactIds(text);
    const ends = endsOf(text);
    if (exact.length > 0) return { text, ids: exact, isUnderstood: !ends || between(ends) !== null };
    const first = leadingId(text);
    const rest = first?.rest ?? text;
    const named = [...rest.matchAll(NAMED)].flatMap(([, found]) => exactIds(found!));
    const ids = first ? [first.id, ...named] : named;
    const isNumberLeft = /(?<![\p{L}\p{N}.])\d/u.test(rest.replaceAll(NAMED, " "));
    return { text, ids, isUnderstood: ids.length > 0 && !isNumberLeft };
  });

const partsOf = (list: string): string[] =>
  withoutBrackets(list.replace(AROUND, "$1"))
    .replaceAll(/[`*[\]\s]+/gu, " ")
    .split(SEPARATOR)
    .map((part) =>
      part
        .trim()
        .replace(/^(?:and|et|y|und)\s+/i, "")
        .replaceAll(/^_+|(?<![_.。])[_.。]+$/gu, "")
        .trim(),
    )
    .filter((part) => /[\p{L}\p{N}]/u.test(part));

function exactIds(part: string): string[] {
  const one = ONE.exec(part);
  if (one) return [withoutWord(one[1]!)];
  const letter = LETTER.exec(part)?.[1];
  if (letter !== undefined) return letter === letter.toUpperCase() ? [letter] : [];
  const ends = endsOf(part);
  if (ends) return between(ends) ?? ends;
  if (!SEVERAL.test(part)) return [];
  return (part.match(new RegExp(`(?<=\\s|^)${TOKEN}(?=\\s|$)`, "giu")) ?? []).map(withoutWord);
}

/** `1.1`–`1.3` */
function endsOf(part: string): [from: string, to: string] | null {
  const [, from, to] = RANGE.exec(part) ?? [];
  return from === undefined ? null : [withoutWord(from), withoutWord(to!)];
}

/** Null without a common beginning. */
function between([from, to]: [from: string, to: string]): string[] | null {
  const [head, first] = split(from);
  const [tail, last] = split(to);
  const count = last - first;
  if ((head !== tail && tail !== "") || !(count >= 0 && count < MAX_RANGE)) return null;
  return Array.from({ length: count + 1 }, (_, at) => `${head}${first + at}`);
}

function split(id: string): [head: string, last: number] {
  const last = /\d+$/.exec(id)?.[0];
  return last === undefined ? [id, Number.NaN] : [id.slice(0, -last.length), Number(last)];
}
