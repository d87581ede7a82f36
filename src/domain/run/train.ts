/**
 * Landing (design 2.10): accepted heads are merged onto a candidate that stands on the integration head, that one
 * commit is verified, and the integration branch moves forward to exactly it. Heads never move, so reviews stay valid.
 *
 * Invariant: `landed` is written only when the integration branch is seen at the verified commit. A red train of
 * several says nothing about any of them: its members travel one at a time from then on, and the one that is red
 * alone is sent back. The last train carries no pull request but ticks the boxes.
 */
import type { Config } from "../config.ts";
import type { Draft } from "./draft.ts";
import type { State } from "./journal.ts";
import { attemptKey, integrationBranch, revertBranch, trainBranch, TRAIN_SLUG } from "./names.ts";
import { broughtIn, rejectBrought, waitsForBase } from "./moved-base.ts";
import { ownChecks } from "./own-checks.ts";
import { arriveWithout, failRevert, nextRevert, revertSubject } from "./revert.ts";
import { unpostedReviews } from "./progress.ts";
import { commitSubject } from "../text/harmless.ts";
import { undoneTasks } from "./undone.ts";
import type { EffectOf } from "./effect.ts";
import { isHeld, type RunView, type UnitView } from "./view.ts";

type Train = NonNullable<State["train"]>;

export function runTrain(draft: Draft): void {
  const view = draft.view();
  if (view.integrationHead === null) return;
  const train = draft.state.train ?? couple(draft, view);
  if (!train) return;
  for (const { unit } of train.members) {
    draft.wait({
      unit,
      for: "train",
      because: train.built
        ? `the candidate ${train.built.slice(0, 7)} is being verified`
        : "it is being merged onto the train",
    });
  }
  if (hasArrived(draft, train)) arrive(draft, train);
  else if (!isSound(draft, view, train)) {
    draft.dropTrain("what it carries is no longer accepted as it was, is held, or the run is paused");
  } else if (view.integrationHead !== train.on) {
    draft.dropTrain(`the integration branch moved to ${view.integrationHead.slice(0, 7)} meanwhile`);
  } else if (train.built === null) build(draft, train);
  else verify(draft, { ...train, built: train.built });
}

/**
 * What the integration branch stands on has landed, whatever a person says from then on: this comes before commands.
 * A pull request that a person merged has landed too; checkpoints and the last train verify it.
 */
export function noteLanded(draft: Draft): void {
  const { state } = draft;
  if (state.train !== null && hasArrived(draft, state.train)) arrive(draft, state.train);
  const { units, integrationHead } = draft.view();
  for (const { unit, pull } of units) {
    if (!pull?.merged || integrationHead === null || state.landed[unit.id]) continue;
    state.landed[unit.id] = { head: pull.headSha, sha: integrationHead };
    state.integration = integrationHead;
    draft.event("landed", { unit: unit.id, why: `a person merged #${pull.number}` });
  }
}

/**
 * The branch stands on the verified candidate. One that adds nothing stood there before: then that says nothing, unless
 * the very commit was landed on already.
 */
function hasArrived({ state, snapshot }: Draft, { n, on, built }: Train): boolean {
  if (built === null || snapshot.branches[integrationBranch(state.run)] !== built) return false;
  const attempt = state.attempts[attemptKey({ slug: TRAIN_SLUG, role: "verify", n })];
  return built === state.integration || (attempt?.outcome === "green" && built !== on);
}

/** What people do while a train is verified counts: nothing lands over a request for changes, a hold or a new push. */
function isSound(draft: Draft, view: RunView, train: Train): boolean {
  if (draft.state.paused) return false;
  if (train.reverts !== null && !draft.state.landed[train.reverts]) return false;
  return train.members.every(({ unit: id, sha }) => {
    const unit = view.byId.get(id);
    if (!unit?.pull || unit.pull.headSha !== sha) return false;
    if (unit.pull.merged) return true;
    return !isHeld(unit) && unit.pull.state === "open" && view.phases.get(id)!.kind === "final_review";
  });
}

/** Design section 6: how many pull requests share one verification. */
const TRAIN_SIZE: Readonly<Record<Config["profile"], number>> = { safe: 1, balanced: 3, throughput: 6 };

/** The next train: accepted units in plan order; at the very end the boxes. */
function couple(draft: Draft, view: RunView): Train | null {
  if (draft.state.paused) return null;
  const reverts = nextRevert(draft.state);
  const members = reverts === null ? membersOf(draft, view) : [];
  const finish = reverts === null && members.length === 0 && isReadyToFinish(draft, view);
  if (members.length === 0 && !finish && reverts === null) return null;
  draft.state.trains += 1;
  draft.state.train = {
    n: draft.state.trains,
    on: view.integrationHead!,
    members: members.map(({ unit, pull }) => ({ unit: unit.id, sha: pull!.headSha })),
    finish,
    reverts,
    built: null,
    notes: [],
  };
  for (const { unit, pull } of members)
    draft.event("train coupled", { unit: unit.id, why: `#${pull!.number} is accepted` });
  if (reverts !== null) draft.event("train coupled", { unit: reverts, why: "a person wants it reverted" });
  if (finish)
    draft.event("train coupled", { why: "everything has landed: the boxes in tasks.md are ticked" });
  return draft.state.train;
}

function membersOf(draft: Draft, view: RunView): UnitView[] {
  const accepted = view.units.filter((unit) => {
    if (view.phases.get(unit.unit.id)!.kind !== "final_review") return false;
    if (unit.pull?.state !== "open") return false;
    const held = isHeld(unit);
    if (held) draft.wait({ unit: unit.unit.id, for: "hold", because: "it has the label roundtable:hold" });
    return !held;
  });
  const isAlone = ({ unit, pull }: UnitView): boolean => draft.state.alone[unit.id] === pull!.headSha;
  const [first] = accepted;
  if (first && isAlone(first)) return [first];
  const together = accepted.filter((unit) => !isAlone(unit));
  return together.slice(0, TRAIN_SIZE[draft.snapshot.planFile.config.profile]);
}

