/** A run in which one thing goes wrong, at each moment at which it can, comes to the same end: a sample of the moments. */
import { expect, it } from "vitest";
import type { FaultName } from "./faults.ts";
import {
  again,
  comesToTheSameEnd,
  playWith,
  SINGLE_FAULTS,
  undisturbed,
  type Course,
} from "./single-faults.ts";

interface Sample {
  name: Course["name"];
  what: string;
  kinds: readonly FaultName[];
  /** Every so many of the moments; `npm run sim -- --crash` and `npm run sim:faults` take all. */
  stride: number;
}

const SAMPLES: readonly Sample[] = [
  { name: "app", what: "a process is killed", kinds: ["killed"], stride: 59 },
  { name: "example", what: "a process is killed", kinds: ["killed"], stride: 307 },
  { name: "app", what: "one thing fails", kinds: SINGLE_FAULTS, stride: 89 },
  {
    name: "action",
    what: "one thing fails",
    kinds: SINGLE_FAULTS.filter((kind) => kind !== "webhook-lost"),
    stride: 89,
  },
];

/** At a run's end there is less to repair it by. */
const LAST = 4;

it.each(SAMPLES)(
  "run $name, in which $what, comes to the same end",
  async ({ name, kinds, stride }) => {
    const course = { name, seed: 1 };
    const { points, end, played: usual } = await undisturbed(course, kinds);
    expect(usual.violations).toEqual([]);
    expect(new Set(points.map(({ kind }) => kind))).toEqual(new Set(kinds));
    for (const [at, point] of points.entries()) {
      if (at % stride !== 0 && at < points.length - LAST) continue;
      const { played, end: found } = await playWith(course, point);
      if (comesToTheSameEnd(point)) expect(found, again(course, point)).toBe(end);
      expect(played.violations, again(course, point)).toEqual([]);
      expect([...played.world.faults.injected.keys()]).toEqual([point.kind]);
    }
  },
  300_000,
);
