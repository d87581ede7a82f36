/** A snapshot put in order: each unit with its issue, branch, pull request and attempts, each with its phase. */
import type { PlanUnit } from "../plan/plan.ts";
import type { IssueFact, PullFact, ReviewFact } from "./facts.ts";
import { attemptsUnder, type AttemptView } from "./attempts.ts";
import type { Decision, State } from "./journal.ts";
import { markOf } from "./marks.ts";
import { gateSlug, HOLD_LABEL, integrationBranch, slugAfter, unitBranch } from "./names.ts";
import { claimOf, pullNaming } from "./claim-facts.ts";
import { phasesOf, type Phase } from "./phase.ts";
import type { RunSnapshot } from "./snapshot.ts";

export interface UnitView {
  unit: PlanUnit;
  slug: string;
  isGate: boolean;
  /** Lands only with a person's approval, by `require_human`. */
  needsPerson: boolean;
  /** Who has taken it, so that no agent works on it; null: nobody. */
  claim: { by: string; at: string } | null;
  branch: string;
  branchHead: string | null;
  issue: IssueFact | null;
  pull: PullFact | null;
  /** Attempts that change code, oldest first. */
  work: readonly AttemptView[];
  /** Reviewer jobs of every round, oldest first. */
  reviewJobs: readonly AttemptView[];
  verifyJobs: readonly AttemptView[];
  reviews: readonly ReviewFact[];
  decision: (Decision & { id: string }) | null;
}

export interface RunView {
  snapshot: RunSnapshot;
  state: State;
  units: readonly UnitView[];
  byId: ReadonlyMap<string, UnitView>;
  phases: ReadonlyMap<string, Phase>;
  integrationHead: string | null;
  finalPull: PullFact | null;
  /** The issue of what was left for later. */
  followUp: IssueFact | null;
  /** The pull request that adds to AGENTS.md. */
  learningsPull: PullFact | null;
}

export function viewOf(snapshot: RunSnapshot, state: State): RunView {
  const { issues, pulls, unnamed, followUp } = boardOf(snapshot);
  const outside = snapshot.outside.filter(({ number }) => !state.revertedPulls.includes(number));
  const asked = Object.entries(state.decisions).filter(([, { answer }]) => answer === null);
  const units = snapshot.planFile.plan.units.map((unit): UnitView => {
    const plain = snapshot.slugs[unit.id]!;
    const slug = slugAfter(plain, (state.reverted[unit.id]?.times ?? 0) + (state.anew[unit.id] ?? 0));
    const issue = issues.get(plain) ?? rewritten(snapshot, state.issues[unit.id]);
    const claim = claimOf(state, unit.id);
    const ours = unitBranch(snapshot.run, slug);
    const pull = claim ? pullNaming(outside, issue) : (pulls.get(slug) ?? newestOf(unnamed.get(ours)));
    const branch = claim && pull ? pull.head : ours;
    const isGate = unit.type === "checkpoint";
    const own = attemptsUnder(state, isGate ? gateSlug(slug) : slug);
    const decision = asked.find(([, it]) => it.unit === unit.id);
    return {
      unit,
      slug,
      isGate,
      needsPerson: !isGate && snapshot.planFile.config.requireHuman.includes(unit.criticality),
      branch,
      branchHead: snapshot.branches[branch] ?? null,
      issue,
      pull,
      claim,
      work: own.filter((attempt) => ["implement", "fix", "resolve"].includes(attempt.role)),
      reviewJobs: own.filter((attempt) => attempt.role === "review"),
      verifyJobs: own.filter((attempt) => attempt.role === "verify"),
      reviews: snapshot.reviews[unit.id] ?? [],
      decision: decision ? { ...decision[1], id: decision[0] } : null,
    };
  });
  const integration = integrationBranch(snapshot.run);
  return {
    snapshot,
    state,
    units,
    byId: new Map(units.map((unit) => [unit.unit.id, unit])),
    phases: phasesOf(units, state),
    integrationHead: snapshot.branches[integration] ?? null,
    finalPull:
      snapshot.board.pulls.find((pull) => pull.head === integration && pull.base === state.base.branch) ??
      null,
    followUp,
    learningsPull: snapshot.learningsPull,
  };
}

