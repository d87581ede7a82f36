/** The tracking comment: where the run is, readable in half a minute; left alone while nothing changes. */
import { COMMANDS } from "../run/command.ts";
import { marker } from "../run/names.ts";
import type { PhaseKind } from "../run/phase.ts";
import type { RunView } from "../run/view.ts";
import type { Wait } from "../run/wait.ts";
import { harmlessLine } from "../text/harmless.ts";
import { graphOf } from "./graph.ts";
import { cap, isScripted, unitTable } from "./pull.ts";

const CLASS: Readonly<Record<PhaseKind, string>> = {
  not_started: "waiting",
  in_progress: "moving",
  pending_review: "moving",
  under_review: "moving",
  fix_required: "trouble",
  final_review: "moving",
  completed: "completed",
  blocked: "trouble",
  skipped: "out",
  cancelled: "out",
};

export function trackingBody(view: RunView, waits: readonly Wait[]): string {
  const kinds = view.units.map((unit) => view.phases.get(unit.unit.id)!.kind);
  const done = kinds.filter((kind) => kind === "completed" || kind === "skipped").length;
  const lines = [
    `## Roundtable: ${harmlessLine(view.state.spec.name, 120)}`,
    "",
    headline(view, { done, all: kinds.length }),
    ...(isScripted(view) ? ["", "> Scripted agents: no model took part."] : []),
    "",
    "### Mental Model",
    "",
    ...graphOf(
      view.units.map(({ unit }) => unit),
      (id) => CLASS[view.phases.get(id)!.kind],
    ),
    "",
    "### Narrative Delta",
    "",
    ...unitTable(view),
    "### Risks & Debt",
    "",
    ...risks(view, waits),
    "",
    ...anchors(view),
    `<details><summary>How to steer</summary>\n\n${COMMANDS.map(({ form, does }) => `- \`/orchestrate ${form}\`: ${does}`).join("\n")}\n\n</details>`,
    "",
    marker("run", { run: view.state.run }),
  ];
  return cap(lines);
}

function headline(view: RunView, { done, all }: { done: number; all: number }): string {
  const { state } = view;
  if (state.ended) return `**${state.ended.outcome}**: ${harmlessLine(state.ended.reason, 300)}`;
  return `**${done} of ${all} units** done${state.paused ? "; paused" : ""}.`;
}

function risks(view: RunView, waits: readonly Wait[]): string[] {
  const open = Object.entries(view.state.decisions).filter(([, decision]) => decision.answer === null);
  const lines = [
    ...open.map(
      ([id, decision]) => `- Decision **${id}** waits for a person: ${harmlessLine(decision.question, 300)}`,
    ),
    ...view.units.flatMap(({ unit }) => {
      const phase = view.phases.get(unit.id)!;
      if (phase.kind === "fix_required")
        return [`- ${unit.id} must be fixed: ${harmlessLine(phase.because, 300)}`];
      if (phase.kind === "blocked" && phase.decision === null)
        return [`- ${unit.id} is blocked: ${harmlessLine(phase.because, 300)}`];
      return [];
    }),
    ...waits
      .filter((wait) => ["lock", "hold", "unknown-paths", "refused"].includes(wait.for))
      .map((wait) => `- ${wait.unit ?? "run"} waits (${wait.for}): ${harmlessLine(wait.because, 300)}`),
  ];
  return lines.length > 0 ? lines : ["None."];
}

/** Where landed work lies, by the first part of its paths. */
function anchors(view: RunView): string[] {
  const landed = view.units.filter((unit) => view.state.landed[unit.unit.id]);
  const files = [
    ...new Set(landed.flatMap((unit) => unit.work.flatMap((attempt) => attempt.result?.files ?? []))),
  ].toSorted();
  if (files.length === 0) return [];
  const groups = Map.groupBy(files, (file) => file.split("/")[0]!);
  return [
    "### Semantic Anchors",
    "",
    ...[...groups].slice(0, 20).map(
      ([part, paths]) =>
        `- ${harmlessLine(part, 60)}: ${paths
          .slice(0, 8)
          .map((path) => `\`${harmlessLine(path)}\``)
          .join(", ")}`,
    ),
    "",
  ];
}
