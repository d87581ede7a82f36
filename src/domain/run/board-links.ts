/** Sub-issues and dependencies of the units' issues: made once all that they name is there, and again where they are gone. */
import { blockersOf, groupBody, groupMarker, groupsOf, groupTitle } from "../board/links.ts";
import type { Draft } from "./draft.ts";
import type { IssueFact } from "./facts.ts";
import { OWN_LABEL } from "./names.ts";
import type { PhaseKind } from "./phase.ts";
import type { RunView, UnitView } from "./view.ts";

/** What somebody keeps taking away, or GitHub refuses, is not asked for at every look. */
const AGAIN_AFTER_MS = 3_600_000;

const OVER: ReadonlySet<PhaseKind> = new Set(["completed", "skipped", "cancelled"]);

/** Unit → the issue that its issue is part of; null: it is not there yet. */
export function projectGroups(draft: Draft, view: RunView): Map<string, number | null> {
  const { run } = draft.state;
  const groups = groupsOf(view.units.map(({ unit }) => unit.id));
  if (groups.length === 0) return new Map(view.units.map(({ unit }) => [unit.id, run]));
  const parents = groups.map((ids, at) => {
    const mark = groupMarker(run, at + 1);
    const issue = draft.snapshot.board.issues.find(({ body }) => body.trimEnd().endsWith(mark)) ?? null;
    projectGroup(draft, view, { ids, part: at + 1, issue });
    return ids.map((id) => [id, issue?.number ?? null] as const);
  });
  return new Map(parents.flat());
}

function projectGroup(
  draft: Draft,
  view: RunView,
  { ids, part, issue }: { ids: readonly string[]; part: number; issue: IssueFact | null },
): void {
  const isOver = ids.every((id) => OVER.has(view.phases.get(id)!.kind));
  if (issue === null) {
    if (!isOver)
      draft.effects.push({
        id: `group:${part}`,
        kind: "ensure-issue",
        unit: null,
        title: groupTitle(view, ids),
        body: groupBody(view, part),
        labels: [OWN_LABEL],
        parent: draft.state.run,
      });
    return;
  }
  const state = isOver ? "closed" : "open";
  if (issue.state === state) return;
  draft.effects.push({
    id: `group:${part}:${state}`,
    kind: "update-issue",
    number: issue.number,
    state,
    stateReason: isOver ? "completed" : "reopened",
  });
}

/** After all that units need: what is under way never waits for a picture. */
export function projectLinks(draft: Draft, view: RunView, parents: ReadonlyMap<string, number | null>): void {
  // GitHub limits all writes of a minute together: first the issues, then what links them.
  if (draft.effects.some(({ kind }) => kind === "ensure-issue")) return;
  const blockers = blockersOf(view.units.map(({ unit }) => unit));
  for (const unit of view.units) {
    const parent = parents.get(unit.unit.id) ?? null;
    const waitsFor = (blockers.get(unit.unit.id) ?? []).flatMap((id) => view.byId.get(id) ?? []);
    if (unit.issue && parent !== null) linkIssue(draft, { ...unit, issue: unit.issue }, { parent, waitsFor });
  }
}

function linkIssue(
  draft: Draft,
  { unit, slug, issue }: UnitView & { issue: IssueFact },
  { parent, waitsFor }: { parent: number; waitsFor: readonly UnitView[] },
): void {
  const there = waitsFor.flatMap((other) => other.issue ?? []);
  // Units that never get an issue were left out before the board was made.
  const isWhole = waitsFor.every(({ unit: { id }, issue: own }) => own !== null || draft.state.dropped[id]);
  if (!isWhole) return;
  const blockedBy = there.map(({ number }) => number);
  const was = draft.state.links[unit.id];
  const isUnlinked = issue.links?.parent === null;
  const lacks = (issue.links?.blockedBy ?? blockedBy.length) < blockedBy.length;
  const isNew = was === undefined ? blockedBy.length > 0 : was.blockedBy.join() !== blockedBy.join();
  const isDue = draft.pass.now.getTime() - Date.parse(was?.at ?? "1970-01-01") >= AGAIN_AFTER_MS;
  if (!isNew && !((isUnlinked || lacks) && isDue)) return;
  draft.state.links[unit.id] = { blockedBy, at: draft.pass.now.toISOString() };
  draft.effects.push({
    id: `links:${slug}`,
    kind: "link-issue",
    number: issue.number,
    parent: isUnlinked ? parent : null,
    blockedBy: there.map(({ number, links }) => ({ number, id: links?.id ?? null })),
  });
}
