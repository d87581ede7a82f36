/** Attempts whose workflow run does not show yet, or has not ended: it is waited for, given up as lost, or cancelled. */
import { costOfDispatch, end, lose } from "./attempt-end.ts";
import { LOST_AFTER_MS, type Draft } from "./draft.ts";
import { emptyResult, runsOf } from "./attempt.ts";
import { plainSlug, runName } from "./names.ts";
import { lifeOf, silenceOf } from "./silence.ts";
import { clockTime } from "../text/clock-time.ts";
import type { RunOutcome } from "./snapshot.ts";
import { type AttemptView, attemptsOf } from "./attempts.ts";

export interface Started {
  attempt: AttemptView;
  unit: string | null;
  seen: RunOutcome;
}

/** Between two looks at a cancelled run. */
const LOOK_MS = 60_000;

export function waitForRun(draft: Draft, attempt: AttemptView, unit: string | null): void {
  const refusal = draft.state.refusals[`dispatch:${attempt.key}:${attempt.nonce}`];
  if (refusal) {
    draft.wait({ unit, for: "refused", because: `${refusal.what} ${refusal.fix}` });
    return;
  }
  if (attempt.after !== null) {
    const after = new Date(attempt.after);
    const why = "others kept its agent from working";
    if (draft.pass.now >= after)
      draft.dispatch({ ...attempt, unit, after: null, why: "again, after a wait" });
    else draft.waitUntil(after, { unit, what: `${attempt.role} ${attempt.n}`, why });
    return;
  }
  const lostAt = new Date(Date.parse(attempt.at) + (draft.pass.takesOver ? 0 : LOST_AFTER_MS));
  if (draft.pass.now >= lostAt) {
    lose(draft, { attempt, unit, why: "its workflow run was not found" });
    return;
  }
  draft.lookAgain(lostAt);
  draft.wait({
    unit,
    for: "workflow-run",
    because: `${attempt.role} ${attempt.n} is dispatched; its workflow run does not show yet`,
  });
}

/** One that shows no sign of life is cancelled; its end is settled like any other, so that nothing runs twice at once. */
export function waitForEnd(draft: Draft, { attempt, unit, seen }: Started): void {
  const { state, snapshot, pass } = draft;
  const what = `${attempt.role} ${attempt.n}`;
  const silence = silenceOf({ state, config: snapshot.planFile.config }, attempt, seen);
  if (silence === null || pass.now < silence.endsAt) {
    const because = `${what}${attempt.agent === null ? "" : ` by ${attempt.agent}`} is under way in workflow run ${seen.runId} ${lifeOf(attempt, seen.life)}`;
    draft.wait({ unit, for: "workflow-run", because });
    if (silence) draft.lookAgain(silence.endsAt);
    return;
  }
  const since = `workflow run ${seen.runId} has shown no sign of life since ${clockTime(silence.since)}`;
  draft.effects.push({ id: `cancel-run:${seen.runId}`, kind: "cancel-run", runId: seen.runId });
  if (pass.now >= silence.lostAt) {
    const cost = costOfDispatch(draft, attempt, null);
    lose(draft, { attempt, unit, why: `${since} and did not end when it was cancelled`, cost });
    return;
  }
  draft.lookAgain(new Date(Math.min(pass.now.getTime() + LOOK_MS, silence.lostAt.getTime())));
  draft.wait({ unit, for: "silence", because: `${what}: ${since}; it is cancelled, and tried again` });
}

/** Workflow runs of attempts that a person ended; also those that show only now, or that a dying pass left alive. */
export function cancelRuns(draft: Draft): void {
  const { run, attempts } = draft.state;
  const known = new Set(Object.values(attempts).flatMap(runsOf));
  for (const attempt of attemptsOf(draft.state)) {
    if (attempt.outcome !== "cancelled") continue;
    if (attempt.result === null && attempt.runId !== null) chargeCancelled(draft, attempt);
    const name = runName({ ...attempt, run });
    for (const fact of draft.snapshot.runs) {
      const isIts =
        attempt.runId === null ? fact.name === name && !known.has(fact.id) : fact.id === attempt.runId;
      if (isIts && fact.status !== "completed")
        draft.effects.push({ id: `cancel-run:${fact.id}`, kind: "cancel-run", runId: fact.id });
    }
  }
}

/** By what it told where its run had just ended, else by estimate. */
function chargeCancelled(draft: Draft, attempt: AttemptView): void {
  const told = draft.snapshot.outcomes[attempt.key]?.handOver;
  const cost = costOfDispatch(draft, attempt, told?.kind === "accepted" ? told.content : null);
  if (cost.usd === null) return;
  const own = draft.view().units.find(({ slug }) => plainSlug(slug) === plainSlug(attempt.slug));
  const result = { ...emptyResult("A person ended it."), ...cost };
  end(draft, { attempt, unit: own?.unit.id ?? null, outcome: "cancelled", result });
}
