/** The tracking comment: where the run is, readable in half a minute; left alone while nothing changes. */
import { ceilingOf, costOf, dollars, unpriced } from "../run/budget.ts";
import { COMMANDS } from "../run/commands.ts";
import { marker } from "../run/names.ts";
import { PHASES, type PhaseKind } from "../run/phase.ts";
import { attemptsOf, type RunView, type UnitView } from "../run/view.ts";
import type { Wait } from "../run/wait.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, fewLines, fold, section } from "./body.ts";
import { debtLines, lessonEntry } from "./debt.ts";
import { commandLines } from "./decision.ts";
import { graphOf } from "./graph.ts";
import {
  fileList,
  filesOf,
  finalPullNote,
  landedFindings,
  nameOf,
  scriptedNote,
  trainNotes,
  unitTable,
  words,
} from "./unit-report.ts";

/** How each part stays small enough for all of them to fit. */
const MAX = { recent: 5, risks: 25, waits: 20, anchors: 12, files: 5 } as const;

const MOVING: readonly PhaseKind[] = [
  "in_progress",
  "pending_review",
  "under_review",
  "fix_required",
  "final_review",
];

export function trackingBody(view: RunView, waits: readonly Wait[]): string {
  return cap([
    `## Roundtable: ${harmlessLine(view.state.spec.name, 120)}`,
    "",
    headline(view),
    "",
    ...finalPullNote(view),
    ...scriptedNote(view),
    ...section("Mental Model", [
      counts(view),
      "",
      ...graphOf(
        view.units.map(({ unit }) => unit),
        (id) => view.phases.get(id)!.kind,
      ),
    ]),
    ...section("Narrative Delta", [...delta(view), ...unitTable(view).slice(0, -1)]),
    ...section("Risks & Debt", risks(view, waits)),
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

const kindsOf = (view: RunView): PhaseKind[] => view.units.map(({ unit }) => view.phases.get(unit.id)!.kind);

function counts(view: RunView): string {
  const kinds = kindsOf(view);
  return PHASES.map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${words(kind)}`)
    .join(" · ");
}

/** The last to land and what is under way, with who has it. */
function delta(view: RunView): string[] {
  const of = (kinds: readonly PhaseKind[]): UnitView[] =>
    view.units.filter(({ unit }) => kinds.includes(view.phases.get(unit.id)!.kind));
  const landed = of(["completed"])
    .filter(({ isGate }) => !isGate)
    .toSorted((a, b) => latest(b).localeCompare(latest(a)));
  const moving = of(MOVING);
  const lines = [
    ...fewLines(
      moving.map((unit) => `- ${nameOf(unit.unit)}: ${step(view, unit)}`),
      MAX.recent,
    ),
    ...landed
      .slice(0, MAX.recent)
      .map((unit) => `- ${nameOf(unit.unit)}: landed${unit.pull ? ` (#${unit.pull.number})` : ""}`),
  ];
  return lines.length > 0 ? [...lines, ""] : [];
}

const latest = (unit: UnitView): string =>
  [...unit.work, ...unit.reviewJobs]
    .map(({ at }) => at)
    .toSorted()
    .at(-1) ?? "";

function step(view: RunView, unit: UnitView): string {
  const phase = view.phases.get(unit.unit.id)!;
  const open =
    phase.kind === "in_progress" ? [phase.attempt] : phase.kind === "under_review" ? phase.open : [];
  const by = open.map(
    ({ role, n, agent }) => `${role} ${n}${agent === null ? "" : ` by ${harmlessLine(agent, 40)}`}`,
  );
  return `${words(phase.kind)}${by.length > 0 ? `, ${by.join(", ")}` : ""}`;
}

function risks(view: RunView, waits: readonly Wait[]): string[] {
  const open = Object.entries(view.state.decisions).filter(([, { answer }]) => answer === null);
  const lines = [
    ...open.map(([id, { question, options }]) => {
      const first = options.slice(0, 3).map(({ text }, at) => `${at + 1} ${harmlessLine(text, 60)}`);
      return `- Decision **${id}** waits for a person: ${harmlessLine(question, 240)}${first.length > 0 ? ` (${first.join("; ")})` : ""}`;
    }),
    ...moneyLine(view),
    ...debtLines(view),
    ...view.units.flatMap(({ unit }) => {
      const phase = view.phases.get(unit.id)!;
      const id = harmlessLine(unit.id, 40);
      if (phase.kind === "fix_required")
        return [`- ${id} must be fixed: ${harmlessLine(phase.because, 300)}`];
      if (phase.kind === "blocked" && phase.decision === null)
        return [`- ${id} is blocked: ${harmlessLine(phase.because, 300)}`];
      return [];
    }),
    ...deferred(view),
    ...waits.filter((wait) => wait.for === "refused").map(waitLine),
    ...trainNotes(view)
      .filter((line) => line !== "")
      .map((line) => line.replace(/^> /, "- ")),
  ];
  return lines.length > 0 ? fewLines(lines, MAX.risks) : ["None."];
}

function deferred(view: RunView): string[] {
  const count = landedFindings(view).length;
  if (count === 0) return [];
  const where = view.followUp ? `: #${view.followUp.number}` : "";
  return [`- ${count} ${count === 1 ? "finding" : "findings"} left for later${where}`];
}

function moneyLine({ state, snapshot }: RunView): string[] {
  const ceiling = ceilingOf(state);
  const unknown = unpriced(attemptsOf(state), snapshot.planFile);
  if (ceiling === null || (state.spend.usd === null && unknown === 0)) return [];
  const doubt = unknown > 0 ? "; what no agent tells cannot be held to that" : "";
  return [`- Money: ${costOf(state, snapshot.planFile)}, of up to ${dollars(ceiling)}${doubt}`];
}

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

const waitLine = (wait: Wait): string =>
  `- ${wait.unit === null ? "The run" : harmlessLine(wait.unit, 40)} waits (${wait.for}): ${harmlessLine(wait.because, 200)}`;

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
