import type { PlanUnit } from "../plan/plan.ts";
import { marker } from "../run/names.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";

export const unitIssueTitle = (unit: Pick<PlanUnit, "id" | "title">): string =>
  `${harmlessLine(unit.id, 40)}. ${harmlessLine(unit.title, 180)}`;

/** The same state gives the same text: a body that differs is put right. */
export function unitIssueBody(view: RunView, { unit, slug }: UnitView): string {
  const { plan } = view.snapshot.planFile;
  const isDone = view.phases.get(unit.id)!.kind === "completed";
  const tasks = plan.tasks.filter(
    (task) => unit.taskIds.includes(task.id) && (unit.taskIds.length === 1 || task.id !== unit.id),
  );
  const requirements = [
    ...new Set(
      plan.tasks.filter((task) => unit.taskIds.includes(task.id)).flatMap((task) => task.requirements),
    ),
  ];
  const lines = [
    `Unit **${harmlessLine(unit.id, 40)}** of the run in #${view.state.run}, from \`${view.state.spec.path}/tasks.md\`.`,
    "",
    ...tasks.map(
      (task) => `- [${isDone ? "x" : " "}] ${harmlessLine(task.id, 40)} ${harmlessLine(task.title, 300)}`,
    ),
    "",
    ...(unit.type === "checkpoint"
      ? [
          "A checkpoint: no agent works on it; the verify commands must be green on the integration branch.",
          "",
        ]
      : []),
    ...row(
      "Requirements",
      requirements.map((id) => harmlessLine(id, 40)),
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
    ...(unit.type === "checkpoint"
      ? []
      : [
          `- Agent: ${unit.agent} · criticality: ${unit.criticality} (${harmlessLine(unit.because.criticality)})`,
        ]),
    "",
    marker("unit", { run: view.state.run, unit: slug }),
  ];
  return lines.join("\n").replaceAll(/\n{3,}/g, "\n\n");
}

const row = (name: string, values: readonly string[]): string[] =>
  values.length > 0 ? [`- ${name}: ${values.join(", ")}`] : [];
