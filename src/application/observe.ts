/**
 * Reads GitHub into a plain snapshot. Reading only; what cannot be trusted (artifacts of jobs) passes its checks here,
 * so that `decide` sees either a valid hand-over or the sentence that refuses it.
 */
import { TransientError } from "../domain/problem.ts";
import type { PermissionLevel, ReviewFact } from "../domain/run/facts.ts";
import { CLOCK_SLACK_MS } from "../domain/run/attempt.ts";
import { isHeard, mayCommand } from "../domain/run/heard.ts";
import { parseCommand } from "../domain/run/command.ts";
import type { State } from "../domain/run/journal.ts";
import { vouchFor } from "../domain/run/journal-guards.ts";
import {
  BASE_SLUG,
  baseMergeBranch,
  integrationBranch,
  learningsBranch,
  slugAfter,
  trainBranch,
  unitBranch,
} from "../domain/run/names.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import { attemptsOf } from "../domain/run/attempts.ts";
import { viewOf } from "../domain/run/view.ts";
import { unitSlug, type Hash } from "../domain/plan/slug.ts";
import { readOther } from "./attach.ts";
import { readOutcomes } from "./outcomes.ts";
import type { Github, OpenRun } from "./ports.ts";
import { readRuns } from "./workflow-runs.ts";
import { refinedPlan } from "./propose.ts";
import { replannedPlan } from "./replan.ts";

export interface Observing {
  hash: Hash;
  /** All open runs. */
  others: readonly OpenRun[];
  results: (state: State) => State;
  /** What this very pass saw a moment ago: workflow runs that end meanwhile wake a pass of their own. */
  before?: RunSnapshot | null;
  /** The revision is this very pass's own append. */
  isOwn?: boolean;
  /** For a person who looks: of young attempts too it is told how far they are. */
  isClose?: boolean;
}

export async function observeRun(
  github: Github,
  { run, revision }: OpenRun,
  { hash, others, results, before = null, isOwn = false, isClose = false }: Observing,
): Promise<RunSnapshot> {
  const journal = await github.journal.read(revision);
  vouchFor(journal, run);
  const state = results(journal.state);
  const { planFile, next } = journal;
  const slugs = Object.fromEntries(planFile.plan.units.map((unit) => [unit.id, unitSlug(unit, hash)]));
  const [me, reviewer, repository, looked, runs] = await Promise.all([
    github.board.me(),
    github.board.reviewer(),
    github.board.repository(),
    github.board.look({
      run,
      integrationBranch: integrationBranch(run),
      branches: [...ownBranches(state, slugs), state.base.branch],
      since: new Date(Date.parse(state.ask.at) - CLOCK_SLACK_MS),
      isOwn: isOwn,
    }),
    readRuns(github, state, before),
  ]);
  const { [state.base.branch]: baseHead = null, ...branches } = looked.branches;
  const snapshot: RunSnapshot = {
    fullName: repository.fullName,
    run,
    revision,
    planFile,
    state,
    slugs,
    outage: github.outage(),
    me,
    reviewer,
    branches,
    integrationHolds: true,
    baseHead,
    newTasks: null,
    tracking: looked.tracking ?? (await withoutIssue(github, run)),
    permissions: {},
    board: looked.board,
    outside: looked.outside,
    learningsPull: null,
    runs,
    outcomes: {},
    checks: [],
    reviews: {},
    siblings: [],
    replanned: null,
    next,
    refined: null,
    labels: looked.labels,
  };
  const [integrationHolds, newTasks, permissions, outcomes, checks, reviews, learningsPull] =
    await Promise.all([
      holdsLanded(github, snapshot),
      readNewTasks(github, snapshot),
      readPermissions(github, snapshot),
      readOutcomes(github, snapshot, { before, isClose }),
      readChecks(github, snapshot),
      readReviews(github, snapshot, looked.reviews),
      state.learnings?.sha == null ? null : github.board.pullFrom(learningsBranch(run), state.base.branch),
    ]);
  const refined = await refinedPlan(github, { ...snapshot, outcomes }, hash);
  const siblings = await readSiblings(github, { state, others });
  const replanned = await replannedPlan(github, snapshot, hash);
  return {
    ...snapshot,
    integrationHolds,
    newTasks,
    permissions,
    outcomes,
    checks,
    reviews,
    refined,
    siblings,
    replanned,
    learningsPull,
  };
}

/** Where only one of GitHub's answers says that it is gone, it is not. */
async function withoutIssue({ board }: Github, run: number): Promise<RunSnapshot["tracking"]> {
  if ((await board.issue(run)) !== null)
    throw new TransientError({
      what: `GitHub does not show issue #${run} everywhere`,
      why: "one of its answers has it, and another has not",
      retryAfterMs: 60_000,
    });
  return { isGone: true, state: "closed", labels: [], comments: [] };
}

