/** When a world comes to rest, and what is written after that. */
import { onePassMore } from "./machines.ts";
import type { Journal } from "./seen.ts";
import type { SimWorld } from "./world.ts";

/** Hours after the run's end: what happened at the end is put right, and then nothing more may be written. */
export interface RestHours {
  settles: number;
  quiet: number;
}

export interface Resting {
  /** Asked after every step. True once the world is at rest, or will never be. */
  isOver(journal: Journal | null): boolean;
  /** What was written although nothing was left to do, also by one pass more. */
  writtenAfter(): string[];
}

/** Where nothing is late: the App looks every five minutes. */
export const SHORT_REST: RestHours = { settles: 0.3, quiet: 0.2 };

const HOUR = 3_600_000;
/** From the calm on; decisions that nobody answers have a deadline of three days. */
const MOST_HOURS = 24 * 4;
/** Of a run that has not ended; the longest that people are silent is twelve hours. */
const MOST_IDLE_HOURS = 16;
/** Where nobody answers, people are called once more after a day, and an answer holds by itself after three. */
const LEFT_IDLE_HOURS = 30;

export function watchForRest(
  world: SimWorld,
  { settles, quiet, faultHours }: RestHours & { faultHours: number },
): Resting {
  const { clock } = world;
  const began = clock.ms();
  const limit = began + (faultHours + MOST_HOURS) * HOUR;
  let quietFrom = Infinity;
  let written = Infinity;

  function isOver(journal: Journal | null): boolean {
    const now = clock.ms();
    const hasEnded = (journal?.state.ended ?? null) !== null && !journal!.isOpen;
    if (hasEnded && world.isCalm() && quietFrom === Infinity) quietFrom = now + settles * HOUR;
    if (now > quietFrom && written === Infinity) {
      written = world.effects.length;
      void onePassMore(world);
    }
    const idle = now - Math.max(began, lastWrite(world));
    const mayBeIdle = world.isLeft ? LEFT_IDLE_HOURS : MOST_IDLE_HOURS;
    const isStuck = world.isCalm() && idle > mayBeIdle * HOUR && quietFrom === Infinity;
    if (isStuck && !world.isLeft) return true;
    if (isStuck) quietFrom = now;
    return now > Math.min(limit, quietFrom + quiet * HOUR);
  }

  return {
    isOver,
    writtenAfter: () =>
      world.effects
        .slice(written)
        .filter(({ path }) => !/access_tokens|\/dispatches$/.test(path))
        .map(({ by, method, path }) => `${by} ${method} ${path}`),
  };
}

/** Signing in is no sign of life. */
const lastWrite = ({ effects }: SimWorld): number =>
  effects.findLast(({ path }) => !path.includes("/access_tokens"))?.at ?? 0;
