/**
 * A base branch that moved during the run and conflicts with what has landed (design 2.10): an agent brings both
 * together, as it does for a unit's conflict, but on top of the base branch's head. The last train carries that merge.
 * Why so: docs/decisions/0008-moved-base.md.
 */
import type { PlanUnit } from "../plan/plan.ts";
import type { Draft, Question } from "./draft.ts";
import { beginAgain, isHindrance } from "./hindered.ts";
import type { Decision, State } from "./journal.ts";
import { MAX_RESOLVES } from "./mend.ts";
import { baseMergeBranch, BASE_SLUG, integrationBranch } from "./names.ts";
import { plainLine } from "../text/harmless.ts";
import { type AttemptView, attemptsOf, changeAttempt } from "./attempts.ts";
import { isHandedOver } from "./write-set.ts";

export const BASE_CONFLICT = "base-conflict";

/**
 * One step forward; until it is done, or left to a person, no last train is coupled. Where either branch has moved
 * since, a train tries first: it costs no agent.
 */
export function bringBaseIn(draft: Draft): void {
  const { state } = draft;
  const head = draft.view().integrationHead;
  const conflict = state.baseConflict;
  if (conflict === null || conflict.isLeft || head === null || state.finished !== null) return;
  if (conflict.on !== head) {
    forget(draft, `the integration branch moved to ${head.slice(0, 7)} meanwhile`);
    return;
  }
  if (broughtBy(state) !== null) return;
  const tries = triesAt(state, head);
  const last = tries.at(-1);
  if (last?.outcome === null) return;
  if (last?.outcome === "completed" && last.committed === null && isHandedOver(last)) write(draft, last);
  else if (isAsked(draft)) draft.wait({ unit: null, for: "decision", because: movedWhile(state) });
  else if (draft.snapshot.baseHead !== null && draft.snapshot.baseHead !== conflict.base)
    forget(draft, `${state.base.branch} moved to ${draft.snapshot.baseHead.slice(0, 7)} meanwhile`);
  else tryAgain(draft, { conflict, tries });
}

/** The attempt that has made a merge of the integration head and the base branch as it conflicted; null while there is none. */
function broughtBy(state: State): AttemptView | null {
  const { baseConflict } = state;
  if (baseConflict === null) return null;
  const made = triesAt(state, baseConflict.on).findLast(({ baseSha }) => baseSha === baseConflict.base);
  return made?.outcome === "completed" && made.committed !== null ? made : null;
}

/** That merge, for the last train. No reviewer reads it, and it is held to no write set: who merges is told where to look. */
export function broughtIn(state: State): { sha: string; note: string } | null {
  const made = broughtBy(state);
  if (!made) return null;
  const sha = made.committed!;
  const others = attemptsOf(state).filter(({ slug, committed }) => slug !== BASE_SLUG && committed !== null);
  const known = new Set(others.flatMap(({ result }) => result?.files.map(({ path }) => path) ?? []));
  const beyond = (made.result?.files ?? []).map(({ path }) => path).filter((path) => !known.has(path));
  const told = beyond.length > 0 ? ` It changes files that no unit did: ${beyond.join(", ")}.` : "";
  return {
    sha,
    note: `${state.base.branch} had moved and conflicted with this branch. An agent brought both together in ${sha.slice(0, 7)}: verified, but read by no reviewer.${told}`,
  };
}

/** True while the last train waits for the base branch. */
export const waitsForBase = (state: State): boolean =>
  state.baseConflict !== null && !state.baseConflict.isLeft && broughtBy(state) === null;

/** True while an agent works on it. */
export const isBringingBase = (state: State): boolean =>
  triesOf(state).some(({ outcome }) => outcome === null);

/** The candidate with that merge is red: it is no good after all. False when there is none. */
export function rejectBrought(draft: Draft, tail: string): boolean {
  const { state } = draft;
  const made = broughtBy(state);
  if (!made) return false;
  changeAttempt(state, made.key, { outcome: "red", result: made.result && { ...made.result, tail } });
  draft.event("train red", { unit: null, why: "the verify commands fail with the base branch merged in" });
  return true;
}

/** GitHub may refuse to write it, as where workflow files changed on the base branch: then it is left to a person. */
export function leaveRefused(state: State, effect: string): boolean {
  if (state.baseConflict === null || !effect.startsWith(`commit:${BASE_SLUG}/`)) return false;
  state.baseConflict.isLeft = true;
  return true;
}

/** A person takes what has landed: the conflict is for who merges the final pull request. */
export function leaveBase(draft: Draft): void {
  cancelTries(draft);
  if (draft.state.baseConflict) draft.state.baseConflict.isLeft = true;
}

