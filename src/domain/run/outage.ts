/** GitHub was out of reach: one line for people, and no failure of those that were at work meanwhile. */
import { clockTime } from "../text/clock-time.ts";
import type { Draft } from "./draft.ts";
import type { Attempt } from "./attempt.ts";
import type { State } from "./journal.ts";

/** What is over sooner nobody notices. */
const SHORTEST_MS = 2 * 60_000;
/** For so long after it is over `status` says it. */
const NEWS_MS = 60 * 60_000;

export function noteOutage(draft: Draft): void {
  const { state, snapshot, pass } = draft;
  const { outage } = snapshot;
  if (state.ended !== null) return;
  if (outage?.to != null && outage.to.getTime() - outage.from.getTime() >= SHORTEST_MS) {
    const from = outage.from.toISOString();
    if (state.outage === null || state.outage.from < from) {
      state.outage = { from, to: outage.to.toISOString(), why: outage.why };
      draft.event("outage", { why: outageLine(state.outage) });
    }
  }
  if (state.outage && pass.now.getTime() - Date.parse(state.outage.to) < NEWS_MS)
    draft.wait({ unit: null, for: "github", because: outageLine(state.outage) });
}

export const outageLine = ({ from, to, why }: NonNullable<State["outage"]>): string =>
  `GitHub was out of reach from ${clockTime(from)} to ${clockTime(to)} (${why}); nothing was lost, and the run goes on`;

/** Where one outage follows another, the workflow runs of an attempt that are forgiven: each may have cost money. */
const MAX_FORGIVEN = 5;

/** Who was at work then had no fair try. */
export const metOutage = ({ outage }: State, { at, pastRuns }: Pick<Attempt, "at" | "pastRuns">): boolean =>
  outage !== null && at < outage.to && pastRuns.length < MAX_FORGIVEN;
