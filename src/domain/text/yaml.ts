/**
 * YAML of others, read within limits. What the parser takes the square of time for is not asked of it, and what could
 * unfold without end is not unfolded.
 */
import { isScalar, LineCounter, parseDocument, visit, type Document, type Pair } from "yaml";
import type { Diagnostic } from "../problem.ts";

export interface YamlLimit extends Pick<Diagnostic, "what" | "why" | "fix"> {
  code: string;
  /** Offset of what breaks it; null where nothing does. */
  brokenAt: (text: string, parsed: () => Document) => number | null;
}

const MAX_LENGTH = 64 * 1024;
const MAX_DEPTH = 64;
const MAX_ALIASES = 20;

export const YAML_LIMITS: readonly YamlLimit[] = [
  {
    code: "yaml-length",
    what: "The file is not read",
    why: `it has more than ${MAX_LENGTH / 1024} kB`,
    fix: "Make it shorter.",
    brokenAt: (text) => (text.length > MAX_LENGTH ? 0 : null),
  },
  {
    code: "yaml-depth",
    what: "The file is not read",
    why: `it is nested more than ${MAX_DEPTH} deep`,
    fix: "Write it flatter.",
    brokenAt: tooDeepAt,
  },
  {
    code: "yaml-aliases",
    what: "The file unfolds too far",
    why: `it has more than ${MAX_ALIASES} aliases`,
    fix: "Write it without aliases.",
    brokenAt: (_, parsed) => {
      const offsets: number[] = [];
      visit(parsed(), { Alias: (__, alias) => void offsets.push(alias.range?.[0] ?? 0) });
      return offsets[MAX_ALIASES] ?? null;
    },
  },
  {
    code: "yaml-twice",
    what: "A key is there twice",
    why: "so one of the two says nothing",
    fix: "Keep one of them.",
    brokenAt: (_, parsed) => {
      let offset: number | null = null;
      visit(parsed(), {
        Map: (__, { items }) => {
          const keys = new Set<unknown>();
          const second = items.find(
            ({ key }) => keys.size === keys.add(isScalar(key) ? key.value : key).size,
          );
          if (!second) return undefined;
          offset = offsetOf(second);
          return visit.BREAK;
        },
      });
      return offset;
    },
  },
];

/** By its signs alone, for the parser exhausts the stack. By indentation no text of that length can be nested so deep. */
function tooDeepAt(text: string): number | null {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/[[\]{}]|^ *(?:[-?:] +){64}/gm)) {
    if (sign === "]" || sign === "}") depth = Math.max(0, depth - 1);
    else if (sign.length > 1 || ++depth > MAX_DEPTH) return index;
  }
  return null;
}

function aliasesOfNothing(document: Document): { pos: readonly [number]; message: string }[] {
  const found: { pos: readonly [number]; message: string }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document))
        found.push({ pos: [alias.range?.[0] ?? 0], message: "an alias names nothing that stands above it" });
    },
  });
  return found;
}

const offsetOf = ({ key }: Pair): number => (isScalar(key) ? (key.range?.[0] ?? 0) : 0);

type Fault = Pick<Diagnostic, "line" | "column" | "what" | "why" | "fix">;

export type Yaml =
  | { value: unknown; document: Document; lines: LineCounter; faults: null }
  | { value: null; faults: Fault[] };

/** `value` is plain data; what `document` is for is the places. */
export function readYaml(text: string, limits: readonly YamlLimit[] = YAML_LIMITS): Yaml {
  const lines = new LineCounter();
  let known: Document | null = null;
  const parsed = (): Document =>
    (known ??= parseDocument(text, { lineCounter: lines, stringKeys: true, uniqueKeys: false }));
  const at = (offset: number): Pick<Fault, "line" | "column"> => {
    const above = text.slice(0, offset).split("\n");
    return { line: above.length, column: above.at(-1)!.length + 1 };
  };
  for (const { brokenAt, what, why, fix } of limits) {
    const offset = brokenAt(text, parsed);
    if (offset !== null) return { value: null, faults: [{ ...at(offset), what, why, fix }] };
  }
  const document = parsed();
  const faults = [...document.errors, ...aliasesOfNothing(document)].map(({ pos, message }): Fault => ({
    ...at(pos[0]),
    what: "This is not YAML",
    why: message
      .split("\n")[0]!
      .replace(/ at line \d+, column \d+:$/, "")
      .slice(0, 200),
    fix: "Mend the line.",
  }));
  if (faults.length > 0) return { value: null, faults };
  return { value: document.toJS({ maxAliasCount: -1 }) as unknown, document, lines, faults: null };
}
