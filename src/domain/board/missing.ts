/** What a run's end must not hide: units that have not landed, tasks left undone in those that have, tasks never planned. */
import { undoneTasks } from "../run/undone.ts";
import { headOf, type RunView, type UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { fewLines, section } from "./body.ts";
import { countsOf } from "./findings.ts";
import { nameOf, reportOf, words } from "./unit-report.ts";

const MAX_LINES = 40;

export function missing(view: RunView): string[] {
  const { plan } = view.snapshot.planFile;
  const [landed, others] = [true, false].map((isLanded) =>
    view.units.filter(({ unit }) => (view.phases.get(unit.id)!.kind === "completed") === isLanded),
  ) as [UnitView[], UnitView[]];
  const undone = landed.flatMap((unit) =>
    [...undoneTasks(plan, unit)].map(
      ([id, note]) =>
        `- ${harmlessLine(id, 40)}${note === "" ? "" : `: ${harmlessLine(note, 300)}`} · unit ${harmlessLine(unit.unit.id, 40)}`,
    ),
  );
  return [
    ...section(
      "Not landed",
      fewLines(
        others.map((unit) => unlanded(view, unit)),
        MAX_LINES,
      ),
    ),
    ...section("Left undone in what landed", fewLines(undone, MAX_LINES)),
    ...section(
      "Left out of the plan",
      fewLines(
        plan.leftOut.map(({ id, why }) => `- ${harmlessLine(id, 40)}: ${harmlessLine(why, 200)}`),
        MAX_LINES,
      ),
    ),
  ];
}

function unlanded(view: RunView, unit: UnitView): string {
  const phase = view.phases.get(unit.unit.id)!;
  const why = "because" in phase ? `, ${harmlessLine(phase.because, 300)}` : "";
  return `- ${nameOf(unit.unit)}: ${words(phase.kind)}${why}${wayOf(unit)}`;
}

/** How far its work came. */
function wayOf(unit: UnitView): string {
  const last = unit.work.at(-1);
  if (!last) return "";
  const head = headOf(unit);
  const reviews = unit.reviewJobs.filter((job) => job.headSha === head && job.result?.severity != null);
  const judged = reviews.length > 0 ? countsOf(reportOf(unit)?.findings ?? []) : "not reviewed";
  const where = unit.pull ? `, in #${unit.pull.number}` : "";
  const came = last.outcome === "completed" ? "handed over" : words(last.outcome ?? "under way");
  return `; ${last.role} ${last.n}: ${came}, ${judged}${where}`;
}
