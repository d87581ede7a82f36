/** The tracking comment: where the run is, readable in half a minute; left alone while nothing changes. */
import { COMMANDS } from "../run/commands.ts";
import { marker } from "../run/names.ts";
import { outageLine } from "../run/outage.ts";
import type { PhaseKind } from "../run/phase.ts";
import type { RunView } from "../run/view.ts";
import type { Wait } from "../run/wait.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, fewLines, fold, section } from "./body.ts";
import { lessonEntry } from "./debt.ts";
import { commandLines } from "./decision.ts";
import { counts, deltaLines } from "./delta.ts";
import { frontierGraph } from "./frontier.ts";
import { lifeLines } from "./life.ts";
import { riskLines } from "./risks.ts";
import { fileList, filesOf, finalPullNote, scriptedNote, waitLine } from "./unit-report.ts";

/** How each part stays small enough for all of them to fit. */
const MAX = { waits: 20, anchors: 12, files: 5 } as const;

/** The same text for the same state, but for what is old and what is still at work: see `ages.ts` and `life.ts`. */
export function trackingBody(view: RunView, waits: readonly Wait[], now: Date): string {
  return cap([
    `## Roundtable: ${harmlessLine(view.state.spec.name, 120)}`,
    "",
    headline(view),
    "",
    ...lifeLines(view, now),
    ...outageNote(view),
    ...finalPullNote(view),
    ...projectNote(view),
    ...scriptedNote(view),
    ...section("Mental Model", [counts(kindsOf(view)), "", ...frontierGraph(view)]),
    ...section("Narrative Delta", deltaLines(view)),
    ...section("Risks & Debt", riskLines(view, waits, now)),
    ...lessonEntry(view),
    ...section("Waiting", waiting(waits)),
    ...section("Semantic Anchors", anchors(view)),
    ...fold("How to steer", commandLines(COMMANDS)),
    marker("run", { run: view.state.run }),
  ]);
}

function headline(view: RunView): string {
  const { state } = view;
  if (state.ended) return `**${state.ended.outcome}**: ${harmlessLine(state.ended.reason, 300)}`;
  const kinds = kindsOf(view);
  const count = (one: PhaseKind): number => kinds.filter((kind) => kind === one).length;
  const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
  return `**${count("completed")} of ${kinds.length} units** landed${skipped}${state.paused ? "; paused" : ""}.`;
}

const outageNote = ({ state }: RunView): string[] =>
  state.outage === null || state.ended ? [] : [`${harmlessLine(outageLine(state.outage), 300)}.`, ""];

/** A URL as GitHub gave it. */
const projectNote = ({ state }: RunView): string[] =>
  state.project.url !== null && /^https?:\/\/[\w.:/-]+$/.test(state.project.url)
    ? [`The units also stand on [a project board](${state.project.url}).`, ""]
    : [];

const kindsOf = (view: RunView): PhaseKind[] => view.units.map(({ unit }) => view.phases.get(unit.id)!.kind);

/** Left out: what the parts above say already, and what is over before it is read. */
const ELSEWHERE: ReadonlySet<Wait["for"]> = new Set([
  "decision",
  "refused",
  "workflow-run",
  "github",
  "other-pass",
]);

function waiting(waits: readonly Wait[]): string[] {
  const lines = waits.filter((wait) => !ELSEWHERE.has(wait.for)).map(waitLine);
  return fewLines([...new Set(lines)], MAX.waits);
}

/** Where landed work lies, by the first part of its paths. */
function anchors(view: RunView): string[] {
  const landed = view.units.filter(({ unit }) => view.phases.get(unit.id)!.kind === "completed");
  const files = [...new Set(landed.flatMap(filesOf))].toSorted();
  const groups = Map.groupBy(files, (file) =>
    file.includes("/") ? `${file.split("/")[0]!}/` : "at the top",
  );
  return fewLines(
    [...groups].map(([part, paths]) => `- ${harmlessLine(part, 60)}: ${fileList(paths, MAX.files)}`),
    MAX.anchors,
  );
}
