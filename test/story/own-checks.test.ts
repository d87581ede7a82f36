/** `checks: required`: a train waits for the repository's own checks as well (design 2.10). */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { asked, SPEC } from "../support/shipped-run.ts";
import { AT, story, type World } from "../support/world.ts";

const FILES = {
  ".github/roundtable.yml": "version: 1\nchecks: required\nverify: ['true']\n",
  ".github/workflows/tests.yml":
    "on: { push: { branches: [main, 'roundtable/*/train'] } }\njobs: { t: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
};

const TASKS = "- [ ] 1. Write a\n  - _writes: src/1.txt_\n";

const begun = (world: World): Promise<ScriptedRun> => scriptedRun(world, { tasks: TASKS, files: FILES });

/** Steps until the candidate of a train waits for its checks; its commit. */
async function candidate({ step }: ScriptedRun): Promise<string> {
  for (let steps = 0; steps < 30; steps++) {
    const report = await step();
    if (waitsForChecks(report).length > 0) return report.view.state.train!.built!;
  }
  throw new Error("no train waits for checks");
}

const waitsForChecks = ({ waits }: RunReport): string[] =>
  waits.flatMap((wait) => (wait.for === "checks" ? [wait.because] : []));

const says = (world: World, sha: string, state: "pending" | "success" | "failure"): Promise<unknown> =>
  world.as("octo").rest.repos.createCommitStatus({ ...AT, sha, state, context: "ci/other" });

describe("the repository's own checks", () => {
  it("hold a train back until they are green", () =>
    story(async (world) => {
      const run = await begun(world);
      const sha = await candidate(run);
      await says(world, sha, "pending");
      const waiting = await run.step();
      expect(waitsForChecks(waiting)).toEqual(["ci/other is under way"]);
      expect(waiting.view.state.landed).toEqual({});
      await says(world, sha, "success");
      const landed = await run.step();
      expect(landed.view.state.landed["1"]).toMatchObject({ sha });
      await says(world, await candidate(run), "success");
      expect((await run.rest()).outcome).toBe("complete");
    }));

  it("send back the unit that is red in them", () =>
    story(async (world) => {
      const run = await begun(world);
      await says(world, await candidate(run), "failure");
      const { view } = await run.step();
      expect(view.state.rejected["1"]).toMatchObject({ because: expect.stringContaining("red: ci/other") });
      expect(view.byId.get("1")!.work.at(-1)).toMatchObject({ role: "fix", n: 1 });
    }));

  it("that never begin become a question; the train may land without them", () =>
    story(async (world) => {
      const run = await begun(world);
      await candidate(run);
      world.machine.clock.advance(15 * 60_000);
      expect(asked(await run.rest())).toEqual(["no-checks of run"]);
      await world.say(run.run, "/orchestrate decide d1 2");
      const { view } = await run.step();
      expect(Object.keys(view.state.landed)).toEqual(["1"]);
    }));

  it("are an error of the plan where they could never begin", () =>
    story(async (world) => {
      await world.commit({
        ...FILES,
        ".github/workflows/tests.yml": "on: { push: { branches: [main] } }\njobs: {}\n",
        [`${SPEC}/tasks.md`]: TASKS,
      });
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      expect((await world.comments(issue))[1]).toContain(
        "no workflow of the base branch begins by a push to the branch of a train",
      );
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));
});
