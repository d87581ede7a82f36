/** The board as it should look: issues, labels, bodies, decisions, the tracking comment. What has drifted is put right. */
import { nextAge } from "../board/ages.ts";
import { decisionBody, reminderBody } from "../board/decision.ts";
import { issueLabels, labelsForRun, leftLabels, pullLabels, trackingLabels } from "../board/labels.ts";
import { nextSign, withoutSteps } from "../board/life.ts";
import { pullBody } from "../board/pull.ts";
import { trackingBody } from "../board/tracking.ts";
import { unitIssueBody, unitIssueTitle } from "../board/unit-issue.ts";
import { projectGroups, projectLinks } from "./board-links.ts";
import { projectTasks } from "./board-tasks.ts";
import { overdue } from "./deadline.ts";
import type { Draft } from "./draft.ts";
import type { IssueFact, PullFact } from "./facts.ts";
import { markOf } from "./marks.ts";
import { noteLabels } from "./moved-label.ts";
import { marker, plainSlug, reminderMarker } from "./names.ts";
import { mirrorProject } from "./project-board.ts";
import type { RunView, UnitView } from "./view.ts";

/** What is there already waits for its next look where this pass goes on by itself: it is written once, not at each step. */
export function projectBoard(draft: Draft, { goesOn }: { goesOn: boolean }): void {
  const view = draft.view();
  ensureLabels(draft, view);
  const parents = projectGroups(draft, view);
  for (const unit of view.units) {
    if (goesOn && unit.issue) continue;
    projectIssue(draft, view, { ...unit, parent: parents.get(unit.unit.id) ?? null });
    projectPull(draft, view, unit);
  }
  closeLeft(draft, view);
  for (const id of Object.keys(draft.state.decisions)) {
    if (draft.state.decisions[id]!.answer === null) {
      const { run } = draft.state;
      ensureComment(draft, {
        id: `decision:${id}`,
        mark: marker("decision", { run, id }),
        body: decisionBody(view, id, draft.state.decisions[id]!),
      });
    }
  }
  for (const [id, { comment, ended, by }] of Object.entries(draft.state.claims)) {
    const unit = draft.snapshot.slugs[id];
    if (ended === null || unit === undefined) continue;
    const { run } = draft.state;
    const released = comment === 0 ? by.replaceAll(/[^\w-]/g, "-") : comment;
    const mark = marker("run", { run, released, unit });
    ensureComment(draft, { id: `released:${unit}:${released}`, mark, body: `${ended}\n\n${mark}` });
  }
  for (const id of overdue(draft)) callPerson(draft, view, id);
  const { me, run, tracking } = draft.snapshot;
  const isBegun = tracking.comments.some(
    ({ author, body }) => author === me && body.trimEnd().endsWith(marker("run", { run })),
  );
  if (goesOn && isBegun) return;
  projectTracking(draft, view);
  ensureComment(draft, {
    id: "tracking",
    mark: marker("run", { run: draft.state.run }),
    body: trackingBody(view, draft.waits, draft.pass.now),
    essence: withoutSteps,
  });
  projectLinks(draft, view, parents);
  projectTasks(draft, view);
  mirrorProject(draft, view);
  lookWhenItAges(draft, view);
}

/** The App's timer looks again just to say that jobs are still at work; in the Action such a look would be a job of its own. */
function lookWhenItAges(draft: Draft, view: RunView): void {
  const { now } = draft.pass;
  const times = [nextAge(view, now), draft.state.form === "app" ? nextSign(view, now) : null];
  for (const time of times) if (time !== null && draft.state.ended === null) draft.lookAgain(time);
}

/** Of units that the plan has no more, and of earlier beginnings: what is still open of them is closed. */
function closeLeft(draft: Draft, view: RunView): void {
  const { run } = draft.state;
  const slugs = new Set(view.units.map(({ slug }) => slug));
  const plain = new Set(view.units.map(({ slug }) => plainSlug(slug)));
  const isLeft = (fact: IssueFact | PullFact, kind: "unit" | "pr", current: ReadonlySet<string>): boolean => {
    const mark = markOf(fact);
    const { run: of, unit } = mark?.values ?? {};
    return mark?.kind === kind && of === String(run) && unit !== undefined && !current.has(unit);
  };
  for (const issue of draft.snapshot.board.issues) {
    if (issue.state === "closed" || !isLeft(issue, "unit", plain)) continue;
    draft.effects.push({
      id: `left:${issue.number}`,
      kind: "update-issue",
      number: issue.number,
      body: `> The plan of the run in #${run} changed and has this unit no more.\n\n${issue.body}`,
      labels: leftLabels(view, issue),
      state: "closed",
      stateReason: "not_planned",
    });
  }
  for (const pull of draft.snapshot.board.pulls) {
    if (pull.state === "closed" || !isLeft(pull, "pr", slugs)) continue;
    draft.effects.push({
      id: `left:${pull.number}`,
      kind: "update-pull",
      number: pull.number,
      body: `> This work does not land: its unit was changed, taken by a person or removed in the run in #${run}.\n\n${pull.body}`,
      state: "closed",
    });
  }
}

