/**
 * Signs of life of a run whose jobs take long. The line changes once in ten minutes, so that a look writes nothing as
 * long as there is nothing else to say.
 */
import { attemptsOf, type RunView } from "../run/view.ts";

const STEP_MS = 10 * 60_000;

/** Empty where nothing has been under way for ten minutes. */
export function lifeLines(view: RunView, now: Date): string[] {
  const life = lifeOf(view, now);
  if (life === null || life.steps === 0) return [];
  const { count, since } = life;
  const jobs = count === 1 ? "1 job is" : `${count} jobs are`;
  return [
    `Still at work at ${clockTime(since + life.steps * STEP_MS)}: ${jobs} under way, the longest since ${clockTime(since)}.`,
    "",
  ];
}

/** When that line is due to change; null while nothing is under way. */
export function nextSign(view: RunView, now: Date): Date | null {
  const life = lifeOf(view, now);
  return life === null ? null : new Date(life.since + (life.steps + 1) * STEP_MS);
}

function lifeOf({ state }: RunView, now: Date): { count: number; since: number; steps: number } | null {
  if (state.ended !== null) return null;
  const open = attemptsOf(state).filter(({ outcome, sent }) => outcome === null && sent);
  if (open.length === 0) return null;
  const since = Math.min(...open.map(({ at }) => Date.parse(at)));
  return { count: open.length, since, steps: Math.max(0, Math.floor((now.getTime() - since) / STEP_MS)) };
}

/** `2026-01-31 09:30 UTC`. */
export const clockTime = (time: number | string): string =>
  `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
