/** Repository paths that a piece of Markdown names, in code spans or after labels such as `Files:`. Hints, never declarations. */
import { linesOf } from "../text/lines.ts";
import { kindOf, readLabel } from "./labels.ts";
import { scan } from "./scan.ts";

/** As many back-ticks close a span as open it. A Markdown tree would say the same at a cost that grows with the square. */
const SPAN = /(?<!`)(`{1,8})(?!`)([^\n]*?[^`\n])\1(?!`)/gu;
const PATH = /^(?:\.\/)?(?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[a-z][a-z0-9]{0,9}$|^(?:\.\/)?(?:[\w@.+-]+\/)+$/i;
const FILE_ENDING =
  /\.(ts|tsx|js|mjs|jsx|json|md|py|rs|go|java|kt|rb|php|cs|cpp|c|h|css|scss|html|vue|svelte|sql|sh|yml|yaml|toml|lua|swift|txt)$/i;
const MAX_PATH = 400;

/** What stands within fences and comments names none. */
export function pathsIn(markdown: string): string[] {
  const raw = linesOf(markdown);
  const found = new Set<string>();
  let isList = false;
  for (const [at, { kind }] of scan(markdown).lines.entries()) {
    if (kind === "hidden" || kind === "border") continue;
    const line = raw[at]!;
    const spans = [...line.matchAll(SPAN)].map(([, , span]) => span!.trim());
    const label = readLabel(line);
    const isFiles = label !== null && ["files", "boundary"].includes(kindOf(label) ?? "");
    // A label that stands alone is about the list below it.
    const listed = isFiles
      ? label.value
      : isList && /^\s*[-*+]\s/.test(line)
        ? line.trim().split(/\s+/)[1]!
        : "";
    for (const text of [...spans, ...listed.split(/[\s,，、;；_*`()（）]+/u)])
      if (isPath(text)) found.add(text.replace(/^\.\//, ""));
    if (isFiles) isList = label.value === "";
    else if (line.trim() !== "" && listed === "") isList = false;
  }
  return [...found];
}

/** `util.inspect` and `a.b` are code; a bare name counts as a file only with a common ending. */
function isPath(text: string): boolean {
  if (text.length > MAX_PATH || text.includes("..") || /^\d+(?:\.\d+)+$/.test(text)) return false;
  return PATH.test(text) && (text.includes("/") || FILE_ENDING.test(text));
}
