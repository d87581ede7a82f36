/**
 * A person, or a bot from outside, takes a unit: no agent works on it. What their pull request holds at a head that is
 * no draft is verified, reviewed and landed like an agent's work; what is not in order waits for their next push. A claim
 * of which nothing is heard ends, and agents begin the unit anew.
 */
import { beginAnew } from "./anew.ts";
import { recordHandWork } from "./by-hand.ts";
import { pullNaming } from "./claim-facts.ts";
import type { Draft } from "./draft.ts";
import type { CommentFact } from "./facts.ts";
import { integrationBranch } from "./names.ts";
import { isOver, no, yes, type Answer } from "./steer.ts";
import type { PhaseKind } from "./phase.ts";
import type { UnitView } from "./view.ts";

const HOUR_MS = 3_600_000;

export function claimUnit(draft: Draft, unit: UnitView, { author, id: comment }: CommentFact): Answer {
  const { state, pass } = draft;
  const { id } = unit.unit;
  const phase = draft.view().phases.get(id)!.kind;
  if (unit.isGate)
    return no(`${id} is a checkpoint: the verify commands decide about it, nobody works on it.`);
  if (isOver(phase) || phase === "final_review")
    return no(`Unit ${id} is ${phase.replaceAll("_", " ")} already.`);
  const { claim } = unit;
  if (claim && claim.by !== author) return no(`Unit ${id} is with ${claim.by} already.`);
  if (!claim) beginAnew(draft, id, `taken by ${author}`);
  state.claims[id] = { by: author, at: pass.now.toISOString(), comment, ended: null };
  if (unit.issue && !claim) assign(draft, { issue: unit.issue.number, login: author, isOn: true });
  const names = unit.issue
    ? ` with a line \`Closes #${unit.issue.number}\` at the beginning of its body`
    : "";
  const { claimHours } = draft.snapshot.planFile.config;
  return {
    ...yes(`unit ${id} is with ${author}`),
    say: `Unit ${id} is yours: no agent works on it. Open a pull request from a branch of this repository into \`${integrationBranch(state.run)}\`${names}; it is verified, reviewed and landed like any other. Without a new head that is ready for review within ${claimHours} hours agents begin it anew; \`/orchestrate release ${id}\` gives it back at once.`,
  };
}

export function releaseUnit(draft: Draft, unit: UnitView): Answer {
  const { id } = unit.unit;
  if (!unit.claim) return no(`Nobody has taken unit ${id}.`);
  if (isOver(draft.view().phases.get(id)!.kind)) return no(`Unit ${id} is over already.`);
  endClaim(draft, unit, "it was given back");
  delete draft.state.claims[id];
  return yes(`unit ${id} goes back to agents`);
}

function endClaim(draft: Draft, unit: UnitView, why: string): void {
  beginAnew(draft, unit.unit.id, why);
  if (unit.issue && unit.claim)
    assign(draft, { issue: unit.issue.number, login: unit.claim.by, isOn: false });
}

/** Once: who cannot have an issue is left out by GitHub without a word. */
function assign(draft: Draft, { issue, login, isOn }: { issue: number; login: string; isOn: boolean }): void {
  if (login.endsWith("[bot]")) return;
  draft.effects.push({
    id: `assign:${issue}:${isOn ? "on" : "off"}:${login}`,
    kind: "assign",
    issue,
    login,
    isOn,
  });
}

/** Claims by bots' pull requests, heads that are ready, claims that are over. */
export function followClaims(draft: Draft): void {
  // No unit's claim ends another unit.
  const { units, phases } = draft.view();
  for (const unit of units) {
    const { id } = unit.unit;
    const phase = phases.get(id)!.kind;
    if (unit.isGate || isOver(phase)) continue;
    if (!unit.claim) takeForBot(draft, unit);
    else if (!isInTime(draft, unit, phase)) {
      const { by } = unit.claim;
      endClaim(draft, unit, `nothing was heard of ${by}`);
      draft.state.claims[id]!.ended =
        `Unit ${id} was with ${by}, of whom nothing was heard for ${draft.snapshot.planFile.config.claimHours} hours: it goes back to agents, who begin it anew.`;
    } else adopt(draft, unit);
  }
}

/** A person says it by command: a reader could open such a pull request too. */
function takeForBot(draft: Draft, { unit, issue }: UnitView): void {
  const { state, snapshot, pass } = draft;
  if (state.began[unit.id] !== undefined) return;
  const bots = snapshot.outside.filter(({ authorIsBot, state: is }) => authorIsBot && is === "open");
  const pull = pullNaming(bots, issue);
  // One that was let go is not taken again by the same account.
  if (!pull || state.claims[unit.id]?.by === pull.author) return;
  state.claims[unit.id] = { by: pull.author, at: pass.now.toISOString(), comment: 0, ended: null };
  draft.event("unit taken", { unit: unit.id, why: `#${pull.number} names it`, by: pull.author });
}

function isInTime(draft: Draft, unit: UnitView, phase: PhaseKind): boolean {
  const { state, snapshot, pass } = draft;
  const isTheirTurn = phase === "fix_required" || phase === "not_started";
  if (!isTheirTurn || state.began[unit.unit.id] === undefined) return true;
  const last = Math.max(
    ...[unit.claim!, ...unit.work, ...unit.reviewJobs, ...unit.verifyJobs].map(({ at }) => Date.parse(at)),
  );
  const due = new Date(last + snapshot.planFile.config.claimHours * HOUR_MS);
  if (pass.now >= due) return false;
  draft.lookAgain(due);
  return true;
}

/** What its author has made ready is work that came in; it is verified, as nobody has yet. */
function adopt(draft: Draft, { unit, slug, pull, claim, work }: UnitView): void {
  const baseSha = draft.state.began[unit.id];
  if (baseSha === undefined || !pull || pull.state !== "open" || pull.draft) return;
  const { headSha } = pull;
  if (work.at(-1)?.committed === headSha) return;
  const { by } = claim!;
  const role = work.length === 0 ? "implement" : "fix";
  const summary = `${by} handed it over in #${pull.number}.`;
  recordHandWork(draft, { slug, work }, { role, by, headSha, baseSha, summary });
  draft.event("work taken in", { unit: unit.id, why: `#${pull.number} at ${headSha.slice(0, 7)}`, by });
}

/** What is waited for where it is their turn. */
export const awaitsClaimer = (unit: UnitView, run: number): string =>
  `it is with ${unit.claim!.by}, whose pull request into ${integrationBranch(run)}${unit.pull ? ` (#${unit.pull.number})` : ""} is waited for`;
