/** What must hold of a world that has come to rest: how its run ended, that nothing more is written, what the board says. */
import { PHASES } from "../../src/domain/run/phase.ts";
import { phaseLabel } from "../../src/domain/board/labels.ts";
import { marker, parseMarker } from "../../src/domain/run/names.ts";
import type { Repository } from "../../src/local-github/state.ts";
import type { Checked } from "./invariants.ts";
import type { Journal } from "./seen.ts";

export interface Rest {
  journal: Journal | null;
  repository: Readonly<Repository>;
  /** What was written after the run's end. */
  after: readonly string[];
}

export function comesToItsEnd({ journal, after }: Rest): Checked {
  const ended = journal?.state.ended ?? null;
  const broken = after.map((what) => `after its end: ${what}`);
  if (journal === null) broken.push("there is no run");
  else if (ended === null) broken.push("the run has not come to its end");
  else if (ended.reason === "") broken.push("the run ended without a reason");
  return { count: 1 + (ended ? 1 : 0), broken };
}

const STATUS = new Set(PHASES.map(phaseLabel));

/** Each unit's issue carries the one label that its end calls for, and is closed where it is over. */
export function boardIsTrue({ journal, repository }: Rest): Checked {
  if (journal === null || journal.state.ended === null) return { count: 0, broken: [] };
  const { run, state, planFile } = journal;
  const broken: string[] = [];
  let count = 0;
  for (const unit of planFile.plan.units) {
    const issues = repository.issues.filter((issue) => {
      const mark = issue.pull === null && issue.user.endsWith("[bot]") ? parseMarker(issue.body ?? "") : null;
      return mark?.kind === "unit" && mark.values["run"] === String(run) && mark.values["unit"] === unit.id;
    });
    count += 1;
    const [issue] = issues;
    if (issue === undefined) {
      if (state.ended!.outcome === "complete") broken.push(`unit ${unit.id} has no issue`);
      continue;
    }
    const said = issue.labels.filter((label) => STATUS.has(label));
    const expected = unit.id in state.landed ? "completed" : state.dropped[unit.id]?.as;
    if (said.length !== 1) broken.push(`#${issue.number} carries ${said.join(" and ") || "no status"}`);
    else if (expected !== undefined && said[0] !== expected)
      broken.push(`#${issue.number} says ${said[0]}, and unit ${unit.id} is ${expected}`);
    if (expected === undefined && said[0] === "completed") broken.push(`#${issue.number} says completed`);
    if (expected === "completed" && issue.state !== "closed") broken.push(`#${issue.number} is open`);
  }
  const isTracked = repository.comments.some(
    ({ issue, user, body }) =>
      issue === run && user.endsWith("[bot]") && body.trimEnd().endsWith(marker("run", { run })),
  );
  if (state.consent !== null && !isTracked) broken.push(`no comment of ours in #${run} tells how it goes`);
  const finals = repository.issues.filter(({ pull }) => pull?.head === `roundtable/${run}/main`);
  if (state.ended?.outcome === "complete" && Object.keys(state.landed).length > 0 && finals.length !== 1)
    broken.push(`${finals.length} final pull requests`);
  return { count, broken };
}
