/**
 * Orders that hold for many units at once: waves and checkpoints. Only the edges that matter are
 * kept: who waits for a checkpoint need not wait for what that checkpoint waits for.
 */
import type { Diagnostic } from "../problem.ts";
import type { Waves } from "../spec/waves.ts";
import { few } from "./advice.ts";
import type { EdgeRequest, Edges } from "./edges.ts";
import type { Group } from "./units.ts";

interface Span {
  group: Group;
  first: number;
  last: number;
  /** The span on a scale on which a unit comes before another when its `to` is less than the other's `from`. */
  from: number;
  to: number;
  /** The graph says itself what its tasks wait for. */
  isStated: boolean;
}

/**
 * A wave may build on all earlier ones. A unit whose tasks lie in several waves waits for those that begin earlier and
 * are over when it begins. What the graph says of single tasks holds instead. False when it names no open task.
 */
export function followWaves({ groups, waves, unitOf, diagnostics }: EdgeRequest, edges: Edges): boolean {
  if (waves === null) return false;
  const spans = spansOf(groups, waves);
  const warn = (what: string, why: string): unknown =>
    diagnostics.push({
      severity: "warning",
      code: "waves-unknown",
      line: waves.line,
      column: 1,
      what,
      why,
      fix: "It is left aside.",
    });
  const named = [...waves.waves, ...waves.dependsOn.keys(), ...waves.dependsOn.values()].flat();
  const unknown = [...new Set(named)].filter((id) => !unitOf.has(id));
  if (unknown.length > 0)
    warn(
      `The dependency graph names ${few(unknown)}`,
      unknown.length === 1 ? "there is no task of that id" : "there are no tasks of those ids",
    );
  if (spans.length === 0) {
    if (unknown.length === 0)
      warn("The dependency graph names no open task", "all that it names is done or left out");
    return false;
  }
  const byEnd = spans.toSorted((a, b) => a.to - b.to);
  /** Up to each place of `byEnd`, where the latest of them begins that waits for all before it. */
  let latest = -Infinity;
  const latestFrom = byEnd.map(({ from, isStated }) => (latest = isStated ? latest : Math.max(latest, from)));
  for (const later of spans) {
    if (later.isStated || edges.isFull) continue;
    const end = firstAt(byEnd, later.from);
    // What is over before another earlier unit begins is waited for already by way of that one.
    for (const earlier of byEnd.slice(firstAt(byEnd, latestFrom[end - 1] ?? 0), end))
      edges.add(later.group.id, {
        id: earlier.group.id,
        source: "waves",
        because: `line ${waves.line}: ${earlier.group.id} is in wave ${waveOf(earlier)}, ${later.group.id} in wave ${waveOf(later)}`,
      });
  }
  for (const [task, ids] of waves.dependsOn) {
    const unit = unitOf.get(task);
    if (unit === undefined) continue;
    for (const id of ids) {
      const because = `line ${waves.line}: the graph says that ${task} waits for ${id}`;
      edges.add(unit, { id: unitOf.get(id) ?? id, source: "waves", because });
    }
  }
  return true;
}

const waveOf = ({ first, last }: Span): string => (first === last ? `${first}` : `${first} to ${last}`);

function spansOf(groups: readonly Group[], waves: Waves): Span[] {
  const numberOf = new Map<string, number>();
  for (const [number, ids] of waves.waves.entries())
    for (const id of ids) if (!numberOf.has(id)) numberOf.set(id, number);
  return groups.flatMap((group) => {
    const numbers = group.tasks.flatMap((task) => numberOf.get(task.id) ?? []);
    if (numbers.length === 0) return [];
    const first = numbers.reduce((a, b) => Math.min(a, b));
    const last = numbers.reduce((a, b) => Math.max(a, b));
    const isStated = group.tasks.every(({ id }) => waves.dependsOn.has(id) || !numberOf.has(id));
    return first === last
      ? [{ group, first, last, isStated, from: 2 * first, to: 2 * first }]
      : [{ group, first, last, isStated, from: 2 * first + 1, to: 2 * last - 1 }];
  });
}

/** The first place whose span is not over before `border`. */
function firstAt(byEnd: readonly Span[], border: number): number {
  let [low, high] = [0, byEnd.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byEnd[middle]!.to < border) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A checkpoint waits for everything before it, and everything after waits for it. But what it waits for by a declared
 * order cannot wait for it: that order wins, and the plan says so.
 */
export function guardCheckpoints({
  groups,
  edges,
  diagnostics,
}: {
  groups: readonly Group[];
  edges: Edges;
  diagnostics: Diagnostic[];
}): void {
  const placeOf = new Map(groups.map(({ id }, at) => [id, at]));
  const checkpoints = groups.flatMap((group, at) => (group.isCheckpoint ? [at] : []));
  /** Place of a unit → number of the first checkpoint that waits for it. */
  const neededBy = new Map<number, number>();
  let from = 0;
  for (const [number, at] of checkpoints.entries()) {
    for (const stack = groups.slice(from, at + 1).map((_, n) => from + n); stack.length > 0;) {
      const place = stack.pop()!;
      if (neededBy.has(place)) continue;
      neededBy.set(place, number);
      for (const { id } of edges.of(groups[place]!.id)) stack.push(placeOf.get(id)!);
      if (place > at) diagnostics.push(early(groups[place]!, groups[at]!));
    }
    from = at + 1;
  }
  let passed = 0;
  for (const [at, group] of groups.entries()) {
    const last = Math.min(passed, neededBy.get(at) ?? passed) - 1;
    const gate = groups[checkpoints[last] ?? -1];
    if (gate)
      edges.add(group.id, {
        id: gate.id,
        source: "checkpoint",
        because: `line ${gate.tasks[0]!.line}: it stands after checkpoint ${gate.id}`,
      });
    if (!group.isCheckpoint) continue;
    const line = group.tasks[0]!.line;
    const because = `line ${line}: a checkpoint waits for everything before it`;
    for (const before of groups.slice((checkpoints[passed - 1] ?? -1) + 1, at))
      edges.add(group.id, { id: before.id, source: "checkpoint", because });
    passed += 1;
  }
}

const early = (group: Group, checkpoint: Group): Diagnostic => ({
  severity: "note",
  code: "before-checkpoint",
  line: group.tasks[0]!.line,
  column: 1,
  what: `Unit ${group.id} does not wait for checkpoint ${checkpoint.id}`,
  why: "it stands after it, but something before the checkpoint depends on it",
  fix: "If that is not meant, take that dependency out.",
});
