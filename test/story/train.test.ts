/** Several accepted pull requests on one candidate (design 2.10). Jobs are scripted but where what they verify decides. */
import { describe, expect, it } from "vitest";
import { scriptedRun } from "../support/scripted-run.ts";
import { confirmedRun, phases, type ShippedRun } from "../support/shipped-run.ts";
import { AT, playedStory, story, type World } from "../support/world.ts";

const TASKS = [1, 2, 3].map((n) => `- [ ] ${n}. Write ${n}\n  - _writes: src/${n}.txt_\n`).join("");

const ASKED = { tasks: TASKS, flags: "--agent practice --profile throughput" };

/** All three are accepted, and none has been coupled yet. */
async function accepted(world: World, { run, until }: Pick<ShippedRun, "run" | "until">): Promise<void> {
  await until((report) => Object.values(phases(report)).every((kind) => kind === "under_review"));
  await world.say(run, "/orchestrate pause");
  await until((report) => Object.values(phases(report)).every((kind) => kind === "final_review"));
  await world.say(run, "/orchestrate resume");
}

describe("a train of three", () => {
  it("is verified once, and all of them land as that one commit", () =>
    story(async (world) => {
      const run = await scriptedRun(world, { ...ASKED, seconds: 30 });
      await accepted(world, run);
      const report = await run.rest();
      expect(report.outcome).toBe("complete");
      const { landed, attempts } = report.view.state;
      expect(new Set(Object.values(landed).map(({ sha }) => sha)).size).toBe(1);
      expect(Object.keys(attempts).filter((key) => key.startsWith("_train/"))).toHaveLength(2);
      for (const unit of report.view.units) expect(unit.pull).toMatchObject({ merged: true });
    }));

  it("two that are red only together: the earlier lands, the later is sent back, the third is not harmed", () =>
    playedStory(async (world) => {
      const files = {
        ".github/roundtable.yml": "version: 1\nverify: [sh check.sh]\n",
        "check.sh": "! { test -e src/1.txt && test -e src/3.txt; }\n",
      };
      const run = await confirmedRun(world, { ...ASKED, files });
      await accepted(world, run);
      const report = await run.until(({ view }) => "3" in view.state.rejected);
      expect(Object.keys(report.view.state.landed)).toEqual(["1", "2"]);
      expect(report.view.byId.get("3")!.work.at(-1)).toMatchObject({ role: "fix", n: 1 });
      const { landed } = report.view.state;
      expect(landed["1"]!.sha).not.toBe(landed["2"]!.sha);
    }));
});

it("an integration branch that somebody set back lacks what has landed: a person is asked, and nothing begins", () =>
  story(async (world) => {
    const tasks = `${TASKS.split("- [ ] 2")[0]}- [ ] 2. Write 2\n  - _writes: src/2.txt_\n  - _Depends: 1_\n`;
    const { run, step, until } = await scriptedRun(world, { tasks, flags: "--agent practice", seconds: 30 });
    const { base } = (await until(({ view }) => "1" in view.state.landed)).view.state;
    const ref = `heads/roundtable/${run}/main`;
    await world.as("octo").rest.git.updateRef({ ...AT, ref, sha: base.sha, force: true });
    const { decisions, landed } = (await step()).view.state;
    expect(Object.values(decisions)).toMatchObject([{ kind: "integration-moved", answer: null }]);
    expect(Object.keys(landed)).toEqual(["1"]);
  }));
