/** What a person decides about one unit, by a command of its own or by answering a decision. */
import { BUDGET, raiseUnitCeiling } from "./budget.ts";
import { recordHandWork } from "./by-hand.ts";
import type { DecisionKind } from "./decision-kind.ts";
import { isLocked, isRedo, noteRedo, scopeLock } from "./debt.ts";
import { LOST_AFTER_MS, type Draft } from "./draft.ts";
import { isHindrance } from "./hindered.ts";
import { NOT_HINDERED, runsOf, type Attempt } from "./attempt.ts";
import type { Decision } from "./journal.ts";
import { spentBefore } from "./money.ts";
import { gateSlug } from "./names.ts";
import { attemptsOf, changeAttempt } from "./attempts.ts";
import { baseOf, headOf, type UnitView } from "./view.ts";
import { refuseStray } from "./write-set.ts";

export interface Answer {
  obeyed: boolean;
  sentence: string;
  /** Said in a comment although it was obeyed. */
  say?: string;
}

export const no = (sentence: string): Answer => ({ obeyed: false, sentence });
export const yes = (sentence: string): Answer => ({ obeyed: true, sentence });

export const isOver = (kind: string): boolean =>
  kind === "completed" || kind === "skipped" || kind === "cancelled";

export function steer(
  draft: Draft,
  {
    command,
    unit,
    by,
    at,
  }: {
    command: { kind: "retry" | "skip" | "abort" | "approve"; withDependents: boolean };
    unit: UnitView;
    by: string;
    at: Date;
  },
): Answer {
  const id = unit.unit.id;
  const phase = draft.view().phases.get(id)!;
  if (isOver(phase.kind)) return no(`Unit ${id} is ${phase.kind} already.`);
  switch (command.kind) {
    case "skip":
      if (command.withDependents) skipWithDependents(draft, unit, by);
      else skip(draft, unit, by);
      return yes(`unit ${id} skipped`);
    case "abort":
      drop(draft, { unit, as: "cancelled", by, because: `aborted by ${by}` });
      return yes(`unit ${id} cancelled`);
    case "approve":
      return approve(draft, unit, { by, at });
    case "retry":
      if (unit.claim)
        return no(`Unit ${id} is with ${unit.claim.by}: their next push is looked at by itself.`);
      if (phase.kind !== "fix_required" && phase.kind !== "blocked")
        return no(`Unit ${id} is ${phase.kind}: there is nothing to try again.`);
      if (!canRetry(unit)) return no(`Unit ${id} has no attempt yet: ${phase.because}`);
      if (isLocked(draft.state, id)) return lockedAnswer(draft, unit);
      noteRedo(draft, unit, unit.decision);
      if (unit.decision)
        answerDecision(draft, unit.decision.id, { option: retryOf(unit.decision), by, comment: 0 });
      retry(draft, unit, unit.decision?.kind ?? null);
      return yes(`unit ${id} gets another attempt`);
  }
}

/** The option that tries again; 0, which is none, where a decision has no such option. */
export const retryOf = ({ options }: Decision): number =>
  1 + options.findIndex(({ does }) => does === "retry");

/** A locked unit is tried again by a decision only, which has a person say what shall be different. */
export function lockedAnswer(draft: Draft, { unit, decision }: UnitView): Answer {
  if (decision && isRedo(decision)) takeBack(draft, decision.id, "the scope of its unit is locked");
  if (!decision || isRedo(decision)) draft.ask(scopeLock(unit.id));
  const id = draft.view().byId.get(unit.id)!.decision!.id;
  return no(
    `Unit ${unit.id} was reviewed and done again twice already: its scope is locked, and \`retry\` is not taken. Answer decision ${id}.`,
  );
}

export function actOnUnit(
  draft: Draft,
  {
    does,
    kind,
    unit,
    by,
    at,
  }: Pick<Decision, "kind"> & {
    does: Decision["options"][number]["does"];
    unit: UnitView;
    by: string;
    at: Date;
  },
): void {
  switch (does) {
    case "skip":
      return skip(draft, unit, by);
    case "abort":
      return drop(draft, { unit, as: "cancelled", by, because: `aborted by ${by}` });
    case "resume":
      return resumeAtHead(draft, unit, by);
    case "retry":
      return retry(draft, unit, kind);
    case "accept":
      return void approve(draft, unit, { by, at });
    case "proceed":
      if (kind === "person") drop(draft, { unit, as: "skipped", by, because: `done by ${by}, by hand` });
      if (kind === BUDGET) raiseUnitCeiling(draft, unit.unit.id);
      return;
    case "pause":
    case "replan":
    case "revert":
    // The answer itself is what counts; it is read from the decision.
  }
}

