import type { PlanUnit } from "../plan/plan.ts";
import { marker } from "../run/names.ts";
import { attemptsOf, type AttemptView, type RunView, type UnitView } from "../run/view.ts";
import { verifyCommands } from "../config.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";
import { findingList } from "./findings.ts";
import { unitIssueTitle } from "./unit-issue.ts";

export const pullTitle = (unit: Pick<PlanUnit, "id" | "title">): string => unitIssueTitle(unit);

export function pullBody(view: RunView, unitView: UnitView): string {
  const { unit, slug, issue } = unitView;
  const phase = view.phases.get(unit.id)!;
  const last = unitView.work.at(-1);
  const findings =
    phase.kind === "final_review"
      ? phase.report.findings
      : phase.kind === "fix_required"
        ? phase.findings
        : [];
  const lines = [
    `Work on unit **${harmlessLine(unit.id, 40)}**${issue ? ` (#${issue.number})` : ""} of the run in #${view.state.run}. It lands on the integration branch, not on the default branch.`,
    "",
    ...(last?.result ? ["### Latest work", "", harmless(last.result.summary, { max: 2000 }), ""] : []),
    ...(verifyCommands(view.snapshot.planFile.config, unit.type).length === 0
      ? ["> Nothing verified: the configuration names no verify commands.", ""]
      : []),
    ...attemptTable([...unitView.work, ...unitView.reviewJobs]),
    ...(findings.length > 0 ? ["### Findings at this head", "", ...findingList(findings), ""] : []),
    marker("pr", { run: view.state.run, unit: slug }),
  ];
  return cap(lines);
}

function attemptTable(attempts: readonly AttemptView[]): string[] {
  if (attempts.length === 0) return [];
  return [
    "| attempt | agent | outcome |",
    "|---|---|---|",
    ...attempts.map((attempt) => {
      const name = `${attempt.role} ${attempt.n}${attempt.reviewer ? ` (${attempt.reviewer})` : ""}`;
      return `| ${name} | ${harmlessLine(attempt.agent ?? "–", 60)} | ${outcomeWord(attempt)} |`;
    }),
    "",
  ];
}

function outcomeWord(attempt: AttemptView): string {
  if (attempt.outcome === null) return "under way";
  if (attempt.result?.severity)
    return attempt.result.severity === "none" ? "pass" : `findings: ${attempt.result.severity}`;
  return attempt.outcome.replaceAll("_", " ");
}

export const finalPullTitle = (view: RunView): string =>
  `${harmlessLine(view.state.spec.name, 120)}: the work of run #${view.state.run}`;

export function finalPullBody(view: RunView): string {
  const lines = [
    `Everything that run #${view.state.run} landed for \`${view.state.spec.path}\`. Each unit was verified and reviewed on its own, and this branch is exactly what the last verification saw. Merging it is yours to decide.`,
    "",
    ...unitTable(view),
    ...trainNotes(view),
    marker("final", { run: view.state.run }),
  ];
  return cap(lines);
}

export function unitTable(view: RunView): string[] {
  return [
    "| unit | pull request | agent | attempts | result |",
    "|---|---|---|---|---|",
    ...view.units.map((unit) => {
      const phase = view.phases.get(unit.unit.id)!;
      const pull = unit.pull ? `#${unit.pull.number}` : "–";
      const work = unit.isGate ? "–" : String(unit.work.length);
      return `| ${harmlessLine(unit.unit.id, 40)}. ${harmlessLine(unit.unit.title, 120)} | ${pull} | ${unit.isGate ? "checkpoint" : harmlessLine(unit.unit.agent, 40)} | ${work} | ${phase.kind.replaceAll("_", " ")} |`;
    }),
    "",
  ];
}

export const trainNotes = (view: RunView): string[] =>
  view.state.notes.length > 0 ? [...view.state.notes.map((note) => `> ${harmlessLine(note, 400)}`), ""] : [];

/** True when no model took part: said wherever a result is shown. */
export const isScripted = (view: RunView): boolean =>
  attemptsOf(view.state).some((attempt) => attempt.agent !== null) &&
  attemptsOf(view.state).every(
    (attempt) =>
      attempt.agent === null ||
      ["playbook", "practice"].includes(view.snapshot.planFile.config.agents[attempt.agent]?.backend ?? ""),
  );

/** GitHub takes 65,536 characters; the marker on the last line must survive the cut. */
export function cap(lines: readonly string[]): string {
  const mark = lines.at(-1)!;
  const text = lines.slice(0, -1).join("\n");
  return `${text.length > 60_000 ? `${text.slice(0, 60_000)}\n\n… (cut)` : text}\n${mark}`;
}
