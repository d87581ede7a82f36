/**
 * Money: what a run and its units may spend, and the question when it is used up. Each attempt reserves what it may take
 * when it is dispatched, and its job is held to just that: attempts under way cannot pass a ceiling together.
 */
import { isScript } from "../config.ts";
import { useOf } from "../plan/estimate.ts";
import type { Draft, Question } from "./draft.ts";
import type { PlanFile, State } from "./journal.ts";
import { attemptsFor, estimatedIn, reservedBy, spentOn, total } from "./money.ts";
import type { Role } from "./names.ts";
import { attemptsOf, type AttemptView } from "./attempts.ts";

export const BUDGET = "budget";

/** In US dollars; null: nobody set one. */
export const ceilingOf = ({ consent, spend }: Pick<State, "consent" | "spend">): number | null =>
  spend.ceiling ?? consent?.maxCost ?? null;

/** What nobody knows the cost of counts for nothing here: `unpriced` says how much that is. */
export function isSpent(state: Pick<State, "consent" | "spend">): boolean {
  const ceiling = ceilingOf(state);
  const { usd } = state.spend;
  return ceiling !== null && usd !== null && usd > 0 && usd >= ceiling;
}

/** Attempts of agents that may cost money and did not say how much. */
export const unpriced = (attempts: readonly AttemptView[], { config }: Pick<PlanFile, "config">): number =>
  attempts.filter(
    ({ agent, runId, outcome, result }) =>
      agent !== null && runId !== null && outcome !== null && result?.usd == null && !isScript(agent, config),
  ).length;

/** As far as it is known. */
export const costOf = (state: State, planFile: Pick<PlanFile, "config">): string =>
  costIn(attemptsOf(state), { usd: state.spend.usd, planFile });

/** What attempts have cost together, in words. */
export function costIn(
  attempts: readonly AttemptView[],
  { usd, planFile }: { usd: number | null; planFile: Pick<PlanFile, "config"> },
): string {
  if (usd === null) return "not known";
  const unknown = unpriced(attempts, planFile);
  const estimated = estimatedIn(attempts);
  return [
    `${unknown === 0 ? "" : "at least "}${dollars(usd)}`,
    ...(estimated > 0 ? [`${dollars(estimated)} of it by estimate`] : []),
    ...(unknown > 0 ? [`not known of ${unknown} ${unknown === 1 ? "attempt" : "attempts"}`] : []),
  ].join(", ");
}

export const dollars = (usd: number): string =>
  `${usd > 0 && usd < 0.005 ? Number(usd.toPrecision(1)) : Math.round(usd * 100) / 100} USD`;

/** While it is asked no agent is dispatched; what is done already is verified and lands. */
export function askAboutBudget(draft: Draft): void {
  if (!isSpent(draft.state)) return;
  const { units, phases } = draft.view();
  const isLeft = units.some(
    ({ unit }) => !["completed", "skipped", "cancelled"].includes(phases.get(unit.id)!.kind),
  );
  if (isLeft) draft.ask(runQuestion(draft, ""));
}

function runQuestion({ state, snapshot }: Draft, why: string): Question {
  const ceiling = dollars(ceilingOf(state)!);
  const cost = state.spend.usd === null ? "nothing that is known" : costOf(state, snapshot.planFile);
  return {
    kind: BUDGET,
    unit: null,
    question: `The run has spent ${cost}; agreed was up to ${ceiling}.${why} No agent is started any more. What now?`,
    options: optionsOf(state.consent?.maxCost ?? 0),
  };
}

/** Without a ceiling of its own, of nothing, there is no "as much again". */
const optionsOf = (maxCost: number): Question["options"] => [
  ...(maxCost > 0
    ? [
        { does: "proceed" as const, text: `Spend up to ${dollars(maxCost)} more, and go on` },
        {
          does: "resume" as const,
          text: `Spend up to ${dollars(maxCost)} more on what is begun; skip what is not`,
        },
      ]
    : []),
  { does: "skip", text: "Take what has landed: skip the rest and open the final pull request" },
  { does: "abort", text: "End the run" },
];

/** Counted from what is spent by now: it is not asked again at once. */
export function raiseCeiling({ state }: Draft): void {
  state.spend.ceiling = (state.spend.usd ?? 0) + (state.consent?.maxCost ?? 0);
}

export function raiseUnitCeiling(draft: Draft, id: string): void {
  const { state, snapshot } = draft;
  const spent = total(attemptsFor(state, snapshot.slugs[id]!).map(spentOn));
  state.spend.units[id] = spent + (snapshot.planFile.config.budget.unit ?? 0);
}

function unitQuestion(
  id: string,
  { spent, ceiling, more }: { spent: number; ceiling: number; more: number },
): Question {
  return {
    kind: BUDGET,
    unit: id,
    question: `Unit ${id} has spent ${dollars(spent)}; a unit may spend up to ${dollars(ceiling)}. No agent is started for it any more. What now?`,
    options: [
      ...(more > 0 ? [{ does: "proceed" as const, text: `Spend up to ${dollars(more)} more on it` }] : []),
      { does: "skip", text: "Skip this unit" },
      { does: "abort", text: "Abort this unit" },
    ],
  };
}

