/**
 * With `planner: model`, before anybody may agree: an agent proposes what the rules only guess (design section 6). A
 * proposal that does not fit is asked for once more, with the reasons; whatever else goes wrong, the plan by the rules
 * stands, and the plan comment says why. Nobody is asked anything: there is a plan either way.
 */
import type { HandOver } from "../handover/result.ts";
import { proposalFaults, type Proposal } from "../plan/proposal.ts";
import { formatProblem } from "../problem.ts";
import { end } from "./attempt-end.ts";
import { allowanceFor } from "./budget.ts";
import { LOST_AFTER_MS, type Draft } from "./draft.ts";
import type { CommentFact } from "./facts.ts";
import { emptyResult, type AttemptOutcome } from "./attempt.ts";
import type { PlanFile, State } from "./journal.ts";
import { costOfAttempt } from "./money.ts";
import { attemptKey, marker, PLAN_SLUG } from "./names.ts";
import type { RunOutcome, RunSnapshot } from "./snapshot.ts";
import { type AttemptView, attemptsOf, changeAttempt } from "./attempts.ts";

/** Proposals that are asked for. */
const MAX_TRIES = 2;
/** A plan that nobody confirms expires (design 2.3). */
export const CONSENT_MS = 72 * 3_600_000;
/** Its jobs have ended by then, unless no runner has come. */
const PATIENCE_MS = 2 * 3_600_000;
const MAX_FAULTS = 20;

export const isPlanning = ({ planning }: Pick<State, "planning">): boolean =>
  planning !== null && planning.ended === null;

export const showPlanId = (hash: string): string => `show-plan:${hash.slice(0, 12)}`;

/** Of the comment that shows the plan; one that is being refined is not the one to agree to. */
export const planMarker = (state: Pick<State, "run" | "planHash" | "planning" | "replannedBy">): string =>
  marker("run", {
    run: state.run,
    [isPlanning(state) ? "planning" : "plan"]: state.planHash.slice(0, 12),
    // Each new plan in a comment of its own, also where one of that hash stands above.
    ...(state.replannedBy !== null && { by: state.replannedBy }),
  });

/** Why a plan cannot be confirmed by this comment; null where it can. */
export function whyNotNow(
  { state, snapshot }: Draft,
  comment: CommentFact,
  shown: { mark: string; hash: string },
): string | null {
  if (isPlanning(state))
    return "A model is refining this plan. The plan to confirm will stand in a new comment.";
  const plan = commentOf(snapshot, shown.mark);
  const hash = shown.hash.slice(0, 12);
  if (plan === undefined || plan.id > comment.id)
    return `The plan was shown after that was said. Look at it, and confirm \`${hash}\`.`;
  return comment.createdAt.getTime() < plan.createdAt.getTime() + CONSENT_MS
    ? null
    : `Plan \`${hash}\` was shown more than ${CONSENT_MS / 3_600_000} hours ago and has expired. \`/orchestrate replan\` shows it anew.`;
}

const commentOf = ({ tracking, me }: RunSnapshot, mark: string): CommentFact | undefined =>
  tracking.comments.find(({ author, body }) => author === me && body.trimEnd().endsWith(mark));

/** What the attempt under way proposes, where it fits the plan; it is made anew with it by who can read the spec. */
export function fittingProposal({
  state,
  outcomes,
  planFile,
}: Pick<RunSnapshot, "state" | "outcomes" | "planFile">): Proposal | null {
  const last = lastOf(state);
  const handOver = last && isPlanning(state) ? outcomes[last.key]?.handOver : undefined;
  if (handOver?.kind !== "accepted") return null;
  const proposal = proposalIn(handOver.content);
  return proposal && proposalFaults(proposal, planFile.plan, planFile.config).length === 0 ? proposal : null;
}

/** The plan that takes the place of the present one, to be written with this decision; null: it stays. */
export function refinePlan(draft: Draft): PlanFile | null {
  const { state } = draft;
  if (!isPlanning(state)) {
    agreeByDispatch(draft);
    if ((state.planning !== null || state.consent === null) && !commentOf(draft.snapshot, planMarker(state)))
      draft.effects.push({ id: showPlanId(state.planHash), kind: "show-plan" });
    return null;
  }
  const last = lastOf(state);
  if (last?.outcome !== null) {
    ask(draft, last);
    return null;
  }
  return settlePlan(draft, last);
}

const lastOf = (state: State): AttemptView | undefined =>
  attemptsOf(state).findLast(({ slug }) => slug === PLAN_SLUG);

/** Who gave a ceiling with the dispatch has agreed to the plan that comes of it. */
function agreeByDispatch(draft: Draft): void {
  const { state, pass } = draft;
  const { ask: asked, planning, planHash, spec } = state;
  if (!planning?.consents || state.consent !== null || asked.maxCost === null) return;
  state.consent = {
    by: asked.by,
    at: pass.now.toISOString(),
    comment: asked.comment,
    planHash,
    baseSha: spec.sha,
    maxCost: asked.maxCost,
  };
  draft.event("consented", { why: `by dispatch, to ${planHash}`, by: asked.by });
}