/** Those that may change yet: of the run as a whole, and of units that have begun and not landed. */
function ownBranches(state: State, slugs: RunSnapshot["slugs"]): string[] {
  const { run } = state;
  const units = Object.keys(state.began)
    .filter((id) => !state.landed[id] && slugs[id] !== undefined)
    .map((id) =>
      unitBranch(run, slugAfter(slugs[id]!, (state.reverted[id]?.times ?? 0) + (state.anew[id] ?? 0))),
    );
  const merges = attemptsOf(state)
    .filter(({ slug }) => slug === BASE_SLUG)
    .map(({ n }) => baseMergeBranch(run, n));
  return [integrationBranch(run), trainBranch(run), ...units, ...merges.slice(-1)];
}

async function holdsLanded({ code }: Github, { run, state, branches }: RunSnapshot): Promise<boolean> {
  const head = branches[integrationBranch(run)] ?? null;
  if (state.integration === null || head === state.integration) return true;
  // A candidate stands on what has landed.
  if (head !== null && head === state.train?.built && state.train.on === state.integration) return true;
  return head !== null && code.isAncestor(state.integration, head);
}

/** Two asks may have been answered at once. */
async function readSiblings(
  { journal }: Github,
  { state, others }: { state: State; others: readonly OpenRun[] },
): Promise<RunSnapshot["siblings"]> {
  if (state.consent !== null || state.ended !== null) return [];
  const read = others
    .filter(({ run }) => run !== state.run)
    .map(async ({ run, revision }) => {
      const other = (await readOther(journal, revision))?.state;
      if (other === undefined) return [];
      const isSame = other.spec.path === state.spec.path && other.base.branch === state.base.branch;
      return isSame && other.ended === null ? [{ run, isConfirmed: other.consent !== null }] : [];
    });
  return (await Promise.all(read)).flat();
}

/** Commits never change: what they hold is looked up once, and only when the base branch has moved. */
async function readNewTasks(
  { code }: Github,
  { state, baseHead }: RunSnapshot,
): Promise<RunSnapshot["newTasks"]> {
  const { spec, specSeen, consent, ended } = state;
  if (baseHead === null || baseHead === spec.sha || consent === null || ended !== null) return null;
  const path = `${spec.path}/tasks.md`;
  const [was, is] = await Promise.all([code.blob(spec.sha, path), code.blob(baseHead, path)]);
  const blob = is ?? "gone";
  if (blob === (specSeen ?? was)) return null;
  const text = async (sha: string): Promise<string | null> => {
    const bytes = await code.file(sha, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const [before, after] = await Promise.all([text(spec.sha), text(baseHead)]);
  return { blob, before: before ?? "", after };
}

async function readPermissions(
  github: Github,
  { state, tracking }: RunSnapshot,
): Promise<RunSnapshot["permissions"]> {
  const authors = tracking.comments
    .filter((comment) => isHeard(comment, state) && parseCommand(comment.body).kind !== "none")
    .map((comment) => comment.author);
  const levels = [...new Set(authors)].map(
    async (author) => [author, await github.board.permission(author)] as const,
  );
  return Object.fromEntries(await Promise.all(levels));
}

/** Of units under review, and of those that landed by a writer's word: what that overruled is told at the end. */
async function readReviews(
  github: Github,
  snapshot: RunSnapshot,
  known: Readonly<Record<number, ReviewFact[]>>,
): Promise<RunSnapshot["reviews"]> {
  const { approvals, landed } = snapshot.state;
  const inReview = viewOf(snapshot, snapshot.state).units.filter(
    ({ unit, pull, reviewJobs }) =>
      pull &&
      (approvals[unit.id]?.head === pull.headSha ||
        (!pull.merged && !landed[unit.id] && reviewJobs.length > 0)),
  );
  const reads = inReview.map(async ({ unit, pull }) => {
    const { number } = pull!;
    const all = known[number] ?? (await github.board.reviews(number));
    return [unit.id, await countedReviews(github, all)] as const;
  });
  return Object.fromEntries(await Promise.all(reads));
}

/** A person's verdict counts with write access only: anybody may review a public repository. */
async function countedReviews(github: Github, reviews: readonly ReviewFact[]): Promise<ReviewFact[]> {
  const isVerdict = ({ authorIsBot, state }: ReviewFact): boolean =>
    !authorIsBot && (state === "CHANGES_REQUESTED" || state === "APPROVED");
  const levels = new Map<string, PermissionLevel>();
  for (const author of new Set(reviews.filter(isVerdict).map((review) => review.author)))
    levels.set(author, await github.board.permission(author));
  return reviews.filter((review) => !isVerdict(review) || mayCommand(levels.get(review.author)!));
}

async function readChecks(
  { code }: Github,
  { planFile, state }: RunSnapshot,
): Promise<RunSnapshot["checks"]> {
  const candidate = state.train?.built ?? null;
  return planFile.config.checks === "required" && candidate !== null ? code.checks(candidate) : [];
}