/** An attempt that came to its ceiling: what it did is kept, and the next one goes on from it. */
export const attemptQuestion = (
  unit: string,
  { role, n, allowance }: Pick<AttemptView, "role" | "n" | "allowance">,
): Question => ({
  kind: BUDGET,
  unit,
  question: `Unit ${unit}: ${role} ${n} was stopped at its ceiling${allowance === null ? "" : ` of ${dollars(allowance)}`}${role === "review" ? "" : "; what it did is kept"}. What now?`,
  options: [
    {
      does: "retry",
      text:
        role === "review"
          ? "Have it reviewed once more"
          : "Give it another attempt, which goes on from there",
    },
    { does: "skip", text: "Skip this unit" },
    { does: "abort", text: "Abort this unit" },
  ],
});

export interface Wanted {
  /** Of the attempt: what an earlier dispatch of it has reserved is its own. */
  key: string;
  role: Role;
  agent: string;
  unit: string | null;
}

/** What an attempt may take; null: nothing limits it. Or why it is not dispatched, and what a person is asked. */
export type Allowance =
  | { may: true; usd: number | null }
  | { may: false; because: string; question: Question | null };

export function allowanceFor(draft: Draft, wanted: Wanted): Allowance {
  const { config } = draft.snapshot.planFile;
  if (isScript(wanted.agent, config)) return { may: true, usd: null };
  const estimate = useOf(wanted.agent, config).usd ?? 0;
  const { attempt: cap } = config.budget;
  const least = Math.min(estimate, cap ?? estimate);
  const shares =
    wanted.role === "plan"
      ? [ofPlan(draft, least)]
      : [ofRun(draft, wanted, least), ofUnit(draft, wanted, least)];
  for (const share of shares) if (share && "because" in share) return { may: false, ...share };
  const limits = shares.flatMap((share) => (share && "left" in share ? [share.left] : []));
  if (cap !== null) limits.push(cap);
  return { may: true, usd: limits.length === 0 ? null : Math.min(...limits) };
}

type Share = { left: number } | { because: string; question: Question | null } | null;

/**
 * Where no `budget.attempt` says what one attempt may take, what is left is shared among those that may be at work at
 * once: the first would else keep all others waiting.
 */
function ofRun(draft: Draft, { key }: Wanted, least: number): Share {
  const { state, snapshot } = draft;
  const { plan, config } = snapshot.planFile;
  const ceiling = ceilingOf(state);
  if (ceiling === null) return null;
  const free = ceiling - (state.spend.usd ?? 0);
  const reserved = reservedBy(attemptsOf(state).filter((other) => other.key !== key));
  const left = free - reserved;
  // A ceiling that no estimate fits under is tried all the same: a person has set it.
  if (left > 0 && left >= Math.min(least, state.consent?.maxCost ?? least)) {
    const open = plan.units.filter(
      ({ id, type }) => type !== "checkpoint" && !state.landed[id] && !state.dropped[id],
    ).length;
    const atOnce = Math.max(1, Math.min(config.maxParallel, open));
    return { left: config.budget.attempt === null ? Math.min(left, Math.max(least, free / atOnce)) : left };
  }
  const because = `${dollars(Math.max(0, left))} of the run's ${dollars(ceiling)} are free`;
  if (reserved > 0)
    return { because: `${because}; attempts under way may take ${dollars(reserved)}`, question: null };
  return { because, question: runQuestion(draft, " What is left does not reach for an attempt.") };
}

/** Nobody has agreed to anything yet: what the configuration has set aside, and no more than was named with the ask. */
function ofPlan({ state, snapshot }: Draft, least: number): Share {
  const ceiling = Math.min(snapshot.planFile.config.budget.plan ?? 0, state.ask.maxCost ?? Infinity);
  const left = ceiling - (state.spend.usd ?? 0);
  if (left > 0 && left >= Math.min(least, ceiling)) return { left };
  const because = `${dollars(Math.max(0, left))} of the ${dollars(ceiling)} for planning are free`;
  return { because, question: null };
}

/** Its reviewers are at work at once. */
function ofUnit({ state, snapshot }: Draft, { key, role, unit }: Wanted, least: number): Share {
  const { plan, config } = snapshot.planFile;
  const { unit: more, attempt: cap } = config.budget;
  if (unit === null || more === null) return null;
  const attempts = attemptsFor(state, snapshot.slugs[unit]!);
  const ceiling = state.spend.units[unit] ?? more;
  const spent = total(attempts.map(spentOn));
  const reserved = reservedBy(attempts.filter((other) => other.key !== key));
  const left = ceiling - spent - reserved;
  if (left > 0 && left >= Math.min(least, more)) {
    const reviewers = plan.units.find(({ id }) => id === unit)?.reviewers.length ?? 1;
    const atOnce = role === "review" ? Math.max(1, reviewers) : 1;
    return { left: cap === null ? Math.min(left, Math.max(least, (ceiling - spent) / atOnce)) : left };
  }
  const because = `${dollars(Math.max(0, left))} of the unit's ${dollars(ceiling)} are free`;
  if (reserved > 0)
    return { because: `${because}; attempts under way may take ${dollars(reserved)}`, question: null };
  return { because, question: unitQuestion(unit, { spent, ceiling, more }) };
}
