/** What a person decides about the run as a whole, by a command of its own or by answering a decision. */
import { changeAttempt } from "./attempts.ts";
import { BUDGET, raiseCeiling } from "./budget.ts";
import { isLocked, isRedo, RESPECIFY } from "./debt.ts";
import type { DecisionKind } from "./decision-kind.ts";
import { settleCost } from "./attempt-end.ts";
import type { Draft } from "./draft.ts";
import type { Decision } from "./journal.ts";
import { costOfAttempt } from "./money.ts";
import { answerAboutBase, BASE_CONFLICT, leaveBase } from "./moved-base.ts";
import { overdueAttempts } from "./stall.ts";
import {
  actOnUnit,
  answerDecision,
  drop,
  isOver,
  lockedAnswer,
  retryOf,
  retryRefused,
  sendAgain,
} from "./steer.ts";
import type { UnitView } from "./view.ts";

export function actOnRun(draft: Draft, decision: Decision, answer: { option: number; by: string }): void {
  const { by } = answer;
  const { does } = decision.options[answer.option - 1]!;
  if (decision.kind === BASE_CONFLICT && answerAboutBase(draft, does)) return;
  switch (does) {
    case "abort":
      return cancelRun(draft, by);
    case "skip":
      return endWithWhatLanded(draft, by);
    case "pause":
      draft.state.paused = true;
      return;
    case "retry":
      draft.dropTrain(`${by} has put right what was in the way`);
      retryRefused(draft);
      if (decision.kind === FAILED_UNITS) retryFailed(draft, by);
      if (decision.kind === "stalled") restartOverdue(draft);
      return;
    case "proceed":
      if (decision.kind === RESPECIFY) draft.state.paused = false;
      if (decision.kind === BUDGET) raiseCeiling(draft);
      return;
    case "resume":
      raiseCeiling(draft);
      skipUnbegun(draft, by);
      return;
    default:
    // The others are about a unit.
  }
}

export function cancelRun(draft: Draft, by: string, reason = `the run was cancelled by ${by}`): void {
  for (const unit of unitsLeft(draft)) drop(draft, { unit, as: "cancelled", by, because: reason });
  draft.state.paused = false;
  draft.dropTrain(reason);
  for (const [key, { outcome }] of Object.entries(draft.state.attempts))
    if (outcome === null) changeAttempt(draft.state, key, { outcome: "cancelled" });
  draft.state.ended = { at: draft.pass.now.toISOString(), outcome: "halted", reason };
  draft.event("run ended", { why: `halted: ${reason}`, by });
}

function endWithWhatLanded(draft: Draft, by: string): void {
  for (const unit of unitsLeft(draft))
    drop(draft, { unit, as: "skipped", by, because: `left out by ${by}, who takes what has landed` });
  leaveBase(draft);
  const { reverts } = draft.state;
  for (const [unit, { failed }] of Object.entries(reverts)) if (failed === null) delete reverts[unit];
  draft.dropTrain(`${by} takes what has landed`);
}

/** Checkpoints stay: they verify what is begun, and no agent works for them. */
function skipUnbegun(draft: Draft, by: string): void {
  const because = `left out by ${by}, who spends no more than what is begun takes`;
  for (const unit of unitsLeft(draft))
    if (!unit.isGate && draft.state.began[unit.unit.id] === undefined)
      drop(draft, { unit, as: "skipped", by, because });
}

/** Runs that come back to life find their nonce old. */
function restartOverdue(draft: Draft): void {
  for (const attempt of overdueAttempts(draft)) {
    const { key, runId } = attempt;
    // It may have worked: what it told nobody is charged by estimate.
    if (runId !== null)
      settleCost(draft, attempt, costOfAttempt(null, attempt.agent, draft.snapshot.planFile.config));
    sendAgain(draft, key);
    if (runId !== null) draft.effects.push({ id: `cancel-run:${runId}`, kind: "cancel-run", runId });
  }
}

const unitsLeft = (draft: Draft): UnitView[] => {
  const view = draft.view();
  return view.units.filter(({ unit }) => !isOver(view.phases.get(unit.id)!.kind));
};

export const FAILED_UNITS = "failed-units";
/** So many more stop the run each time. */
const TOO_MANY = 3;
/** Decisions that say of their unit that attempts did not bring it into order. */
const FAILURES: ReadonlySet<string> = new Set([
  "fixes-used-up",
  "conflict",
  "review-rounds",
  "lost",
  "unparsable-review",
]);

/** Three units that failed say that the fault may lie elsewhere: in the spec, the set-up or the agents. */
export function askAboutFailures(draft: Draft): void {
  const failed = failedUnits(draft);
  if (failed.length < TOO_MANY) return;
  draft.ask({
    kind: FAILED_UNITS,
    unit: null,
    question: `${failed.length} units did not come into order: ${failed.join(", ")}. No further unit is begun. What now?`,
    options: [
      { does: "proceed", text: "Go on with the other units" },
      { does: "retry", text: "What was wrong is mended: give each of them another attempt" },
      { does: "pause", text: "Pause the run while I look into it: the set-up, the agents, the spec" },
      { does: "skip", text: "Take what has landed: skip the rest and open the final pull request" },
      { does: "abort", text: "End the run" },
    ],
    default: 3,
  });
}

/** Questions whether the run should go on at all, and why no further unit is begun meanwhile. */
const BRAKES: Partial<Record<DecisionKind, string>> = {
  [FAILED_UNITS]: "several units failed, and a person is asked whether to go on",
  "spec-changed": "the spec changed, and a person is asked whether its plan still holds",
  [BUDGET]: "the money that was agreed to is spent, and a person is asked whether to go on",
};

export const brakeOf = (draft: Draft): string | null => {
  if (draft.state.replan !== null) return "a new plan is wanted, and waits for a person to confirm it";
  const open = Object.values(draft.state.decisions).find(
    ({ kind, unit, answer }) => answer === null && unit === null && kind in BRAKES,
  );
  return open ? BRAKES[open.kind]! : null;
};

/** Since it was last asked about. */
function failedUnits({ state: { decisions, landed } }: Draft): string[] {
  const all = Object.values(decisions);
  const since = all.slice(1 + all.findLastIndex(({ kind }) => kind === FAILED_UNITS));
  const failed = since.flatMap(({ kind, unit }) => (unit !== null && FAILURES.has(kind) ? [unit] : []));
  return [...new Set(failed)].filter((id) => !landed[id]);
}

function retryFailed(draft: Draft, by: string): void {
  for (const unit of draft.view().units) {
    const { decision } = unit;
    if (!decision || !FAILURES.has(decision.kind)) continue;
    if (isRedo(decision) && isLocked(draft.state, unit.unit.id)) {
      lockedAnswer(draft, unit);
      continue;
    }
    answerDecision(draft, decision.id, { option: retryOf(decision), by, comment: 0 });
    actOnUnit(draft, { does: "retry", kind: decision.kind, unit, by, at: draft.pass.now });
  }
}
