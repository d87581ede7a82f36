/** The board of a run that has ended says what the journal says: issues, pull requests, comments, rows of a project. */
import { phaseLabel } from "../../src/domain/board/labels.ts";
import { marker, parseMarker } from "../../src/domain/run/names.ts";
import { PHASES } from "../../src/domain/run/phase.ts";
import type { Issue } from "../../src/local-github/state.ts";
import type { Rest } from "./ends.ts";
import type { Checked } from "./invariants.ts";
import { EDIT } from "./people.ts";
import type { Journal } from "./seen.ts";

const STATUS = new Set(PHASES.map(phaseLabel));
/** Of a unit that nobody ended: it waits for what was, or it is not told. */
const LEFT = new Set(["blocked", "not-started", "cancelled"]);

const isBot = (login: string): boolean => login.endsWith("[bot]");

type Ended = Journal & { state: { ended: NonNullable<Journal["state"]["ended"]> } };
type Unit = Journal["planFile"]["plan"]["units"][number];

/** How a unit ended; null: it did not, for the run has ended before it. */
const endOf = ({ state }: Journal, { id }: Unit): "completed" | "skipped" | "cancelled" | null =>
  id in state.landed ? "completed" : (state.dropped[id]?.as ?? null);

export function boardIsTrue(rest: Rest): Checked {
  const { journal } = rest;
  if (journal === null || journal.state.ended === null) return { count: 0, broken: [] };
  const ended = journal as Ended;
  const parts = [
    ...ended.planFile.plan.units.map((unit) => unitIsTrue(rest, ended, unit)),
    runIsTrue(rest, ended),
  ];
  return { count: parts.length, broken: parts.flat() };
}

function unitIsTrue({ repository, projects }: Rest, journal: Ended, unit: Unit): string[] {
  const { run, state } = journal;
  const end = endOf(journal, unit);
  const isLost = state.ended.outcome === "complete" && (end === null || end === "cancelled");
  const issue = repository.issues.find((one) => {
    const mark = one.pull === null && isBot(one.user) ? parseMarker(one.body ?? "") : null;
    return mark?.kind === "unit" && mark.values["run"] === String(run) && mark.values["unit"] === unit.id;
  });
  const pulls = repository.issues.filter(
    ({ pull, user }) => pull?.head.startsWith(`roundtable/${run}/unit-${unit.id}`) && isBot(user),
  );
  const broken = pullsAreTrue(
    pulls.filter(({ pull }) => isOf(pull!.head, run, unit.id)),
    { journal, unit },
  );
  if (isLost) broken.push(`the run is complete, and unit ${unit.id} is ${end ?? "lost"}`);
  if (issue === undefined)
    return state.ended.outcome === "complete" && end === "completed"
      ? [...broken, `unit ${unit.id} has no issue`]
      : broken;
  const said = issue.labels.filter((label) => STATUS.has(label));
  if (said.length !== 1) broken.push(`#${issue.number} carries ${said.join(" and ") || "no status"}`);
  else if (end === null ? !LEFT.has(said[0]!) : said[0] !== end)
    broken.push(`#${issue.number} says ${said[0]}, and unit ${unit.id} is ${end ?? "left"}`);
  if ((end === null) !== (issue.state === "open"))
    broken.push(`#${issue.number} is ${issue.state}, and unit ${unit.id} is ${end ?? "left"}`);
  if (issue.body?.includes(EDIT)) broken.push(`#${issue.number} still says what somebody wrote into it`);
  const reason = end === "completed" ? "completed" : "not_planned";
  if (end !== null && isBot(issue.closedBy ?? "") && issue.stateReason !== reason)
    broken.push(`#${issue.number} is closed as ${issue.stateReason}, and unit ${unit.id} is ${end}`);
  for (const { items, fields } of projects) {
    const rows = items.filter((item) => item.issue === issue.id);
    const status = fields.find(({ name }) => name === "Status");
    const values = rows.map(
      ({ values: all }) => status?.options.find(({ id }) => id === all[status.id])?.name,
    );
    const wanted = end === null ? undefined : "Done";
    if (rows.length !== 1) broken.push(`unit ${unit.id} has ${rows.length} rows in the project`);
    else if (wanted !== undefined && values[0] !== wanted)
      broken.push(`the project says ${values[0]}, and unit ${unit.id} is ${end}`);
  }
  return broken;
}

/** `unit-1` and, begun anew, `unit-1_2`; not `unit-12`. */
const isOf = (head: string, run: number, unit: string): boolean =>
  /^(?:_\d+)?$/.test(head.slice(`roundtable/${run}/unit-${unit}`.length));

function pullsAreTrue(pulls: readonly Issue[], { journal, unit }: { journal: Ended; unit: Unit }): string[] {
  const end = endOf(journal, unit);
  const landed = journal.state.landed[unit.id];
  const open = pulls.filter(({ state }) => state === "open").map(({ number }) => number);
  const isClaimed = journal.state.claims[unit.id] !== undefined;
  const broken =
    end !== null && open.length > 0 && !isClaimed
      ? [`#${open.join(", #")} is open, and unit ${unit.id} is ${end}`]
      : [];
  const isMerged = pulls.some(({ pull }) => pull!.mergedAt !== null && pull!.headSha === landed?.head);
  if (landed !== undefined && unit.type !== "checkpoint" && !isClaimed && !isMerged)
    broken.push(`unit ${unit.id} has landed, and no pull request of it shows that`);
  return broken;
}

function runIsTrue({ repository, head }: Rest, { run, state }: Ended): string[] {
  const broken: string[] = [];
  const saying = (mark: string): string[] =>
    repository.comments
      .filter(({ issue, user, body }) => issue === run && isBot(user) && body.trimEnd().endsWith(mark))
      .map(({ body }) => body);
  const tracking = saying(marker("run", { run }));
  const summary = saying(marker("final", { run }));
  if (state.consent !== null && !tracking[0]?.includes(`**${state.ended.outcome}**`))
    broken.push(`the tracking comment of run ${run} does not tell how it ended`);
  if (!summary[0]?.startsWith(`## Run ended: ${state.ended.outcome}`))
    broken.push(`no comment of ours in #${run} sums the run up`);
  const issue = repository.issues.find(({ number }) => number === run);
  if (issue?.labels.includes("decision-needed")) broken.push(`#${run} asks for a decision`);
  const finals = repository.issues.filter(({ pull }) => pull?.head === `roundtable/${run}/main`);
  const hasLanded = Object.keys(state.landed).length > 0;
  if (state.ended.outcome === "complete" && hasLanded && finals.length !== 1)
    broken.push(`${finals.length} final pull requests`);
  for (const { number, pull } of finals) {
    if (pull!.draft) broken.push(`#${number}, the final pull request, is a draft`);
    if (pull!.base !== state.base.branch) broken.push(`#${number} goes into ${pull!.base}`);
    if (pull!.headSha !== head) broken.push(`#${number} stands at ${pull!.headSha}, not at ${head}`);
  }
  return broken;
}
