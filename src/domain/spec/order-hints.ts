/** Orders that tasks.md speaks of without declaring them: mermaid graphs, arrows, sentences. Hints, each with its line. */
import type { ScannedLine } from "./scan.ts";
import { idsIn, leadingId } from "./task-id.ts";
import type { Fence } from "./tasks.ts";

export interface OrderHint {
  line: number;
  from: "mermaid" | "arrow" | "sentence";
  /** Task ids that come first. */
  before: string[];
  /** Task ids that come after them. */
  after: string[];
}

const MAX_LINE = 2000;
const MAX_HINTS = 10_000;
const ARROW = /\s*(?:→|⇒|-{1,2}>|=>)\s*/u;
const MERMAID_ARROW = /\s*(?:-->|---|-\.->|==>|--[^->]{1,40}-->)\s*(?:\|[^|]{0,80}\|\s*)?/u;
const NODE = /^([\p{L}\p{N}_.-]{1,64})\s*(?:[[({>]{1,2}\s*"?(.{1,200}?)"?\s*[\])}]{1,2})?(?::::?\w+)?;?$/u;
const AFTER =
  /(?:depends on|after|requires|blocked by|builds on|once)\s+(?:tasks?\s+)((?:\d[\d.]*(?:\s*(?:,|and|&|-|–|to)\s*(?:tasks?\s+)?)?){1,40})/giu;
const AFTER_JA = /タスク\s*([\d.]+)\s*(?:の)?(?:完了後|に依存)/gu;

export function orderHints(
  lines: readonly ScannedLine[],
  fences: readonly Fence[],
  ids: ReadonlySet<string>,
): OrderHint[] {
  const hints: OrderHint[] = [];
  const add = (hint: OrderHint): void => {
    const before = hint.before.filter((id) => ids.has(id));
    const after = hint.after.filter((id) => ids.has(id) && !before.includes(id));
    if (before.length > 0 && after.length > 0 && hints.length < MAX_HINTS)
      hints.push({ ...hint, before, after });
  };
  for (const fence of fences) {
    if (/^mermaid\b/i.test(fence.info)) mermaid(fence, ids).forEach(add);
    else if (!fence.text.includes('"waves"'))
      for (const [at, text] of fence.text.split("\n").entries()) arrows(text, fence.line + at).forEach(add);
  }
  let task: string | null = null;
  for (const line of lines) {
    if (line.kind === "heading") task = leadingId(line.text)?.id ?? null;
    if (line.kind === "box") task = leadingId(line.rest.trim())?.id ?? task;
    const text =
      line.kind === "box" ? line.rest : line.kind === "hidden" || line.kind === "border" ? "" : line.text;
    if (text === "") continue;
    arrows(text, line.line).forEach(add);
    if (task !== null) sentences(text, line.line, task).forEach(add);
  }
  return hints.toSorted((a, b) => a.line - b.line);
}

const bounded = (text: string): string => text.slice(0, MAX_LINE).replaceAll(/\s+/g, " ").trim();

/** `1 → (2, 3) → 4.1`: each step waits for the one before. */
function arrows(text: string, line: number): OrderHint[] {
  const parts = bounded(text).split(ARROW);
  if (parts.length < 2) return [];
  const steps = parts.map((part, at) => {
    // The first step may end a sentence: "Critical path: 1".
    const step = at === 0 ? part.slice(Math.max(part.lastIndexOf(":"), part.lastIndexOf("：")) + 1) : part;
    const bare = step.replaceAll(/[()（）[\]`*]/gu, " ").trim();
    const all = idsIn(bare);
    return all.length > 0 ? all : [leadingId(bare)?.id ?? ""];
  });
  return steps.slice(1).map((after, at) => ({ line, from: "arrow", before: steps[at]!, after }));
}

function mermaid({ line, text }: Fence, ids: ReadonlySet<string>): OrderHint[] {
  const names = new Map<string, string>();
  const hints: OrderHint[] = [];
  for (const [at, row] of text.split("\n").entries()) {
    const parts = bounded(row).split(MERMAID_ARROW);
    const steps = parts.map((part) => part.split("&").map((node) => nodeId(node.trim(), { names, ids })));
    for (const [index, after] of steps.slice(1).entries())
      hints.push({ line: line + at, from: "mermaid", before: steps[index]!, after });
  }
  return hints;
}

/** The task that a node stands for: by its words, which only its first mention has, else by its name. */
function nodeId(
  node: string,
  { names, ids }: { names: Map<string, string>; ids: ReadonlySet<string> },
): string {
  const [, name = "", words] = NODE.exec(node) ?? [];
  const known = words === undefined ? names.get(name) : leadingId(words)?.id;
  const plain = name.replace(/^(?:task|t)_?(?=\d)/i, "").replaceAll("_", ".");
  const id = known ?? (ids.has(name) ? name : plain);
  if (words !== undefined) names.set(name, id);
  return id;
}

function sentences(text: string, line: number, task: string): OrderHint[] {
  const short = bounded(text);
  return [...short.matchAll(AFTER), ...short.matchAll(AFTER_JA)].map(([, list]) => ({
    line,
    from: "sentence",
    before: idsIn(list!.replace(/(?:[\s,&–-]|and|to|tasks?)+$/iu, "").replace(/\.$/, "")),
    after: [task],
  }));
}