interface Board {
  issues: Map<string, IssueFact>;
  pulls: Map<string, PullFact>;
  /** By the branch they are from: those whose text says nothing. */
  unnamed: Map<string, PullFact[]>;
  followUp: IssueFact | null;
}

/** A snapshot never changes, and one decision makes dozens of views of it. */
const boards = new WeakMap<RunSnapshot["board"], Board>();

function boardOf({ run, board }: RunSnapshot): Board {
  const known = boards.get(board);
  if (known) return known;
  const made: Board = {
    issues: byUnit(board.issues, "unit", run),
    pulls: byUnit(board.pulls, "pr", run),
    unnamed: Map.groupBy(
      board.pulls.filter((pull) => markOf(pull) === null),
      ({ head }) => head,
    ),
    followUp: board.issues.find((issue) => isOf(issue, "followup", run)) ?? null,
  };
  boards.set(board, made);
  return made;
}

/** A text that a person wrote over ours says no more what it is about. */
export const rewritten = ({ board }: RunSnapshot, known: number | undefined): IssueFact | null =>
  board.issues.find((issue) => issue.number === known && markOf(issue) === null) ?? null;

function newestOf(pulls: readonly PullFact[] = []): PullFact | null {
  const newest = pulls.toSorted((a, b) => b.number - a.number);
  return newest.find(({ state }) => state === "open") ?? newest[0] ?? null;
}

function isOf(issue: IssueFact, kind: "followup", run: number): boolean {
  const mark = markOf(issue);
  return mark?.kind === kind && mark.values["run"] === String(run);
}

/** The commit that reviews and the train are about: the pull request's head. */
export const headOf = (unit: UnitView): string | null => unit.pull?.headSha ?? unit.branchHead;

/** The integration commit that the unit's head stands on: what it is compared with. Null before it has begun. */
export const baseOf = (unit: UnitView, state: State): string | null =>
  unit.work.findLast(({ committed }) => committed !== null)?.baseSha ?? state.began[unit.unit.id] ?? null;

/** The agent of the unit's last work: the escalation agent from its fix on. What a person put in order is still that agent's. */
export const authorOf = ({ unit, work }: Pick<UnitView, "unit" | "work">): string =>
  work.findLast(({ role, committed }) => role !== "resolve" && committed !== null)?.agent ?? unit.agent;

/** Who verifies work that came without a verdict; an older look at the same commit was about another question. */
export const checkOf = (
  work: AttemptView,
  { verifyJobs }: Pick<UnitView, "verifyJobs">,
): AttemptView | undefined =>
  verifyJobs.findLast(({ headSha, at }) => headSha === work.committed && at >= work.at);

/** Heads of one unit that reviewers look at before a person is asked (design 2.8). */
export const MAX_ROUNDS = 5;

export const roundsOf = ({ reviewJobs }: Pick<UnitView, "reviewJobs">): number =>
  new Set(reviewJobs.map(({ headSha }) => headSha)).size;

/** By the label that people set; on the issue or the pull request. */
export const isHeld = ({ pull, issue }: Pick<UnitView, "pull" | "issue">): boolean =>
  [...(pull?.labels ?? []), ...(issue?.labels ?? [])].some((name) => name.toLowerCase() === HOLD_LABEL);

function byUnit<Fact extends { body: string; number: number }>(
  facts: readonly Fact[],
  kind: "unit" | "pr",
  run: number,
): Map<string, Fact> {
  const found = new Map<string, Fact>();
  for (const fact of facts.toSorted((a, b) => a.number - b.number)) {
    const mark = markOf(fact);
    if (mark?.kind !== kind || mark.values["run"] !== String(run) || !mark.values["unit"]) continue;
    // The first one is ours to keep: a racing second would have found it.
    if (!found.has(mark.values["unit"])) found.set(mark.values["unit"], fact);
  }
  return found;
}
