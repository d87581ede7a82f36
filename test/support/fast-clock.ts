/** A clock that several processes share: from `since` on it runs faster than the machine's by a factor. */
import type { TestClock } from "./machine.ts";

export interface Pace {
  since: number;
  factor: number;
}

export const fastClock = ({ since, factor }: Pace): TestClock => ({
  now: () => new Date(since + (Date.now() - since) * factor),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(resolve, Math.min(Math.max(0, ms / factor), 2 ** 31 - 1));
      signal?.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    }),
  advance() {
    throw new Error("this clock runs by itself");
  },
});
