/** The value of `_writes:` or `_reads:`: paths with commas between them, in the ways that people write such lists. */
import { pathsIn } from "./paths.ts";

export interface PathList {
  /** Of what is no list of paths, too, what reads as one. */
  paths: string[];
  isOdd: boolean;
  /** It says that there are none. */
  isNone: boolean;
}

const LINK = /\[[^[\]]*\]\((?=[^()\s]*[./])([^()\s]+)\)/g;
/** `(new)` behind a path; `app/(auth)` is one. */
const REMARK = /(?<=[^\s/(（,，、;；])\s*[(（][^()（）]*[)）](?=\.?\s*(?:[,，、;；]|$))/gu;
const NO_PATH = /^(?:none|n\/a|nothing|-|–|\(none\))$/iu;
/** Between commas that stand in no braces. */
const PART = /(?:\{[^{}]*\}|[^,，、;；])+/gu;
const BRACES = /^(.*?)\{(?=[^{}]*(?:,|=>))([^{}]*)\}(.*)$/su;
const MAX_EXPANDED = 100;
/** A longer one is no path. */
const MAX_READ = 2000;
const ARROW = /->|=>|→/u;
/** Quotes, the end of a sentence, `:12` and `#L12`. */
const BEHIND = /(?:["'`]+|(?<=[\p{L}\p{N}_)\]"'`])\.|(?<=[^:]):\d[\d:-]*|#L\d+(?:-L?\d+)?)$/u;
const ODD = /[\s`"<>|:…]|\.{3}(?![\w\])])|\{[^{}]*(?:,|=>)/u;
const IN_BRACKETS = /(?<before>[\p{L}\p{N}_])?\[(?<name>[^[\]]+)\]/gu;

export function readPathList(value: string): PathList {
  const list: PathList = { paths: [], isOdd: false, isNone: false };
  for (const part of partsOf(unbracketed(value.trim()).replaceAll(LINK, "$1").replaceAll(REMARK, "")))
    for (const one of expanded(part).flatMap((path) => path.split(ARROW))) {
      const path = bare(one);
      if (NO_PATH.test(path)) list.isNone = true;
      else if (ODD.test(isQuoted(one) ? path.replaceAll(" ", "") : path)) {
        list.isOdd = true;
        list.paths.push(...pathsIn(`Files: ${one}`));
      } else if (path !== "") {
        const meanings = meaningsOf(path);
        list.isOdd ||= meanings.length > 1;
        list.paths.push(...meanings);
      }
    }
  list.isNone &&= list.paths.length === 0 && !list.isOdd;
  return list;
}

export const partsOf = (text: string): string[] =>
  (text.match(PART) ?? []).map((part) => part.trim()).filter(Boolean);

/** `[src/a.ts, src/b.ts]`, but not `[id]` or `[id]/[slug]`. */
function unbracketed(text: string): string {
  const inner = /^\[(.+)\]$/su.exec(text)?.[1] ?? "";
  const isList =
    /[,，、;；/]|[^./]\.\w+["'`]?$/u.test(inner) && !/[[\]]/.test(inner.replaceAll(/\[+[^[\]]*\]+/g, ""));
  return isList ? inner : text;
}

/** `src/{a,b}.ts`, and `src/{a => b}/c.ts` as git writes a renaming. */
function expanded(path: string): string[] {
  let found = [path];
  for (;;) {
    const next = found.flatMap((one) => {
      const [, head, inner, tail] = BRACES.exec(one) ?? [];
      return inner === undefined
        ? [one]
        : inner
            .split(/,|=>/)
            .map((name) => `${head}${name.trim()}${tail}`.replaceAll(/(?<=[^:])\/{2,}/g, "/"));
    });
    if (next.length > MAX_EXPANDED) return [path];
    if (next.length === found.length) return found;
    found = next;
  }
}

function bare(part: string): string {
  if (part.length > MAX_READ) return part;
  let text = part.trim().replace(/^["'`]+/, "");
  for (let shorter = text.replace(BEHIND, ""); shorter !== text; shorter = text.replace(BEHIND, ""))
    text = shorter;
  return text.replace(/^\*\*([^*/][^*]*)\*\*$/, "$1");
}

/** Then spaces are a part of the name. */
const isQuoted = (part: string): boolean => /^\s*`[^`]+`\s*$/.test(part);

/** `v[0-9].ts` may mean any one letter; `[id].ts` is a name. */
function meaningsOf(path: string): string[] {
  const other = path.replaceAll(IN_BRACKETS, (text: string, before: string | undefined, name: string) =>
    before !== undefined || isClass(name) ? `${before ?? ""}?` : text,
  );
  return other === path ? [path] : [path, other];
}

const isClass = (name: string): boolean =>
  /^[!^]|^(?:\w-\w)+$/.test(name) ||
  (/^\w{2,}$/.test(name) &&
    [...name].every((letter, at) => at === 0 || letter.charCodeAt(0) === name.charCodeAt(at - 1) + 1));
