/** Whose sub-task a task is: by its dotted id; where that says nothing, by indentation or heading. */
import type { Diagnostic } from "../problem.ts";
import type { Task } from "./tasks.ts";

/** A task below this depth is taken as one at it. */
const MAX_DEPTH = 50;

/** On entry each task's parent is the one that indentation or a heading gives it. */
export function resolveParents(
  tasks: readonly Task[],
  written: ReadonlyMap<Task, string | null>,
  diagnostics: Diagnostic[],
): void {
  const byWritten = new Map<string, Task[]>();
  for (const task of tasks) {
    const id = written.get(task);
    if (id == null) continue;
    const others = byWritten.get(id);
    if (others) others.push(task);
    else byWritten.set(id, [task]);
  }
  const missing = new Map<string, Task>();
  const guessed = new Set<Task>();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const task of tasks) {
    const above = ancestors(written.get(task) ?? "");
    const outer = task.parent === null ? undefined : byId.get(task.parent);
    // `4` indented below `3. Checkpoint` is the next task, not a part of what only verifies.
    if (outer?.isCheckpoint && isNext(written.get(task), written.get(outer))) {
      task.parent = null;
      continue;
    }
    // `7.3.5a` within 7.3.5 is a part of it, flush with it a sibling.
    if (outer && isLettered(written.get(task), written.get(outer))) continue;
    const id = above.find((one) => byWritten.has(one));
    if (above.length > 0 && id !== above[0] && !missing.has(above[0]!)) missing.set(above[0]!, task);
    if (id === undefined) guessed.add(task);
    else task.parent = nearestBefore(byWritten.get(id)!, task).id;
  }
  const [first] = missing.values();
  if (first) {
    const names = [...missing.keys()];
    diagnostics.push({
      severity: "note",
      code: "missing-parent",
      line: first.line,
      column: 1,
      what: `Ids name parents that stand nowhere: ${names.slice(0, 10).join(", ")}${names.length > 10 ? " …" : ""}`,
      why: "the part of an id before its last dot is its parent's",
      fix: "Their tasks belong to the nearest one above that is there, or stand alone.",
    });
  }
  boundDepth(tasks, { guessed, diagnostics });
}

const isLettered = (id: string | null | undefined, outer: string | null | undefined): boolean =>
  id != null && outer != null && id.slice(0, -1) === outer && /[a-z]$/.test(id);

const isNext = (id: string | null | undefined, outer: string | null | undefined): boolean =>
  /^\d+$/.test(id ?? "") && /^\d+$/.test(outer ?? "") && Number(id) > Number(outer);

/** `1.2.3` → `1.2`, `1`. */
function ancestors(id: string): string[] {
  const found: string[] = [];
  for (let at = id.lastIndexOf("."); at > 0; at = id.lastIndexOf(".", at - 1)) found.push(id.slice(0, at));
  return found;
}

/** Where an id stands twice, the one that stands above. The list is in document order. */
function nearestBefore(candidates: readonly Task[], { line }: Task): Task {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidates[middle]!.line < line) low = middle + 1;
    else high = middle;
  }
  return candidates[Math.max(0, low - 1)]!;
}

/** Indentation may say the opposite of an id: nobody is above himself. */
function boundDepth(
  tasks: readonly Task[],
  { guessed, diagnostics }: { guessed: ReadonlySet<Task>; diagnostics: Diagnostic[] },
): void {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const parentOf = ({ parent }: Task): Task | undefined => (parent === null ? undefined : byId.get(parent));
  const depths = new Map<Task, number>();
  let deepest: Task | null = null;
  for (const start of tasks) {
    const path = new Set<Task>();
    let task: Task | undefined = start;
    while (task && !depths.has(task)) {
      if (path.has(task)) {
        const [...above] = path;
        above.slice(above.indexOf(task)).find((one) => guessed.has(one))!.parent = null;
        path.clear();
        task = start;
      }
      path.add(task);
      task = parentOf(task);
    }
    for (const one of [...path].toReversed()) {
      const parent = parentOf(one);
      let depth = parent ? (depths.get(parent) ?? 0) + 1 : 1;
      if (depth > MAX_DEPTH) {
        deepest ??= one;
        one.parent = parent!.parent;
        depth = MAX_DEPTH;
      }
      depths.set(one, depth);
    }
  }
  if (deepest)
    diagnostics.push({
      severity: "warning",
      code: "too-deep",
      line: deepest.line,
      column: 1,
      what: `Tasks are nested over ${MAX_DEPTH} levels deep`,
      why: "nobody can follow such a tree",
      fix: `Those below are taken as on level ${MAX_DEPTH}; make the list flatter.`,
    });
}
