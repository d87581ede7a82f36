/** A unit is left as it is, and begins anew where it is still to be done: on a new branch, with attempts of its own. */
import { changeAttempt } from "./attempts.ts";
import type { Draft } from "./draft.ts";
import type { State } from "./journal.ts";
import { takeBack } from "./steer.ts";

/** Its jobs end, what was asked of it is no question any more; its pull request is closed by project.ts. */
export function beginAnew(draft: Draft, id: string, why: string): void {
  const { state } = draft;
  const unit = draft.view().byId.get(id)!;
  const attempts = [...unit.work, ...unit.reviewJobs, ...unit.verifyJobs];
  // Of who has taken it there is no branch of ours.
  const hasBegun = attempts.length > 0 || (state.began[id] !== undefined && unit.claim === null);
  for (const { key, outcome } of attempts)
    if (outcome === null) changeAttempt(state, key, { outcome: "cancelled" });
  for (const [decision, { unit: about, answer }] of Object.entries(state.decisions))
    if (about === id && answer === null) takeBack(draft, decision, why);
  if (state.train?.members.some((member) => member.unit === id)) draft.dropTrain(why);
  // A checkpoint has no branch: it is verified again at whatever head there is then.
  if (hasBegun && !unit.isGate) state.anew[id] = (state.anew[id] ?? 0) + (state.reverted[id]?.times ?? 0) + 1;
  forgetUnit(state, id);
  draft.event(hasBegun ? "unit left" : "unit dropped", { unit: id, why });
}

/** All that is known of it, but for how often it has begun and who has it. */
export function forgetUnit(state: State, id: string): void {
  for (const record of [
    state.began,
    state.writeSets,
    state.dropped,
    state.rejected,
    state.conflicts,
    state.approvals,
    state.granted,
    state.redone,
    state.alone,
    state.landed,
    state.reverts,
    state.reverted,
    state.spend.units,
  ])
    delete record[id];
  state.changeRequests = state.changeRequests.filter((request) => request.unit !== id);
}
