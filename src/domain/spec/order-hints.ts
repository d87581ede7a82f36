/** Orders that tasks.md speaks of without declaring them: mermaid graphs, arrows, sentences. Hints, each with its line. */
import type { BoxUse } from "./box-use.ts";
import { idsIn } from "./id-list.ts";
import type { ScannedLine } from "./scan.ts";
import { leadingId } from "./task-id.ts";

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
/** `3->4` without spaces is a name of something. */
const ARROW = /\s*[→⇒]\s*|\s(?:-{1,2}>|=>)\s/u;
/** A dotted arrow is a remark, no order. */
const MERMAID_ARROW = /\s*(?:-->|---|==>|--[^->]{1,40}-->)\s*(?:\|[^|]{0,80}\|\s*)?/u;
const NODE = /^([\p{L}\p{N}_.-]{1,64})\s*(?:[[({>]{1,2}\s*"?(.{1,200}?)"?\s*[\])}]{1,2})?(?::::?\w+)?;?$/u;
const AFTER =
  /(?<!\b(?:no longer|not|never)\s)(?:depends on|after|requires|blocked by|builds on|once)\s+(?:tasks?\s+)((?:\d[\d.]*(?:\s*(?:,|and|&|-|–|to)\s*(?:tasks?\s+)?)?){1,40})/giu;
const AFTER_JA = /タスク\s*([\d.]+)\s*(?:の)?(?:完了後|に依存)/gu;

interface Tasks {
  ids: ReadonlySet<string>;
  boxes: readonly BoxUse[];
}

export function orderHints(lines: readonly ScannedLine[], { ids, boxes }: Tasks): OrderHint[] {
  const taskAt = new Map(boxes.map((use) => [use.line, use.task]));
  const hints: OrderHint[] = [];
  /** Mermaid names → tasks. */
  const names = new Map<string, string>();
  /** Of the fence around the line. */
  let info: string | null = null;
  /** Whose text the line is, and whether that task is a box. */
  let task: string | null = null;
  let isBox = false;
  for (const line of lines) {
    if (hints.length >= MAX_HINTS) break;
    if (line.kind === "border") info = info === null ? line.info.toLowerCase() : null;
    else if (line.kind !== "hidden") info = null;
    if (line.kind === "heading") task = leadingId(line.text)?.id ?? null;
    else if (line.kind === "box") task = taskAt.get(line.line) ?? task;
    // A paragraph at the margin is below the list.
    else if (line.kind === "text" && isBox && /^\p{L}/u.test(line.text)) task = null;
    if (line.kind === "heading" || line.kind === "box") isBox = line.kind === "box";
    const text = line.kind === "border" ? "" : bounded(line.kind === "box" ? line.rest : line.text);
    if (text === "" || (line.kind === "hidden" && info === null)) continue;
    const found =
      info === null && task !== null
        ? sentences(text, line.line, task)
        : info?.startsWith("mermaid")
          ? mermaid(text, line.line, { names, ids })
          : arrows(text, line.line, task);
    for (const hint of found) {
      const before = hint.before.filter((id) => ids.has(id));
      const after = hint.after.filter((id) => ids.has(id) && !before.includes(id));
      if (before.length > 0 && after.length > 0) hints.push({ ...hint, before, after });
    }
  }
  return hints;
}

const bounded = (text: string): string => text.slice(0, MAX_LINE).replaceAll(/\s+/g, " ").trim();

/** `1 → (2, 3) → 4.1`: each step waits for the one before. Within a task's own text an arrow tells of something else. */
function arrows(text: string, line: number, task: string | null): OrderHint[] {
  const parts = text.replace(/^[|>*+\s-]+/u, "").split(ARROW);
  if (task !== null || parts.length < 2) return [];
  const steps = parts.map((part, at) => {
    // The first step may end a sentence: "Critical path: 1".
    const step = at === 0 ? part.slice(Math.max(part.lastIndexOf(":"), part.lastIndexOf("：")) + 1) : part;
    const bare = step
      .replaceAll(/[(（]([^()（）]{0,200})[)）]/gu, (_, within: string) =>
        idsIn(within).length > 0 && !/\p{L}{2}/u.test(within) ? ` ${within} ` : " ",
      )
      .replaceAll(/[[\]`*]/gu, " ")
      .trim();
    const all = idsIn(bare);
    return all.length > 0 ? all : [leadingId(bare)?.id ?? ""];
  });
  return steps.slice(1).map((after, at) => ({ line, from: "arrow", before: steps[at]!, after }));
}

interface Known {
  names: Map<string, string>;
  ids: ReadonlySet<string>;
}

function mermaid(row: string, line: number, known: Known): OrderHint[] {
  const steps = row
    .split(MERMAID_ARROW)
    .map((part) => part.split("&").map((node) => nodeId(node.trim(), known)));
  return steps.slice(1).map((after, at) => ({ line, from: "mermaid", before: steps[at]!, after }));
}

/** The task that a node stands for: by its words, which only its first mention has, else by its name. */
function nodeId(node: string, { names, ids }: Known): string {
  const [, name = "", words] = NODE.exec(node) ?? [];
  const known = words === undefined ? names.get(name) : leadingId(words)?.id;
  const plain = name.replace(/^(?:task|t)_?(?=\d)/i, "").replaceAll("_", ".");
  const id = known ?? (ids.has(name) ? name : plain);
  if (words !== undefined) names.set(name, id);
  return id;
}

function sentences(text: string, line: number, task: string): OrderHint[] {
  return [...text.matchAll(AFTER), ...text.matchAll(AFTER_JA)].map(([, list]) => ({
    line,
    from: "sentence",
    before: idsIn(list!.replace(/(?:[\s,&–-]|and|to|tasks?)+$/iu, "").replace(/\.$/, "")),
    after: [task],
  }));
}
