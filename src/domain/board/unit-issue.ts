import type { PlanUnit } from "../plan/plan.ts";
import { integrationBranch, marker, plainSlug } from "../run/names.ts";
import { undoneTasks } from "../run/undone.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, few, fewLines, quote, section } from "./body.ts";
import { tasksWithIssues } from "./task-issue.ts";
import { escalation, leavesOf, nameOf } from "./unit-report.ts";

export const unitIssueTitle = (unit: Pick<PlanUnit, "id" | "title">): string => nameOf(unit, 180);

/** The same state gives the same text: a body that differs is put right. */
export function unitIssueBody(view: RunView, unitView: UnitView): string {
  const { unit, slug, isGate } = unitView;
  const { plan } = view.snapshot.planFile;
  const undone = undoneTasks(plan, unitView);
  const isDone = view.phases.get(unit.id)!.kind === "completed";
  const requirements = new Set(
    plan.tasks.filter((task) => unit.taskIds.includes(task.id)).flatMap((task) => task.requirements),
  );
  const apart = new Set(tasksWithIssues(view, unitView));
  const leaves = leavesOf(plan, unit).filter((task) => !apart.has(task));
  const boxes = leaves.map(
    (task) =>
      `- [${(isDone && !undone.has(task.id)) || task.status === "completed" ? "x" : " "}] ${harmlessLine(task.id, 40)} ${harmlessLine(task.title, 300)}`,
  );
  const facts = [
    ...row(
      "Requirements",
      [...requirements].map((id) => harmlessLine(id, 40)),
    ),
    ...row(
      "Waits for",
      unit.dependsOn.map((edge) => harmlessLine(edge.id, 40)),
    ),
    ...row(
      "Writes",
      unit.writes.map(
        ({ path, source }) => `\`${harmlessLine(path)}\`${source === "inferred" ? " (inferred)" : ""}`,
      ),
    ),
    ...(unit.unknownPaths
      ? [`- ${unit.writes.length > 0 ? "Writes more" : "Writes"}: not known before the work is there`]
      : []),
    ...row(
      "Reads",
      unit.reads.map(({ path }) => `\`${harmlessLine(path)}\``),
    ),
    ...(isGate ? [] : [workedBy(unit)]),
  ];
  return cap([
    `Unit **${harmlessLine(unit.id, 40)}** of the run in #${view.state.run}, from \`${harmlessLine(view.state.spec.path)}/tasks.md\`.`,
    "",
    ...claimed(view, unitView),
    ...escalation(unitView),
    ...fewLines(boxes, 100),
    ...(boxes.length > 0 ? [""] : []),
    ...(isGate
      ? [
          "A checkpoint: no agent works on it; the verify commands must be green on the integration branch.",
          "",
        ]
      : []),
    ...facts,
    ...(facts.length > 0 ? [""] : []),
    ...reported(view, unitView),
    marker("unit", { run: view.state.run, unit: plainSlug(slug) }),
  ]);
}

function claimed({ state }: RunView, { claim, issue }: UnitView): string[] {
  if (!claim) return [];
  const names = issue ? ` with a line \`Closes #${issue.number}\` at the beginning of its body` : "";
  return [
    `> ${harmlessLine(claim.by, 60)} has taken this unit: no agent works on it. A pull request into \`${integrationBranch(state.run)}\` from a branch of this repository${names} is reviewed and landed like any other.`,
    "",
  ];
}

/** The outcome of a unit that ends in a report; the file itself lands with its pull request. */
function reported(view: RunView, { unit, work }: UnitView): string[] {
  const report =
    work.findLast(({ committed, result }) => committed !== null && result?.report)?.result?.report ?? "";
  const isAccepted = view.phases.get(unit.id)!.kind === "completed";
  return section(isAccepted ? "Report" : "Report, not accepted yet", quote(report, 20_000));
}

function workedBy({ person, agent, criticality, because }: PlanUnit): string {
  const who =
    person === null ? `Agent: ${harmlessLine(agent, 40)}` : `A person must do this: ${harmlessLine(person)}`;
  return `- ${who} · criticality: ${criticality} (${harmlessLine(because.criticality)})`;
}

const row = (name: string, values: readonly string[]): string[] =>
  values.length > 0 ? [`- ${name}: ${few(values, 30)}`] : [];
