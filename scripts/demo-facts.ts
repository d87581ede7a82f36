/** What a run has shown of six things that can go wrong, read from its documents and its journal. */
import type { Event } from "../src/domain/run/draft.ts";
import type { LocalReport } from "../src/entry/local/report.ts";

/** One call of `local`, to its end. */
export interface Sitting {
  code: number;
  report: LocalReport;
}

export interface Fact {
  name: string;
  /** How it happened; null where it did not. */
  told: string | null;
}

type Unit = LocalReport["units"][number];

export function factsOf([first, last]: readonly [Sitting, Sitting], events: readonly Event[]): Fact[] {
  const { units, run } = last.report;
  const landed = units.filter(({ phase }) => phase === "completed");
  return [
    { name: "reviewers disagree", told: firstOf(landed, disagreement) },
    { name: "a conflict is solved", told: firstOf(landed, solvedConflict) },
    { name: "fixes are escalated", told: firstOf(landed, escalation) },
    { name: "a person decides", told: answeredDecision(first, last) },
    { name: "a finding is deferred", told: run?.followUp ? firstOf(landed, deferredTo(run.followUp)) : null },
    { name: "a red train of three", told: firstOf([trainsOf(events)], culprit) },
  ];
}

/** The first that is told at all. */
function firstOf<Thing>(things: readonly Thing[], tell: (thing: Thing) => string | null): string | null {
  return things.map(tell).find((told) => told !== null) ?? null;
}

function disagreement({ id, reviews }: Unit): string | null {
  const back = reviews.find(
    ({ sha, verdict }) =>
      verdict === "fail" && reviews.some((other) => other.sha === sha && other.verdict === "pass"),
  );
  if (!back) return null;
  const other = reviews.find(({ sha, verdict }) => sha === back.sha && verdict === "pass")!;
  return `unit ${id}: of the same commit the ${back.role} reviewer said ${back.verdict}, the ${other.role} reviewer ${other.verdict}`;
}

function solvedConflict({ id, attempts }: Unit): string | null {
  const solved = attempts.find(({ role, outcome }) => role === "resolve" && outcome === "completed");
  return solved ? `unit ${id}: resolve ${solved.n} brought it together with what had landed` : null;
}

function escalation({ id, attempts }: Unit): string | null {
  const [one, two, three] = attempts.filter(({ role }) => role === "fix");
  const isHandedOn = one && two && three && one.agent === two.agent && two.agent !== three.agent;
  return isHandedOn && three.outcome === "completed"
    ? `unit ${id}: fix 1 (${one.outcome}) and fix 2 (${two.outcome}) by ${one.agent} did not do; fix 3 by ${three.agent} landed`
    : null;
}

function answeredDecision(first: Sitting, last: Sitting): string | null {
  const asked = first.report.decisions.find(({ answer }) => answer === null);
  const answer = last.report.decisions.find(({ id }) => id === asked?.id)?.answer ?? null;
  if (!asked || answer === null || first.code !== 2 || last.code !== 0) return null;
  return `unit ${asked.unit}: ${asked.id} was asked (exit ${first.code}) and answered "${asked.options[answer - 1]}" (exit ${last.code})`;
}

const deferredTo =
  (followUp: number) =>
  ({ id, reviews }: Unit): string | null => {
    const passed = reviews.find(({ verdict, findings }) => verdict === "pass" && findings > 0);
    return passed ? `unit ${id}: it landed with a minor finding, which waits in issue #${followUp}` : null;
  };

interface Train {
  units: string[];
  end: "landed" | "train red" | null;
}

/** Every train in its order: units that were coupled in one moment, and what became of them. */
function trainsOf(events: readonly Event[]): Train[] {
  const trains: (Train & { at: string })[] = [];
  for (const { at, what, unit } of events) {
    const train = trains.at(-1);
    if (unit === null) continue;
    if (what === "train coupled") {
      if (train?.at === at && train.end === null) train.units.push(unit);
      else trains.push({ at, units: [unit], end: null });
    } else if ((what === "landed" || what === "train red") && train?.units.includes(unit)) train.end = what;
  }
  return trains;
}

/** Three are red together; then one at a time all but one land at once, and that one lands later. */
function culprit(trains: readonly Train[]): string | null {
  const at = trains.findIndex(({ units, end }) => units.length === 3 && end === "train red");
  const together = trains[at]?.units ?? [];
  const endsOf = (unit: string): Train["end"][] =>
    trains
      .slice(at + 1)
      .filter(({ units }) => units.length === 1 && units[0] === unit)
      .map(({ end }) => end);
  const innocent = together.filter((unit) => endsOf(unit).join() === "landed");
  const [guilty] = together.filter((unit) => endsOf(unit).join() === "train red,landed");
  return innocent.length === 2 && guilty !== undefined
    ? `units ${together.join(", ")} were red together; one at a time ${innocent.join(" and ")} landed, ${guilty} was sent back, mended, and landed`
    : null;
}
