/** Repository paths that a piece of Markdown names, in code spans or after labels such as `Files:`. Hints, never declarations. */
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Nodes } from "mdast";
import { kindOf, readLabel } from "./labels.ts";

const parser = unified().use(remarkParse);
const PATH = /^(?:\.\/)?(?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[a-z][a-z0-9]{0,9}$|^(?:\.\/)?(?:[\w@.+-]+\/)+$/i;
const FILE_ENDING =
  /\.(ts|tsx|js|mjs|jsx|json|md|py|rs|go|java|kt|rb|php|cs|cpp|c|h|css|scss|html|vue|svelte|sql|sh|yml|yaml|toml|lua|swift|txt)$/i;
const MAX_PATH = 400;
/** An item larger than this is not looked into: a Markdown tree of it would cost too much. */
const MAX_LENGTH = 64 * 1024;

export function pathsIn(markdown: string): string[] {
  if (markdown.length > MAX_LENGTH) return [];
  const found = new Set<string>();
  const add = (text: string): void => {
    if (isPath(text)) found.add(text.replace(/^\.\//, ""));
  };
  const visit = (node: Nodes): void => {
    if (node.type === "inlineCode") add(node.value);
    if ("children" in node) for (const child of node.children) visit(child);
  };
  if (markdown.includes("`")) visit(parser.parse(markdown));
  for (const list of labelled(markdown)) list.split(/[\s,，、;；_*`()（）]+/u).forEach(add);
  return [...found];
}

/** What stands behind a label of files, or in the list below one that stands alone. */
function* labelled(markdown: string): Generator<string> {
  let isOpen = false;
  for (const line of markdown.split("\n")) {
    const label = readLabel(line);
    const kind = label && kindOf(label);
    if (label && (kind === "files" || kind === "boundary")) {
      yield label.value;
      isOpen = label.value === "";
    } else if (isOpen && /^\s*[-*+]\s/.test(line)) yield line.trim().split(/\s+/)[1] ?? "";
    else if (line.trim() !== "") isOpen = false;
  }
}

/** `util.inspect` and `a.b` are code; a bare name counts as a file only with a common ending. */
function isPath(text: string): boolean {
  if (text.length > MAX_PATH || text.includes("..") || /^\d+(?:\.\d+)+$/.test(text)) return false;
  return PATH.test(text) && (text.includes("/") || FILE_ENDING.test(text));
}
