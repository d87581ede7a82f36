/** Money: attempts under way can never pass a ceiling together, and what is spent is what attempts took. */
import { isScript } from "../../src/domain/config.ts";
import { ceilingOf } from "../../src/domain/run/budget.ts";
import { estimatedIn, reservedBy, spentOn, total } from "../../src/domain/run/money.ts";
import { plainSlug } from "../../src/domain/run/names.ts";
import { attemptsOf, type AttemptView } from "../../src/domain/run/attempts.ts";
import type { Checked } from "./invariants.ts";
import type { Journal, Seen } from "./seen.ts";

/** Ends of those whose agent may not have worked. */
const FREE: ReadonlySet<string> = new Set(["cancelled", "rate_limited", "infra"]);
/** Ends of those whose word may not have been heard: an estimate stands for it. */
const UNTOLD: ReadonlySet<string> = new Set(["lost", "refused"]);

/** Sums of cents in floating point. */
const SLACK = 1e-6;

export function moneyHolds({ journals, before, took }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const journal of journals) {
    const { run, state, planFile } = journal;
    const was = before?.journals.find((one) => one.run === run)?.state;
    const attempts = attemptsOf(state);
    const spent = total(attempts.map(spentOn));
    if (Math.abs(spent - (state.spend.usd ?? 0)) > SLACK)
      broken.push(`run ${run} says that it has spent ${state.spend.usd}; its attempts took ${spent}`);
    const ceiling = ceilingOf(state);
    if (ceiling !== null && spent - estimatedIn(attempts) > ceiling + SLACK)
      broken.push(`run ${run} has spent ${spent}, more than ${ceiling}`);
    const paid = attempts.filter(({ agent }) => agent !== null && !isScript(agent, planFile.config));
    const ended = paid.filter(
      ({ key, outcome, runId }) =>
        outcome !== null && runId !== null && was?.attempts[key]?.outcome === null && !FREE.has(outcome),
    );
    count += ended.length;
    for (const { key, nonce, outcome, result } of ended) {
      const said = UNTOLD.has(outcome!) ? undefined : took.get(nonce);
      const isTrue = said === undefined ? (result?.usd ?? 0) > 0 : result?.usd === said;
      if (!isTrue)
        broken.push(`${key} of run ${run} took ${said ?? "something"}, and is charged with ${result?.usd}`);
    }
    const begun = paid.filter(
      ({ key, nonce, after, outcome }) =>
        outcome === null && after === null && was !== undefined && was.attempts[key]?.nonce !== nonce,
    );
    for (const attempt of begun) {
      const limits = [
        ...(ceiling === null ? [] : [{ of: attempts, most: ceiling }]),
        ...unitOf(journal, attempt),
      ];
      count += limits.length;
      if (limits.length > 0 && attempt.allowance === null)
        broken.push(`${attempt.key} of run ${run} may spend what it likes`);
      for (const { of, most } of limits)
        if (total(of.map(spentOn)) + reservedBy(of) > most + SLACK)
          broken.push(`${attempt.key} of run ${run} began when less than its allowance of ${most} was left`);
    }
  }
  return { count, broken };
}

/** What its unit may take in all. */
function unitOf({ state, planFile }: Journal, { slug }: AttemptView): { of: AttemptView[]; most: number }[] {
  const unit = plainSlug(slug);
  const most = state.spend.units[unit] ?? planFile.config.budget.unit;
  if (most === null || !planFile.plan.units.some(({ id }) => id === unit)) return [];
  return [{ of: attemptsOf(state).filter((one) => plainSlug(one.slug) === unit), most }];
}
