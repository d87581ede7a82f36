import { costOf } from "../run/budget.ts";
import { marker } from "../run/names.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, fewLines, section } from "./body.ts";
import { debtLines, lessonEntry } from "./debt.ts";
import { findingLines } from "./findings.ts";
import {
  fileList,
  filesOf,
  landedFindings,
  leavesOf,
  nameOf,
  overruled,
  scriptedNote,
  trainNotes,
  unitTable,
  words,
} from "./unit-report.ts";

/** From consent to the end, as a person would say it. */
function duration({ state }: RunView): string {
  const from = state.consent?.at ?? state.ask.at;
  const minutes = Math.round((Date.parse(state.ended?.at ?? from) - Date.parse(from)) / 60_000);
  if (minutes < 1) return "less than a minute";
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0 ? `${minutes} min` : `${hours} h ${rest} min`;
}

export function summaryBody(view: RunView): string {
  const { state } = view;
  const { plan } = view.snapshot.planFile;
  const phaseOf = ({ unit }: UnitView) => view.phases.get(unit.id)!;
  const landed = view.units.filter((unit) => phaseOf(unit).kind === "completed");
  const skipped = view.units.filter((unit) => phaseOf(unit).kind === "skipped");
  const missing = view.units.filter((unit) => !landed.includes(unit));
  const tasks = (units: readonly UnitView[]): number =>
    units.reduce((sum, { unit }) => sum + leavesOf(plan, unit).length, 0);
  const cost = costOf(state, view.snapshot.planFile);
  return cap([
    `## Run ended: ${state.ended?.outcome ?? "?"}`,
    "",
    ...(state.ended ? [harmlessLine(state.ended.reason, 500), ""] : []),
    `Tasks ${tasks(landed)} of ${tasks(view.units)}; units landed ${landed.length}, skipped ${skipped.length}, of ${view.units.length}; workflow runs ${state.spend.attempts}; ${duration(view)}; cost ${cost}.`,
    "",
    ...(view.finalPull ? [`The integration branch waits for a human in #${view.finalPull.number}.`, ""] : []),
    ...scriptedNote(view),
    ...trainNotes(view),
    ...unitTable(view),
    ...section(
      "Key files",
      fewLines(
        landed.flatMap((unit) => {
          const files = filesOf(unit);
          return files.length === 0 ? [] : [`- ${harmlessLine(unit.unit.id, 40)}: ${fileList(files)}`];
        }),
        20,
      ),
    ),
    ...section(
      "Not landed",
      fewLines(
        missing.map((unit) => {
          const phase = phaseOf(unit);
          const why = "because" in phase ? `, ${harmlessLine(phase.because, 300)}` : "";
          return `- ${nameOf(unit.unit)}: ${words(phase.kind)}${why}`;
        }),
        40,
      ),
    ),
    ...section(
      "Approved by a person over findings",
      fewLines(
        overruled(view).map(({ unit }) => `- ${nameOf(unit)}`),
        40,
      ),
    ),
    ...section("Findings left for later", [
      ...(view.followUp ? [`All of them, with their details: #${view.followUp.number}.`, ""] : []),
      ...findingLines(landedFindings(view)),
    ]),
    ...section("Clarification debt", [...debtLines(view), ...lessonEntry(view)]),
    marker("final", { run: state.run }),
  ]);
}
