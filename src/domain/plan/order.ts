/**
 * Orders that hold for many units at once: waves and checkpoints. Only the edges that matter are
 * kept: who waits for a checkpoint need not wait for what that checkpoint waits for.
 */
import type { Diagnostic } from "../problem.ts";
import type { Wave, Waves } from "../spec/waves.ts";
import type { EdgeRequest, Edges } from "./edges.ts";
import type { Group } from "./units.ts";

/** Where units lie, on a scale on which one comes before another when its `to` is less than the other's `from`. */
export interface Lane {
  from: number;
  to: number;
}

export interface Span extends Lane {
  group: Group;
  first: Wave;
  last: Wave;
  /** The graph says itself what its tasks wait for. */
  isStated: boolean;
  /** Its waves, where each of them lists what it waits for. */
  listed: Wave[] | null;
}

/**
 * A wave may build on all earlier ones. A unit whose tasks lie in several waves waits for those that begin earlier and
 * are over when it begins. What the graph says of single tasks holds instead. False when it names no open task.
 */
export function followWaves({ groups, waves, unitOf, diagnostics }: EdgeRequest, edges: Edges): boolean {
  if (waves === null) return false;
  const spans = spansOf(groups, waves);
  if (spans.length === 0) {
    if (waves.waves.some(({ tasks }) => tasks.some((task) => unitOf.has(task))))
      diagnostics.push(nothingOpen(waves.line));
    return false;
  }
  const byEnd = spans.toSorted((a, b) => a.to - b.to);
  /** Up to each place of `byEnd`, where the latest of them begins that waits for all before it. */
  let latest = -Infinity;
  const latestFrom = byEnd.map(
    ({ from, isStated, listed }) => (latest = isStated || listed ? latest : Math.max(latest, from)),
  );
  for (const later of spans) {
    if (later.isStated || later.listed || edges.isFull) continue;
    const end = firstAt(byEnd, later.from);
    // What is over before another earlier unit begins is waited for already by way of that one.
    for (const earlier of byEnd.slice(firstAt(byEnd, latestFrom[end - 1] ?? 0), end))
      edges.add(later.group.id, {
        id: earlier.group.id,
        source: "waves",
        because: `line ${later.first.line}: ${earlier.group.id} is in ${wavesOf(earlier)}, ${later.group.id} in ${wavesOf(later)}`,
      });
  }
  followLists(spans, unitOf, edges);
  for (const [task, { line, tasks }] of waves.dependsOn) {
    const unit = unitOf.get(task);
    if (unit === undefined) continue;
    for (const id of tasks) {
      const because = `line ${line}: the graph says that ${task} waits for ${id}`;
      edges.add(unit, { id: unitOf.get(id)!, source: "waves", because });
    }
  }
  return true;
}

const nothingOpen = (line: number): Diagnostic => ({
  severity: "warning",
  code: "waves-unknown",
  line,
  column: 1,
  what: "The dependency graph names no open task",
  why: "all that it names is done or left out",
  fix: "It is left aside.",
});

/** Who lies only in waves that list what they wait for waits for just that, as far as it is over when it begins. */
function followLists(spans: readonly Span[], unitOf: EdgeRequest["unitOf"], edges: Edges): void {
  const isOver = (span: Span, { to }: Lane): boolean => to < span.from;
  for (const { span, id, says } of listedPairs(spans, { unitOf, isWanted: isOver })) {
    if (edges.isFull) return;
    edges.add(span.group.id, {
      id,
      source: "waves",
      because: `${says}, so ${span.group.id} waits for ${id}`,
    });
  }
}

/** Of what is in no wave: it is over before all. */
const NOWHERE: Lane = { from: -Infinity, to: -Infinity };

interface Listed {
  unitOf: EdgeRequest["unitOf"];
  isWanted: (span: Span, lane: Lane) => boolean;
}

/** Units with those that their waves list. All of one lane are judged at once: there may be thousands. */
export function* listedPairs(
  spans: readonly Span[],
  { unitOf, isWanted }: Listed,
): Generator<{ span: Span; id: string; says: string }> {
  const spanOf = new Map(spans.map((span) => [span.group.id, span]));
  const known = new Map<readonly string[], { lane: Lane; ids: string[] }[]>();
  const lanesOf = (tasks: readonly string[]): { lane: Lane; ids: string[] }[] => {
    const ids = [...new Set(tasks.flatMap((task) => unitOf.get(task) ?? []))];
    const byLane = Map.groupBy(ids, (id) => `${spanOf.get(id)?.from} ${spanOf.get(id)?.to}`);
    return [...byLane.values()].map((of) => ({ lane: spanOf.get(of[0]!) ?? NOWHERE, ids: of }));
  };
  for (const span of spans)
    for (const { number, waitsFor } of (!span.isStated && span.listed) || [])
      for (const { name, tasks } of waitsFor?.whom ?? []) {
        const lanes = known.get(tasks) ?? lanesOf(tasks);
        known.set(tasks, lanes);
        const says = `line ${waitsFor!.line}: wave ${number} waits for ${name}`;
        for (const { lane, ids } of lanes)
          if (isWanted(span, lane)) for (const id of ids) yield { span, id, says };
      }
}

/** `wave 2`, `waves 1 to 3`. */
export const wavesOf = ({ first, last }: Span): string =>
  first === last ? `wave ${first.number}` : `waves ${first.number} to ${last.number}`;

export function spansOf(groups: readonly Group[], waves: Waves): Span[] {
  const placeOf = new Map<string, number>();
  for (const [place, { tasks }] of waves.waves.entries())
    for (const id of tasks) if (!placeOf.has(id)) placeOf.set(id, place);
  return groups.flatMap((group) => {
    const places = group.tasks.flatMap((task) => placeOf.get(task.id) ?? []);
    if (places.length === 0) return [];
    const begin = places.reduce((a, b) => Math.min(a, b));
    const end = places.reduce((a, b) => Math.max(a, b));
    const [from, to] = begin === end ? [2 * begin, 2 * begin] : [2 * begin + 1, 2 * end - 1];
    const isStated = group.tasks.every(({ id }) => waves.dependsOn.has(id) || !placeOf.has(id));
    const own = [...new Set(places)].map((place) => waves.waves[place]!);
    // Before the first wave there is nothing to wait for.
    const isListed = own.every((wave) => wave.waitsFor ?? wave === waves.waves[0]);
    return [
      {
        group,
        first: waves.waves[begin]!,
        last: waves.waves[end]!,
        from,
        to,
        isStated,
        listed: isListed ? own : null,
      },
    ];
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
