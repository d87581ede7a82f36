/** With `issues.subtasks: sub-issues` the tasks of a unit are issues below the unit's. */
import type { PlanTask } from "../plan/plan.ts";
import { marker, plainSlug } from "../run/names.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, few } from "./body.ts";
import { leavesOf, nameOf } from "./unit-report.ts";

/** GitHub takes so many sub-issues to a parent. */
const MAX_TASKS = 100;

/** Those that have an issue of their own. What was done before the run has none, nor has a unit's only task. */
export function tasksWithIssues(view: RunView, { unit }: Pick<UnitView, "unit">): PlanTask[] {
  const { plan, config } = view.snapshot.planFile;
  if (config.subtasks !== "sub-issues") return [];
  const leaves = leavesOf(plan, unit);
  return leaves.length < 2 ? [] : leaves.filter(({ status }) => status !== "completed").slice(0, MAX_TASKS);
}

/** Ids are people's words: what a marker cannot hold is written as `+` and its bytes. */
const markOf = (id: string): string =>
  encodeURIComponent(id)
    .replaceAll(/[!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%", "+");

export const taskMarker = (run: number, { slug }: Pick<UnitView, "slug">, { id }: PlanTask): string =>
  marker("task", { run, unit: plainSlug(slug), task: markOf(id) });

export const taskIssueTitle = (task: PlanTask): string => nameOf(task, 180);

export const taskIssueBody = (view: RunView, unit: UnitView, task: PlanTask): string =>
  cap([
    `Task **${harmlessLine(task.id, 40)}** of ${unit.issue ? `#${unit.issue.number}` : `unit ${harmlessLine(unit.unit.id, 40)}`}: done when that unit has landed. What is said there reaches whoever works on it.`,
    "",
    ...(task.requirements.length > 0
      ? [
          `- Requirements: ${few(
            task.requirements.map((id) => harmlessLine(id, 40)),
            30,
          )}`,
          "",
        ]
      : []),
    taskMarker(view.state.run, unit, task),
  ]);
