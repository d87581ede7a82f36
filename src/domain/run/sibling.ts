/**
 * Two asks for one spec may be answered at once, each by a pass that does not see the other's run yet. Of two such runs
 * the one that is confirmed stays, else the older one; the other ends before anything is spent.
 */
import type { Draft } from "./draft.ts";

export function giveWay(draft: Draft): void {
  const { state, snapshot, pass } = draft;
  if (state.consent !== null) return;
  const first = snapshot.siblings.find(({ run, isConfirmed }) => isConfirmed || run < state.run);
  if (!first) return;
  const reason = `run ${first.run} works on this spec already`;
  state.ended = { at: pass.now.toISOString(), outcome: "halted", reason };
  draft.event("run ended", { why: `halted: ${reason}` });
}
