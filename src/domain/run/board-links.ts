/** Sub-issues and dependencies of the units' issues: made once all that they name is there, and again where they are gone. */
import { blockersOf, groupBody, groupMarker, groupsOf, groupTitle } from "../board/links.ts";
import { LOST_AFTER_MS, MAX_BATCH, type Draft } from "./draft.ts";
import type { IssueFact } from "./facts.ts";
import { OWN_LABEL } from "./names.ts";
import type { PhaseKind } from "./phase.ts";
import type { RunView } from "./view.ts";

/** What somebody keeps taking away, or GitHub refuses, is not asked for at every look. */
const AGAIN_AFTER_MS = 3_600_000;

export const OVER: ReadonlySet<PhaseKind> = new Set(["completed", "skipped", "cancelled"]);

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
        key: null,
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
  const order = blockersOf(view.units.map(({ unit }) => unit));
  for (const unit of view.units) {
    const parent = parents.get(unit.unit.id) ?? null;
    const waitsFor = (order.get(unit.unit.id) ?? []).flatMap((id) => view.byId.get(id) ?? []);
    // Units that never get an issue were left out before the board was made.
    const isWhole = waitsFor.every(({ unit: { id }, issue }) => issue !== null || draft.state.dropped[id]);
    const blockers = waitsFor.flatMap((other) => other.issue ?? []);
    // What is noted as linked has its effect in this very batch.
    if (draft.effects.length > MAX_BATCH - 2) return;
    if (unit.issue && parent !== null && isWhole)
      linkIssue(draft, { key: unit.unit.id, name: unit.slug, issue: unit.issue }, { parent, blockers });
  }
}

/** `key`: of what the journal says of it. */
export function linkIssue(
  draft: Draft,
  { key, name, issue }: { key: string; name: string; issue: IssueFact },
  { parent, blockers }: { parent: number; blockers: readonly IssueFact[] },
): void {
  const { pass, state } = draft;
  const [id, part] = [`links:${name}`, `part:${name}`];
  const was = state.links[key];
  const blockedBy = blockers.map(({ number }) => number);
  const drops = [...(was?.drops ?? []), ...(was?.blockedBy ?? [])].filter((old) => !blockedBy.includes(old));
  const isUnlinked = issue.links?.parent === null;
  const count = issue.links?.blockedBy ?? blockedBy.length;
  const isAmiss = isUnlinked || count < blockedBy.length || (drops.length > 0 && count > blockedBy.length);
  const isNew = was === undefined ? blockedBy.length > 0 : was.blockedBy.join() !== blockedBy.join();
  const isDue = pass.now.getTime() - Date.parse(was?.at ?? "1970-01-01") >= AGAIN_AFTER_MS;
  // A pass that ended in the middle has said it, and may not have done it: once more, soon.
  const isLost = state.intents.some(
    (intent) =>
      (intent.id === id || intent.id === part) &&
      intent.at === was?.at &&
      (pass.now.getTime() - Date.parse(intent.at) >= LOST_AFTER_MS ||
        (pass.takesOver && intent.pass !== pass.id)),
  );
  if (!isNew && !(isAmiss && (isDue || isLost))) return;
  state.links[key] = {
    blockedBy,
    drops: isNew ? drops : [],
    at: isLost && !isNew ? was!.at : pass.now.toISOString(),
  };
  const link = { kind: "link-issue", number: issue.number } as const;
  if (isUnlinked) draft.effects.push({ ...link, id: part, parent, blockedBy: [], drops: [] });
  if (blockedBy.length + drops.length > 0)
    draft.effects.push({
      ...link,
      id,
      parent: null,
      blockedBy: blockers.map(({ number, links }) => ({ number, id: links?.id ?? null })),
      drops,
    });
}
