/**
 * The optional project of GitHub: a picture, never read back into a decision. What was written is remembered, so that an
 * unchanged run asks GitHub for nothing; at its end all rows are looked at once more.
 */
import { projectRows, reachesProjects, type ProjectRow } from "../board/project-rows.ts";
import type { Draft } from "./draft.ts";
import type { RunView } from "./view.ts";

/** One write of the project takes a few requests for as many rows. */
const MAX_ROWS = 20;
/** What failed is tried again after this long. */
const AGAIN_AFTER_MS = 3_600_000;

export function mirrorProject(draft: Draft, view: RunView): void {
  const { state, snapshot, pass } = draft;
  const { project } = snapshot.planFile.config;
  if (project === "off" || !reachesProjects(snapshot.me)) return;
  const { shown, failed } = state.project;
  if (failed && pass.now.getTime() - Date.parse(failed.at) < AGAIN_AFTER_MS) return;
  const due = [...projectRows(view)]
    .filter(([unit, row]) => shown[unit] !== keyOf(row, state.ended !== null))
    .slice(0, MAX_ROWS);
  if (due.length === 0) return;
  for (const [unit, row] of due) shown[unit] = keyOf(row, state.ended !== null);
  draft.effects.push({
    id: "project",
    kind: "mirror-project",
    project,
    units: due.map(([unit]) => unit),
    rows: due.map(([, row]) => row),
  });
}

const keyOf = ({ status, agent, attempt }: ProjectRow, isEnded: boolean): string =>
  [status, attempt, agent, ...(isEnded ? ["ended"] : [])].join(" ");
