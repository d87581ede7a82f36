/**
 * Units that lie between one another's waves, as with `["1.1"], ["2"], ["1.2"]`: one agent does a whole unit, so neither
 * is over when the other begins, and the waves alone leave them free. They follow one another by their first waves, then
 * by the file; those of just the same waves stand side by side. What the spec says itself comes before that, and so do
 * the checkpoints between them. With profile throughput nothing is taken, only said.
 */
import type { Diagnostic } from "../problem.ts";
import { few } from "./advice.ts";
import { isCyclic } from "./cycles.ts";
import type { EdgeRequest, Edges } from "./edges.ts";
import { listedPairs, spansOf, wavesOf, type Lane, type Span } from "./order.ts";
import type { Group } from "./units.ts";

export function orderInterleaved(request: EdgeRequest, edges: Edges): void {
  const { groups, waves, profile, diagnostics } = request;
  if (waves === null || isCyclic(edges)) return;
  const spans = spansOf(groups, waves);
  followStated(request, edges, spans);
  const known = new Map(edges.ids.map((id) => [id, new Set(edges.of(id).map((edge) => edge.id))]));
  const trial = edges.copy();
  const found = new Set<Span>();
  for (const [earlier, later] of pairsOf(request, spans)) {
    if (trial.isFull) break;
    const [before, after] = [earlier.group.id, later.group.id];
    if (known.get(after)!.has(before) || known.get(before)!.has(after)) continue;
    found.add(earlier).add(later);
    const first = earlier.first === later.first ? "stands" : "begins";
    const because = `line ${later.first.line}: ${before} is in ${wavesOf(earlier)}, ${after} in ${wavesOf(later)}, and one agent does a whole unit, so ${after} follows ${before}, which ${first} first`;
    trial.add(after, { id: before, source: "inferred", because });
  }
  if (found.size === 0) return;
  const isSound = !trial.isFull && !isCyclic(trial);
  if (isSound && profile !== "throughput")
    for (const id of trial.ids) for (const edge of trial.of(id)) edges.add(id, edge);
  diagnostics.push(
    interleaved(
      [...found],
      profile === "throughput"
        ? "with profile throughput nothing orders them"
        : isSound
          ? "each follows the one whose first wave comes before its own"
          : `an order by their first waves ${trial.isFull ? "has more edges than anyone can hold" : "would contradict what else the spec says"}, so nothing orders them`,
    ),
  );
}

/** Where the lists of waves make one wait for the other, and nothing the other for the one, that is its order. */
function followStated({ unitOf }: EdgeRequest, edges: Edges, spans: readonly Span[]): void {
  const either = edges.copy();
  for (const { span, id, says } of listedPairs(spans, { unitOf, isWanted: isInterleaved })) {
    if (either.isFull) return;
    const unit = span.group.id;
    either.add(unit, { id, source: "waves", because: `${says}, so ${unit} waits for ${id}` });
  }
  const awaited = new Map(either.ids.map((id) => [id, new Set(either.of(id).map((edge) => edge.id))]));
  const trial = edges.copy();
  for (const unit of either.ids)
    for (const edge of either.of(unit)) if (!awaited.get(edge.id)!.has(unit)) trial.add(unit, edge);
  if (trial.isFull || isCyclic(trial)) return;
  for (const id of trial.ids) for (const edge of trial.of(id)) edges.add(id, edge);
}

/** Pairs of which the second must follow the first; with them all others do too. */
function* pairsOf({ groups, unitOf }: EdgeRequest, spans: readonly Span[]): Generator<[Span, Span]> {
  const partOf = partsOf(groups);
  const byBegin = spans.filter(({ group }) => partOf.has(group.id)).toSorted((a, b) => a.from - b.from);
  for (const part of Map.groupBy(byBegin, ({ group }) => partOf.get(group.id)).values())
    for (const pair of chained(part))
      if (pair.some(({ isStated, listed }) => !isStated && !listed)) yield pair;
  const placeOf = new Map(byBegin.map(({ group }, place) => [group.id, place]));
  for (const { span, id } of listedPairs(byBegin, { unitOf, isWanted: isInterleaved })) {
    const other = byBegin[placeOf.get(id) ?? -1];
    if (!other || partOf.get(id) !== partOf.get(span.group.id)) continue;
    yield placeOf.get(id)! < placeOf.get(span.group.id)! ? [other, span] : [span, other];
  }
}

/** Unit → how many checkpoints stand before it. */
function partsOf(groups: readonly Group[]): Map<string, number> {
  const found = new Map<string, number>();
  let part = 0;
  for (const { id, isCheckpoint } of groups)
    if (isCheckpoint) part += 1;
    else found.set(id, part);
  return found;
}

/** Each with those that begin just before it, and with the one before them that is over last. */
function* chained(byBegin: readonly Span[]): Generator<[Span, Span]> {
  let [before, stage]: [Span[], Span[]] = [[], []];
  let latest: Span | undefined;
  for (const span of byBegin) {
    if (stage[0] && !isSame(stage[0], span)) {
      if (!latest || latest.to < stage[0].to) latest = stage[0];
      [before, stage] = [stage, []];
    }
    stage.push(span);
    for (const earlier of latest ? [latest, ...before] : before)
      if (isInterleaved(earlier, span)) yield [earlier, span];
  }
}

const isSame = (a: Lane, b: Lane): boolean => a.from === b.from && a.to === b.to;

const isInterleaved = (a: Lane, b: Lane): boolean => !isSame(a, b) && a.from <= b.to && b.from <= a.to;

const interleaved = (spans: readonly Span[], order: string): Diagnostic => ({
  severity: "note",
  code: "waves-interleave",
  line: spans[1]!.first.line,
  column: 1,
  what: `Units lie between one another's waves: ${few(spans.map((span) => `${span.group.id} (${wavesOf(span)})`))}`,
  why: `one agent does a whole unit; ${order}`,
  fix: "Add `_Depends: 1_` lines, or make tasks of their own of the sub-tasks that others wait for.",
});
