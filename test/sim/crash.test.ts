/** A run in which one thing goes wrong, at each moment at which it can, comes to the same end. */
import { expect, it } from "vitest";
import { again, playWith, undisturbed } from "./single-faults.ts";

/** Every so many of the moments; `npm run sim -- --crash` takes all. */
const STRIDE = 41;

const COURSE = { name: "app", seed: 1 } as const;

/** At a run's end there is less to repair it by. */
const LAST = 6;

it("a run whose process is killed at any write comes to the same end", async () => {
  const { points, end } = await undisturbed(COURSE, ["killed"]);
  expect(points.length).toBeGreaterThan(200);
  for (const [at, point] of points.entries()) {
    if (at % STRIDE !== 0 && at < points.length - LAST) continue;
    const { played, end: found } = await playWith(COURSE, point);
    expect(found, again(COURSE, point)).toBe(end);
    expect(played.violations, again(COURSE, point)).toEqual([]);
  }
});
