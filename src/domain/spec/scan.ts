/**
 * tasks.md line by line: checkboxes, headings and fences with their places. Each expression here takes time in
 * proportion to its line, where a Markdown tree takes the square of the file (docs/decisions/0004).
 */

import { linesOf } from "../text/lines.ts";
import { kindOf, readLabel } from "./labels.ts";

/** A mark between brackets and the offset in the whole text at which it stands; `[]` is the empty mark. */
export interface Mark {
  markAt: number;
  mark: string;
}

export interface BoxLine extends Mark {
  kind: "box";
  line: number;
  indent: number;
  rest: string;
  /** Within a block quote. */
  isQuoted: boolean;
}

export interface HeadingLine {
  kind: "heading";
  line: number;
  level: number;
  text: string;
  /** Of a heading with a checkbox: `### [x] Title`, `### - [x] Title`. */
  box: Mark | null;
}

/** Where no line is read as Markdown. */
export type Hiding = "fence" | "comment" | "front-matter";

export type ScannedLine =
  | BoxLine
  | HeadingLine
  | { kind: "hidden"; line: number; text: string; within: Hiding; isBox: boolean }
  /** The line that opens or closes a fence; `info` names its language. */
  | { kind: "border"; line: number; text: string; info: string }
  /** `at` is the offset of its text in the whole. */
  | { kind: "text"; line: number; indent: number; text: string; at: number };

export interface Scan {
  lines: ScannedLine[];
  /** The lines of which only the first 20 kB are read. */
  cut: number[];
  /** A fence or comment that nothing closes, by the line that opens it. */
  open: { line: number; within: Hiding } | null;
}