function ask(draft: Draft, last: AttemptView | undefined): void {
  const { spec, planning } = draft.state;
  const { agent } = planning!;
  const name = { slug: PLAN_SLUG, role: "plan" as const, n: (last?.n ?? 0) + 1 };
  const allowance = allowanceFor(draft, { key: attemptKey(name), role: "plan", agent, unit: null });
  if (!allowance.may) {
    const before = last?.result ? ` What was proposed did not fit: ${last.result.summary}` : "";
    conclude(draft, false, `${allowance.because}.${before}`);
    return;
  }
  draft.dispatch({
    ...name,
    headSha: spec.sha,
    baseSha: spec.sha,
    agent,
    reviewer: null,
    unit: null,
    why: last ? "its proposal did not fit" : "the configuration says `planner: model`",
  });
}

function settlePlan(draft: Draft, attempt: AttemptView): PlanFile | null {
  const { state, pass, snapshot } = draft;
  const dispatch = `dispatch:${attempt.key}:${attempt.nonce}`;
  const refusal = state.refusals[dispatch];
  if (refusal) {
    // There is a plan all the same: nobody need act before it can be agreed to.
    delete state.refusals[dispatch];
    return giveUp(draft, attempt, { outcome: "lost", why: `${refusal.what} ${refusal.fix}` });
  }
  const seen = snapshot.outcomes[attempt.key];
  const patience = seen ? PATIENCE_MS : LOST_AFTER_MS;
  if (seen && seen.conclusion !== null) return settleEnded(draft, attempt, seen);
  const until = new Date(Date.parse(attempt.at) + patience);
  if (pass.now >= until) {
    const why = seen ? "its workflow run did not come to an end" : "its workflow run was not found";
    return giveUp(draft, attempt, { outcome: "cancelled", why: `The agent gave no answer: ${why}.` });
  }
  draft.lookAgain(until);
  draft.wait({
    unit: null,
    for: "workflow-run",
    because: `plan ${attempt.n} is ${seen ? `under way in workflow run ${seen.runId}` : "dispatched"}`,
  });
  return null;
}

function settleEnded(draft: Draft, attempt: AttemptView, seen: RunOutcome): PlanFile | null {
  const { state, snapshot } = draft;
  const { handOver } = seen;
  changeAttempt(state, attempt.key, { runId: seen.runId });
  if (handOver.kind === "none") {
    const why = `The agent gave no answer: workflow run ${seen.runId} ended as ${seen.conclusion}.`;
    return giveUp(draft, attempt, { outcome: "lost", why });
  }
  if (handOver.kind === "refused") return refuse(draft, attempt, { faults: [handOver.sentence] });
  const { content } = handOver;
  const proposal = proposalIn(content);
  if (proposal === null) {
    const said = content.summary || `It ended as ${content.outcome} and proposed nothing.`;
    // An answer that does not have its form has failed too, and says why.
    if (content.outcome === "failed" || content.outcome === "completed")
      return refuse(draft, attempt, { faults: [said], content });
    return giveUp(draft, attempt, { outcome: content.outcome, why: said, content });
  }
  const { refined, planFile } = snapshot;
  const faults = proposalFaults(proposal, planFile.plan, planFile.config);
  if (faults.length > 0 || refined === null) return refuse(draft, attempt, { faults, content });
  const errors = refined.plan.diagnostics.filter(({ severity }) => severity === "error").map(formatProblem);
  if (errors.length > 0) return refuse(draft, attempt, { faults: errors, content });
  endPlan(draft, attempt, { outcome: "completed", why: content.summary, content });
  state.planHash = refined.plan.hash;
  const count = proposal.units.length;
  const about = count === 0 ? "no unit" : count === 1 ? "1 unit" : `${count} units`;
  conclude(draft, true, `It had something to propose about ${about}.`);
  return refined;
}

function proposalIn(content: HandOver): Proposal | null {
  return "verdict" in content || content.outcome !== "completed" ? null : (content.proposal ?? null);
}

interface PlanEnd {
  outcome: AttemptOutcome;
  why: string;
  content?: HandOver;
}

function refuse(
  draft: Draft,
  attempt: AttemptView,
  { faults, content }: { faults: readonly string[]; content?: HandOver },
): null {
  const more = faults.length > MAX_FAULTS ? [`And ${faults.length - MAX_FAULTS} more.`] : [];
  const why = [...faults.slice(0, MAX_FAULTS), ...more].join(" ");
  endPlan(draft, attempt, { outcome: "refused", why, ...(content && { content }) });
  if (attempt.n < MAX_TRIES) ask(draft, lastOf(draft.state));
  else conclude(draft, false, `What it proposed did not fit, also when asked once more: ${why}`);
  return null;
}

function giveUp(draft: Draft, attempt: AttemptView, how: PlanEnd): null {
  endPlan(draft, attempt, how);
  conclude(draft, false, how.why);
  return null;
}

function endPlan(draft: Draft, attempt: AttemptView, { outcome, why, content }: PlanEnd): void {
  // Of one that was never seen nothing is known to have been taken.
  const wasSeen = draft.snapshot.outcomes[attempt.key] !== undefined;
  const { config } = draft.snapshot.planFile;
  const cost = wasSeen ? costOfAttempt(content?.usage ?? null, attempt.agent, config) : null;
  const result = { ...emptyResult(why.slice(0, 4000).toWellFormed()), ...cost };
  end(draft, { attempt, unit: null, outcome, result });
}

function conclude(draft: Draft, isRefined: boolean, why: string): void {
  const { planning } = draft.state;
  planning!.ended = { isRefined, why: why.slice(0, 1000).toWellFormed() };
  draft.event("planned", { why: isRefined ? why : `by the rules. ${why}`, by: planning!.agent });
}
