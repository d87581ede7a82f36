/** Repository paths named in code spans of a piece of Markdown. */
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Nodes } from "mdast";

const parser = unified().use(remarkParse);
const PATH = /^(?:\.\/)?(?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[a-z][a-z0-9]{0,9}$|^(?:\.\/)?(?:[\w@.+-]+\/)+$/i;
/** An item larger than this is not looked into: a Markdown tree of it would cost too much. */
const MAX_LENGTH = 64 * 1024;

export function pathsIn(markdown: string): string[] {
  if (markdown.length > MAX_LENGTH || !markdown.includes("`")) return [];
  const found = new Set<string>();
  const visit = (node: Nodes): void => {
    if (node.type === "inlineCode" && isPath(node.value)) found.add(node.value.replace(/^\.\//, ""));
    if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(parser.parse(markdown));
  return [...found];
}

/** `util.inspect` and `a.b` are code; a bare name counts as a file only with a common ending. */
function isPath(text: string): boolean {
  if (!PATH.test(text) || text.includes("..") || /^\d+(\.\d+)+$/.test(text)) return false;
  return (
    text.includes("/") ||
    /\.(ts|tsx|js|mjs|jsx|json|md|py|rs|go|java|kt|rb|php|cs|cpp|c|h|css|scss|html|vue|svelte|sql|sh|yml|yaml|toml|lua|swift|txt)$/i.test(
      text,
    )
  );
}
