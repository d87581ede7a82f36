/** The texts of `local` and `status`: printed from the same document that `--json` prints. */
import { plain } from "../domain/plan-view/look.ts";
import type { LocalReport } from "./local/report.ts";
import type { Seen } from "./local/seen.ts";

type Unit = LocalReport["units"][number];

export function unitLine({ id, title, phase, pr, attempts }: Unit): string {
  const open = phase === "in_progress" ? attempts.findLast((attempt) => attempt.outcome === null) : undefined;
  const attempt = open ? ` ${open.role} ${open.n}` : "";
  const pull = pr === null ? "" : ` #${pr}`;
  return `${id}. ${short(title, 80)} [${phase.replaceAll("_", " ")}${attempt}]${pull}`;
}

/** Titles and questions hold others' text: nothing in it reaches the terminal that a terminal obeys. */
const short = (text: string, max: number): string => plain(text).slice(0, max);

/** How a person gives a command: on this machine by `--say`, on GitHub by a comment. */
export interface Voice {
  say(command: string): string;
  start: string;
  goOn: string;
  anew: string;
  /** Behind the board's place. */
  board: string;
}

export const LOCAL_VOICE: Voice = {
  say: (command) => `the same command with --say '${command}'`,
  start: "the same command with --yes",
  goOn: "the same command",
  anew: "the same command with --fresh",
  board: "  (a page, written whenever `local` ends)",
};

export const issueVoice = (issue: number, spec: string): Voice => ({
  say: (command) => `comment on #${issue}: ${command}`,
  start: `comment on #${issue}: /orchestrate confirm`,
  goOn: "nothing to do",
  anew: `comment on an issue: /orchestrate ${spec}`,
  board: "",
});

/** How the run stands, and what a person can do now. */
export function standing(report: LocalReport, voice: Voice): string[] {
  const seconds =
    report.totals.durationMs === null ? "" : ` (${(report.totals.durationMs / 1000).toFixed(1)} s)`;
  const open = report.decisions.filter((decision) => decision.answer === null);
  if (report.outcome === "decision" && open.length > 0)
    return [
      `decision: ${open.length === 1 ? "a question waits" : `${open.length} questions wait`} for a person${seconds}`,
      ...open.flatMap(({ id, question, options }) => [
        `  ${id}  ${short(question, 2000)}`,
        ...options.map((option, at) => `      ${at + 1}  ${short(option, 200)}`),
      ]),
      `Answer: ${voice.say(`/orchestrate decide ${open[0]!.id} 1`)}`,
    ];
  return [`${report.outcome}: ${short(report.reason, 2000)}${seconds}`, ...nextStep(report, voice)];
}

function nextStep({ outcome, reason }: LocalReport, voice: Voice): string[] {
  if (outcome === "halted")
    return reason === "interrupted" ? [`Go on: ${voice.goOn}`] : [`Start anew: ${voice.anew}`];
  if (outcome !== "decision") return [];
  if (/\/orchestrate confirm/.test(reason)) return [`Start it: ${voice.start}`];
  const [, awaited] = /^unit ([\w.]+) waits: .*must approve it/.exec(reason) ?? [];
  if (awaited !== undefined) return [`Approve it: ${voice.say(`/orchestrate approve ${awaited}`)}`];
  return /\/orchestrate resume/.test(reason) ? [`Go on: ${voice.say("/orchestrate resume")}`] : [];
}

/** The end of `local`. */
export function ending(report: LocalReport): string {
  const { paths, run, units } = report;
  return [
    "",
    ...standing(report, LOCAL_VOICE),
    ...placesOf(report, "  (open it in a browser)"),
    ...(run !== null && units.some((unit) => unit.landedSha !== null)
      ? [`  fetch it    git fetch ${paths.repository} ${run.integrationBranch}`]
      : []),
  ].join("\n");
}

const placesOf = ({ paths }: LocalReport, behindBoard: string): string[] => [
  `  board       ${paths.board}${behindBoard}`,
  `  repository  ${paths.repository}`,
  `  logs        ${paths.logs}`,
];

/** `status`: how it stands, unit by unit, why nothing happens where nothing does, and where to look closer. */
export function overview({ report, waits }: Seen, voice: Voice): string {
  return [
    ...standing(report, voice),
    ...report.units.map(unitLine),
    ...untold(report, waits).map(
      (wait) => `  ${wait.unit ?? "run"} waits (${wait.for}): ${short(wait.because, 400)}`,
    ),
    ...placesOf(report, voice.board),
  ].join("\n");
}

/** An ended run waits for nothing; what a person is asked is said on top. */
function untold({ outcome }: LocalReport, waits: Seen["waits"]): Seen["waits"] {
  if (outcome === "running") return waits;
  if (outcome !== "decision") return [];
  return waits.filter((wait) => wait.for !== "decision" && wait.for !== "consent");
}
