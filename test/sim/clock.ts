/** Time that stands still while anything is left to do, and then goes at once to the next moment that somebody waits for. */
import type { Clock } from "../../src/application/ports.ts";

interface Timer {
  at: number;
  order: number;
  wake: () => void;
  isOff: boolean;
}

export interface VirtualClock extends Clock {
  ms(): number;
  /** Goes to the next moment and wakes the one that waits for it; false where nobody waits. */
  advance(): boolean;
}

export function createClock(start: string): VirtualClock {
  let now = Date.parse(start);
  let order = 0;
  /** The next one last. */
  const timers: Timer[] = [];

  function add(timer: Timer): void {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = timers[middle]!;
      if (other.at > timer.at || (other.at === timer.at && other.order > timer.order)) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  }

  return {
    ms: () => now,
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          timer.isOff = true;
          // Some signals outlive thousands of timers.
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const timer: Timer = { at: now + Math.max(0, ms), order: order++, wake: end, isOff: false };
        add(timer);
        signal?.addEventListener("abort", end);
      }),
    advance() {
      for (;;) {
        const timer = timers.pop();
        if (timer === undefined) return false;
        if (timer.isOff) continue;
        now = Math.max(now, timer.at);
        timer.wake();
        return true;
      }
    },
  };
}
