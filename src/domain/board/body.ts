/**
 * How a body is put together: lines of ours with others' text made harmless in them, never longer than GitHub takes,
 * and the finder marker on the last line, which survives every cut.
 */
import { harmless } from "../text/harmless.ts";

/** GitHub takes 65,536 characters; a body of ours stays below 60,000. */
export const MAX_BODY = 59_900;

const CUT = "… (cut)";

/** The last line is the marker. A cut falls between lines and leaves no code block or fold open. */
export function cap(lines: readonly string[]): string {
  const mark = lines.at(-1)!;
  const text = lines.slice(0, -1).join("\n");
  if (text.length + 1 + mark.length <= MAX_BODY) return `${text}\n${mark}`;
  // What closing needs: a fence of any sensible length, the end of a fold, the word that something is missing.
  const room = MAX_BODY - mark.length - 200;
  const kept: string[] = [];
  let length = 0;
  let fence: string | null = null;
  for (const line of text.split("\n")) {
    length += line.length + 1;
    if (length > room) break;
    kept.push(line);
    fence = fenceAfter(line, fence);
  }
  const folds = kept.filter((line) => line.startsWith("<details>")).length;
  const closed = kept.filter((line) => line.startsWith("</details>")).length;
  return [
    ...kept,
    ...(fence === null ? [] : [fence]),
    ...(folds > closed ? ["", "</details>"] : []),
    "",
    CUT,
    mark,
  ].join("\n");
}

function fenceAfter(line: string, open: string | null): string | null {
  const found = /^(\s*)(`{3,100})(.*)$/.exec(line);
  if (!found) return open;
  if (open === null) return `${found[1]}${found[2]}`;
  return found[3]!.trim() === "" && found[2]!.length >= open.trim().length ? null : open;
}

/** Several lines of others' text. The quote holds what they may open: a code block, a heading, a list. */
export const quote = (text: string, max = 2000): string[] =>
  text.trim() === ""
    ? []
    : harmless(text.trim(), { max })
        .split("\n")
        .map((line) => `> ${line}`.trimEnd());

/** The first few, and how many more there are. */
export const few = (values: readonly string[], max: number): string =>
  values.length <= max
    ? values.join(", ")
    : `${values.slice(0, max).join(", ")} and ${values.length - max} more`;

/** The same for lines of a list. */
export const fewLines = (lines: readonly string[], max: number): string[] =>
  lines.length <= max ? [...lines] : [...lines.slice(0, max), `- … and ${lines.length - max} more`];

/** A heading with what belongs below it; nothing where there is nothing. */
export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`### ${title}`, "", ...lines, ""];

export function fold(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [`<details><summary>${title}</summary>`, "", ...lines, "", "</details>", ""];
}
