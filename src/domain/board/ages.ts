/** For how long something has stood still, in the two steps that people are told of. */
import type { RunView } from "../run/view.ts";

const HOUR_MS = 3_600_000;

/** In hours, the longest first. */
const STEPS = [48, 24] as const;
export type Age = (typeof STEPS)[number] | null;

/** Null below a day, and where it is not known. */
export function ageOf(since: number | null | undefined, now: Date): Age {
  if (since === null || since === undefined) return null;
  return STEPS.find((hours) => now.getTime() - since >= hours * HOUR_MS) ?? null;
}

/** When a text that tells ages says something else; null: not by itself. */
export function nextAge(view: RunView, now: Date): Date | null {
  const asked = Object.values(view.state.decisions).flatMap(({ at, answer }) =>
    answer === null ? [Date.parse(at)] : [],
  );
  const times = [...asked, ...blockedSince(view).values()]
    .flatMap((since) => STEPS.map((hours) => since + hours * HOUR_MS))
    .filter((time) => time > now.getTime());
  return times.length === 0 ? null : new Date(times.reduce((least, time) => Math.min(least, time)));
}

/** By unit: since the question it waits for, or since what it stands behind was last worked on; only where that is known. */
export function blockedSince(view: RunView): Map<string, number> {
  const found = new Map<string, number>();
  const seen = new Set<string>();
  const visit = (id: string): number | undefined => {
    const phase = view.phases.get(id);
    if (phase?.kind !== "blocked") {
      const last = view.byId.get(id)?.work.at(-1)?.at;
      return last === undefined ? undefined : Date.parse(last);
    }
    if (seen.has(id)) return found.get(id);
    seen.add(id);
    const since =
      phase.decision === null
        ? phase.on.flatMap((other) => visit(other) ?? []).toSorted((a, b) => a - b)[0]
        : Date.parse(view.state.decisions[phase.decision]!.at);
    if (since !== undefined) found.set(id, since);
    return since;
  };
  for (const { unit } of view.units) visit(unit.id);
  return found;
}
