/** What happened in a world, in order, for people to read. */
import type { VirtualClock } from "./clock.ts";

export interface Trace {
  add(who: string, what: string): void;
  /** The last so many lines; all of them without a number. */
  lines(last?: number): string[];
  /** Of the whole: the same for the same seed. */
  digest(): string;
  readonly length: number;
}

export function createTrace(clock: VirtualClock): Trace {
  const all: { at: number; who: string; what: string }[] = [];
  let hash = 0x811c9dc5;
  return {
    add(who, what) {
      all.push({ at: clock.ms(), who, what });
      for (const char of `${clock.ms()} ${who} ${what}`)
        hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    },
    lines: (last = all.length) =>
      all
        .slice(-last)
        .map(({ at, who, what }) => `${new Date(at).toISOString().slice(5, 19)}  ${who}: ${what}`),
    digest: () => (hash >>> 0).toString(16),
    get length() {
      return all.length;
    },
  };
}
