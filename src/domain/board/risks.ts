/** What needs a person or a repair, what has stood still for long first. */
import { ceilingOf, costOf, dollars, unpriced } from "../run/budget.ts";
import { attemptsOf } from "../run/attempts.ts";
import type { RunView } from "../run/view.ts";
import type { Wait } from "../run/wait.ts";
import { harmlessLine } from "../text/harmless.ts";
import { ageOf, blockedSince, type Age } from "./ages.ts";
import { fewLines } from "./body.ts";
import { debtLines } from "./debt.ts";
import { landedFindings, trainNotes, waitLine } from "./unit-report.ts";

const MAX_LINES = 25;

interface Risk {
  age: Age;
  since: number;
  text: string;
}

export function riskLines(view: RunView, waits: readonly Wait[], now: Date): string[] {
  const aging = [...decisions(view, now), ...blocked(view, now)];
  const old = aging
    .filter(({ age }) => age !== null)
    .toSorted((a, b) => (b.age ?? 0) - (a.age ?? 0) || a.since - b.since);
  const lines = [
    ...old.map(({ age, text }) => `- **Over ${age} h:** ${text}`),
    ...aging.filter(({ age }) => age === null).map(({ text }) => `- ${text}`),
    ...moneyLine(view),
    ...debtLines(view),
    ...repairs(view),
    ...deferred(view),
    ...unshown(view),
    ...waits.filter((wait) => wait.for === "refused").map(waitLine),
    ...trainNotes(view)
      .filter((line) => line !== "")
      .map((line) => line.replace(/^> /, "- ")),
  ];
  return lines.length > 0 ? fewLines(lines, MAX_LINES) : ["None."];
}

function decisions({ state }: RunView, now: Date): Risk[] {
  return Object.entries(state.decisions).flatMap(([id, { question, options, answer, at }]) => {
    if (answer !== null) return [];
    const first = options.slice(0, 3).map(({ text }, place) => `${place + 1} ${harmlessLine(text, 60)}`);
    const choice = first.length > 0 ? ` (${first.join("; ")})` : "";
    const text = `Decision **${id}** waits for a person: ${harmlessLine(question, 240)}${choice}`;
    const since = Date.parse(at);
    return [{ age: ageOf(since, now), since, text }];
  });
}

/** A day is no long time for what only stands behind another unit. */
function blocked(view: RunView, now: Date): Risk[] {
  const sinces = blockedSince(view);
  return view.units.flatMap(({ unit: { id } }) => {
    const phase = view.phases.get(id)!;
    if (phase.kind !== "blocked" || phase.decision !== null) return [];
    const since = sinces.get(id);
    const age = ageOf(since, now) === 48 ? 48 : null;
    const text = `${harmlessLine(id, 40)} is blocked: ${harmlessLine(phase.because, 300)}`;
    return [{ age, since: since ?? 0, text }];
  });
}

function repairs({ units, phases }: RunView): string[] {
  return units.flatMap(({ unit: { id } }) => {
    const phase = phases.get(id)!;
    return phase.kind === "fix_required"
      ? [`- ${harmlessLine(id, 40)} must be fixed: ${harmlessLine(phase.because, 300)}`]
      : [];
  });
}

function deferred(view: RunView): string[] {
  const count = landedFindings(view).length;
  if (count === 0) return [];
  const where = view.followUp ? `: #${view.followUp.number}` : "";
  return [`- ${count} ${count === 1 ? "finding" : "findings"} left for later${where}`];
}

const unshown = ({ state: { project } }: RunView): string[] =>
  project.failed
    ? [`- ${harmlessLine(project.failed.what, 400)}. ${harmlessLine(project.failed.fix, 300)}`]
    : [];

function moneyLine({ state, snapshot }: RunView): string[] {
  const ceiling = ceilingOf(state);
  const unknown = unpriced(attemptsOf(state), snapshot.planFile);
  if (ceiling === null || (state.spend.usd === null && unknown === 0)) return [];
  const doubt = unknown > 0 ? "; what no agent tells cannot be held to that" : "";
  return [`- Money: ${costOf(state, snapshot.planFile)}, of up to ${dollars(ceiling)}${doubt}`];
}
