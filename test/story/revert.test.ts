/** A checkpoint that is red: a landed unit is reverted by a train, and done again on a branch of its own (design 2.10). */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { CHECKED } from "../support/checked-tasks.ts";
import type { Fate } from "../support/scripted-jobs.ts";
import { goodFate, scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { asked } from "../support/shipped-run.ts";
import { story, type World } from "../support/world.ts";

const begun = (world: World, fateOf: (attempt: AttemptView) => Fate): Promise<ScriptedRun> =>
  scriptedRun(world, { tasks: CHECKED, files: { "shared.txt": "nothing\n" }, fateOf });

const isGate = ({ slug }: AttemptView): boolean => slug.startsWith("_gate-");

const openQuestion = ({ view }: RunReport): { question: string; options: string[] } => {
  const open = Object.values(view.state.decisions).find(({ answer }) => answer === null)!;
  return { question: open.question, options: open.options.map(({ text }) => text) };
};

describe("a red checkpoint", () => {
  it("offers what has landed since the last green one; what is reverted is done again and lands", () =>
    story(async (world) => {
      const { run, rest } = await begun(world, (attempt) =>
        isGate(attempt) && attempt.n === 1 ? "red" : goodFate(attempt),
      );
      const red = await rest();
      expect(asked(red)).toEqual(["checkpoint-red of 3"]);
      expect(openQuestion(red).options.slice(3)).toEqual([
        "Revert unit 2 and do it again",
        "Revert unit 1 and do it again",
      ]);
      const first = red.view.byId.get("2")!;
      await world.say(run, "/orchestrate decide d1 4");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      const { reverted, began, landed } = end.view.state;
      expect(reverted["2"]).toMatchObject({
        times: 1,
        because: expect.stringContaining("Checkpoint 3 was red"),
      });
      const holds = async (sha: string): Promise<boolean> =>
        (await world.github.code.paths(sha)).files.includes("src/2.txt");
      expect(await holds(began["2"]!), "the integration branch after the revert").toBe(false);
      const again = end.view.byId.get("2")!;
      expect(again.branch).toBe(`roundtable/${run}/unit-2_2`);
      expect(again.pull!.number).not.toBe(first.pull!.number);
      expect(again.issue!.number).toBe(first.issue!.number);
      expect(again.issue!.state).toBe("closed");
      expect(again.pull!.body).toContain("had landed and was reverted: Checkpoint 3 was red");
      const started = (await world.github.code.readCommit(again.work[0]!.headSha))!;
      expect(started.parents).toEqual([began["2"]]);
      expect(await holds(started.sha), "its branch brings the work back").toBe(true);
      expect(await holds(landed["4"]!.sha)).toBe(true);
    }));

  it("that is red without the unit too asks again, and does not offer it a second time", () =>
    story(async (world) => {
      let trains = 0;
      const { run, rest } = await begun(world, (attempt) => {
        if (attempt.slug === "_train") trains += 1;
        return isGate(attempt) || trains > 2
          ? attempt.role === "verify"
            ? "red"
            : goodFate(attempt)
          : goodFate(attempt);
      });
      await rest();
      await world.say(run, "/orchestrate decide d1 4");
      const again = await rest();
      expect(asked(again)).toEqual(["checkpoint-red of 3"]);
      const { question, options } = openQuestion(again);
      expect(question).toContain("Reverting these was tried: 2 (red without it too).");
      expect(options.slice(3)).toEqual(["Revert unit 1 and do it again"]);
      expect(Object.keys(again.view.state.landed)).toEqual(["1", "2"]);
    }));

  it("cannot revert a unit on whose lines later work builds, and says so", () =>
    story(async (world) => {
      const { run, rest } = await begun(world, (attempt) =>
        isGate(attempt) ? "red" : attempt.role === "implement" ? "shared" : goodFate(attempt),
      );
      await rest();
      await world.say(run, "/orchestrate decide d1 5");
      const again = await rest();
      expect(openQuestion(again).question).toContain("1 (later work builds on its lines)");
      expect(Object.keys(again.view.state.landed)).toEqual(["1", "2"]);
    }));
});
