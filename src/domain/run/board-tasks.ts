/** The issues of single tasks, below those of their units: a picture, made after all that units need. */
import { taskIssueBody, taskIssueTitle, taskMarker, tasksWithIssues } from "../board/task-issue.ts";
import type { PlanTask } from "../plan/plan.ts";
import { linkIssue, OVER } from "./board-links.ts";
import type { Draft } from "./draft.ts";
import type { IssueFact } from "./facts.ts";
import { markOf } from "./marks.ts";
import { marker, OWN_LABEL } from "./names.ts";
import type { EffectOf } from "./effect.ts";
import type { PhaseKind } from "./phase.ts";
import { undoneTasks } from "./undone.ts";
import { rewritten, type RunView, type UnitView } from "./view.ts";

export function projectTasks(draft: Draft, view: RunView): void {
  const { run } = draft.state;
  const ours = tasksIssues(draft);
  const isMaking = draft.effects.some(({ kind }) => kind === "ensure-issue");
  for (const unit of view.units) {
    for (const task of tasksWithIssues(view, unit)) {
      const mark = taskMarker(run, unit, task);
      const key = `task ${task.id}`;
      const issue = ours.get(mark) ?? rewritten(draft.snapshot, draft.state.issues[key]);
      if (issue) draft.state.issues[key] = issue.number;
      ours.delete(mark);
      if (!unit.issue || (issue === null && isMaking)) continue;
      projectTask(draft, view, { unit, task, issue, parent: unit.issue.number, key });
    }
  }
  for (const { number, state } of ours.values())
    if (state === "open")
      draft.effects.push({
        id: `left:${number}`,
        kind: "update-issue",
        number,
        state: "closed",
        stateReason: "not_planned",
      });
}

/** By marker; the first of two is ours to keep. */
function tasksIssues({ snapshot, state }: Draft): Map<string, IssueFact> {
  const found = new Map<string, IssueFact>();
  for (const issue of snapshot.board.issues.toSorted((a, b) => a.number - b.number)) {
    const mark = markOf(issue);
    if (mark?.kind !== "task" || mark.values["run"] !== String(state.run)) continue;
    const text = marker(mark.kind, mark.values);
    if (!found.has(text)) found.set(text, issue);
  }
  return found;
}

function projectTask(
  draft: Draft,
  view: RunView,
  {
    unit,
    task,
    issue,
    parent,
    key,
  }: { unit: UnitView; task: PlanTask; issue: IssueFact | null; parent: number; key: string },
): void {
  const phase = view.phases.get(unit.unit.id)!.kind;
  const title = taskIssueTitle(task);
  const body = taskIssueBody(view, unit, task);
  if (issue === null) {
    if (OVER.has(phase)) return;
    draft.effects.push({
      id: `task:${unit.slug}:${task.id}`,
      kind: "ensure-issue",
      unit: unit.unit.id,
      key,
      title,
      body,
      labels: [OWN_LABEL],
      parent,
    });
    return;
  }
  // What its unit landed without is a person's to end.
  const isUndone = phase === "completed" && undoneTasks(view.snapshot.planFile.plan, unit).has(task.id);
  const isOver = OVER.has(phase) && !isUndone;
  const state: IssueFact["state"] = isOver ? "closed" : "open";
  const change = {
    ...(issue.title === title ? {} : { title }),
    ...(issue.body.replaceAll("\r\n", "\n").trim() === body.trim() ? {} : { body }),
    ...(issue.labels.includes(OWN_LABEL) ? {} : { labels: [...issue.labels, OWN_LABEL] }),
    ...(issue.state === state
      ? {}
      : {
          state,
          stateReason: reasonOf(isOver, phase),
        }),
  };
  if (Object.keys(change).length > 0)
    draft.effects.push({
      id: `task:${unit.slug}:${task.id}:${phase}`,
      kind: "update-issue",
      number: issue.number,
      ...change,
    });
  linkIssue(draft, { key: `#${issue.number}`, name: `#${issue.number}`, issue }, { parent, blockers: [] });
}

function reasonOf(isOver: boolean, phase: PhaseKind): EffectOf<"update-issue">["stateReason"] {
  if (!isOver) return "reopened";
  return phase === "completed" ? "completed" : "not_planned";
}
