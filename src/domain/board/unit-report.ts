/** What several bodies say alike about units: the table, the tasks, what landed with which findings. */
import { SCRIPTED } from "../config-agents.ts";
import { type Finding } from "../handover/result.ts";
import type { Plan, PlanTask, PlanUnit } from "../plan/plan.ts";
import { consolidate, isAfter } from "../review/report.ts";
import { isEscalatedFix } from "../run/hindered.ts";
import { escalatedTo } from "../run/mend.ts";
import { attemptsOf } from "../run/attempts.ts";
import type { RunView, UnitView } from "../run/view.ts";
import type { Wait } from "../run/wait.ts";
import { harmlessLine } from "../text/harmless.ts";
import { few } from "./body.ts";
import { countsOf } from "./findings.ts";

const MAX_ROWS = 60;

export const nameOf = ({ id, title }: Pick<PlanUnit, "id" | "title">, max = 120): string =>
  `${harmlessLine(id, 40)}. ${harmlessLine(title, max)}`;

export const words = (kind: string): string => kind.replaceAll("_", " ");

export const waitLine = (wait: Wait): string =>
  `- ${wait.unit === null ? "The run" : harmlessLine(wait.unit, 40)} waits (${wait.for}): ${harmlessLine(wait.because, 200)}`;

export function unitTable(view: RunView): string[] {
  const shown = view.units.slice(0, MAX_ROWS);
  return [
    "| unit | pull request | agent | attempts | findings | result |",
    "|---|---|---|---|---|---|",
    ...shown.map((unit) => {
      const pull = unit.pull ? `#${unit.pull.number}` : "–";
      const work = unit.isGate ? "–" : String(unit.work.length);
      return `| ${nameOf(unit.unit)} | ${pull} | ${workersOf(unit)} | ${work} | ${findingsCell(unit)} | ${words(view.phases.get(unit.unit.id)!.kind)} |`;
    }),
    ...(view.units.length > shown.length
      ? ["", `… and ${view.units.length - shown.length} more units.`]
      : []),
    "",
  ];
}

export function workerOf({
  unit,
  isGate,
  claim = null,
}: Pick<UnitView, "unit" | "isGate"> & Partial<Pick<UnitView, "claim">>): string {
  if (isGate) return "checkpoint";
  if (claim) return harmlessLine(claim.by, 60);
  return unit.person === null ? harmlessLine(unit.agent, 40) : "a person";
}

/** Whoever has worked on it, in that order. */
function workersOf(unit: UnitView): string {
  const agents = new Set(unit.work.flatMap(({ agent }) => (agent === null ? [] : [agent])));
  if (unit.isGate || agents.size === 0) return workerOf(unit);
  return [...agents].map((agent) => harmlessLine(agent, 40)).join(", ");
}

/** Said from the fix on that goes to the escalation agent. */
export function escalation({ unit, work }: UnitView): string[] {
  const isEscalated = work.some((attempt) => isEscalatedFix(work, attempt));
  return isEscalated ? [`> Escalated: ${harmlessLine(escalatedTo(unit), 400)}.`, ""] : [];
}

function findingsCell(unit: UnitView): string {
  const answered = unit.reviewJobs.filter((job) => job.result?.severity != null);
  return answered.length === 0 ? "–" : countsOf(reportOf(unit)?.findings ?? []);
}

/** The verdict at the head that is there now, or that landed. */
export function reportOf(unit: UnitView): ReturnType<typeof consolidate> | null {
  const head = unit.pull?.headSha ?? unit.branchHead;
  return head === null ? null : consolidate(unit, head);
}

/** The unit's boxes that hold no other box of it. */
export function leavesOf(plan: Plan, unit: PlanUnit): PlanTask[] {
  const own = plan.tasks.filter((task) => unit.taskIds.includes(task.id));
  const parents = new Set(own.map((task) => task.parent));
  return own.filter((task) => !parents.has(task.id));
}

/** What reviewers said of the very commits that landed: the minor ones, and those that a person overruled. */
export function landedFindings(view: RunView): { unit: string; finding: Finding }[] {
  return view.units.flatMap((unit) => {
    const id = unit.unit.id;
    const head = view.state.landed[id]?.head;
    if (head === undefined || unit.isGate) return [];
    return consolidate(unit, head).findings.map((finding) => ({
      unit: id,
      finding,
    }));
  });
}

/** A link: the sentence of how a run ended is defused, numbers and all. */
export const finalPullNote = ({ finalPull }: RunView): string[] =>
  finalPull ? [`The integration branch waits for a human in #${finalPull.number}.`, ""] : [];

/** Units whose review a writer overruled at the head that landed; an approval where nothing stood against it is none. */
export const overruled = (view: RunView): UnitView[] =>
  view.units.filter((unit) => {
    const head = view.state.landed[unit.unit.id]?.head;
    const approval = view.state.approvals[unit.unit.id];
    if (head === undefined || approval?.head !== head) return false;
    const reviews = unit.reviews.filter((review) => !isAfter(review, approval.at));
    const { sendsBack, awaits } = consolidate({ ...unit, reviews }, head);
    return sendsBack || awaits.length > 0;
  });

/** Units that landed at a head that nobody gave a verdict on: a person merged or approved them before. */
export const unreviewed = (view: RunView): UnitView[] =>
  view.units.filter((unit) => {
    const head = view.state.landed[unit.unit.id]?.head;
    if (head === undefined || unit.isGate) return false;
    const isJudged = unit.reviewJobs.some((job) => job.headSha === head && job.result?.severity != null);
    return !isJudged && consolidate(unit, head).approvedBy.length === 0;
  });

/** Files that the unit's accepted work touched. */
export const filesOf = (unit: UnitView): string[] =>
  [
    ...new Set(
      unit.work
        .filter((attempt) => attempt.committed !== null)
        .flatMap((attempt) => attempt.result?.files ?? [])
        .map(({ path }) => path),
    ),
  ].toSorted();

export const fileList = (files: readonly string[], max = 8): string =>
  few(
    files.map((file) => `\`${harmlessLine(file, 100)}\``),
    max,
  );

export const trainNotes = (view: RunView): string[] =>
  view.state.notes.length > 0
    ? [...view.state.notes.slice(0, 20).map((note) => `> ${harmlessLine(note, 400)}`), ""]
    : [];

/** Said wherever a result is shown, when scripts stood in for models. A person's own work is neither. */
export function scriptedNote(view: RunView): string[] {
  const { agents } = view.snapshot.planFile.config;
  const backends = attemptsOf(view.state).flatMap((attempt) =>
    attempt.agent !== null && Object.hasOwn(agents, attempt.agent) ? [agents[attempt.agent]!.backend] : [],
  );
  const scripted = backends.filter((backend) => SCRIPTED.includes(backend));
  if (scripted.length === 0) return [];
  return scripted.length === backends.length
    ? ["> Scripted: the agents and reviewers of this run were scripts; no model took part.", ""]
    : [
        `> Partly scripted: ${scripted.length} of ${backends.length} attempts were played by scripts; no model took part in them.`,
        "",
      ];
}
