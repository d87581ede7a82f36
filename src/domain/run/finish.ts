/** The end of a run: one pull request for a human, the summary, and a word on how it ended. */
import { followUpBody, followUpTitle } from "../board/follow-up.ts";
import { finalPullBody, finalPullTitle } from "../board/pull.ts";
import { summaryBody } from "../board/summary.ts";
import type { Draft } from "./draft.ts";
import { stands } from "./integration.ts";
import type { State } from "./journal.ts";
import { proposeLearnings } from "./learnings.ts";
import { attemptKey, integrationBranch, marker, OWN_LABEL, TRAIN_SLUG } from "./names.ts";
import { isBringingBase } from "./moved-base.ts";
import { NO_CHECKS } from "./own-checks.ts";
import { isPlanning } from "./planning.ts";
import { isHeld, type RunView, type UnitView } from "./view.ts";
import type { Outcome, Wait } from "./wait.ts";
import { isHandedOver } from "./write-set.ts";

/** Something is under way that needs nobody. */
function isMoving({ unit, pull, issue, claim }: UnitView, { phases, state }: RunView): boolean {
  const phase = phases.get(unit.id)!;
  switch (phase.kind) {
    case "in_progress":
      return !isHandedOver(phase.attempt);
    case "pending_review":
      return !state.paused;
    case "under_review":
      return phase.open.length > 0 || (phase.awaits === null && !state.paused);
    case "fix_required":
      return !state.paused && claim === null;
    case "final_review":
      return (
        !state.paused &&
        pull !== null &&
        !isHeld({ pull, issue }) &&
        !isAsked(state, "integration-moved") &&
        (state.train === null || isTrainMoving(state))
      );
    default:
      return false;
  }
}

/** Waits of what is not sent again by itself. */
const HOLDS_BACK: readonly Wait["for"][] = ["pause", "budget", "refused"];

/** Units that go on by themselves: not those that a pause or a refusal keeps from being sent again. */
const moving = (draft: Draft, view: RunView): UnitView[] =>
  view.units.filter(
    (unit) =>
      isMoving(unit, view) &&
      // One of its reviews may be at work while another one waits for what that may still cost.
      (isReviewing(unit, view) ||
        !draft.waits.some((wait) => wait.unit === unit.unit.id && HOLDS_BACK.includes(wait.for))),
  );

function isReviewing({ unit }: UnitView, { phases }: RunView): boolean {
  const phase = phases.get(unit.id)!;
  return phase.kind === "under_review" && phase.open.some(({ sent }) => sent);
}

const isAsked = ({ decisions }: State, kind: string): boolean =>
  Object.values(decisions).some((decision) => decision.kind === kind && decision.answer === null);

/** A train whose verify runs were lost, that GitHub refuses, or whose checks do not begin, waits for a person. */
function isTrainMoving(state: State): boolean {
  const { train, attempts, refusals } = state;
  if (train === null || isAsked(state, NO_CHECKS)) return false;
  if (`train:${train.n}` in refusals || `advance:${train.n}` in refusals) return false;
  return attempts[attemptKey({ slug: TRAIN_SLUG, role: "verify", n: train.n })]?.outcome !== "lost";
}

export function finishRun(draft: Draft): void {
  const { state } = draft;
  if (state.ended !== null) {
    postSummary(draft);
    return;
  }
  // A plan that waits for a confirm may have more to do.
  if (!state.consent || state.replan !== null) return;
  const view = draft.view();
  const kinds = view.units.map((unit) => view.phases.get(unit.unit.id)!.kind);
  if (kinds.every((kind) => kind === "completed" || kind === "skipped")) {
    if (!kinds.includes("completed"))
      endRun(
        draft,
        "complete",
        view.units.length === 0
          ? "nothing to do: all boxes were ticked already"
          : "every unit was skipped by a person",
      );
    else if (state.finished !== null && stands(draft)) openIfVerified(draft, view);
    return;
  }
  const open = Object.values(state.decisions).some((decision) => decision.answer === null);
  const writes = draft.effects.some(({ kind }) => kind !== "cancel-run");
  const moves = moving(draft, view).length > 0 || state.train !== null || writes || state.paused;
  const mayStart = draft.waits.some((wait) =>
    ["lock", "slot", "unknown-paths", "hold", "gate", "person"].includes(wait.for),
  );
  if (!open && !moves && !mayStart && kinds.includes("cancelled"))
    endRun(draft, "halted", haltedReason(view));
}

/** What a person pushed behind the last verification is verified as well, by another last train. */
function openIfVerified(draft: Draft, view: RunView): void {
  if (view.finalPull || view.integrationHead === draft.state.finished) return openFinalPull(draft, view);
  draft.event("integration branch moved", {
    why: `to ${view.integrationHead?.slice(0, 7) ?? "nothing"} after its last verification`,
  });
  draft.state.finished = null;
}

