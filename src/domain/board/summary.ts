import { marker } from "../run/names.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { findingList } from "./findings.ts";
import { cap, isScripted, trainNotes, unitTable } from "./pull.ts";

export function summaryBody(view: RunView): string {
  const { state } = view;
  const of = (...kinds: string[]) =>
    view.units.filter((unit) => kinds.includes(view.phases.get(unit.unit.id)!.kind));
  const landed = of("completed");
  const minor = landed
    .flatMap((unit) =>
      unit.reviewJobs.flatMap((job) =>
        job.headSha === state.landed[unit.unit.id]?.head ? (job.result?.findings ?? []) : [],
      ),
    )
    .filter((finding) => finding.severity === "minor");
  const missing = view.units.filter((unit) => !landed.includes(unit));
  const tasks = landed.reduce((sum, unit) => sum + unit.unit.taskIds.length, 0);
  const all = view.units.reduce((sum, unit) => sum + unit.unit.taskIds.length, 0);
  return cap([
    `## Run ended: ${state.ended?.outcome ?? "?"}`,
    "",
    harmlessLine(state.ended?.reason ?? "", 500),
    "",
    `Tasks ${tasks} of ${all}; units landed ${landed.length}, skipped ${of("skipped").length}, of ${view.units.length}; workflow runs ${state.spend.attempts}; cost ${state.spend.usd === null ? "not known" : `${state.spend.usd} USD`}.`,
    ...(isScripted(view)
      ? ["", "> Scripted: the agents and reviewers of this run were scripts; no model took part."]
      : []),
    "",
    ...unitTable(view),
    ...trainNotes(view),
    ...(missing.length > 0
      ? [
          "### Not landed",
          "",
          ...missing.map((unit) => `- ${harmlessLine(unit.unit.id, 40)}: ${reason(view, unit.unit.id)}`),
          "",
        ]
      : []),
    ...(minor.length > 0 ? ["### Minor findings, not fixed", "", ...findingList(minor), ""] : []),
    ...(view.finalPull ? [`The integration branch waits for a human in #${view.finalPull.number}.`, ""] : []),
    marker("final", { run: state.run }),
  ]);
}

function reason(view: RunView, id: string): string {
  const phase = view.phases.get(id)!;
  return "because" in phase
    ? `${phase.kind.replaceAll("_", " ")}, ${harmlessLine(phase.because, 300)}`
    : phase.kind.replaceAll("_", " ");
}
