/**
 * The optional project of GitHub: a picture, never read back into a decision. What was written is remembered once it is
 * written, so that an unchanged run asks GitHub for nothing, and what a dying pass had begun is written by the next; at
 * the run's end all rows are looked at once more.
 */
import { projectRows, reachesProjects, type ProjectRow } from "../board/project-rows.ts";
import type { Draft } from "./draft.ts";
import type { EffectOf } from "./effect.ts";
import type { State } from "./journal.ts";
import type { RunView } from "./view.ts";

/** One write of the project takes a few requests for as many rows. */
const MAX_ROWS = 20;
/** What failed is tried again after this long; what may have passed by then, sooner. */
const AGAIN_AFTER_MS = 3_600_000;
const PASSED_AFTER_MS = 2 * 60_000;
/** So long a run that has ended is kept for it. */
const KEPT_MS = 3_600_000;

export function mirrorProject(draft: Draft, view: RunView): void {
  const { state, snapshot, pass } = draft;
  const { project } = snapshot.planFile.config;
  if (project === "off" || !reachesProjects(snapshot.me)) return;
  const { shown, failed } = state.project;
  const againAt = failed && Date.parse(failed.at) + (failed.isPassing ? PASSED_AFTER_MS : AGAIN_AFTER_MS);
  const isEarly = againAt !== null && pass.now.getTime() < againAt;
  const due = [...projectRows(view)]
    .filter(([unit, row]) => shown[unit] !== keyOf(row, state.ended !== null))
    .slice(0, MAX_ROWS);
  if (due.length === 0 || isEarly) {
    const isKept = state.ended === null || pass.now.getTime() - Date.parse(state.ended.at) < KEPT_MS;
    if (due.length > 0 && failed?.isPassing && isKept) draft.lookAgain(new Date(againAt!));
    // What came of it is kept, for the next pass may be another process.
    if (state.intents.some(({ effect }) => effect.kind === "mirror-project"))
      draft.event("project board looked after", { why: failed ? failed.what : "it shows what it should" });
    return;
  }
  draft.effects.push({
    id: "project",
    kind: "mirror-project",
    project,
    units: due.map(([unit]) => unit),
    rows: due.map(([, row]) => row),
  });
}

/** What stands in the project from now on. */
export function noteShown(
  { project, ended }: State,
  { units, rows }: Pick<EffectOf<"mirror-project">, "units" | "rows">,
): void {
  for (const [at, unit] of units.entries()) project.shown[unit] = keyOf(rows[at]!, ended !== null);
}

const keyOf = ({ status, agent, attempt }: ProjectRow, isEnded: boolean): string =>
  [status, attempt, agent, ...(isEnded ? ["ended"] : [])].join(" ");
