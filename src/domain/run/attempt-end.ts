/** How an attempt ends, or begins again: from small budgets where its agent had no fair try, and then a person is asked. */
import type { HandOver } from "../handover/result.ts";
import { dollars } from "./budget.ts";
import { MAX_LOST, type Draft } from "./draft.ts";
import { beginAgain, type Hindrance } from "./hindered.ts";
import { emptyResult, NOT_HINDERED, runsOf, type AttemptOutcome, type AttemptResult } from "./attempt.ts";
import { costOfAttempt, spentBefore, type Cost } from "./money.ts";
import { metOutage } from "./outage.ts";
import { attemptKey, BASE_SLUG } from "./names.ts";
import { type AttemptView, changeAttempt } from "./attempts.ts";
import { authorOf } from "./view.ts";

/** `content` is null where it has handed nothing over. */
export function costOfDispatch({ snapshot }: Draft, { agent }: AttemptView, content: HandOver | null): Cost {
  return costOfAttempt(content?.usage ?? null, agent, snapshot.planFile.config);
}

export interface End {
  attempt: AttemptView;
  unit: string | null;
  outcome: AttemptOutcome;
  result: AttemptResult | null;
}

export function end(draft: Draft, { attempt, unit, outcome, result }: End): void {
  const endedAt = draft.pass.now.toISOString();
  changeAttempt(draft.state, attempt.key, { outcome, endedAt, result });
  charge(draft, result?.usd);
  const money =
    result?.usd == null ? "" : `, ${dollars(result.usd)}${result.isEstimate ? " by estimate" : ""}`;
  draft.event("attempt ended", {
    unit,
    why: `${attempt.role} ${attempt.n}: ${outcome}${result?.severity ? ` (${result.severity})` : ""}${money}`,
    by: attempt.agent ?? "verify",
  });
}

/** What was used is paid, also where nothing came of it. Null: not known. */
function charge({ state: { spend } }: Draft, usd: number | null | undefined): void {
  if (usd != null) spend.usd = (spend.usd ?? 0) + usd;
}

/** Of a dispatch that another follows: it stays with the attempt, and counts for unit and run. */
export function settleCost(draft: Draft, { key }: { key: string }, cost: Cost | null): void {
  changeAttempt(draft.state, key, { before: spentBefore(draft.state.attempts[key]!, cost) });
  charge(draft, cost?.usd);
}

/** Of an agent's words, where they say why it begins again. */
const MAX_SAID = 400;

/**
 * What the ended dispatch took is settled first: it holds no money any more, and the next one's allowance is reckoned
 * without it. Where that one is held back, by a pause or for money, the attempt waits as one that was never sent.
 */
function again(draft: Draft, attempt: Parameters<Draft["dispatch"]>[0], cost: Cost | null): void {
  const { agent, lost = 0, again: said = null, hindered = NOT_HINDERED, after = null } = attempt;
  const key = attemptKey(attempt);
  settleCost(draft, { key }, cost);
  const entry = draft.state.attempts[key]!;
  const { before } = entry;
  changeAttempt(draft.state, key, {
    agent,
    lost,
    again: said,
    hindered,
    after: after?.toISOString() ?? null,
    pastRuns: runsOf(entry),
    runId: null,
    allowance: null,
    sent: false,
  });
  draft.dispatch({ ...attempt, before });
}

/** Again under a new nonce while the small budget for lost runs lasts; then a person is asked. What was never sent costs nothing. */
export function lose(
  draft: Draft,
  {
    attempt,
    unit,
    why,
    max = MAX_LOST,
    cost = null,
  }: { attempt: AttemptView; unit: string | null; why: string; max?: number; cost?: Cost | null },
): void {
  const lost = attempt.lost + (attempt.sent && !metOutage(draft.state, attempt) ? 1 : 0);
  if (lost <= max) {
    // One that was only held back has brought what it brought before.
    const told = attempt.sent ? why.slice(0, MAX_SAID).toWellFormed() : attempt.again;
    again(draft, { ...attempt, again: told, unit, lost, after: null, why: `again, because ${why}` }, cost);
    return;
  }
  end(draft, { attempt, unit, outcome: "lost", result: { ...emptyResult(why), ...cost } });
  askAboutNoAnswer(draft, { attempt, unit, tries: lost, why });
}

/** Again after a while, or by another vendor; not for ever. */
export function hinder(
  draft: Draft,
  {
    attempt,
    unit,
    by,
    said,
    cost,
  }: Pick<End, "attempt" | "unit"> & { by: Hindrance; said: string; cost: Cost | null },
): void {
  const { planFile } = draft.snapshot;
  const own = unit === null ? undefined : draft.view().byId.get(unit);
  const not = attempt.role === "review" && own ? authorOf(own) : null;
  const next = beginAgain(attempt, by, { config: planFile.config, now: draft.pass.now, not });
  if (next) {
    const told = { again: next.why, why: `again, because ${next.why}` };
    again(draft, { ...attempt, ...next, ...told, unit }, cost);
    return;
  }
  end(draft, { attempt, unit, outcome: by, result: { ...emptyResult(said), ...cost } });
  askAboutHindrance(draft, { attempt, unit, by, said });
}

export function askAboutHindrance(
  draft: Draft,
  { attempt, unit, by, said }: Pick<End, "attempt" | "unit"> & { by: Hindrance; said: string },
): void {
  const why = `${by === "infra" ? "machine or network failed" : "its vendor limits the rate"}: ${said}`;
  askAboutNoAnswer(draft, { attempt, unit, tries: attempt.hindered[by] + 1, why });
}

function askAboutNoAnswer(
  draft: Draft,
  { attempt, unit, tries, why }: Pick<End, "attempt" | "unit"> & { tries: number; why: string },
): void {
  draft.ask({
    kind: attempt.role === "review" ? "unparsable-review" : "lost",
    unit,
    question: `${whose(attempt, unit)}: ${attempt.role} ${attempt.n} was tried ${tries === 1 ? "once" : `${tries} times`} without an answer, because ${why}. What now?`,
    options: [
      { does: "retry", text: "Try again" },
      ...(unit === null ? [] : [{ does: "skip" as const, text: "Skip this unit" }]),
      { does: "abort", text: unit === null ? "End the run" : "Abort this unit" },
    ],
  });
}

function whose({ slug }: AttemptView, unit: string | null): string {
  if (unit !== null) return `Unit ${unit}`;
  return slug === BASE_SLUG ? "The moved base branch" : "The train";
}
