/**
 * tasks.md line by line: checkboxes, headings and fences with their places. A Markdown tree of the whole file is
 * quadratic on long lists, so a tree is made per item only where one is needed (see `paths.ts`).
 */

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
}

export interface HeadingLine {
  kind: "heading";
  line: number;
  level: number;
  text: string;
  /** Of a heading with a checkbox: `### [x] Title`. */
  box: Mark | null;
}

export type ScannedLine =
  | BoxLine
  | HeadingLine
  /** Within a fence. */
  | { kind: "fence"; line: number; text: string }
  /** The line that opens or closes a fence. */
  | { kind: "border"; line: number; text: string }
  | { kind: "text"; line: number; indent: number; text: string };

const BOX = /^(\s*)([-*+]|\d{1,9}[.)])(\s+)\[([^\]\n]{0,12})\](.*)$/;
const HEADING = /^( {0,3}(#{1,6})\s+)(.*?)\s*#*\s*$/;
const FENCE = /^\s*(`{3,}|~{3,})(.*)$/;

export function scan(text: string): ScannedLine[] {
  const lines: ScannedLine[] = [];
  let offset = 0;
  let fence: string | null = null;
  let isFrontMatter = false;
  let isComment = false;
  for (const [index, whole] of text.split("\n").entries()) {
    const raw = whole.replace(/\r$/, "").replace(/^\uFEFF/, "");
    const shift = whole.startsWith("\uFEFF") ? 1 : 0;
    const line = index + 1;
    const opening = FENCE.exec(raw);
    if (index === 0 && raw === "---") isFrontMatter = true;
    else if (isFrontMatter) isFrontMatter = raw !== "---";
    else if (isComment) isComment = !raw.includes("-->");
    else if (fence !== null) {
      const isClosing = opening && opening[1]!.startsWith(fence) && opening[2]!.trim() === "";
      if (isClosing) fence = null;
      lines.push({ kind: isClosing ? "border" : "fence", line, text: raw });
    } else if (opening && !(opening[1]!.startsWith("`") && opening[2]!.includes("`"))) {
      fence = opening[1]!;
      lines.push({ kind: "border", line, text: raw });
    } else if (/^\s*<!--/.test(raw) && !raw.includes("-->")) isComment = true;
    else lines.push(plainLine(raw, { line, at: offset + shift }));
    offset += whole.length + 1;
  }
  return lines;
}

function plainLine(raw: string, { line, at }: { line: number; at: number }): ScannedLine {
  const box = BOX.exec(raw);
  if (box && !box[5]!.startsWith("(")) {
    const [, indent = "", bullet = "", space = "", mark = "", rest = ""] = box;
    const markAt = at + indent.length + bullet.length + space.length + 1;
    return { kind: "box", line, indent: width(indent), markAt, mark, rest };
  }
  const heading = HEADING.exec(raw);
  if (!heading) return { kind: "text", line, indent: width(/^\s*/.exec(raw)![0]), text: raw };
  const [, head = "", hashes = "", text = ""] = heading;
  const marked = /^\[([^\]]{0,4})\]\s+/.exec(text);
  return {
    kind: "heading",
    line,
    level: hashes.length,
    text: marked ? text.slice(marked[0].length) : text,
    box: marked ? { markAt: at + head.length + 1, mark: marked[1]! } : null,
  };
}

const width = (indent: string): number => indent.replaceAll("\t", "    ").length;
