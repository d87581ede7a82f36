/**
 * tasks.md line by line: checkboxes, headings and fences with their places. A Markdown tree of the whole file is
 * quadratic on long lists, so a tree is made per item only where one is needed (see `paths.ts`).
 */

export interface BoxLine {
  kind: "box";
  line: number;
  indent: number;
  /** Offset of the character between the brackets in the whole text; `[]` has none. */
  markAt: number;
  mark: string;
  rest: string;
}

export type ScannedLine =
  | BoxLine
  | { kind: "heading"; line: number; level: number; text: string }
  | { kind: "fence"; line: number; text: string }
  | { kind: "text"; line: number; indent: number; text: string };

const BOX = /^(\s*)([-*+]|\d{1,9}[.)])(\s+)\[([^\]\n]{0,12})\](.*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
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
      if (opening && opening[1]!.startsWith(fence) && opening[2]!.trim() === "") fence = null;
      else lines.push({ kind: "fence", line, text: raw });
    } else if (opening && !(opening[1]!.startsWith("`") && opening[2]!.includes("`"))) fence = opening[1]!;
    else if (/^\s*<!--/.test(raw) && !raw.includes("-->")) isComment = true;
    else lines.push(plainLine(raw, { line, at: offset + shift }));
    offset += whole.length + 1;
  }
  return lines;
}

function plainLine(raw: string, { line, at }: { line: number; at: number }): ScannedLine {
  const box = BOX.exec(raw);
  if (box && !box[5]!.startsWith("(")) {
    const [, indent, bullet, space, mark, rest] = box as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const markAt = at + indent.length + bullet.length + space.length + 1;
    return { kind: "box", line, indent: indent.replaceAll("\t", "    ").length, markAt, mark, rest };
  }
  const heading = HEADING.exec(raw);
  if (heading) return { kind: "heading", line, level: heading[1]!.length, text: heading[2]! };
  return { kind: "text", line, indent: /^\s*/.exec(raw)![0].replaceAll("\t", "    ").length, text: raw };
}
