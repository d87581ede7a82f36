/** How an attempt ends, or begins again: from small budgets where its agent had no fair try, and then a person is asked. */
import { MAX_LOST, type Draft } from "./draft.ts";
import { beginAgain, type Hindrance } from "./hindered.ts";
import { emptyResult, type AttemptOutcome, type AttemptResult } from "./journal.ts";
import { BASE_SLUG } from "./names.ts";
import type { AttemptView } from "./view.ts";

export interface End {
  attempt: AttemptView;
  unit: string | null;
  outcome: AttemptOutcome;
  result: AttemptResult | null;
}

export function end(draft: Draft, { attempt, unit, outcome, result }: End): void {
  const entry = draft.state.attempts[attempt.key]!;
  entry.outcome = outcome;
  entry.result = result;
  charge(draft, result?.usd);
  draft.event("attempt ended", {
    unit,
    why: `${attempt.role} ${attempt.n}: ${outcome}${result?.severity ? ` (${result.severity})` : ""}`,
    by: attempt.agent ?? "verify",
  });
}

/** What was used is paid, also where nothing came of it. Null: not known. */
export function charge({ state: { spend } }: Draft, usd: number | null | undefined): void {
  if (usd != null) spend.usd = (spend.usd ?? 0) + usd;
}

/** Again under a new nonce while the small budget for lost runs lasts; then a person is asked. What was never sent costs nothing. */
export function lose(
  draft: Draft,
  {
    attempt,
    unit,
    why,
    max = MAX_LOST,
  }: { attempt: AttemptView; unit: string | null; why: string; max?: number },
): void {
  const lost = attempt.lost + (attempt.sent ? 1 : 0);
  if (lost <= max) {
    draft.dispatch({ ...attempt, unit, lost, after: null, why: `again, because ${why}` });
    return;
  }
  end(draft, { attempt, unit, outcome: "lost", result: emptyResult(why) });
  askAboutNoAnswer(draft, { attempt, unit, tries: lost, why });
}

/** Again after a while, or by another vendor; not for ever. */
export function hinder(
  draft: Draft,
  { attempt, unit, by, said }: Pick<End, "attempt" | "unit"> & { by: Hindrance; said: string },
): void {
  const { planFile } = draft.snapshot;
  const again = beginAgain(attempt, by, { config: planFile.config, now: draft.pass.now });
  if (again) {
    draft.dispatch({ ...attempt, ...again, unit, why: `again, because ${again.why}` });
    return;
  }
  end(draft, { attempt, unit, outcome: by, result: emptyResult(said) });
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
    question: `${whose(attempt, unit)}: ${attempt.role} ${attempt.n} was tried ${tries} times without an answer, because ${why}. What now?`,
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
