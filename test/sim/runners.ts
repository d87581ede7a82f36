/** The runners of a simulation: so many jobs at a time, each taken up at once unless the queue is long. */
import { createSlots, type Slots } from "../../src/local-github/actions/concurrency.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";

const QUEUED_MS = 3_600_000;

export function createRunners(size: number, around: { clock: VirtualClock; faults: Faults }): Slots {
  const slots = createSlots(size);
  return {
    async take(signal) {
      if (around.faults.strikes("job-queued")) await around.clock.sleep(QUEUED_MS, signal);
      return slots.take(signal);
    },
  };
}
