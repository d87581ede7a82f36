/** A run in which something goes wrong, at any moment at which it can, comes to the same end. */
import { expect, it } from "vitest";
import type { FaultName, OneFault } from "./faults.ts";
import {
  again,
  andEvery,
  comesToTheSameEnd,
  playWith,
  SINGLE_FAULTS,
  undisturbed,
  type Course,
  type Undisturbed,
} from "./single-faults.ts";
import type { SimWorld } from "./world.ts";

/** So many writes lie between two crashes of a run: a process that dies more often gets nowhere. */
const APART = 12;

it.each(["app", "action", "example"] as const)(
  "run %s, whose processes die after each of their writes, comes to the same end",
  async (name) => {
    const course = { name, seed: 1 };
    const usual = await undisturbed(course, ["killed-after-write"]);
    expect(usual.played.violations).toEqual([]);
    const struck = new Set<string>();
    for (const point of usual.points) {
      // Up to the first death a run is as usual: that one never fails to happen.
      if (struck.has(usual.writes[point.at - 1]!)) continue;
      const { faults } = await expectSameEnd({ course, usual, point: andEvery(usual, point, APART) });
      for (const write of faults.struck) struck.add(write);
    }
    expect(usual.writes.filter((write) => !struck.has(write))).toEqual([]);
  },
  300_000,
);

interface Sample {
  name: Course["name"];
  kinds: readonly FaultName[];
  /** Every so many of the moments; `npm run sim:faults` takes all. */
  stride: number;
}

const SAMPLES: readonly Sample[] = [
  { name: "app", kinds: SINGLE_FAULTS, stride: 89 },
  { name: "action", kinds: SINGLE_FAULTS.filter((kind) => kind !== "webhook-lost"), stride: 89 },
];

/** At a run's end there is less to repair it by. */
const LAST = 4;

it.each(SAMPLES)(
  "run $name, in which one thing fails, comes to the same end",
  async ({ name, kinds, stride }) => {
    const course = { name, seed: 1 };
    const usual = await undisturbed(course, kinds);
    const { points } = usual;
    expect(new Set(points.map(({ kind }) => kind))).toEqual(new Set(kinds));
    for (const [at, point] of points.entries())
      if (at % stride === 0 || at >= points.length - LAST) await expectSameEnd({ course, usual, point });
  },
  300_000,
);

async function expectSameEnd(struck: {
  course: Course;
  usual: Undisturbed;
  point: OneFault;
}): Promise<SimWorld> {
  const { course, usual, point } = struck;
  const { played, end } = await playWith(course, point);
  if (comesToTheSameEnd(point)) expect(end, again(course, point)).toBe(usual.end);
  expect(played.violations, again(course, point)).toEqual([]);
  expect([...played.world.faults.injected.keys()]).toEqual([point.kind]);
  return played.world;
}
