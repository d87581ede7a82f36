/**
 * Decisions that nobody answers: after a day the person who started the run is called once; at the deadline the
 * default holds, where there is one. A default spends nothing, merges nothing and can be undone.
 */
import type { Draft } from "./draft.ts";
import type { Decision } from "./journal.ts";
import { actOnRun } from "./steer-run.ts";
import { answerDecision } from "./steer.ts";

const REMIND_AFTER_MS = 24 * 3_600_000;

export function holdToDeadlines(draft: Draft): void {
  for (const [id, decision] of Object.entries(draft.state.decisions)) {
    if (decision.answer !== null) continue;
    if (!isDue(draft, decision)) {
      const at = nextLook(draft, decision);
      if (at !== null) draft.lookAgain(at);
      continue;
    }
    const option = decision.default!;
    answerDecision(draft, id, { option, by: "roundtable", comment: 0 });
    actOnRun(draft, decision, { option, by: "roundtable" });
    draft.event("decision answered", { unit: decision.unit, why: `${id}: ${option}, by default` });
  }
}

function isDue({ pass }: Draft, { deadline, default: option }: Decision): boolean {
  return option !== null && deadline !== null && pass.now.getTime() >= Date.parse(deadline);
}

function nextLook({ pass }: Draft, { at, deadline }: Decision): Date | null {
  const remindAt = new Date(Date.parse(at) + REMIND_AFTER_MS);
  if (pass.now < remindAt) return remindAt;
  return deadline === null ? null : new Date(deadline);
}

/** The decisions that have waited for a day, whose person is called. */
export const overdue = ({ state, pass }: Draft): string[] =>
  Object.entries(state.decisions)
    .filter(([, { at, answer }]) => answer === null && pass.now.getTime() >= Date.parse(at) + REMIND_AFTER_MS)
    .map(([id]) => id);
