/**
 * A new plan within the same run: made when a person asks for it, shown with what it says otherwise, and taken over
 * once a person confirms it. Until then the plan before it holds, and no further unit is begun.
 *
 * What has landed stays as it landed. What is under way and says the same goes on. What says something else begins
 * anew on a new branch; what the new plan does not have is left, its issue and pull request closed (project.ts).
 */
import { staying, takenIds, withLanded } from "../plan/replan.ts";
import type { Answer } from "./steer.ts";
import { no, yes, answerDecision, retryRefused, takeBack } from "./steer.ts";
import { beginAnew } from "./anew.ts";
import type { Draft } from "./draft.ts";
import type { CommentFact } from "./facts.ts";
import type { PlanFile, State } from "./journal.ts";
import { CONSENT_MS, isPlanning, planMarker, showPlanId } from "./planning.ts";

export function askForPlan({ state, pass }: Draft, comment: Pick<CommentFact, "id" | "author">): Answer {
  if (isPlanning(state)) return no("A model is refining the plan. Ask for a new one when that is shown.");
  if (state.finished !== null)
    return no("Everything has landed, and this run is coming to its end. Ask for a new run after it.");
  state.replan = { by: comment.author, at: pass.now.toISOString(), comment: comment.id, made: null };
  return yes(`a new plan is made at the head of ${state.base.branch}`);
}

/** Takes in what came of it, and shows what waits; called before anything else is decided. */
export function proposePlan(draft: Draft): void {
  const { state, snapshot } = draft;
  const { replan } = state;
  if (replan === null) return;
  if (replan.made === null) {
    if (snapshot.replanned === null) return;
    if ("sentences" in snapshot.replanned) giveUp(draft, snapshot.replanned.sentences.join(" "));
    else if (state.consent) keepWaiting(draft, snapshot.replanned);
    else replaceUnconfirmed(draft, snapshot.replanned);
    return;
  }
  const expires = new Date(Date.parse(replan.made.at) + CONSENT_MS);
  if (draft.pass.now >= expires) {
    giveUp(draft, `Nobody confirmed the new plan in time: the one before it holds.`);
    // The text that led to it is asked about again.
    state.specSeen = null;
    return;
  }
  draft.lookAgain(expires);
  const mark = nextMarker(state);
  const isShown = snapshot.tracking.comments.some(
    ({ author, body }) => author === snapshot.me && body.trimEnd().endsWith(mark!),
  );
  if (!isShown) draft.effects.push({ id: showPlanId(replan.made.hash), kind: "show-plan" });
  draft.wait({
    unit: null,
    for: "consent",
    because: `the new plan waits for /orchestrate confirm ${replan.made.hash.slice(0, 12)}; /orchestrate resume goes on with the one before it`,
  });
}

type Made = Exclude<NonNullable<Draft["snapshot"]["replanned"]>, { sentences: string[] }>;

function keepWaiting(draft: Draft, { planFile, sha, changed, maxCost }: Made): void {
  const { hash } = planFile.plan;
  const ceiling = raised(draft.state, maxCost);
  draft.state.replan!.made = { hash, sha, at: draft.pass.now.toISOString(), changed, maxCost: ceiling };
  draft.next = planFile;
  draft.event("planned anew", { why: `${hash} at ${sha.slice(0, 7)} waits for a confirm` });
}

/** What a person has allowed beyond the first ceiling holds for the new plan too. */
const raised = ({ spend }: State, maxCost: number | null): number | null =>
  maxCost === null || spend.ceiling === null ? maxCost : Math.max(maxCost, spend.ceiling);

/** Nothing was made of the plan before it. */
function replaceUnconfirmed(draft: Draft, { planFile, sha, maxCost }: Made): void {
  const { state } = draft;
  const { comment, by } = state.replan!;
  if (state.planning !== null)
    state.planning.ended = { isRefined: false, why: "It was made anew, and no model was asked again." };
  state.base = { ...state.base, sha };
  state.ask.maxCost = maxCost;
  takePlan(draft, { planFile, sha, comment });
  draft.event("planned anew", { why: `${planFile.plan.hash} at ${sha.slice(0, 7)}`, by });
}

function takePlan(
  draft: Draft,
  { planFile, sha, comment }: { planFile: PlanFile; sha: string; comment: number },
): void {
  const { state } = draft;
  state.planHash = planFile.plan.hash;
  state.spec = { ...state.spec, sha };
  state.specSeen = null;
  state.replannedBy = comment;
  state.replan = null;
  draft.planFile = planFile;
}

function giveUp(draft: Draft, why: string): void {
  const { state } = draft;
  const { comment, by } = state.replan!;
  state.replan = null;
  state.commands[String(comment)] = { did: "answered", say: why };
  draft.event("no new plan", { why, by });
}

/** The plan before it holds. */
export function leavePlan({ state }: Draft, by: string): string {
  const hash = state.planHash.slice(0, 12);
  state.replan = null;
  return `the new plan is left; the run goes on with plan ${hash}, by ${by}`;
}

/** Of the comment that shows the plan that waits; null where none does. */
export const nextMarker = ({ run, replan }: Pick<State, "run" | "replan">): string | null =>
  replan?.made
    ? planMarker({ run, planHash: replan.made.hash, planning: null, replannedBy: replan.comment })
    : null;

/** By a person's confirm. The rest of this pass would look at the plan before it: the next round goes on. */
export function takeOver(draft: Draft, { author: by, id: comment }: CommentFact): Answer {
  const { state, snapshot, pass } = draft;
  const { made, comment: asked } = state.replan!;
  const { next, planFile: old } = snapshot;
  if (!made || !next) throw new Error("a plan takes over that was not made");
  const plans = { old: old.plan, next: next.plan };
  const landed = staying(old.plan, Object.keys(state.landed), made.changed);
  const taken = takenIds(plans, landed);
  if (taken.length > 0) return no(`${taken.join(" ")} Then ask for a new plan again.`);
  retryRefused(draft);
  draft.dropTrain("a new plan takes over");
  const kept = new Set(next.plan.units.map(({ id }) => id));
  for (const { id } of old.plan.units) {
    if (landed.has(id)) continue;
    if (!kept.has(id)) beginAnew(draft, id, "the new plan has it no more");
    else if (made.changed.includes(id)) beginAnew(draft, id, "the new plan says something else of it");
  }
  const plan = withLanded(plans, landed, next.config);
  takePlan(draft, { planFile: { ...next, plan }, sha: made.sha, comment: asked });
  state.ask.maxCost = made.maxCost;
  state.spend.ceiling = null;
  state.consent = {
    by,
    at: pass.now.toISOString(),
    comment,
    planHash: made.hash,
    baseSha: made.sha,
    maxCost: made.maxCost,
  };
  for (const [id, { kind, options, answer }] of Object.entries(state.decisions)) {
    if (kind !== "spec-changed" || answer !== null) continue;
    const option = 1 + options.findIndex(({ does }) => does === "replan");
    if (option > 0) answerDecision(draft, id, { option, by, comment });
    else takeBack(draft, id, "a new plan takes over");
  }
  return yes(`plan ${made.hash.slice(0, 12)} confirmed at ${made.sha.slice(0, 7)}; it takes over`);
}
