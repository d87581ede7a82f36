/** Which units begin now: a branch and its first attempt for a unit, a verify run for a checkpoint (design 2.5). */
import { readyUnits } from "../plan/ready.ts";
import { awaitsClaimer } from "./claim.ts";
import type { Draft } from "./draft.ts";
import { gateSlug, integrationBranch } from "./names.ts";
import { checkpointRed, nextRevert } from "./revert.ts";
import { brakeOf } from "./steer-run.ts";
import { isHeld, type RunView, type UnitView } from "./view.ts";

export function startUnits(draft: Draft): void {
  const view = draft.view();
  const { plan, config } = draft.snapshot.planFile;
  const integration = integrationBranch(draft.state.run);
  if (view.integrationHead === null) {
    draft.effects.push({
      id: "branch:main",
      kind: "ensure-branch",
      branch: integration,
      sha: draft.state.base.sha,
      message: null,
      restores: null,
    });
    draft.wait({ unit: null, for: "github", because: `${integration} is being made` });
    return;
  }
  const having = (...kinds: string[]): Set<string> =>
    new Set(
      view.units
        .filter((unit) => kinds.includes(view.phases.get(unit.unit.id)!.kind))
        .map((unit) => unit.unit.id),
    );
  const begun = view.units.filter((unit) => isBegun(draft, unit)).map((unit) => unit.unit.id);
  const over = having("completed", "skipped", "cancelled");
  const active = new Set(begun.filter((id) => !over.has(id)));
  // A unit that waits for a person, or is with one, keeps its paths but not its slot; while its job goes on, that too.
  const asleep = [...active].filter((id) => {
    const unit = view.byId.get(id)!;
    return (unit.decision !== null || unit.claim !== null) && !isAtWork(unit);
  }).length;
  const { ready, waits } = readyUnits({
    plan,
    landed: having("completed", "skipped"),
    cancelled: having("cancelled"),
    profile: config.profile,
    active,
    maxParallel: config.maxParallel + asleep,
    writeSets: draft.state.writeSets,
  });
  for (const unit of view.units) {
    const id = unit.unit.id;
    if (over.has(id)) continue;
    const phase = view.phases.get(id)!.kind;
    if (phase === "not_started" && active.has(id)) begin(draft, unit);
    else if (phase === "not_started" && ready.includes(id)) startOrHold(draft, view, unit);
    else if (phase === "not_started" && waits[id])
      draft.wait({ unit: id, for: waits[id].for, because: waits[id].because });
  }
}

const isAtWork = ({ work, reviewJobs, verifyJobs }: UnitView): boolean =>
  [...work, ...reviewJobs, ...verifyJobs].some(({ outcome }) => outcome === null);

const isBegun = (draft: Draft, unit: UnitView): boolean =>
  draft.state.began[unit.unit.id] !== undefined ||
  unit.verifyJobs.some((job) => unit.isGate && job.outcome === null);

function startOrHold(draft: Draft, view: RunView, unit: UnitView): void {
  const id = unit.unit.id;
  const brake = brakeOf(draft);
  if (draft.state.paused) draft.wait({ unit: id, for: "pause", because: "the run is paused" });
  else if (brake !== null) draft.wait({ unit: id, for: "decision", because: brake });
  else if (isHeld({ pull: null, issue: unit.issue }))
    draft.wait({ unit: id, for: "hold", because: "its issue has the label roundtable:hold" });
  else if (unit.unit.person && !unit.claim) {
    draft.ask({
      kind: "person",
      unit: id,
      question: `Unit ${id} must be done by a person: ${unit.unit.person}. Tell when it is done.`,
      options: [
        { does: "proceed", text: "It is done: what builds on it goes on" },
        { does: "skip", text: "Skip it: what builds on it is asked about" },
        { does: "abort", text: "Abort this unit" },
      ],
    });
  } else if (unit.isGate) passGate(draft, view, unit);
  else {
    draft.state.began[id] = view.integrationHead!;
    if (unit.claim) draft.state.claims[id]!.at = draft.pass.now.toISOString();
    draft.event("unit begun", {
      unit: id,
      why: `its dependencies are landed; it starts from ${view.integrationHead!.slice(0, 7)}`,
    });
    begin(draft, unit);
  }
}

function begin(draft: Draft, unit: UnitView): void {
  const id = unit.unit.id;
  const base = draft.state.began[id];
  if (base === undefined) return;
  if (unit.claim) {
    draft.wait({ unit: id, for: "person", because: awaitsClaimer(unit, draft.state.run) });
    return;
  }
  const reverted = draft.state.reverted[id];
  if (unit.branchHead === null) {
    draft.effects.push({
      id: `branch:${unit.slug}`,
      kind: "ensure-branch",
      branch: unit.branch,
      sha: base,
      message: `${reverted ? "Bring back" : "Begin"} unit ${unit.slug} of run ${draft.state.run}`,
      restores: reverted?.on ?? null,
    });
    draft.wait({ unit: id, for: "github", because: `${unit.branch} is being made` });
    return;
  }
  draft.dispatch({
    slug: unit.slug,
    role: "implement",
    n: 1,
    headSha: unit.branchHead,
    baseSha: base,
    agent: unit.unit.agent,
    reviewer: null,
    unit: id,
    why: reverted ? "it was reverted, and is done again" : "it is ready",
  });
}

function passGate(draft: Draft, view: RunView, unit: UnitView): void {
  const id = unit.unit.id;
  const last = unit.verifyJobs.at(-1);
  const head = view.integrationHead!;
  if (last?.outcome === "green" && last.headSha === head) {
    draft.state.landed[id] = { head, sha: head };
    draft.event("checkpoint passed", {
      unit: id,
      why: `the verify commands are green at ${head.slice(0, 7)}`,
    });
    return;
  }
  if (nextRevert(draft.state) !== null || draft.state.train?.reverts != null) {
    draft.wait({ unit: id, for: "train", because: "a landed unit is being reverted" });
    return;
  }
  const isAllowed = unit.verifyJobs.length <= (draft.state.granted[id] ?? 0);
  if (last?.outcome === "red" && last.headSha === head && !isAllowed) {
    draft.ask(checkpointRed(view, id, head));
    return;
  }
  draft.dispatch({
    slug: gateSlug(unit.slug),
    role: "verify",
    n: unit.verifyJobs.length + 1,
    headSha: head,
    baseSha: head,
    agent: null,
    reviewer: null,
    unit: id,
    why: "everything before this checkpoint has landed",
  });
}
