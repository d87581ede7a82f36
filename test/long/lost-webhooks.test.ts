/** Webhooks only say "look again": the example comes to the same end without them. */
import { describe, expect, it } from "vitest";
import { endOf, EXPECTED, runExample } from "../support/example-run.ts";
import { faults } from "../support/local-run.ts";

describe("the example", () => {
  it.each([
    { name: "every webhook is lost", loses: () => true },
    { name: "every third webhook is lost", loses: (n: number) => n % 3 === 0 },
  ])(
    "ends the same when $name",
    ({ loses }) =>
      runExample(async (run) => {
        let n = 0;
        const { report, lines } = await run({
          watch: (world) => {
            world.local.deliveryFilter = () => !loses(++n);
          },
        });
        expect(faults(lines)).toEqual([]);
        expect(endOf(report)).toEqual(EXPECTED);
        expect(n).toBeGreaterThan(50);
      }),
    300_000,
  );
});
