/**
 * What others kept an agent from: its vendor limits the rate, or machine or network failed. That is no try at the unit:
 * the same attempt begins again after a while, from small budgets of its own, and then a person is asked (design 7).
 */
import type { AttemptOutcome, Attempt } from "./attempt.ts";
import type { PlanFile } from "./journal.ts";
import type { Role } from "./names.ts";

export type Hindrance = keyof Attempt["hindered"];

/** Of each kind, before a person is asked. */
export const MAX_HINDERED = 3;

/** From this fix on, the escalation agent works, and is told all that was tried. */
const ESCALATED_FIX = 3;

/** Before it begins again; doubled each time. */
const WAIT_MINUTES: Readonly<Record<Hindrance, number>> = { rate_limited: 5, infra: 1 };

export const isHindrance = (outcome: AttemptOutcome | null): outcome is Hindrance =>
  outcome === "rate_limited" || outcome === "infra";

/** Others kept it from its end, so that it is no try at the unit. */
export const isNoTry = (outcome: AttemptOutcome | null): boolean =>
  isHindrance(outcome) || outcome === "interrupted";

/** Whether this fix is the third that had a fair try: the escalation agent's (design 2.9). */
export function isEscalatedFix(
  work: readonly { role: Role; n: number; outcome: AttemptOutcome | null }[],
  { role, n }: { role: Role; n: number },
): boolean {
  const tried = work.filter((one) => one.role === "fix" && one.n < n && !isNoTry(one.outcome)).length;
  return role === "fix" && tried + 1 >= ESCALATED_FIX;
}

function isOfAnotherVendor(other: string, agent: string | null, { agents }: PlanFile["config"]): boolean {
  const [its, ours] = [agents[other], agents[agent ?? ""]];
  return its !== undefined && (its.backend !== ours?.backend || its.base_url !== ours.base_url);
}

export interface Again {
  agent: string | null;
  hindered: Attempt["hindered"];
  /** Null: at once. */
  after: Date | null;
  why: string;
}

/** Null when the budget for this is used up. `not`: who must not go on in its place, as the author in a review's. */
export function beginAgain(
  attempt: Pick<Attempt, "agent" | "hindered">,
  by: Hindrance,
  { config, now, not = null }: { config: PlanFile["config"]; now: Date; not?: string | null },
): Again | null {
  const times = attempt.hindered[by];
  if (times >= MAX_HINDERED) return null;
  const hindered = { ...attempt.hindered, [by]: times + 1 };
  const other = by === "rate_limited" ? config.routing["rate_limited"] : undefined;
  if (other !== undefined && other !== not && isOfAnotherVendor(other, attempt.agent, config))
    return { agent: other, hindered, after: null, why: `the vendor of ${attempt.agent} limits its rate` };
  const minutes = WAIT_MINUTES[by] * 2 ** times;
  return {
    agent: attempt.agent,
    hindered,
    after: new Date(now.getTime() + minutes * 60_000),
    why:
      by === "rate_limited"
        ? `the vendor of ${attempt.agent} limits its rate`
        : "the machine or the network failed",
  };
}
