/** The world that a seed stands for. */
import { createChance, type Chance } from "./chance.ts";
import type { Play } from "./play.ts";
import { SHORT_REST } from "./rest.ts";
import { PLAIN, type Setting } from "./spec.ts";

export function worldOf(seed: number): Play {
  const chance = createChance(seed, "shape");
  const profile = chance.pick(["throughput", "throughput", "balanced"]);
  const form = chance.is(0.7) ? "app" : "action";
  const setting = settingOf(createChance(seed, "setting"), form);
  return {
    seed,
    form,
    scale: chance.pick([0, 0.5, 1, 1, 2]),
    faultHours: hoursOf(createChance(seed, "hours")),
    everyMinutes: createChance(seed, "rounds").pick([30, 60]),
    units: chance.between(4, 10),
    flags: `--agent ${setting.usd === null ? "practice" : "paid"} --profile ${profile} --max-parallel ${chance.between(1, 4)}`,
    isLively: chance.is(0.8),
    isPlain: false,
    setting,
  };
}

/** Some runs are over by then, others in their middle. */
const hoursOf = (chance: Chance): number => chance.pick([2, 3, 6, 6]);

function settingOf(chance: Chance, form: Play["form"]): Setting {
  const isPaid = chance.is(0.3);
  return {
    usd: isPaid ? chance.between(8, 60) : null,
    unitUsd: isPaid && chance.is(0.5) ? chance.between(4, 12) : null,
    // GITHUB_TOKEN reaches no projects.
    hasProject: form === "app" && chance.is(0.3),
  };
}

/** Sixty units side by side in some three hours, and nothing goes wrong. */
export const LARGE: Play = {
  seed: 1,
  form: "app",
  scale: 0,
  faultHours: 0,
  everyMinutes: 5,
  units: 60,
  flags: "--agent practice --profile throughput --max-parallel 12",
  isLively: false,
  isPlain: true,
  setting: PLAIN,
  rest: SHORT_REST,
};

export interface FailedOnce {
  seed: number;
  because: string;
  /** The test that holds it by itself: a seed stands for another world as soon as anything about worlds changes. */
  heldBy: string;
}

/** Seeds that once found a defect of the product. */
export const FAILED_ONCE: readonly FailedOnce[] = [
  {
    seed: 2,
    because: "a copy of the App whose clock was ahead of GitHub's looked again and again without a pause",
    heldBy: "test/entry/skewed-clock.test.ts",
  },
  {
    seed: 4,
    because:
      "a list that broke off was kept with its ETag, and came back with each 304 until the process ended",
    heldBy: "test/adapters/github/http-line.test.ts",
  },
  {
    seed: 5003,
    because:
      "one copy of the App showed a plan anew for its ask, another as an effect of the journal: it stood twice",
    heldBy: "test/story/asks-apart.test.ts",
  },
  {
    seed: 50040,
    because:
      "a run ended while one review of a unit was at work and another one waited for the money that it might take",
    heldBy: "test/domain/run/finish.test.ts",
  },
];
