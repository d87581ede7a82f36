/** One step forward for each unit that has begun: hand work over, verify, review, fix. */
import { pullBody, pullTitle } from "../board/pull.ts";
import { lineComments, reviewBody } from "../board/review-body.ts";
import { panelFor } from "../plan/classify.ts";
import type { Draft } from "./draft.ts";
import { awaitsClaimer } from "./claim.ts";
import { markOf } from "./marks.ts";
import { mend } from "./mend.ts";
import { integrationBranch, marker } from "./names.ts";
import type { Phase } from "./phase.ts";
import { authorOf, baseOf, checkOf, MAX_ROUNDS, roundsOf, type RunView, type UnitView } from "./view.ts";
import { admitPaths, isHandedOver } from "./write-set.ts";

/** Work that came in goes to its branch first: it is what has been paid for. */
export function handWorkOver(draft: Draft): void {
  const view = draft.view();
  for (const unit of view.units) {
    const last = unit.work.at(-1);
    if (!last || !isHandedOver(last) || draft.state.dropped[unit.unit.id]) continue;
    if (!admitPaths(draft, view, unit)) continue;
    draft.effects.push({
      id: `commit:${last.key}:${last.nonce}`,
      kind: "commit-hand-over",
      attempt: last.key,
      branch: unit.branch,
      expectedHead: last.headSha,
      merges: last.role === "resolve" ? last.baseSha : null,
      runId: last.runId!,
    });
    draft.wait({
      unit: unit.unit.id,
      for: "github",
      because: `the work of ${last.role} ${last.n} is being written to ${unit.branch}`,
    });
  }
}

export function moveUnits(draft: Draft): void {
  const view = draft.view();
  for (const unit of view.units) {
    const phase = view.phases.get(unit.unit.id)!;
    if (isClosedByPerson(unit, phase)) {
      askAboutClosed(draft, unit);
      continue;
    }
    switch (phase.kind) {
      case "in_progress":
        verifyAgain(draft, unit);
        break;
      case "pending_review":
      case "under_review":
        makeReady(draft, unit);
        review(draft, unit, phase.head);
        if (phase.kind === "under_review" && phase.awaits !== null)
          draft.wait({ unit: unit.unit.id, for: "person", because: phase.awaits });
        break;
      case "fix_required":
        if (unit.claim)
          draft.wait({
            unit: unit.unit.id,
            for: "person",
            because: `${awaitsClaimer(unit, draft.state.run)}: ${phase.because}`,
          });
        else mend(draft, unit, phase.because);
        break;
      case "final_review":
        // The passes before may have ended too soon, and no draft lands.
        makeReady(draft, unit);
        break;
      case "blocked":
        draft.wait({
          unit: unit.unit.id,
          for: phase.decision ? "decision" : "dependency",
          because: phase.because,
        });
        break;
      default:
    }
    postReviews(draft, view, unit);
  }
}

const isClosedByPerson = (unit: UnitView, phase: Phase): boolean =>
  unit.pull?.state === "closed" &&
  !unit.pull.merged &&
  unit.decision === null &&
  !["completed", "skipped", "cancelled"].includes(phase.kind);

/** Closing a pull request is a person's word: its unit stands still until it is taken back or carried out. */
function askAboutClosed(draft: Draft, unit: UnitView): void {
  draft.ask({
    kind: "pull-closed",
    unit: unit.unit.id,
    question: `The pull request #${unit.pull!.number} of unit ${unit.unit.id} was closed. What now?`,
    options: [
      { does: "retry", text: "I have reopened it: go on" },
      { does: "skip", text: "Skip this unit" },
      { does: "abort", text: "Abort this unit" },
    ],
  });
}

/** A hand-over whose own verify job never spoke is verified on its branch. */
function verifyAgain(draft: Draft, unit: UnitView): void {
  const last = unit.work.at(-1);
  if (!last || last.committed === null || last.result?.verified !== false) return;
  if (checkOf(last, unit)) return;
  draft.dispatch({
    slug: unit.slug,
    role: "verify",
    n: unit.verifyJobs.length + 1,
    headSha: last.committed,
    baseSha: last.baseSha,
    agent: null,
    reviewer: null,
    unit: unit.unit.id,
    why: "its work was handed over without a verdict of the verify commands",
  });
}