export function answerDecision(
  draft: Draft,
  id: string,
  answer: { option: number; by: string; comment: number },
): void {
  draft.state.decisions[id]!.answer = { ...answer, at: draft.pass.now.toISOString() };
}

/** The question is no question any more. */
export function takeBack(draft: Draft, id: string, why: string): void {
  answerDecision(draft, id, { option: 0, by: "roundtable", comment: 0 });
  draft.event("decision taken back", { why: `${id}: ${why}` });
}

/** Its workflow runs are cancelled from the outcome: see `cancelRuns`. */
export function drop(
  draft: Draft,
  { unit, as, by, because }: { unit: UnitView; as: "skipped" | "cancelled"; by: string; because: string },
): void {
  draft.state.dropped[unit.unit.id] = { as, by, because };
  for (const decision of Object.values(draft.state.decisions))
    if (decision.unit === unit.unit.id && decision.answer === null)
      decision.answer = { option: 0, by, comment: 0, at: draft.pass.now.toISOString() };
  for (const attempt of [...unit.work, ...unit.reviewJobs, ...unit.verifyJobs])
    if (attempt.outcome === null) changeAttempt(draft.state, attempt.key, { outcome: "cancelled" });
  const train = draft.state.train;
  if (train?.members.some((member) => member.unit === unit.unit.id)) draft.dropTrain(because);
  draft.event(`unit ${as}`, { unit: unit.unit.id, why: because, by });
}

/** Each unit that builds on it is asked about; one that merely stands after a checkpoint does not build on it. */
function skip(draft: Draft, unit: UnitView, by: string): void {
  drop(draft, { unit, as: "skipped", by, because: `skipped by ${by}` });
  for (const other of dependentsOf(draft, unit.unit.id)) askWithout(draft, other);
}

function askWithout(draft: Draft, unit: UnitView): void {
  const skipped = unit.unit.dependsOn.filter(({ id }) => draft.state.dropped[id]?.as === "skipped");
  const question = `Unit ${unit.unit.id} builds on ${skipped.map(({ id }) => id).join(", ")}, which ${skipped.length === 1 ? "was" : "were"} skipped. What now?`;
  const kind = "dependency-skipped";
  const open = Object.values(draft.state.decisions).find(
    (other) => other.kind === kind && other.unit === unit.unit.id && other.answer === null,
  );
  if (open) open.question = question;
  else
    draft.ask({
      kind,
      unit: unit.unit.id,
      question,
      options: [
        { does: "proceed", text: "Do it all the same" },
        { does: "skip", text: "Skip it too" },
        { does: "abort", text: "Abort it" },
      ],
    });
}

function skipWithDependents(draft: Draft, unit: UnitView, by: string): void {
  drop(draft, { unit, as: "skipped", by, because: `skipped by ${by}` });
  const queue = [unit];
  for (const { unit: above } of queue) {
    for (const other of dependentsOf(draft, above.id)) {
      drop(draft, { unit: other, as: "skipped", by, because: `skipped by ${by} with unit ${above.id}` });
      queue.push(other);
    }
  }
}

function dependentsOf(draft: Draft, id: string): UnitView[] {
  return draft.view().units.filter(({ unit }) => {
    const edge = unit.dependsOn.find((other) => other.id === id);
    return (
      edge && edge.source !== "checkpoint" && !draft.state.dropped[unit.id] && !draft.state.landed[unit.id]
    );
  });
}

function approve(draft: Draft, unit: UnitView, { by, at }: { by: string; at: Date }): Answer {
  const id = unit.unit.id;
  const { kind } = draft.view().phases.get(id)!;
  const head = headOf(unit);
  const isReviewable = ["pending_review", "under_review", "fix_required", "blocked"].includes(kind);
  if (head === null || !isReviewable || unit.work.at(-1)?.committed == null)
    return no(`Unit ${id} has no work that waits for an approval.`);
  if (cameAfter(unit, { head, at }))
    return no(
      `Unit ${id} is not approved: what stands on its branch now, ${head.slice(0, 7)}, was handed over after that was said. Look at it, and approve it again.`,
    );
  const before = { ...draft.state.approvals };
  const answer = unit.decision && draft.state.decisions[unit.decision.id]!.answer;
  draft.state.approvals[id] = { head, at: at.toISOString() };
  if (unit.decision) answerDecision(draft, unit.decision.id, { option: 0, by, comment: 0 });
  const after = draft.view().phases.get(id)!;
  if (after.kind === "final_review") return yes(`unit ${id} approved at ${head.slice(0, 7)}`);
  draft.state.approvals = before;
  if (unit.decision) draft.state.decisions[unit.decision.id]!.answer = answer;
  const why = "because" in after ? after.because : `it is ${after.kind.replaceAll("_", " ")}`;
  return no(
    `Unit ${id} is not approved: ${why}. An approval overrules the reviews before it, and nothing else.`,
  );
}

