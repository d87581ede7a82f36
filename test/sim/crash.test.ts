/** A run in which one thing goes wrong, at each moment at which it can, comes to the same end. */
import { expect, it } from "vitest";
import { again, playWith, undisturbed } from "./single-faults.ts";

/** Every so many of the moments; `npm run sim -- --crash` takes all. */
const STRIDE = 41;

/** At a run's end there is less to repair it by. */
const LAST = 6;

it("a run whose process is killed at any write comes to the same end", async () => {
  const { points, end } = await undisturbed("app", ["killed"]);
  expect(points.length).toBeGreaterThan(200);
  for (const [at, point] of points.entries()) {
    if (at % STRIDE !== 0 && at < points.length - LAST) continue;
    const { played, end: found } = await playWith("app", point);
    expect(found, again("app", point)).toBe(end);
    expect(played.violations, again("app", point)).toEqual([]);
  }
});
