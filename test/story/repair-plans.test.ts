/** `roundtable repair` of a run that has no revision left, and whose plan is not the one that was made first. */
import { describe, expect, it } from "vitest";
import { removeJournal } from "../support/damage.ts";
import { PLANNED } from "../support/planner.ts";
import { repaired as say } from "../support/repaired.ts";
import { goodFate, scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { phases, SPEC } from "../support/shipped-run.ts";
import { AT, REPO, story, type World } from "../support/world.ts";

const unit = (id: string, title: string, more = ""): string =>
  `- [ ] ${id}. ${title}\n  - _Depends: none_\n  - _writes: src/${id}.txt_\n${more}`;
const OLD = `${unit("1", "A")}${unit("2", "B")}${unit("3", "C")}`;
const NEW = `${unit("1", "A")}${unit("2", "B", "  - In red\n")}${unit("4", "D")}`;

const plansIn = async (world: World, run: number): Promise<number> =>
  (await world.comments(run)).filter((body) => body.includes("## Plan for")).length;

/** 1 has landed, 2 and 3 are at work; a new plan waits that has 2 in other words, 4, and no 3. */
async function replanned(world: World): Promise<ScriptedRun & { goOn(): void }> {
  let isPatient = true;
  const told = await scriptedRun(world, {
    tasks: OLD,
    flags: "--max-parallel 4",
    fateOf: (attempt) =>
      isPatient && attempt.slug !== "1" && attempt.role === "implement" ? "hangs" : goodFate(attempt),
  });
  await told.until(({ view: { state } }) => state.landed["1"] !== undefined && state.train === null);
  await world.commit({ [`${SPEC}/tasks.md`]: NEW });
  await world.say(told.run, "/orchestrate replan");
  await told.step();
  return {
    ...told,
    goOn() {
      isPatient = false;
    },
  };
}

const DONE = { 1: "completed", 2: "completed", 4: "completed" };

describe("a new plan", () => {
  it("that had taken over goes on, by the confirm that it was given", () =>
    story(async (world) => {
      const { run, step, rest, goOn } = await replanned(world);
      await world.say(run, "/orchestrate confirm");
      expect((await step()).view.state.replan).toBeNull();
      await removeJournal(world, run);
      goOn();
      await say(world, run);
      const end = await rest();
      expect({ outcome: end.outcome, ...phases(end) }).toEqual({ outcome: "complete", ...DONE });
      expect(end.view.byId.get("2")!.branch).toBe(`roundtable/${run}/unit-2_2`);
      expect(await plansIn(world, run)).toBe(2);
    }));

  it("that waited waits for a confirm still, shown once, and the one before it holds meanwhile", () =>
    story(async (world) => {
      const { run, step, rest, goOn } = await replanned(world);
      await removeJournal(world, run);
      await say(world, run);
      const waiting = await step();
      expect(waiting.view.state).toMatchObject({ consent: { by: "octo" }, replan: { by: "octo" } });
      expect(Object.keys(phases(waiting))).toEqual(["1", "2", "3"]);
      goOn();
      await world.say(run, "/orchestrate confirm");
      const end = await rest();
      expect({ outcome: end.outcome, ...phases(end) }).toEqual({ outcome: "complete", ...DONE });
      expect(await plansIn(world, run)).toBe(2);
    }));

  it.each([
    ["", []],
    [" either where somebody confirms it then", ["confirm"]],
  ])("that was left is not taken up%s", (_, later) =>
    story(async (world) => {
      const { run, step, rest, goOn } = await replanned(world);
      for (const command of ["resume", ...later]) {
        await world.say(run, `/orchestrate ${command}`);
        await step();
      }
      await removeJournal(world, run);
      await say(world, run);
      goOn();
      expect(Object.keys(phases(await rest()))).toEqual(["1", "2", "3"]);
    }),
  );

  it("that only a reader has confirmed is not in force", () =>
    story(async (world) => {
      const { run, step } = await replanned(world);
      await world.say(run, "/orchestrate confirm", "reader");
      await step();
      await removeJournal(world, run);
      await say(world, run);
      expect(Object.keys(phases(await step()))).toEqual(["1", "2", "3"]);
    }));
});

it.each([
  ["shows no plan", (run: number) => `<!-- roundtable:run run=${run} plan=${"0".repeat(12)} -->`],
  ["ends no run", (run: number) => `<!-- roundtable:final run=${run} -->`],
])("what another bot repeats of what a stranger wrote %s", (_, mark) =>
  story(async (world) => {
    await world.commit({ [`${SPEC}/tasks.md`]: OLD });
    const run = await world.ask(`/orchestrate ${SPEC}`);
    await world.pass();
    const token = world.local.token({ login: "echo[bot]", permissions: { issues: "write" } });
    const body = JSON.stringify({ body: `A stranger said:\n${mark(run)}` });
    const headers = {
      authorization: `token ${token}`,
      "content-type": "application/json",
      "user-agent": "test",
    };
    const url = `${world.local.origin()}/repos/${REPO}/issues/${run}/comments`;
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(201);
    await removeJournal(world, run);
    await say(world, run);
    const waiting = (await world.pass()).runs.find((one) => one.run === run)!;
    expect(Object.keys(phases(waiting))).toEqual(["1", "2", "3"]);
  }),
);

it("where the run was asked for is not what a stranger writes into the issue that they opened", () =>
  story(async (world) => {
    await world.commit({ [`${SPEC}/tasks.md`]: OLD });
    const stranger = world.as("stranger").rest.issues;
    const { data } = await stranger.create({ ...AT, title: "Please", body: "Do it." });
    const run = data.number;
    const other = await world.ask(`/orchestrate ${SPEC} --max-cost 1000 --dry-run`);
    await world.say(run, `/orchestrate ${SPEC} --max-cost 5`);
    await world.pass();
    const { id } = (await world.as("octo").rest.issues.listComments({ ...AT, issue_number: other })).data[0]!;
    const body = `Do it.\n\n<!-- roundtable:run run=${run} issue=${other} ask=${id} -->`;
    await stranger.update({ ...AT, issue_number: run, body });
    await removeJournal(world, run);
    await say(world, run);
    const { view } = (await world.pass()).runs.find((one) => one.run === run)!;
    expect(view.state.ask).toMatchObject({ by: "octo", maxCost: 5 });
  }));

it("a plan that a model refined cannot be made again, which is said", () =>
  story(async (world) => {
    const { run, until } = await scriptedRun(world, {
      tasks: OLD,
      files: { ".github/roundtable.yml": PLANNED },
      proposes: () => ({ units: [{ id: "2", criticality: "complex", dependsOn: ["1"] }] }),
    });
    await until(({ view: { state } }) => state.began["1"] !== undefined);
    await removeJournal(world, run);
    await expect(say(world, run)).rejects.toThrow(
      "a model had refined its plan, and nothing but a journal holds what it proposed",
    );
  }));