/** GitHub tells a comment's time in whole seconds. */
const SECOND_MS = 1000;

/** An approval is of what its author could see. */
function cameAfter({ work }: UnitView, { head, at }: { head: string; at: Date }): boolean {
  const last = work.at(-1);
  if (!last?.endedAt || last.committed !== head || last.headSha === head) return false;
  return Date.parse(last.endedAt) >= at.getTime() + SECOND_MS;
}

/** A person says that the branch is in order now: it is verified and reviewed like any work. */
function resumeAtHead(draft: Draft, unit: UnitView, by: string): void {
  const head = headOf(unit);
  if (head === null) return retry(draft, unit, null);
  const merged = draft.state.conflicts[unit.unit.id];
  delete draft.state.rejected[unit.unit.id];
  delete draft.state.conflicts[unit.unit.id];
  recordHandWork(draft, unit, {
    role: "resolve",
    by,
    headSha: head,
    baseSha: merged?.on ?? baseOf(unit, draft.state) ?? head,
    summary: `${by} put the branch in order by hand.`,
  });
}

/** What GitHub refused is tried again: a person says that it is put right. */
export function retryRefused(draft: Draft): void {
  const { attempts, refusals } = draft.state;
  for (const [key, { nonce }] of Object.entries(attempts))
    if (`dispatch:${key}:${nonce}` in refusals) sendAgain(draft, key);
  draft.state.refusals = {};
  for (const [id, { kind, answer }] of Object.entries(draft.state.decisions))
    if (kind === "refused" && answer === null) takeBack(draft, id, "a person had it tried again");
}

/** Its dispatch is due at once, and takes nothing from the budget of lost runs. */
export function sendAgain(draft: Draft, key: string): void {
  const at = new Date(draft.pass.now.getTime() - LOST_AFTER_MS).toISOString();
  const attempt = draft.state.attempts[key]!;
  const before = spentBefore(attempt, attempt.result);
  const anew = { at, runId: null, pastRuns: runsOf(attempt), lost: 0, hindered: NOT_HINDERED, after: null };
  changeAttempt(draft.state, key, {
    ...anew,
    again: null,
    sent: false,
    outcome: null,
    result: null,
    before,
  });
}

/** Its budget for that is used up, and nothing came of it. */
const hadNoTry = ({ outcome, committed, result }: Attempt): boolean =>
  outcome === "lost" || (isHindrance(outcome) && committed === null && result?.files.length === 0);

/** Something was tried, or a question about it offers to try again. */
const canRetry = ({ work, verifyJobs, decision }: UnitView): boolean =>
  work.length > 0 || verifyJobs.length > 0 || decision?.options.some(({ does }) => does === "retry") === true;

/** Decisions that say of their unit that a budget is used up: only there one more is granted. Who asked has not tried. */
const USED_UP: ReadonlySet<DecisionKind> = new Set([
  "question",
  "fixes-used-up",
  "conflict",
  "review-rounds",
  "scope-lock",
  "checkpoint-red",
  BUDGET,
]);

/** `asked`: the decision that is answered so; null, a person says it unasked. */
function retry(draft: Draft, unit: UnitView, asked: DecisionKind | null): void {
  const id = unit.unit.id;
  retryRefused(draft);
  refuseStray(draft, unit);
  const lost = attemptsOf(draft.state).filter(
    (attempt) => hadNoTry(attempt) && [unit.slug, gateSlug(unit.slug)].includes(attempt.slug),
  );
  for (const { key } of lost) sendAgain(draft, key);
  const last = unit.work.at(-1);
  if (last && isHindrance(last.outcome)) changeAttempt(draft.state, last.key, { hindered: NOT_HINDERED });
  if (lost.length > 0 || (asked !== null && !USED_UP.has(asked))) return;
  // A checkpoint may be red at several heads: granted is one verification more than there were.
  draft.state.granted[id] = unit.isGate ? unit.verifyJobs.length : (draft.state.granted[id] ?? 0) + 1;
}
