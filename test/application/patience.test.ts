import fc from "fast-check";
import { expect, it } from "vitest";
import { patience } from "../../src/application/patience.ts";

const now = new Date("2026-01-02T00:00:00.000Z");
const waits = (retryAfterMs: number, lastsMs: number | null, hex = "00"): number =>
  patience(retryAfterMs, {
    now,
    random: { hex: () => hex },
    outage: lastsMs === null ? null : { from: new Date(now.getTime() - lastsMs), to: null, why: "" },
  }).getTime() - now.getTime();

it("GitHub is never asked before the time it named, nor much later than that or ten minutes", () => {
  fc.assert(
    fc.property(
      fc.nat(3_600_000),
      fc.option(fc.nat(86_400_000)),
      fc.stringMatching(/^[0-9a-f]{2}$/),
      (asked, lasts, hex) => {
        const wait = waits(asked, lasts, hex);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(Math.max(asked, 600_000) * 1.25);
      },
    ),
    // Rounded up, it was half a millisecond too much.
    { examples: [[2_348_066, null, "ff"]] },
  );
});

it.each([
  [60_000, null, 60_000],
  [60_000, 60_000, 60_000],
  [60_000, 8 * 60_000, 4 * 60_000],
  [60_000, 86_400_000, 600_000],
])("asked for %i ms, in an outage of %s ms: %i ms", (asked, lasts, wait) => {
  expect(waits(asked, lasts)).toBe(wait);
});

it("those that wait for the same do not all ask at once", () => {
  const some = ["00", "40", "80", "c0", "ff"].map((hex) => waits(60_000, null, hex));
  expect(some).toEqual([60_000, 63_764, 67_529, 71_294, 75_000]);
});
