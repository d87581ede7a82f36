/** Runs whose plan a model refines before anybody agrees to it: good, mended, and without use. */
import { describe, expect, it } from "vitest";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { PLANNED } from "../support/planner.ts";
import type { Fate } from "../support/scripted-jobs.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { story, type World } from "../support/world.ts";

const TASKS = [1, 2]
  .map((n) => `- [ ] ${n}. Write part ${n}\n  - _Depends: none_\n  - _writes: src/${n}.txt_\n`)
  .join("");
const FILES = { ".github/roundtable.yml": PLANNED };
const GOOD = { units: [{ id: "2", criticality: "complex", dependsOn: ["1"] }] };
const BAD = { units: [{ id: "9", agent: "nobody" }] };

const planning = (world: World, how: Partial<Parameters<typeof scriptedRun>[1]>) =>
  scriptedRun(world, { tasks: TASKS, files: FILES, wantsOf: () => 0.25, proposes: () => GOOD, ...how });

/** Of planners these, of all others a good one. */
const planned =
  (...fates: Fate[]): NonNullable<Parameters<typeof scriptedRun>[1]["fateOf"]> =>
  (attempt) =>
    attempt.role === "plan" ? (fates.shift() ?? "good") : goodFate(attempt);

async function shown(world: World, run: number): Promise<string[]> {
  return (await world.comments(run)).filter((body) => body.includes("## Plan for"));
}
const stateOf = async (world: World, run: number) =>
  await world.github.journal.read((await world.github.journal.find(run))!.revision);

describe("with a planning model", () => {
  it("the plan that is shown for consent holds what it proposed, marked as inferred, and the run follows it", () =>
    story(async (world) => {
      const { run, rest } = await planning(world, {});
      const { planFile, state } = await stateOf(world, run);
      expect(planFile.plan.units[1]).toMatchObject({
        criticality: "complex",
        dependsOn: [{ id: "1", source: "inferred" }],
      });
      expect(state.planHash).toBe(planFile.plan.hash);
      const [first, last, ...more] = await shown(world, run);
      expect(more).toEqual([]);
      expect(first).toContain("It cannot be confirmed yet");
      expect(first).not.toContain("/orchestrate confirm");
      expect(last).toContain("complex (inferred)");
      expect(last).toContain(`/orchestrate confirm ${planFile.plan.hash.slice(0, 12)}`);
      const { outcome, view } = await rest();
      expect(outcome).toBe("complete");
      expect(view.state.consent?.planHash).toBe(planFile.plan.hash);
      const [plan, ...works] = attemptsOf(view.state);
      expect(plan).toMatchObject({
        key: "_plan/plan/1",
        agent: "thinker",
        outcome: "completed",
        allowance: 1,
      });
      expect(works.every(({ at }) => at >= view.state.consent!.at)).toBe(true);
      expect(view.state.spend.usd).toBeCloseTo(
        0.25 * attemptsOf(view.state).filter(({ agent }) => agent).length,
      );
    }));

  it("a proposal that does not fit is asked for once more", () =>
    story(async (world) => {
      const { run, rest } = await planning(world, { proposes: ({ n }) => (n === 1 ? BAD : GOOD) });
      const { state, planFile } = await stateOf(world, run);
      expect(attemptsOf(state).map(({ key, outcome, result }) => [key, outcome, result?.summary])).toEqual([
        ["_plan/plan/1", "refused", 'There is no unit "9".'],
        ["_plan/plan/2", "completed", "It was good."],
      ]);
      expect(planFile.plan.units[1]!.criticality).toBe("complex");
      expect((await rest()).outcome).toBe("complete");
    }));

  it.each<[string, Partial<Parameters<typeof scriptedRun>[1]>, { why: string; tries: number }]>([
    [
      "fits neither time",
      { proposes: () => BAD },
      { why: 'also when asked once more: There is no unit "9".', tries: 2 },
    ],
    [
      "is no proposal, twice",
      { fateOf: planned("garbage", "garbage") },
      { why: "The hand-over is not JSON.", tries: 2 },
    ],
    [
      "is not handed over",
      { fateOf: planned("nothing") },
      { why: "The agent gave no answer: workflow run 1000", tries: 1 },
    ],
    ["is held up by its vendor", { fateOf: planned("limited") }, { why: "It was limited.", tries: 1 }],
    ["fails with its machine", { fateOf: planned("broken") }, { why: "It was broken.", tries: 1 }],
    ["is stopped at the budget", { wantsOf: () => 2 }, { why: "It was good.", tries: 1 }],
    [
      "has no money left for a second time",
      { proposes: () => BAD, wantsOf: () => 1 },
      {
        why: '0 USD of the 1 USD for planning are free. What was proposed did not fit: There is no unit "9".',
        tries: 1,
      },
    ],
    [
      "may take nothing",
      { flags: "--max-cost 0" },
      { why: "0 USD of the 0 USD for planning are free.", tries: 0 },
    ],
  ])(
    "the plan by the rules stands where what it says %s, and the comment says why",
    (_, how, { why, tries }) =>
      story(async (world) => {
        const { run } = await planning(world, how);
        const { state, planFile } = await stateOf(world, run);
        expect(attemptsOf(state)).toHaveLength(tries);
        expect(state.planning!.ended).toMatchObject({ isRefined: false });
        expect(planFile.plan.units[1]).toMatchObject({ criticality: "standard", dependsOn: [] });
        const last = (await shown(world, run)).at(-1)!;
        expect(last).toContain("the plan by the rules stands.");
        expect(last).toContain(why);
        expect(last).toContain(`/orchestrate confirm ${planFile.plan.hash.slice(0, 12)}`);
        await world.say(run, "/orchestrate cancel");
        await world.pass();
      }),
  );

  it("nothing can be confirmed before it has ended, and a run that is ended then cancels it", () =>
    story(async (world) => {
      const { run, step } = await planning(world, { fateOf: planned("hangs") });
      const report = await step();
      expect(report.outcome).toBe("running");
      expect(report.view.state.consent).toBeNull();
      expect((await world.comments(run)).at(-1)).toContain("A model is refining this plan");
      await world.say(run, "/orchestrate cancel");
      const end = await step();
      expect(end.outcome).toBe("halted");
      expect(attemptsOf(end.view.state).map(({ outcome }) => outcome)).toEqual(["cancelled"]);
      expect(end.did["cancel-run"]).toBe(1);
    }));

  it("one that does not come to an end is given up after two hours", () =>
    story(async (world) => {
      const { run, step, rest } = await planning(world, { fateOf: planned("hangs") });
      await step();
      world.machine.clock.advance(2 * 3_600_000);
      const { did } = await step();
      expect(did["cancel-run"]).toBe(1);
      expect((await shown(world, run)).at(-1)).toContain("its workflow run did not come to an end");
      await world.say(run, "/orchestrate confirm");
      expect((await rest()).outcome).toBe("complete");
    }));

  it("a dry run asks no model", () =>
    story(async (world) => {
      await world.commit({ ".kiro/specs/x/tasks.md": TASKS, ...FILES });
      const issue = await world.ask("/orchestrate .kiro/specs/x --dry-run");
      await world.pass();
      const comments = await world.comments(issue);
      expect(comments.at(-1)).toContain("In a run a model would refine this plan");
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));
});
