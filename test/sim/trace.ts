/** What happened in a world, in order, for people to read. */
import type { VirtualClock } from "./clock.ts";

export interface Trace {
  add(who: string, what: string): void;
  /** The last so many lines; all of them without a number. */
  lines(last?: number): string[];
}

export function createTrace(clock: VirtualClock): Trace {
  const all: { at: number; who: string; what: string }[] = [];
  return {
    add: (who, what) => void all.push({ at: clock.ms(), who, what }),
    lines: (last = all.length) =>
      all
        .slice(-last)
        .map(({ at, who, what }) => `${new Date(at).toISOString().slice(5, 19)}  ${who}: ${what}`),
  };
}