function openFinalPull(draft: Draft, view: RunView): void {
  if (view.finalPull) {
    const skipped = view.units.filter(({ unit }) => view.phases.get(unit.id)!.kind === "skipped");
    const but = skipped.length === 0 ? "" : ` but ${skipped.map(({ unit }) => unit.id).join(", ")} (skipped)`;
    endRun(draft, "complete", `everything${but} has landed; #${view.finalPull.number} waits for a human`);
    return;
  }
  draft.effects.push({
    id: "pull:final",
    kind: "ensure-pull",
    unit: null,
    head: integrationBranch(draft.state.run),
    base: draft.state.base.branch,
    title: finalPullTitle(view),
    body: finalPullBody(view),
    draft: false,
    labels: [OWN_LABEL],
  });
}

function endRun(draft: Draft, outcome: "complete" | "halted", reason: string): void {
  draft.state.ended = { at: draft.pass.now.toISOString(), outcome, reason };
  draft.event("run ended", { why: `${outcome}: ${reason}` });
  postSummary(draft);
}

function haltedReason(view: RunView): string {
  const of = (kind: string): string[] =>
    view.units.filter((unit) => view.phases.get(unit.unit.id)!.kind === kind).map((unit) => unit.unit.id);
  const cancelled = of("cancelled");
  const blocked = of("blocked");
  return `cancelled: ${cancelled.join(", ")}${blocked.length > 0 ? `; blocked by that: ${blocked.join(", ")}` : ""}`;
}

const FOLLOW_UP = "issue:followup";

/** A pull request is labelled a moment after it is made: who ended in between has left that to the next pass. */
function labelPulls(draft: Draft, { finalPull, learningsPull }: RunView): void {
  for (const pull of [finalPull, learningsPull]) {
    if (pull?.state !== "open" || pull.labels.some((name) => name.toLowerCase() === OWN_LABEL)) continue;
    draft.effects.push({
      id: `label:${pull.number}`,
      kind: "update-pull",
      number: pull.number,
      labels: [...pull.labels, OWN_LABEL],
    });
  }
}

/** The follow-up issue and the pull request of what was learned come first: the summary names them. */
function postSummary(draft: Draft): void {
  const { run } = draft.state;
  const view = draft.view();
  labelPulls(draft, view);
  const followUp = followUpBody(view);
  if (followUp !== null && view.followUp === null && !(FOLLOW_UP in draft.state.refusals)) {
    draft.effects.push({
      id: FOLLOW_UP,
      kind: "ensure-issue",
      unit: null,
      key: null,
      title: followUpTitle(view),
      body: followUp,
      labels: [OWN_LABEL, "follow-up"],
      parent: null,
    });
    return;
  }
  if (proposeLearnings(draft, view)) return;
  const mark = marker("final", { run });
  if (
    draft.snapshot.tracking.comments.some(
      (comment) => comment.author === draft.snapshot.me && comment.body.trimEnd().endsWith(mark),
    )
  )
    return;
  draft.effects.push({
    id: "summary",
    kind: "ensure-comment",
    issue: run,
    marker: mark,
    body: summaryBody(view),
  });
}

/** How the run stands, for exit codes and boards. */
export function outcomeOf(draft: Draft, writes: number): { outcome: Outcome; reason: string } {
  const { state } = draft;
  if (state.ended) return { outcome: state.ended.outcome, reason: state.ended.reason };
  if (isPlanning(state))
    return { outcome: state.paused ? "decision" : "running", reason: "a model refines the plan" };
  if (!state.consent)
    return {
      outcome: "decision",
      reason: `the plan waits for /orchestrate confirm ${state.planHash.slice(0, 12)}`,
    };
  const open = Object.entries(state.decisions).filter(([, decision]) => decision.answer === null);
  const view = draft.view();
  const isStill = draft.waits.some((wait) => wait.unit === null && HOLDS_BACK.includes(wait.for));
  const moves =
    writes > 0 ||
    isTrainMoving(state) ||
    (isBringingBase(state) && !isStill) ||
    moving(draft, view).length > 0;
  if (state.replan?.made && !moves)
    return {
      outcome: "decision",
      reason: `the new plan waits for /orchestrate confirm ${state.replan.made.hash.slice(0, 12)}`,
    };
  if (open.length > 0 && !moves) {
    return {
      outcome: "decision",
      reason: open.map(([id, decision]) => `${id}: ${decision.question}`).join(" "),
    };
  }
  const awaited = view.units.flatMap((unit) => {
    const phase = view.phases.get(unit.unit.id)!;
    if (phase.kind === "under_review" && phase.awaits !== null)
      return [`unit ${unit.unit.id} waits: ${phase.awaits}`];
    const isTheirs = phase.kind === "not_started" || phase.kind === "fix_required";
    return unit.claim !== null && isTheirs ? [`unit ${unit.unit.id} is with ${unit.claim.by}`] : [];
  });
  if (awaited.length > 0 && !moves) return { outcome: "decision", reason: awaited.join("; ") };
  if (state.paused && !moves)
    return { outcome: "decision", reason: "the run is paused; /orchestrate resume goes on" };
  const held = draft.waits.filter((wait) => wait.for === "hold");
  if (held.length > 0 && !moves)
    return {
      outcome: "decision",
      reason: held.map(({ unit, because }) => `unit ${unit}: ${because}`).join("; "),
    };
  return {
    outcome: "running",
    reason: `${view.units.filter((unit) => view.phases.get(unit.unit.id)!.kind === "completed").length} of ${view.units.length} units landed`,
  };
}
