/** How text is laid on a screen: columns of a terminal, tones, and text of others made fit for one line of it. */
import stringWidth from "string-width";

export type Tone = "error" | "warning" | "note" | "soft" | "strong";

export interface Look {
  /** Infinity where nothing bounds a line. */
  columns: number;
  paint: (tone: Tone, text: string) => string;
}

export const PLAIN: Look = { columns: Infinity, paint: (_, text) => text };

// Control characters, and those that turn the reading direction or have no width.
// eslint-disable-next-line no-control-regex
const UNSHOWN =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** One line without anything that a terminal would obey. */
export const plain = (text: string): string => text.replaceAll(UNSHOWN, " ");

/** `1 unit`, `2 units`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

export const widthOf = (text: string): number => stringWidth(text);

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** At most so many columns of it, with an ellipsis where something is gone. */
export function cut(text: string, width: number): string {
  return isWithin(text, width) ? text : `${start(text, width - 1)}…`;
}

export const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));

/** In at most so many lines of a width, broken between words where there are any. */
export function wrapped(text: string, { width, lines }: { width: number; lines: number }): string[] {
  const rest = text.trim();
  if (lines <= 1 || isWithin(rest, width)) return [cut(rest, width)];
  const head = start(rest, width);
  const space = rest[head.length] === " " ? head.length : head.lastIndexOf(" ");
  const at = space > head.length / 3 ? space : head.length;
  return [rest.slice(0, at).trimEnd(), ...wrapped(rest.slice(at), { width, lines: lines - 1 })];
}

/** A title can be as long as a file: of a long one no more is measured than there is room for. */
const isWithin = (text: string, width: number): boolean =>
  text.length <= 4 * width ? widthOf(text) <= width : start(text, width).length === text.length;

function start(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const { segment } of letters.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}
