/** What a pass in Actions shows on its own page and hands to later steps: printed from the same view as the tracking comment. */
import type { RunView } from "../run/view.ts";
import type { Outcome, Wait } from "../run/wait.ts";
import { trackingBody } from "./tracking.ts";

export interface RunSeen {
  run: number;
  outcome: Outcome;
  view: RunView;
  waits: readonly Wait[];
}

export interface PassOutputs {
  run: string;
  outcome: string;
  landed: string;
  blocked: string;
  decision: string;
}

const NONE: PassOutputs = { run: "", outcome: "", landed: "", blocked: "", decision: "" };

/** Who needs a person most comes first. */
const URGENCY: readonly Outcome[] = ["decision", "halted", "running", "complete"];

export function outputsOf(runs: readonly RunSeen[], about: number): PassOutputs {
  const urgent = runs.toSorted(
    (a, b) => URGENCY.indexOf(a.outcome) - URGENCY.indexOf(b.outcome) || a.run - b.run,
  );
  const seen = runs.find(({ run }) => run === about) ?? urgent[0];
  if (!seen) return NONE;
  const { phases, state } = seen.view;
  const count = (kind: string): string =>
    String([...phases.values()].filter((phase) => phase.kind === kind).length);
  const open = Object.entries(state.decisions).find(([, { answer }]) => answer === null);
  return {
    run: String(seen.run),
    outcome: seen.outcome,
    landed: count("completed"),
    blocked: count("blocked"),
    decision: open?.[0] ?? "",
  };
}

/** GitHub shows up to 1 MiB of a step, and a tracking comment has at most 65,536 characters. */
const MOST = 8;

export function passSummary(runs: readonly RunSeen[], now: Date): string {
  if (runs.length === 0) return "No run is open here.\n";
  const shown = runs
    .slice(0, MOST)
    .map(({ run, view, waits }) => `# Run ${run}\n\n${trackingBody(view, waits, now)}`);
  const left = runs.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${left} more runs.`] : [])].join("\n\n") + "\n";
}
