import { costOf } from "../run/budget.ts";
import { refusedLearnings } from "../run/learnings.ts";
import { integrationBranch, marker } from "../run/names.ts";
import { undoneTasks } from "../run/undone.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, fewLines, section } from "./body.ts";
import { debtLines, lessonEntry } from "./debt.ts";
import { findingLines } from "./findings.ts";
import { missing } from "./missing.ts";
import { receipt } from "./receipt.ts";
import {
  fileList,
  filesOf,
  finalPullNote,
  landedFindings,
  leavesOf,
  nameOf,
  overruled,
  scriptedNote,
  trainNotes,
  unitTable,
  unreviewed,
} from "./unit-report.ts";

/** From consent to the end, as a person would say it. */
function duration({ state }: RunView): string {
  const from = state.consent?.at ?? state.ask.at;
  const minutes = Math.round((Date.parse(state.ended?.at ?? from) - Date.parse(from)) / 60_000);
  if (minutes < 1) return "less than a minute";
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0 ? `${minutes} min` : `${hours} h ${rest} min`;
}

/** Nothing is called complete that did not land. */
function but({ state, units, phases }: RunView): string {
  if (state.ended?.outcome !== "complete") return "";
  const skipped = units.filter(({ unit }) => phases.get(unit.id)!.kind === "skipped").length;
  if (skipped === 0) return "";
  return skipped === units.length
    ? ", but nothing landed"
    : `, but for ${skipped} ${skipped === 1 ? "unit that was" : "units that were"} skipped`;
}

function learned({ learningsPull, state }: RunView): string[] {
  if (learningsPull)
    return [`What the agents learned is proposed for AGENTS.md in #${learningsPull.number}.`, ""];
  const refusal = refusedLearnings(state);
  return refusal ? [`> ${harmlessLine(`${refusal.what} ${refusal.fix}`, 400)}`, ""] : [];
}

export function summaryBody(view: RunView): string {
  const { state } = view;
  const { plan } = view.snapshot.planFile;
  const phaseOf = ({ unit }: UnitView) => view.phases.get(unit.id)!;
  const landed = view.units.filter((unit) => phaseOf(unit).kind === "completed");
  const skipped = view.units.filter((unit) => phaseOf(unit).kind === "skipped");
  const tasks = view.units.flatMap(({ unit }) => leavesOf(plan, unit));
  const done = landed.flatMap((unit) => {
    const undone = undoneTasks(plan, unit);
    return leavesOf(plan, unit.unit).filter(({ id }) => !undone.has(id));
  });
  const cost = costOf(state, view.snapshot.planFile);
  return cap([
    `## Run ended: ${state.ended?.outcome ?? "?"}${but(view)}`,
    "",
    ...(state.ended ? [harmlessLine(state.ended.reason, 500), ""] : []),
    `Tasks ${done.length} of ${tasks.length}; units landed ${landed.length}, skipped ${skipped.length}, of ${view.units.length}; workflow runs ${state.spend.attempts}; ${duration(view)}; cost ${cost}.`,
    "",
    ...finalPullNote(view),
    ...(!view.finalPull && landed.length > 0
      ? [
          `What has landed is on \`${integrationBranch(state.run)}\`; no pull request into \`${harmlessLine(state.base.branch)}\` was opened.`,
          "",
        ]
      : []),
    ...learned(view),
    ...scriptedNote(view),
    ...trainNotes(view),
    ...unitTable(view),
    ...receipt(view),
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
    ...missing(view),
    ...section(
      "Landed without a review",
      fewLines(
        unreviewed(view).map(
          ({ unit }) => `- ${nameOf(unit)}: not reviewed; a person merged or approved it before`,
        ),
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