/** After all that this pass begins: the text of a pull request tells it at once. */
export function openPulls(draft: Draft): void {
  const view = draft.view();
  for (const unit of view.units) {
    const phase = view.phases.get(unit.unit.id)!;
    const isOver = phase.kind === "cancelled" || phase.kind === "skipped" || isClosedByPerson(unit, phase);
    if (view.state.began[unit.unit.id] && !isOver) openPull(draft, view, unit);
  }
}

function openPull(draft: Draft, view: RunView, unit: UnitView): void {
  // Its branch is made in this very batch, and stands before it.
  const isBeingMade = draft.effects.some(({ id }) => id === `branch:${unit.slug}`);
  if (unit.pull || (unit.branchHead === null && !isBeingMade) || unit.isGate || unit.claim) return;
  draft.effects.push({
    id: `pull:${unit.slug}`,
    kind: "ensure-pull",
    unit: unit.unit.id,
    head: unit.branch,
    base: integrationBranch(draft.state.run),
    title: pullTitle(unit.unit),
    body: pullBody(view, unit),
    draft: true,
    // They come with its text, which changes at once.
    labels: [],
  });
}

function makeReady(draft: Draft, { pull }: UnitView): void {
  if (!pull?.draft) return;
  draft.effects.push({ id: `ready:${pull.number}`, kind: "update-pull", number: pull.number, ready: true });
}

function review(draft: Draft, unit: UnitView, head: string): void {
  const id = unit.unit.id;
  const jobs = unit.reviewJobs.filter((job) => job.headSha === head);
  if (jobs.length === 0 && roundsOf(unit) >= MAX_ROUNDS + (draft.state.granted[id] ?? 0)) {
    askAboutRounds(draft, unit);
    return;
  }
  let n = unit.reviewJobs.length;
  for (const { role, agent } of panelFor(unit.unit, authorOf(unit), draft.snapshot.planFile.config)) {
    if (jobs.some((job) => job.reviewer === role)) continue;
    n += 1;
    draft.dispatch({
      slug: unit.slug,
      role: "review",
      n,
      headSha: head,
      baseSha: baseOf(unit, draft.state) ?? head,
      agent,
      reviewer: role,
      unit: id,
      why: `${head.slice(0, 7)} waits for its ${role} review`,
    });
  }
}

function askAboutRounds(draft: Draft, { unit, reviewJobs }: UnitView): void {
  draft.ask({
    kind: "review-rounds",
    unit: unit.id,
    question: `Unit ${unit.id} was reviewed at ${roundsOf({ reviewJobs })} heads and is not accepted yet. What now?`,
    options: [
      { does: "accept", text: "I have read it: accept it as it is now" },
      { does: "retry", text: "Have it reviewed once more" },
      { does: "skip", text: "Skip this unit" },
      { does: "abort", text: "Abort this unit" },
    ],
  });
}

/** Each valid answer becomes one review at the exact head it is about. */
function postReviews(draft: Draft, view: RunView, unit: UnitView): void {
  // What has landed had them all; GitHub shows it as merged a moment later.
  if (!unit.pull || draft.state.landed[unit.unit.id]) return;
  for (const attempt of unpostedReviews(unit)) {
    draft.effects.push({
      id: `review:${attempt.key}`,
      kind: "ensure-review",
      attempt: attempt.key,
      pull: unit.pull.number,
      sha: attempt.headSha,
      verdict:
        attempt.result!.severity === "critical" || attempt.result!.severity === "major"
          ? "request-changes"
          : "approve",
      body: reviewBody({ view, unitView: unit, attempt }),
      comments: lineComments(attempt),
      marker: marker("review", { run: draft.state.run, unit: unit.slug, n: attempt.n }),
    });
  }
}

/** Reviews that are in the journal but not yet to be seen on the pull request. */
export function unpostedReviews(unit: UnitView): UnitView["reviewJobs"] {
  const posted = new Set(
    unit.reviews.flatMap((fact) => {
      const mark = fact.authorIsBot ? markOf(fact) : null;
      return mark?.kind === "review" && mark.values["n"] ? [Number(mark.values["n"])] : [];
    }),
  );
  return unit.pull?.merged
    ? []
    : unit.reviewJobs.filter((job) => job.outcome === "completed" && !posted.has(job.n));
}
