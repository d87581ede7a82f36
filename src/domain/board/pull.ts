import { verifyCommands } from "../config.ts";
import type { PlanUnit } from "../plan/plan.ts";
import { closedFindings } from "../review/closed.ts";
import { isApproved } from "../review/report.ts";
import { marker } from "../run/names.ts";
import type { AttemptView } from "../run/attempts.ts";
import { headOf, type RunView, type UnitView } from "../run/view.ts";
import { fenced, harmlessLine } from "../text/harmless.ts";
import { cap, fewLines, quote, section } from "./body.ts";
import { countsOf, findingLines, findingList } from "./findings.ts";
import { missing } from "./missing.ts";
import { receipt } from "./receipt.ts";
import { unitIssueTitle } from "./unit-issue.ts";
import {
  escalation,
  fileList,
  landedFindings,
  leavesOf,
  nameOf,
  overruled,
  reportOf,
  scriptedNote,
  trainNotes,
  unitTable,
  unreviewed,
} from "./unit-report.ts";

export const pullTitle = (unit: Pick<PlanUnit, "id" | "title">): string => unitIssueTitle(unit);

/** No closing keyword stands here: they do not work off the default branch, and the issue is closed when it landed. */
export function pullBody(view: RunView, unitView: UnitView): string {
  const { unit, slug, issue } = unitView;
  const tasks = leavesOf(view.snapshot.planFile.plan, unit);
  return cap([
    `Work on unit **${harmlessLine(unit.id, 40)}**${issue ? ` (#${issue.number})` : ""} of the run in #${view.state.run}. It lands on the integration branch, not on the default branch.`,
    "",
    ...fewLines(
      tasks.map((task) => `- ${harmlessLine(task.id, 40)} ${harmlessLine(task.title, 300)}`),
      60,
    ),
    "",
    ...ended(view, unitView),
    ...reverted(view, unitView),
    ...escalation(unitView),
    ...(unitView.unit.report === null
      ? []
      : [`> It ends in a report: ${fileList([unitView.unit.report])}.`, ""]),
    ...grown(view, unitView),
    ...latestWork(unitView),
    ...section("Verification", verification(view, unitView)),
    ...review(view, unitView),
    ...mended(view, unitView),
    ...section("Attempts", attemptTable([...unitView.work, ...unitView.reviewJobs])),
    marker("pr", { run: view.state.run, unit: slug }),
  ]);
}

function reverted({ state }: RunView, { unit }: UnitView): string[] {
  const reason = state.reverted[unit.id]?.because.split("\n")[0];
  return reason === undefined
    ? []
    : [
        `> This work had landed and was reverted: ${harmlessLine(reason, 300)} It is brought back here to be mended.`,
        "",
      ];
}

/** The note with which it is closed. */
function ended({ phases }: RunView, { unit }: UnitView): string[] {
  const phase = phases.get(unit.id)!;
  if (phase.kind !== "skipped" && phase.kind !== "cancelled") return [];
  return [`> This unit was ${phase.kind}: ${harmlessLine(phase.because, 300)}. Its work has not landed.`, ""];
}

function grown({ state }: RunView, { unit }: UnitView): string[] {
  const paths = state.writeSets[unit.id] ?? [];
  return paths.length > 0
    ? [`> Changed beyond the files that the plan expected: ${fileList(paths)}.`, ""]
    : [];
}

function latestWork(unitView: UnitView): string[] {
  const last = unitView.work.findLast((attempt) => attempt.result !== null);
  if (!last) return [];
  return section(`Latest work: ${last.role} ${last.n}`, quote(last.result!.summary));
}

/** Only the verify job's word counts: "green" is said of a commit that it was said of. */
function verification(view: RunView, unitView: UnitView): string[] {
  if (verifyCommands(view.snapshot.planFile.config, unitView.unit.type).length === 0)
    return ["> Nothing verified: the configuration names no verify commands."];
  const last = unitView.work.at(-1);
  if (!last || last.outcome === null) return [];
  if (last.outcome === "red") return red(last);
  if (last.outcome !== "completed" || last.committed === null) return [];
  const at = `at \`${last.committed.slice(0, 7)}\``;
  if (last.result?.verified !== false) return [`The verify commands are green ${at}.`];
  const check = unitView.verifyJobs.findLast((job) => job.headSha === last.committed);
  if (check?.outcome === "green") return [`The verify commands are green ${at}.`];
  return check?.outcome === "red" ? red(check) : [`Not verified yet ${at}.`];
}

const red = ({ role, n, result }: AttemptView): string[] => [
  `The verify commands failed on ${role} ${n}.`,
  ...(result?.tail ? ["", fenced(result.tail, 3000)] : []),
];

function review(view: RunView, unitView: UnitView): string[] {
  const head = headOf(unitView);
  const report = reportOf(unitView);
  if (head === null || report === null) return [];
  const rejected = view.state.rejected[unitView.unit.id];
  const jobs = unitView.reviewJobs.filter((job) => job.headSha === head);
  const rows = jobs.map(
    (job) =>
      `| ${harmlessLine(job.reviewer ?? "review", 40)} | ${harmlessLine(job.agent ?? "–", 40)} | ${job.result?.severity == null ? outcomeWord(job) : countsOf(job.result.findings)} |`,
  );
  return [
    ...(rejected?.head === head
      ? section("Sent back by the train", [
          "The verify commands failed once this was merged with the work landed before it.",
          "",
          fenced(rejected.because, 3000),
        ])
      : []),
    ...(rows.length > 0 || report.findings.length > 0
      ? section(`Review at ${head.slice(0, 7)}: ${report.sentence}`, [
          ...(rows.length > 0 ? ["| reviewer | agent | findings |", "|---|---|---|", ...rows, ""] : []),
          ...disagreement(jobs),
          ...findingList(report.findings),
          ...(isApproved(unitView, head, view.state.approvals[unitView.unit.id])
            ? [
                "",
                `A person with write access approved this commit${report.sendsBack ? ": the findings do not send it back" : ""}.`,
              ]
            : []),
        ])
      : []),
  ];
}

/** Reviewers who come to different ends at the same commit: the graver word holds, and a person may overrule it. */
function disagreement(jobs: readonly AttemptView[]): string[] {
  const answered = jobs.filter((job) => job.result?.severity != null);
  const sendsBack = ({ result }: AttemptView): boolean =>
    result!.severity === "critical" || result!.severity === "major";
  const [against, content] = [answered.filter(sendsBack), answered.filter((job) => !sendsBack(job))];
  if (against.length === 0 || content.length === 0) return [];
  const names = (group: readonly AttemptView[]): string =>
    group.map(({ reviewer }) => harmlessLine(reviewer ?? "review", 40)).join(", ");
  return [`> Reviewers disagree: ${names(against)} would send it back, ${names(content)} would not.`, ""];
}

function mended(view: RunView, unitView: UnitView): string[] {
  const closed = closedFindings(unitView).map(({ finding, by }) => {
    const how = by ? `${by.role} ${by.n}` : "a person's push";
    return `- **${finding.severity}**: ${harmlessLine(finding.summary, 300)} · ${how}`;
  });
  return section("Mended since", [...offTrain(view, unitView), ...fewLines(closed, 40)]);
}

/** What was red among the others has landed since: with what it took. */
function offTrain({ state }: RunView, { unit, work }: UnitView): string[] {
  const rejected = state.rejected[unit.id]?.head;
  const landed = state.landed[unit.id]?.head;
  if (rejected === undefined || landed === undefined || rejected === landed) return [];
  const by = work.find(({ headSha, committed }) => headSha === rejected && committed !== null);
  const how = by ? `${by.role} ${by.n}` : "a person's push";
  return [`- The verify commands failed once it was merged with the work landed before it · ${how}`];
}

function attemptTable(attempts: readonly AttemptView[]): string[] {
  if (attempts.length === 0) return [];
  return [
    "| attempt | agent | outcome |",
    "|---|---|---|",
    ...attempts.slice(-60).map((attempt) => {
      const name = `${attempt.role} ${attempt.n}${attempt.reviewer ? ` (${harmlessLine(attempt.reviewer, 40)})` : ""}`;
      return `| ${name} | ${harmlessLine(attempt.agent ?? "–", 60)} | ${outcomeWord(attempt)} |`;
    }),
  ];
}

function outcomeWord(attempt: AttemptView): string {
  if (attempt.outcome === null)
    return attempt.again === null
      ? "under way"
      : `under way; begun again: ${harmlessLine(attempt.again, 200)}`;
  if (attempt.result?.severity)
    return attempt.result.severity === "none" ? "pass" : `findings: ${attempt.result.severity}`;
  return `${attempt.outcome.replaceAll("_", " ")}${selfChecks(attempt)}`;
}

function selfChecks({ result }: AttemptView): string {
  const rounds = result?.selfChecks ?? 0;
  return rounds === 0 ? "" : `, ${rounds} ${rounds === 1 ? "round" : "rounds"} of self-check`;
}

export const finalPullTitle = (view: RunView): string =>
  `${harmlessLine(view.state.spec.name, 120)}: the work of run #${view.state.run}`;

export function finalPullBody(view: RunView): string {
  const { state, snapshot } = view;
  const of = (kind: string): number =>
    view.units.filter(({ unit }) => view.phases.get(unit.id)!.kind === kind).length;
  const verified = verifyCommands(snapshot.planFile.config, "all").length > 0;
  return cap([
    `Everything that run #${state.run} landed for \`${harmlessLine(state.spec.path)}\`: ${of("completed")} of ${view.units.length} units, ${of("skipped")} skipped by a person.`,
    "",
    verified
      ? "This branch is exactly the commit that the last verification saw."
      : "> Nothing verified: the configuration names no verify commands.",
    "",
    ...scriptedNote(view),
    ...trainNotes(view),
    ...unitTable(view),
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
    ...section("Findings left", findingLines(landedFindings(view))),
    ...receipt(view),
    ...section("How to review", [
      "- Each unit has a pull request of its own in the table, with its reviews and what it touched: read there, one at a time.",
      `- What was asked for is in \`${harmlessLine(state.spec.path)}\`; its boxes are ticked on this branch.`,
      "- Merging is yours to decide: Roundtable never merges into this base branch.",
    ]),
    marker("final", { run: state.run }),
  ]);
}