export const MAX_LINE = 20_000;
const BOX = /^((?:\s*>)*\s*)([-*+]|\d{1,9}[.)])(\s+)\[([^\][\n]{0,12})\](.*)$/su;
const HEADING = /^( {0,3}(#{1,6})(?:[ \t]+|$))(.*)$/su;
const FENCE = /^\s*(`{3,}|~{3,})(.*)$/su;
/** Below a line of text at the margin, with an empty one above. */
const UNDERLINE = /^(?:(={3,})|-{3,})[ \t]*$/u;
/** Sentences, labels and list items above a short rule are no headings, whatever Markdown makes of some of them. */
const UNDERLINED = /^(?:\*\*[^*]+\*\*|[\p{L}\p{N}\p{Extended_Pictographic}([].*[^\s.,:;。，：；])\s*$/u;
const ITEM = /^\d{1,9}[.)]\s/u;
/** A rule at the beginning is none: its first line is a key. */
const FRONT_MATTER = /^\uFEFF?---\n(?:\s*\n)?(?:#[^\n]*\n)*[\p{L}_][\p{L}\w -]{0,60}:[^]*?\n---(?:\n|$)/u;
/** A mark that people make for themselves; `[1]` or `[Note]` is the beginning of a sentence or a reference. */
const HOME_MADE = /^(?:done|todo|wip|skip(?:ped)?|removed|\P{L}|[\p{L}]|.*[^\p{L}\p{N}\s._-].*)$/iu;

export function scan(text: string): Scan {
  const lines: ScannedLine[] = [];
  const cut: number[] = [];
  let offset = 0;
  const all = linesOf(text);
  let open: Hidden | null = FRONT_MATTER.test(all.join("\n"))
    ? { line: 1, within: "front-matter", fence: "", indent: 0 }
    : null;
  for (const [index, whole] of all.entries()) {
    const line = index + 1;
    const shift = whole.startsWith("\uFEFF") ? 1 : 0;
    const raw = whole.slice(shift, shift + MAX_LINE);
    if (whole.length - shift > MAX_LINE) cut.push(line);
    const fence = FENCE.exec(raw);
    const mark = fence?.[1] ?? "";
    const info = fence?.[2]?.trim() ?? "";
    // An item ends the fence that stands within the item before.
    if (open !== null && open.indent > 0 && width(indentOf(raw)) < open.indent && boxOf(raw)) open = null;
    if (open !== null) {
      const isClosing: boolean = closes(open, { raw, line, mark, info });
      if (isClosing && open.within === "fence") lines.push({ kind: "border", line, text: raw, info: "" });
      else lines.push({ kind: "hidden", line, text: raw, within: open.within, isBox: boxOf(raw) !== null });
      if (isClosing) open = null;
    } else if (mark !== "" && !(mark.startsWith("`") && info.includes("`"))) {
      open = { line, within: "fence", fence: mark, indent: width(indentOf(raw)) };
      lines.push({ kind: "border", line, text: raw, info });
    } else if (/^\s*<!--/.test(raw)) {
      if (!raw.includes("-->")) open = { line, within: "comment", fence: "", indent: 0 };
      lines.push({ kind: "hidden", line, text: raw, within: "comment", isBox: false });
    } else {
      const title = underlined(lines, raw, () => textFrom(all, line));
      if (title) lines.splice(-1, 1, title);
      lines.push(plainLine(title ? "" : raw, { line, at: offset + shift }));
    }
    offset += whole.length;
    offset += text.startsWith("\r\n", offset) ? 2 : 1;
  }
  return { lines, cut, open };
}

interface Hidden {
  line: number;
  within: Hiding;
  /** The marks that open a fence. */
  fence: string;
  indent: number;
}

function closes(
  open: Hidden,
  { raw, line, mark, info }: { raw: string; line: number; mark: string; info: string },
): boolean {
  if (open.within === "comment") return raw.includes("-->");
  if (open.within === "fence") return mark.startsWith(open.fence) && info === "";
  return line > 1 && raw === "---";
}

function boxOf(raw: string): RegExpExecArray | null {
  const box = BOX.exec(raw);
  if (!box) return null;
  const mark = box[4]!.trim();
  const rest = box[5]!;
  if (/^[([:]/.test(rest)) return null;
  const isMark = mark === "" || /^[xX~-]$/.test(mark) || HOME_MADE.test(mark);
  return isMark || /^\s*(?:\*\*)?\d+(?:\.|\s)/.test(rest) ? box : null;
}

function plainLine(raw: string, { line, at }: { line: number; at: number }): ScannedLine {
  const box = boxOf(raw);
  if (box) {
    const [, indent = "", bullet = "", space = "", mark = "", rest = ""] = box;
    const markAt = at + indent.length + bullet.length + space.length + 1;
    return { kind: "box", line, indent: width(indent), markAt, mark, rest, isQuoted: indent.includes(">") };
  }
  const heading = HEADING.exec(raw);
  if (!heading) return { kind: "text", line, indent: width(indentOf(raw)), text: raw, at };
  const [, head = "", hashes = "", tail = ""] = heading;
  const text = tail.trimEnd().replace(/(?:^|\s)#+$/u, "");
  return headingOf(text, { line, at: at + head.length, level: hashes.length });
}

function headingOf(text: string, { line, at, level }: Record<"line" | "at" | "level", number>): HeadingLine {
  const marked = /^((?:[-*+]\s+)?\[)([^\][]{0,4})\]\s+/u.exec(text);
  return {
    kind: "heading",
    line,
    level,
    text: (marked ? text.slice(marked[0].length) : text).trim(),
    box: marked ? { markAt: at + marked[1]!.length, mark: marked[2]! } : null,
  };
}

/** The first line with text on it. */
function textFrom(all: readonly string[], from: number): string {
  let at = from;
  while (all[at]?.trim() === "") at++;
  return all[at] ?? "";
}

/** The heading that this line makes of the one before it. */
function underlined(lines: readonly ScannedLine[], raw: string, next: () => string): HeadingLine | null {
  const rule = UNDERLINE.exec(raw);
  const [title, above] = [lines.at(-1), lines.at(-2)];
  if (!rule || title?.kind !== "text" || !UNDERLINED.test(title.text)) return null;
  if (above && !(above.kind === "text" && above.text.trim() === "")) return null;
  const label = readLabel(title.text);
  if (label && kindOf(label) !== null) return null;
  // People part items and chapters by a short rule.
  if (ITEM.test(title.text) && raw.trim().length === 3) return null;
  if (raw.trim() === "---" && HEADING.test(next())) return null;
  return headingOf(title.text, { line: title.line, at: title.at, level: rule[1] === undefined ? 2 : 1 });
}

const indentOf = (raw: string): string => /^\s*/.exec(raw)![0];
const width = (indent: string): number => indent.replaceAll("\t", "    ").length;
