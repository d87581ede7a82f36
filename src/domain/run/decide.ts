/**
 * The heart: from what a pass sees to what it writes. Pure and synchronous; a dry run is `decide` without `apply`.
 *
 * Rules: level-triggered (the same snapshot gives the same decision, whatever event woke the pass); every effect has
 * an id that racing passes share; an effect that another living pass has announced is left to it for two minutes;
 * with nothing to write the decision is `quiet` and not even the journal is touched. Known race, accepted: a person
 * may change the world between observe and apply; the next pass corrects.
 */
import { changeAttempt, copyOf } from "./attempts.ts";
import { askAboutBudget } from "./budget.ts";
import { followClaims } from "./claim.ts";
import { holdToDeadlines } from "./deadline.ts";
import { askToRespecify, noteChangeRequests } from "./debt.ts";
import { Draft, MAX_BATCH, type Event, type Pass } from "./draft.ts";
import type { Effect, EffectResult } from "./effect.ts";
import { finishRun, outcomeOf } from "./finish.ts";
import { keepIntegration } from "./integration.ts";
import type { PlanFile, State } from "./journal.ts";
import { answerCommands, obeyCommands } from "./obey.ts";
import { isPlanning, refinePlan } from "./planning.ts";
import { bringBaseIn, leaveRefused } from "./moved-base.ts";
import { projectBoard } from "./project.ts";
import { noteShown } from "./project-board.ts";
import { handWorkOver, moveUnits, openPulls } from "./progress.ts";
import { settleAttempts } from "./settle.ts";
import { cancelRuns } from "./under-way.ts";
import { noteOutage } from "./outage.ts";
import { proposePlan } from "./replan.ts";
import { failRevert } from "./revert.ts";
import { giveWay } from "./sibling.ts";
import type { RunSnapshot } from "./snapshot.ts";
import { askAboutSpec } from "./spec-change.ts";
import { askAboutStall } from "./stall.ts";
import { startUnits } from "./start.ts";
import { askAboutFailures, cancelRun } from "./steer-run.ts";
import { noteLanded, runTrain } from "./train.ts";
import type { RunView } from "./view.ts";
import type { Outcome, Wait } from "./wait.ts";

/** Intents of another pass younger than this are left alone (design section 3). */
export const INTENT_AGE_MS = 120_000;

export interface RunDecision {
  state: State;
  /** To be written with the state, where the plan has changed. */
  planFile: PlanFile | null;
  /** To be kept beside the plan until somebody confirms it. */
  next: PlanFile | null;
  effects: readonly Effect[];
  events: readonly Event[];
  waits: readonly Wait[];
  lookAgainAt: Date | null;
  view: RunView;
  outcome: Outcome;
  reason: string;
  /** Nothing to write. */
  quiet: boolean;
}

export function decide(snapshot: RunSnapshot, pass: Pass): RunDecision {
  const draft = new Draft(snapshot, pass);
  noteOutage(draft);
  if (draft.state.ended === null && snapshot.tracking.isGone)
    cancelRun(draft, "roundtable", `issue #${snapshot.run}, which tracked it, is gone`);
  if (draft.state.ended === null) giveWay(draft);
  if (draft.state.ended === null) {
    noteLanded(draft);
    noteChangeRequests(draft);
    obeyCommands(draft);
    if (draft.planFile === null) holdToDeadlines(draft);
  }
  // A person may just have ended it.
  if (draft.state.ended === null && draft.planFile === null) {
    proposePlan(draft);
    draft.planFile ??= refinePlan(draft);
  }
  if (draft.state.ended === null && draft.planFile === null) {
    askAboutRefusals(draft);
    askToRespecify(draft);
    if (draft.state.consent) {
      followClaims(draft);
      askAboutSpec(draft);
      settleAttempts(draft);
      askAboutBudget(draft);
      handWorkOver(draft);
      const holds = keepIntegration(draft);
      if (holds) bringBaseIn(draft);
      if (holds) runTrain(draft);
      moveUnits(draft);
      askAboutFailures(draft);
      if (holds) startUnits(draft);
      openPulls(draft);
    } else if (!isPlanning(draft.state))
      draft.wait({
        unit: null,
        for: "consent",
        because: `the plan waits for /orchestrate confirm ${draft.state.planHash.slice(0, 12)}`,
      });
  }
  cancelRuns(draft);
  if (draft.planFile === null) finishRun(draft);
  if (draft.state.ended !== null) closeQuestions(draft);
  else if (draft.state.consent && draft.planFile === null) askAboutStall(draft);
  answerCommands(draft);
  if ((draft.state.consent || draft.state.ended) && draft.planFile === null)
    projectBoard(draft, { goesOn: goesOn(draft) });
  const effects = mine(draft);
  const { outcome, reason } = outcomeOf(draft, effects.length);
  draft.state.intents = [
    ...draft.state.intents.filter(
      (intent) => isUnderWay(draft, intent) && draft.effects.some((effect) => effect.id === intent.id),
    ),
    ...effects.map((effect) => ({ id: effect.id, pass: pass.id, at: pass.now.toISOString(), effect })),
  ];
  return {
    state: draft.state,
    planFile: draft.planFile,
    next: draft.next,
    effects,
    events: draft.events,
    waits: draft.waits,
    lookAgainAt: draft.lookAgainAt,
    view: draft.view(),
    outcome,
    reason,
    quiet: effects.length === 0 && draft.events.length === 0,
  };
}

/** What has ended asks nothing any more. */
function closeQuestions({ state, pass }: Draft): void {
  for (const decision of Object.values(state.decisions))
    decision.answer ??= { option: 0, by: "roundtable", comment: 0, at: pass.now.toISOString() };
}

