/** Repository paths that a piece of Markdown names, in code spans or after labels such as `Files:`. Hints, never declarations. */
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Nodes } from "mdast";

const parser = unified().use(remarkParse);
const PATH = /^(?:\.\/)?(?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[a-z][a-z0-9]{0,9}$|^(?:\.\/)?(?:[\w@.+-]+\/)+$/i;
const LABELLED =
  /^[\s>*+-]*[_*]{0,3}(?:(?:target |test )?files?(?: to [a-z/]+| modified| created| changed)?|location|boundary|(?:対象)?ファイル|(?:更新)?文件|파일|archivos?|arquivos?|fichiers?|файлы?)[_*]{0,3}\s*[:：](.*)$/gimu;
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
  for (const [, list] of markdown.matchAll(LABELLED)) list!.split(/[\s,，、;_*`]+/).forEach(add);
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
