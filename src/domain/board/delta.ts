/** What has changed of late: what is under way and with whom, what ended last, what landed. */
import { PHASES, type PhaseKind } from "../run/phase.ts";
import type { AttemptView } from "../run/attempts.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { few, fewLines, fold } from "./body.ts";
import { clockTime } from "../text/clock-time.ts";
import { nameOf, unitTable, words } from "./unit-report.ts";

const MAX_LINES = 5;
/** A longer table is folded away. */
const MAX_OPEN_ROWS = 12;

const MOVING: ReadonlySet<PhaseKind> = new Set([
  "in_progress",
  "pending_review",
  "under_review",
  "fix_required",
  "final_review",
]);

export function deltaLines(view: RunView): string[] {
  const kindOf = ({ unit }: UnitView): PhaseKind => view.phases.get(unit.id)!.kind;
  const landed = view.units
    .filter((unit) => kindOf(unit) === "completed" && !unit.isGate)
    .toSorted((a, b) => latest(b).localeCompare(latest(a)));
  const lines = [
    ...fewLines(
      view.units
        .filter((unit) => MOVING.has(kindOf(unit)))
        .map((unit) => `- ${nameOf(unit.unit)}: ${stepOf(view, unit)}`),
      MAX_LINES,
    ),
    ...landed
      .slice(0, MAX_LINES)
      .map((unit) => `- ${nameOf(unit.unit)}: landed${unit.pull ? ` (#${unit.pull.number})` : ""}`),
    ...endedLine(view),
  ];
  const table = unitTable(view).slice(0, -1);
  return [
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    ...(view.units.length > MAX_OPEN_ROWS ? fold("All units", table).slice(0, -1) : table),
  ];
}

/** How many units are in each phase. */
export function counts(kinds: readonly PhaseKind[]): string {
  return PHASES.map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${words(kind)}`)
    .join(" · ");
}

const latest = (unit: UnitView): string =>
  [...unit.work, ...unit.reviewJobs]
    .map(({ at }) => at)
    .toSorted()
    .at(-1) ?? "";

function stepOf(view: RunView, unit: UnitView): string {
  const phase = view.phases.get(unit.unit.id)!;
  const open =
    phase.kind === "in_progress" ? [phase.attempt] : phase.kind === "under_review" ? phase.open : [];
  const by = open.map(({ role, n, agent, again }) => {
    const who = agent === null ? "" : ` by ${harmlessLine(agent, 40)}`;
    return `${role} ${n}${who}${begunAgain(again)}`;
  });
  const began = open[0] ? ` since ${clockTime(open[0].at)}` : "";
  return `${words(phase.kind)}${by.length > 0 ? `, ${by.join(", ")}` : ""}${began}`;
}

const begunAgain = (why: string | null): string =>
  why === null ? "" : ` (begun again: ${harmlessLine(why, 200)})`;

/** The attempts that ended last, of units that have not landed: what became of each. */
function endedLine({ units, phases }: RunView): string[] {
  const ended = units
    .filter(({ unit }) => phases.get(unit.id)!.kind !== "completed")
    .flatMap(({ unit, work, reviewJobs }) =>
      [...work, ...reviewJobs]
        .filter(({ outcome }) => outcome !== null)
        .map((attempt) => ({ at: attempt.at, text: `${harmlessLine(unit.id, 40)} ${endOf(attempt)}` })),
    )
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, MAX_LINES);
  return ended.length === 0
    ? []
    : [
        `- Ended last: ${few(
          ended.map(({ text }) => text),
          MAX_LINES,
        )}`,
      ];
}

function endOf({ role, n, outcome, result, reviewer }: AttemptView): string {
  if (outcome === "interrupted") return `${role} ${n} interrupted, its work is kept`;
  if (role !== "review" || result?.severity == null) return `${role} ${n} ${words(outcome ?? "")}`;
  const what = result.severity === "none" ? "found nothing" : `found ${result.severity}`;
  return `review ${n}${reviewer === null ? "" : ` (${reviewer})`} ${what}`;
}