/** What GitHub refuses is not tried again before a person has acted. */
function askAboutRefusals(draft: Draft): void {
  const refusals = Object.values(draft.state.refusals);
  if (refusals.length === 0) return;
  draft.ask({
    kind: "refused",
    unit: null,
    question: refusals.map(({ what, fix }) => `${what} ${fix}`).join(" "),
    options: [
      { does: "retry", text: "It is put right: try again" },
      { does: "abort", text: "End the run" },
    ],
  });
}

/** What these bring is looked at in this very pass. */
const GOES_ON: readonly Effect["kind"][] = ["ensure-branch", "commit-hand-over", "build-train", "advance"];

function goesOn(draft: Draft): boolean {
  const others = new Set(
    draft.state.intents.filter((intent) => isUnderWay(draft, intent)).map(({ id }) => id),
  );
  return draft.effects.some(
    ({ id, kind }) => GOES_ON.includes(kind) && !draft.state.refusals[id] && !others.has(id),
  );
}

/** The effects that are ours to apply now: not refused before, not under way, as many as a batch holds. */
function mine(draft: Draft): Effect[] {
  const underWay = new Map(
    draft.state.intents.filter((intent) => isUnderWay(draft, intent)).map((intent) => [intent.id, intent]),
  );
  const { run, tracking } = draft.snapshot;
  return draft.effects
    .filter((effect) => {
      if (tracking.isGone && isOnIssue(effect, run)) return false;
      const refusal = draft.state.refusals[effect.id];
      if (refusal) {
        draft.wait({ unit: null, for: "refused", because: `${refusal.what} ${refusal.fix}` });
        return false;
      }
      const other = underWay.get(effect.id);
      if (!other) return true;
      if (effect.kind === "cancel-run")
        draft.wait({
          unit: null,
          for: "workflow-run",
          because: `workflow run ${effect.runId} is cancelled and has not ended yet`,
        });
      else draft.wait({ unit: null, for: "other-pass", because: `another pass is applying ${effect.id}` });
      draft.lookAgain(new Date(Date.parse(other.at) + INTENT_AGE_MS));
      return false;
    })
    .toSorted((a, b) => Number(isForLater(a)) - Number(isForLater(b)))
    .slice(0, MAX_BATCH);
}

const isOnIssue = (effect: Effect, issue: number): boolean =>
  effect.kind === "react" ||
  (effect.kind === "ensure-comment" && effect.issue === issue) ||
  (effect.kind === "update-issue" && effect.number === issue);

/** What units need that are under way goes first: GitHub limits what may be created in an hour. */
const isForLater = (effect: Effect): boolean => effect.kind === "ensure-issue" && effect.unit !== null;

/** Another pass's, or one that takes GitHub a while: a cancelled workflow run ends when its jobs have. */
function isUnderWay(draft: Draft, intent: State["intents"][number]): boolean {
  if (draft.pass.takesOver) return false;
  if (intent.pass === draft.pass.id && intent.effect.kind !== "cancel-run") return false;
  return draft.pass.now.getTime() - Date.parse(intent.at) < INTENT_AGE_MS;
}

/** Puts results that are no facts into the state they belong to; they ride on the next append. */
export function absorb(state: State, results: readonly EffectResult[], now: Date): State {
  if (results.length === 0) return state;
  const next = copyOf(state);
  for (const result of results) {
    const attempt = "attempt" in result ? next.attempts[result.attempt] : undefined;
    switch (result.kind) {
      case "dispatched":
        if (attempt?.nonce === result.nonce)
          changeAttempt(next, result.attempt, { sent: true, runId: attempt.runId ?? result.runId });
        break;
      case "issue-made":
        next.issues[result.key] = result.number;
        break;
      case "committed":
        if (attempt) changeAttempt(next, result.attempt, { committed: attempt.committed ?? result.sha });
        break;
      case "stale":
        if (attempt?.committed !== null || !attempt.result) break;
        changeAttempt(next, result.attempt, {
          outcome: "refused",
          result: { ...attempt.result, summary: result.why },
        });
        break;
      case "train-built":
        if (next.train?.n === result.n && next.train.built === null)
          next.train = { ...next.train, built: result.sha, notes: result.notes };
        break;
      case "train-conflict":
        if (next.train?.n === result.n) conflict(next, result.unit);
        break;
      case "learnings-written":
        next.learnings ??= { sha: result.sha };
        break;
      case "base-conflict":
        if (next.train?.n === result.n) {
          next.baseConflict = { on: next.train.on, base: result.base, isLeft: false };
          next.train = null;
        }
        break;
      case "project-mirrored":
        next.project = { ...next.project, url: result.url, failed: null };
        noteShown(next, result);
        break;
      case "project-failed":
        next.project.failed = {
          what: result.what,
          fix: result.fix,
          at: now.toISOString(),
          isPassing: result.isPassing,
        };
        break;
      case "refused":
        if (leaveRefused(next, result.effect)) break;
        next.refusals[result.effect] = { what: result.what, fix: result.fix, at: now.toISOString() };
        break;
      case "later":
        break;
    }
  }
  return next;
}

/** What does not fit onto the integration branch itself must be brought together; what only clashes with the others of its train travels alone. */
function conflict(state: State, unit: string): void {
  const { train } = state;
  state.train = null;
  if (train?.reverts === unit) failRevert(state, unit, "conflict");
  const place = train?.members.findIndex((member) => member.unit === unit) ?? -1;
  if (!train || place < 0) return;
  const { sha } = train.members[place]!;
  if (place === 0) state.conflicts[unit] = { head: sha, on: train.on };
  else state.alone[unit] = sha;
}
