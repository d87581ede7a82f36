/** The example, interrupted: it ends the same. */
import { expect, it } from "vitest";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { endOf, EXPECTED, runExample } from "../support/example-run.ts";
import { faults } from "../support/local-run.ts";

/** Work whose verify job was interrupted is verified by a run of its own. */
const withoutExtraVerify = (unit: LocalReport["units"][number]): LocalReport["units"][number] =>
  unit.type === "checkpoint"
    ? unit
    : { ...unit, attempts: unit.attempts.filter(({ role }) => role !== "verify") };

it(
  "interrupted in the middle and started again it ends the same, and no handed-over work is done twice",
  () =>
    runExample(async (run) => {
      const first = await run({ interruptAt: (line) => /^3\. .*in progress/.test(line) });
      expect(first).toMatchObject({ code: 1, report: { outcome: "halted", reason: "interrupted" } });
      const handedOver = first.report.units.flatMap((unit) =>
        unit.attempts.filter((attempt) => attempt.outcome === "completed"),
      );
      expect(handedOver.length).toBeGreaterThan(0);
      let dispatched: string[] = [];
      const second = await run({
        watch: (world) => {
          const before = new Set(world.local.actions!.runs("local/eggtimer").map((one) => one.id));
          world.onDelivery(() => {
            dispatched = world.local
              .actions!.runs("local/eggtimer")
              .flatMap((one) => (before.has(one.id) ? [] : [one.displayTitle]));
          });
        },
      });
      expect(faults(second.lines)).toEqual([]);
      expect(endOf({ ...second.report, units: second.report.units.map(withoutExtraVerify) })).toEqual(
        EXPECTED,
      );
      for (const unit of first.report.units) {
        for (const { role, n, outcome } of unit.attempts) {
          if (outcome === "completed")
            expect(dispatched).not.toContain(`roundtable ${first.report.run!.id} ${unit.id} ${role} ${n}`);
        }
      }
    }),
  300_000,
);
