/** Repository paths that a piece of Markdown names, in code spans or after labels such as `Files:`. Hints, never declarations. */
import { linesOf } from "../text/lines.ts";
import { kindOf, readLabel } from "./labels.ts";
import { scan } from "./scan.ts";

export interface Mention {
  text: string;
  /** It reads as a path, whether or not such a file is there. */
  isPath: boolean;
}

/** As many back-ticks close a span as open it. A Markdown tree would say the same at a cost that grows with the square. */
const SPAN = /(?<!`)(`{1,8})(?!`)([^\n]*?[^`\n])\1(?!`)/gu;
/** `(auth)` and `(..)photo` begin a segment, `[id]` stands for a part of one. */
const SEGMENT = String.raw`(?=[^/])(?:\((?:\.{1,3}|[\w-]+)\))*(?:[\p{L}\p{M}\p{N}_@.+*-]|(?<![\p{L}\p{N})\]])\[\[?(?:\.{3})?[\w=-]+\]?\])*`;
const PATH = new RegExp(
  String.raw`^(?:${SEGMENT}/)*${SEGMENT}\.[a-z][a-z0-9]{0,9}$|^(?:${SEGMENT}/)+$`,
  "iu",
);
/** Files without an ending, by their name or their folder. */
const UNENDED = new RegExp(
  String.raw`^\.github/(?:${SEGMENT}/)*${SEGMENT}$|^(?:${SEGMENT}/)+(?:CODEOWNERS|Dockerfile|LICENSE|Makefile)$`,
  "u",
);
const FILE_ENDING =
  /[^/]\.(ts|tsx|js|mjs|jsx|json|md|py|rs|go|java|kt|rb|php|cs|cpp|c|h|css|scss|html|vue|svelte|sql|sh|yml|yaml|toml|lua|swift|txt)$/i;
/** `:12` behind a file. `::test_name` stays: who names that runs a test. */
const PLACE = /(?<!:):\d[\d:-]*$/;
const MAX_PATH = 400;

/** What stands within fences and comments names none. */
export function mentionsIn(markdown: string): Mention[] {
  const raw = linesOf(markdown);
  const found = new Map<string, Mention>();
  const add = (mention: string, isWord: boolean): void => {
    if (mention.length > MAX_PATH) return;
    const text = (isWord ? bare(mention) : mention.trim()).replace(/^\.\//, "").replace(PLACE, "");
    if (text === "") return;
    // Scripts without spaces write a path and its sentence as one word.
    const isPath = found.get(text)?.isPath || ((!isWord || /^[ -~]*$/.test(text)) && looksLikePath(text));
    found.set(text, { text, isPath });
  };
  let isList = false;
  for (const [at, { kind }] of scan(markdown).lines.entries()) {
    if (kind === "hidden" || kind === "border") continue;
    const line = raw[at]!;
    for (const [, , span] of line.matchAll(SPAN)) add(span!, false);
    const label = readLabel(line);
    const isFiles = label !== null && ["files", "boundary"].includes(kindOf(label) ?? "");
    // A label that stands alone is about the list below it.
    const listed = isFiles
      ? label.value
      : isList && /^\s*[-*+]\s/.test(line)
        ? line.trim().split(/\s+/)[1]!
        : "";
    for (const word of listed.split(/[\s,，、;；`（）]+/u)) add(word, true);
    if (isFiles) isList = label.value === "";
    else if (line.trim() !== "" && listed === "") isList = false;
  }
  return [...found.values()];
}

export const pathsIn = (markdown: string): string[] =>
  mentionsIn(markdown).flatMap(({ text, isPath }) => (isPath ? [text] : []));

/** A word of a sentence without its signs: `**src/a.ts**`, `(src/a.ts`, `src/a.ts(new).` */
function bare(word: string): string {
  const text = word
    .replace(/[.,:]+$/, "")
    .replace(/^(\*\*|[*_"'])(.+)\1$/, "$2")
    .replace(/^\((.+)\)$/, "$1")
    .replace(/(?<=[^(])\([^()]*\)$/, "");
  const excess = text.split("(").length - text.split(")").length;
  if (excess > 0) return text.replace(/^\(/, "");
  return excess < 0 ? text.replace(/\)$/, "") : text;
}

/** `util.inspect` and `a.b` are code, and `.js/.ts` two endings; a bare name counts as a file only with a common ending. */
function looksLikePath(text: string): boolean {
  const isNone =
    /^\*|^@\/|^\d+(?:\.\d+)+$/.test(text) ||
    text.replaceAll(/\[\.{3}|\(\.{1,3}\)/g, "").includes("..") ||
    text.split("/").every((part) => part.startsWith("."));
  if (isNone) return false;
  return (PATH.test(text) && (text.includes("/") || FILE_ENDING.test(text))) || UNENDED.test(text);
}
