/** Several accepted pull requests on one candidate (design 2.10), with the shipped agent workflow. */
import { describe, expect, it } from "vitest";
import { confirmedRun, phases, type ShippedRun } from "../support/shipped-run.ts";
import { playedStory, type World } from "../support/world.ts";

const TASKS = ["a", "b", "c"]
  .map((name, at) => `- [ ] ${at + 1}. Write ${name}\n  - _writes: src/${name}.txt_\n`)
  .join("");

/** All three are accepted, and none has been coupled yet. */
async function accepted(world: World, files: Readonly<Record<string, string>>): Promise<ShippedRun> {
  const run = await confirmedRun(world, {
    tasks: TASKS,
    files,
    flags: "--agent practice --profile throughput",
  });
  await run.until((report) => Object.values(phases(report)).every((kind) => kind === "under_review"));
  await run.say("/orchestrate pause");
  await run.until((report) => Object.values(phases(report)).every((kind) => kind === "final_review"));
  await run.say("/orchestrate resume");
  return run;
}

describe("a train of three", () => {
  it("is verified once, and all of them land as that one commit", () =>
    playedStory(async (world) => {
      const { rest } = await accepted(world, {});
      const report = await rest();
      expect(report.outcome).toBe("complete");
      const { landed, attempts } = report.view.state;
      expect(new Set(Object.values(landed).map(({ sha }) => sha)).size).toBe(1);
      expect(Object.keys(attempts).filter((key) => key.startsWith("_train/"))).toHaveLength(2);
      for (const unit of report.view.units) expect(unit.pull).toMatchObject({ merged: true });
    }));

  it("two that are red only together: the earlier lands, the later is sent back, the third is not harmed", () =>
    playedStory(async (world) => {
      const { until } = await accepted(world, {
        ".github/roundtable.yml": "version: 1\nverify: [sh check.sh]\n",
        "check.sh": "! { test -e src/a.txt && test -e src/c.txt; }\n",
      });
      const report = await until(({ view }) => "3" in view.state.rejected);
      expect(Object.keys(report.view.state.landed)).toEqual(["1", "2"]);
      expect(report.view.byId.get("3")!.work.at(-1)).toMatchObject({ role: "fix", n: 1 });
      const { landed } = report.view.state;
      expect(landed["1"]!.sha).not.toBe(landed["2"]!.sha);
    }));
});
