/** The world that a seed stands for. */
import { createChance } from "./chance.ts";
import type { Play } from "./play.ts";

export function worldOf(seed: number): Play {
  const chance = createChance(seed, "shape");
  const profile = chance.pick(["throughput", "throughput", "balanced"]);
  return {
    seed,
    form: chance.is(0.7) ? "app" : "action",
    scale: chance.pick([0, 0.5, 1, 1, 2]),
    faultHours: 6,
    units: chance.between(4, 10),
    flags: `--agent practice --profile ${profile} --max-parallel ${chance.between(1, 4)}`,
    isLively: chance.is(0.8),
    isPlain: false,
    every: 1,
  };
}

/** Sixty units side by side, and nothing goes wrong. */
export const LARGE: Play = {
  seed: 1,
  form: "app",
  scale: 0,
  faultHours: 0,
  units: 60,
  flags: "--agent practice --profile throughput --max-parallel 12",
  isLively: false,
  isPlain: true,
  every: 50,
};

/** Seeds that once found a defect of the product, and what it was. */
export const FAILED_ONCE: readonly { seed: number; because: string }[] = [
  {
    seed: 2,
    because: "a copy of the App whose clock was ahead of GitHub's looked again and again without a pause",
  },
  {
    seed: 4,
    because:
      "a list that broke off was kept with its ETag, and came back with each 304 until the process ended",
  },
  {
    seed: 5003,
    because:
      "one copy of the App showed a plan anew for its ask, another as an effect of the journal: it stood twice",
  },
];
