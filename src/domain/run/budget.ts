/** Money: what a run may spend, what is known of what it has spent, and the question when it is used up. */
import { isScript } from "../config.ts";
import type { Draft, Question } from "./draft.ts";
import type { PlanFile, State } from "./journal.ts";
import { attemptsOf } from "./view.ts";

const KIND = "budget";

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
export const unpriced = (state: State, { config }: Pick<PlanFile, "config">): number =>
  attemptsOf(state).filter(
    ({ agent, runId, outcome, result }) =>
      agent !== null && runId !== null && outcome !== null && result?.usd == null && !isScript(agent, config),
  ).length;

/** As far as it is known. */
export function costOf(state: State, planFile: Pick<PlanFile, "config">): string {
  const { usd } = state.spend;
  const unknown = unpriced(state, planFile);
  if (usd === null) return "not known";
  return unknown === 0
    ? dollars(usd)
    : `at least ${dollars(usd)}, not known of ${unknown} ${unknown === 1 ? "attempt" : "attempts"}`;
}

export const dollars = (usd: number): string => `${Math.round(usd * 100) / 100} USD`;

/** While it is asked no agent is dispatched; what is done already is verified and lands. */
export function askAboutBudget(draft: Draft): void {
  const { state, snapshot } = draft;
  if (!isSpent(state)) return;
  const { units, phases } = draft.view();
  const isLeft = units.some(
    ({ unit }) => !["completed", "skipped", "cancelled"].includes(phases.get(unit.id)!.kind),
  );
  if (!isLeft) return;
  const ceiling = dollars(ceilingOf(state)!);
  draft.ask({
    kind: KIND,
    unit: null,
    question: `The run has spent ${costOf(state, snapshot.planFile)}; agreed was up to ${ceiling}. No agent is started any more. What now?`,
    options: optionsOf(state.consent?.maxCost ?? 0),
  });
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