function isReadyToFinish(draft: Draft, view: RunView): boolean {
  if (draft.state.finished !== null || draft.state.ended !== null || waitsForBase(draft.state)) return false;
  if (draft.state.replan !== null) return false;
  if (
    Object.values(draft.state.decisions).some(({ kind, answer }) => kind === "finish-red" && answer === null)
  )
    return false;
  const kinds = view.units.map((unit) => view.phases.get(unit.unit.id)!.kind);
  return kinds.includes("completed") && kinds.every((kind) => kind === "completed" || kind === "skipped");
}

function build(draft: Draft, train: Train): void {
  const { state } = draft;
  const view = draft.view();
  draft.effects.push({
    id: `train:${train.n}`,
    kind: "build-train",
    n: train.n,
    branch: trainBranch(state.run),
    sha: train.on,
    members: train.members.map(({ unit, sha }) => ({
      unit,
      sha,
      message: commitSubject(
        `Merge #${view.byId.get(unit)?.pull?.number ?? "?"} (unit ${unit}) into run ${state.run}`,
      ),
    })),
    reverts: train.reverts === null ? null : revertOf(view, train.reverts),
    finish: train.finish
      ? {
          path: `${state.spec.path}/tasks.md`,
          tick: doneTasks(draft),
          baseBranch: state.base.branch,
          brought: broughtIn(state),
          leavesConflict: state.baseConflict?.isLeft === true,
          message: commitSubject(`Tick the landed tasks of ${state.spec.name}`),
        }
      : null,
  });
}

function revertOf({ state, byId }: RunView, id: string): EffectOf<"build-train">["reverts"] {
  const { slug, pull } = byId.get(id)!;
  return {
    unit: id,
    ...state.landed[id]!,
    branch: revertBranch(state.run, slug),
    message: revertSubject({ pull: pull?.number ?? null, id, run: state.run }),
  };
}

function doneTasks(draft: Draft): string[] {
  const { units, phases, snapshot } = draft.view();
  return units
    .filter(({ unit }) => phases.get(unit.id)!.kind === "completed")
    .flatMap((unit) => {
      const undone = undoneTasks(snapshot.planFile.plan, unit);
      return unit.unit.taskIds.filter((id) => !undone.has(id));
    });
}

function verify(draft: Draft, train: Train & { built: string }): void {
  const name = { slug: TRAIN_SLUG, role: "verify" as const, n: train.n };
  const attempt = draft.state.attempts[attemptKey(name)];
  if (!attempt) {
    draft.dispatch({
      ...name,
      headSha: train.built,
      baseSha: train.on,
      agent: null,
      reviewer: null,
      unit: train.members[0]?.unit ?? train.reverts,
      why: `candidate ${train.built.slice(0, 7)}`,
    });
    return;
  }
  if (attempt.outcome === "red") derail(draft, train, attempt.result?.tail ?? "");
  if (attempt.outcome !== "green") return;
  const unit = train.members[0]?.unit ?? train.reverts;
  const checks = ownChecks(draft, { unit, since: new Date(attempt.at) });
  if (checks.is === "red")
    derail(draft, train, `The repository's own checks are red: ${checks.names.join(", ")}`);
  else if (checks.is === "green" && train.built === train.on) arrive(draft, train);
  else if (checks.is === "green" && arePosted(draft, train))
    draft.effects.push({
      id: `advance:${train.n}`,
      kind: "advance",
      branch: integrationBranch(draft.state.run),
      sha: train.built,
    });
}

/** Nothing lands before its reviews are to be seen on its pull request; they are posted while the train is made and verified. */
function arePosted(draft: Draft, { members }: Train): boolean {
  const { byId } = draft.view();
  return members.every(({ unit }) => unpostedReviews(byId.get(unit)!).length === 0);
}

function derail(draft: Draft, train: Train, tail: string): void {
  draft.state.train = null;
  if (train.members.length > 1) {
    for (const { unit, sha } of train.members) {
      draft.state.alone[unit] = sha;
      draft.event("train red", { unit, why: "red together with others: it travels alone" });
    }
    return;
  }
  for (const member of train.members) {
    draft.state.rejected[member.unit] = { head: member.sha, because: tail };
    draft.event("train red", { unit: member.unit, why: "the verify commands fail on the candidate" });
  }
  if (train.reverts !== null) {
    failRevert(draft.state, train.reverts, "red");
    draft.event("train red", { unit: train.reverts, why: "the verify commands fail without it too" });
  }
  if (!train.finish || rejectBrought(draft, tail)) return;
  draft.ask({
    kind: "finish-red",
    unit: null,
    question:
      "The last commit (ticked boxes, and the base branch merged in where it had moved) is red. What now?",
    options: [
      { does: "retry", text: "I have repaired it, or it was chance: build it again" },
      { does: "abort", text: "End the run as it is" },
    ],
  });
}

function arrive(draft: Draft, train: Train): void {
  for (const member of train.members) {
    draft.state.landed[member.unit] = { head: member.sha, sha: train.built! };
    draft.event("landed", { unit: member.unit, why: `verified as ${train.built!.slice(0, 7)}` });
  }
  if (train.reverts !== null) arriveWithout(draft, train.reverts, train);
  if (train.finish) {
    draft.state.finished = train.built;
    draft.state.notes = train.notes;
    draft.event("boxes ticked", { why: `verified as ${train.built!.slice(0, 7)}` });
  }
  draft.state.integration = train.built;
  draft.state.train = null;
}
