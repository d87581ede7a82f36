/**
 * A checkpoint that is red although every train was green: a person may have a landed unit reverted. The revert travels
 * like any other train, alone and verified; then the unit is done again on a branch of its own that begins by bringing
 * the reverted work back (contracts, "unit branch").
 */
import { commitSubject } from "../text/harmless.ts";
import type { Draft, Question } from "./draft.ts";
import type { State } from "./journal.ts";
import type { RunView } from "./view.ts";

type Train = NonNullable<State["train"]>;

/** More would be a list that nobody reads; what landed last is the likeliest. */
const MAX_OFFERED = 6;

export function checkpointRed(view: RunView, gate: string, head: string): Question {
  const landed = landedSince(view, gate);
  const tried = landed.flatMap((id) => {
    const failed = view.state.reverts[id]?.failed;
    if (!failed) return [];
    return [`${id} (${failed === "red" ? "red without it too" : "later work builds on its lines"})`];
  });
  return {
    kind: "checkpoint-red",
    unit: gate,
    question: `Checkpoint ${gate} is red at ${head.slice(0, 7)}: the verify commands fail on the integration branch. Landed since the last green checkpoint: ${landed.join(", ") || "nothing"}.${tried.length > 0 ? ` Reverting these was tried: ${tried.join(", ")}.` : ""} What now?`,
    options: [
      { does: "retry", text: "I have repaired the integration branch, or it was chance: verify again" },
      { does: "skip", text: "Go on without this checkpoint" },
      { does: "abort", text: "Abort: nothing after it is started" },
      ...landed
        .filter((id) => !view.state.reverts[id]?.failed)
        .toReversed()
        .slice(0, MAX_OFFERED)
        .map((id) => ({ does: "revert" as const, unit: id, text: `Revert unit ${id} and do it again` })),
    ],
  };
}

/** What stands between a checkpoint and those before it that have passed: one of these may be the culprit. */
function landedSince(view: RunView, gate: string): string[] {
  const passed = view.units.filter(({ isGate, unit }) => isGate && view.state.landed[unit.id]);
  const known = new Set(passed.flatMap(({ unit }) => [...above(view, unit.id)]));
  const before = above(view, gate);
  return view.units
    .filter(
      ({ unit: { id }, isGate }) => before.has(id) && !known.has(id) && !isGate && view.state.landed[id],
    )
    .map(({ unit }) => unit.id);
}

/** All that a unit depends on, directly or through others. */
function above(view: RunView, id: string): Set<string> {
  const found = new Set<string>();
  const queue = [id];
  for (const next of queue)
    for (const { id: other } of view.byId.get(next)?.unit.dependsOn ?? [])
      if (!found.has(other)) {
        found.add(other);
        queue.push(other);
      }
  return found;
}

export function askForRevert(
  draft: Draft,
  { unit, gate, by }: { unit: string; gate: string; by: string },
): void {
  if (!draft.state.landed[unit]) return;
  const red = draft
    .view()
    .byId.get(gate)
    ?.verifyJobs.findLast(({ outcome }) => outcome === "red");
  draft.state.reverts[unit] = {
    because: `Checkpoint ${gate} was red after it had landed.\n${red?.result?.tail ?? ""}`.trim(),
    failed: null,
  };
  draft.event("revert asked", { unit, why: `checkpoint ${gate} is red`, by });
}

/** Of the commits that take a unit's work out: `repair` knows it by that. */
export const revertSubject = ({ pull, id, run }: { pull: number | null; id: string; run: number }): string =>
  commitSubject(`Revert #${pull ?? "?"} (unit ${id}) in run ${run}`);

/** The unit to revert next. */
export const nextRevert = ({ landed, reverts }: State): string | null =>
  Object.keys(reverts).find((id) => landed[id] && reverts[id]!.failed === null) ?? null;

/** The candidate without the unit is red too, or cannot be made: the checkpoint asks again. */
export function failRevert(state: State, unit: string, failed: "red" | "conflict"): void {
  const revert = state.reverts[unit];
  if (revert) revert.failed = failed;
}

/** The integration branch holds the unit's work no more: it begins anew, from there. */
export function arriveWithout(draft: Draft, unit: string, train: Train): void {
  const { state } = draft;
  const { because } = state.reverts[unit]!;
  const { claim, pull } = draft.view().byId.get(unit)!;
  if (claim && pull?.merged) state.revertedPulls.push(pull.number);
  delete state.landed[unit];
  delete state.reverts[unit];
  delete state.claims[unit];
  state.reverted[unit] = { times: (state.reverted[unit]?.times ?? 0) + 1, on: train.on, because };
  state.began[unit] = train.built!;
  draft.event("reverted", { unit, why: `verified without it as ${train.built!.slice(0, 7)}` });
}