/** False where the answer is none of its own. */
export function answerAboutBase(draft: Draft, does: Decision["options"][number]["does"]): boolean {
  const { state } = draft;
  if (does === "retry") state.granted[BASE_SLUG] = (state.granted[BASE_SLUG] ?? 0) + 1;
  else if (does === "proceed") leaveBase(draft);
  else if (does === "resume") forget(draft, "a person has merged the base branch in");
  else return false;
  return true;
}

/** What such an attempt may write: all that the landed units may. */
export const writesForBase = (units: readonly PlanUnit[], landed: State["landed"]): PlanUnit["writes"] =>
  units.filter(({ id }) => landed[id]).flatMap(({ writes }) => writes);

/** The plan's last landed unit names it, its escalation agent first: a command that named an agent is followed so. */
export function agentForBase(units: readonly PlanUnit[], landed: State["landed"]): string | null {
  const last = units.findLast(({ id, type }) => landed[id] && type !== "checkpoint");
  return last ? (last.escalation ?? last.agent) : null;
}

const triesOf = (state: State): AttemptView[] => attemptsOf(state).filter(({ slug }) => slug === BASE_SLUG);

const triesAt = (state: State, head: string): AttemptView[] =>
  triesOf(state).filter(({ headSha, outcome }) => headSha === head && outcome !== "cancelled");

const isAsked = ({ state }: Draft): boolean =>
  Object.values(state.decisions).some(
    ({ kind, unit, answer }) => unit === null && answer === null && [BASE_CONFLICT, "lost"].includes(kind),
  );

const movedWhile = ({ base }: State): string =>
  `${base.branch} has moved during the run and conflicts with what has landed`;

function forget(draft: Draft, why: string): void {
  cancelTries(draft);
  draft.state.baseConflict = null;
  draft.event("base branch tried again", { why });
}

function cancelTries({ state }: Draft): void {
  for (const { key, outcome } of triesOf(state))
    if (outcome === null) changeAttempt(state, key, { outcome: "cancelled" });
}

function tryAgain(
  draft: Draft,
  { conflict, tries }: { conflict: NonNullable<State["baseConflict"]>; tries: readonly AttemptView[] },
): void {
  const { state } = draft;
  const used = tries.filter(({ outcome }) => outcome !== "lost");
  const agent = agentForBase(draft.snapshot.planFile.plan.units, state.landed);
  if (used.length >= MAX_RESOLVES + (state.granted[BASE_SLUG] ?? 0) || agent === null) {
    draft.ask(baseStays(state, used));
    return;
  }
  const last = tries.at(-1);
  const again =
    last && isHindrance(last.outcome)
      ? beginAgain(last, last.outcome, { config: draft.snapshot.planFile.config, now: draft.pass.now })
      : null;
  draft.dispatch({
    ...(again && { hindered: again.hindered, after: again.after }),
    slug: BASE_SLUG,
    role: "resolve",
    n: triesOf(state).length + 1,
    headSha: conflict.on,
    baseSha: conflict.base,
    agent,
    reviewer: null,
    unit: null,
    why: movedWhile(state),
  });
}

function write(draft: Draft, last: AttemptView): void {
  const branch = baseMergeBranch(draft.state.run, last.n);
  if (draft.snapshot.branches[branch] === undefined)
    draft.effects.push({
      id: `branch:${branch}`,
      kind: "ensure-branch",
      branch,
      sha: last.headSha,
      message: null,
      restores: null,
    });
  else
    draft.effects.push({
      id: `commit:${last.key}:${last.nonce}`,
      kind: "commit-hand-over",
      attempt: last.key,
      branch,
      expectedHead: last.headSha,
      merges: last.baseSha,
      runId: last.runId!,
    });
  draft.wait({
    unit: null,
    for: "github",
    because: `the work of resolve ${last.n} is being written to ${branch}`,
  });
}

function baseStays(state: State, used: readonly AttemptView[]): Question {
  const last = used.at(-1);
  const because = last ? ` The last one: ${last.outcome}. ${plainLine(last.result?.summary ?? "")}` : "";
  const { branch } = state.base;
  return {
    kind: BASE_CONFLICT,
    unit: null,
    question: `${movedWhile(state)}, and ${used.length} attempts did not bring both together.${because} What now?`,
    options: [
      {
        does: "resume",
        text: `I merged ${branch} into ${integrationBranch(state.run)} and solved the conflict: verify it`,
      },
      { does: "retry", text: "Give it one more attempt" },
      { does: "proceed", text: "Leave it to the final pull request" },
      { does: "abort", text: "End the run as it is" },
    ],
  };
}