/** Made once and not touched again: an edited comment calls nobody. */
function callPerson(draft: Draft, view: RunView, id: string): void {
  const mark = reminderMarker(draft.state.run, id);
  const { comments } = draft.snapshot.tracking;
  if (comments.some(({ author, body }) => author === draft.snapshot.me && body.trimEnd().endsWith(mark)))
    return;
  draft.effects.push({
    id: `reminder:${id}`,
    kind: "ensure-comment",
    issue: draft.state.run,
    marker: mark,
    body: reminderBody(view, id, mark),
  });
}

function ensureLabels(draft: Draft, view: RunView): void {
  const known = new Set(draft.snapshot.labels.map((name) => name.toLowerCase()));
  const missing = labelsForRun(view).filter(({ name }) => !known.has(name.toLowerCase()));
  if (missing.length > 0) draft.effects.unshift({ id: "labels", kind: "ensure-labels", labels: missing });
}

/** Its text is a person's and stays. */
function projectTracking(draft: Draft, view: RunView): void {
  const labels = trackingLabels(view);
  if (isSameSet(draft.snapshot.tracking.labels, labels)) return;
  draft.effects.push({ id: "tracking-labels", kind: "update-issue", number: draft.state.run, labels });
}

function projectIssue(draft: Draft, view: RunView, unit: UnitView & { parent: number | null }): void {
  const body = unitIssueBody(view, unit);
  const labels = issueLabels(view, unit);
  const kind = view.phases.get(unit.unit.id)!.kind;
  // What was left out before it had an issue gets none.
  if (!unit.issue && (kind === "skipped" || kind === "cancelled")) return;
  if (!unit.issue) {
    // Its group comes first; what is under way does not wait for it.
    if (unit.parent === null) return;
    noteLabels(draft, unit, { issue: null, phase: kind });
    draft.effects.push({
      id: `issue:${unit.slug}`,
      kind: "ensure-issue",
      unit: unit.unit.id,
      key: unit.unit.id,
      title: unitIssueTitle(unit.unit),
      body,
      labels,
      // It is linked with the others, once they are all there.
      parent: null,
    });
    return;
  }
  draft.state.issues[unit.unit.id] = unit.issue.number;
  const phase = view.phases.get(unit.unit.id)!.kind;
  const over = phase === "completed" || phase === "skipped" || phase === "cancelled";
  const title = unitIssueTitle(unit.unit);
  const isLabelled = isSameSet(unit.issue.labels, labels);
  if (!isLabelled) noteLabels(draft, unit, { issue: unit.issue, phase });
  const change = {
    ...(unit.issue.title === title ? {} : { title }),
    ...(isSame(unit.issue.body, body) ? {} : { body }),
    ...(isLabelled ? {} : { labels }),
    ...(over && unit.issue.state === "open"
      ? {
          state: "closed" as const,
          stateReason: phase === "completed" ? ("completed" as const) : ("not_planned" as const),
        }
      : {}),
    ...(!over && unit.issue.state === "closed"
      ? { state: "open" as const, stateReason: "reopened" as const }
      : {}),
  };
  if (Object.keys(change).length > 0)
    draft.effects.push({
      id: `issue:${unit.slug}:${phase}`,
      kind: "update-issue",
      number: unit.issue.number,
      ...change,
    });
}

function projectPull(draft: Draft, view: RunView, unit: UnitView): void {
  if (!unit.pull) return;
  // What others wrote stays theirs, and so does their pull request.
  const body = unit.claim ? unit.pull.body : pullBody(view, unit);
  const labels = pullLabels(view, unit);
  const phase = view.phases.get(unit.unit.id)!.kind;
  const isDropped = (phase === "skipped" || phase === "cancelled") && unit.pull.state === "open";
  const change = {
    ...(isSame(unit.pull.body, body) ? {} : { body }),
    ...(isSameSet(unit.pull.labels, labels) ? {} : { labels }),
    ...(isDropped && !unit.claim ? { state: "closed" as const } : {}),
  };
  if (Object.keys(change).length > 0)
    draft.effects.push({
      id: `pull:${unit.slug}:${phase}`,
      kind: "update-pull",
      number: unit.pull.number,
      ...change,
    });
}

interface Kept {
  id: string;
  mark: string;
  body: string;
  /** What of its text is worth a write. */
  essence?: (body: string) => string;
}

function ensureComment(draft: Draft, { id, mark, body, essence = (text) => text }: Kept): void {
  const existing = draft.snapshot.tracking.comments.find(
    (comment) => comment.author === draft.snapshot.me && comment.body.trimEnd().endsWith(mark),
  );
  if (existing && isSame(essence(existing.body), essence(body))) return;
  draft.effects.push({ id, kind: "ensure-comment", issue: draft.state.run, marker: mark, body });
}

/** GitHub keeps bodies as they are but for line ends and the space around them. */
const isSame = (there: string, wanted: string): boolean =>
  there.replaceAll("\r\n", "\n").trim() === wanted.trim();

const isSameSet = (there: readonly string[], wanted: readonly string[]): boolean =>
  there.length === wanted.length && wanted.every((name) => there.includes(name));
