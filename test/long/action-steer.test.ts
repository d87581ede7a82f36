/** People steer a run in the Action form: every command is a comment, every look a job of the shipped workflow. */
import { expect, it } from "vitest";
import type { State } from "../../src/domain/run/journal.ts";
import { hourly, install, runs, until } from "../support/action-form.ts";
import { SPEC, WORKFLOW } from "../support/shipped-run.ts";
import { REPO, wholeStory, type World } from "../support/world.ts";

const unit = (n: number, after: string): string =>
  `- [ ] ${n}. Write part ${n}\n  - _Depends: ${after}_\n  - _writes: src/${n}.txt_\n`;
const TASKS = unit(1, "none") + unit(2, "1");
const PASSED = ["issue_comment: pass success"];

async function stateOf({ github }: World, run: number): Promise<State> {
  const { revision } = (await github.journal.find(run))!;
  return (await github.journal.read(revision)).state;
}

/** The names of the agents' jobs so far. */
const jobs = (world: World): string[] =>
  runs(world).flatMap(({ path, displayTitle }) => (path === WORKFLOW ? [displayTitle] : []));

/** From now on no job's end starts a pass: the run stands still between what people say. */
const standStill = ({ local }: World): void => {
  local.interceptor = ({ method, url }) =>
    method === "POST" && url.endsWith("/roundtable.yml/dispatches")
      ? new Response("{}", { status: 403 })
      : null;
};

/** Confirmed, and its first job has handed over. */
async function confirmed(world: World): Promise<number> {
  await install(world, TASKS);
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.local.settled();
  standStill(world);
  await until(world, () => world.say(run, "/orchestrate confirm"));
  expect(jobs(world)).toEqual([`roundtable ${run} 1 implement 1`]);
  return run;
}

it(
  "pause holds back what has not begun, nobody else resumes it, a new plan takes over, and the run ends",
  { timeout: 600_000 },
  () =>
    wholeStory(async (world) => {
      const run = await confirmed(world);
      expect(await until(world, () => world.say(run, "/orchestrate pause"))).toEqual(PASSED);
      expect(await until(world, () => hourly(world))).toEqual(["schedule: pass success"]);
      for (const login of ["reader", "stranger"])
        expect(await until(world, () => world.say(run, "/orchestrate resume", login))).toEqual(PASSED);
      expect(await stateOf(world, run)).toMatchObject({ paused: true, ended: null });
      expect(jobs(world)).toHaveLength(1);

      await until(world, () => world.say(run, "/orchestrate resume"));
      expect(jobs(world).slice(1)).toEqual([`roundtable ${run} 1 review 1`]);

      await world.commit({ [`${SPEC}/tasks.md`]: TASKS + unit(3, "none") });
      await until(world, () => world.say(run, "/orchestrate replan"));
      const made = (await stateOf(world, run)).replan!.made!;
      const old = await stateOf(world, run);
      await until(world, () => world.say(run, `/orchestrate confirm ${made.hash.slice(0, 12)}`, "reader"));
      expect((await stateOf(world, run)).planHash).toBe(old.planHash);
      world.local.interceptor = null;
      await until(world, () => world.say(run, `/orchestrate confirm ${made.hash.slice(0, 12)}`));
      if (!(await world.github.journal.hasEnded(run))) await until(world, () => hourly(world));
      expect(await stateOf(world, run)).toMatchObject({
        form: "action",
        planHash: made.hash,
        consent: { by: "octo", planHash: made.hash },
        ended: { outcome: "complete" },
      });
      expect(Object.keys((await stateOf(world, run)).landed).toSorted()).toEqual(["1", "2", "3"]);
      expect(jobs(world)).toEqual([...new Set(jobs(world))]);
    }),
);

it("cancel ends it: what is unfinished is cancelled, and nothing begins any more", { timeout: 600_000 }, () =>
  wholeStory(async (world) => {
    const run = await confirmed(world);
    for (const login of ["reader", "stranger"])
      await until(world, () => world.say(run, "/orchestrate cancel", login));
    expect(await stateOf(world, run)).toMatchObject({ ended: null });
    const before = jobs(world).length;
    await until(world, () => world.say(run, "/orchestrate cancel"));
    expect(await stateOf(world, run)).toMatchObject({ ended: { outcome: "halted" } });
    await until(world, () => hourly(world));
    expect(jobs(world)).toHaveLength(before);
    const { issues } = await world.local.view(REPO);
    const { labels } = issues.find(({ title }) => title.startsWith("2."))!;
    expect(labels.map(({ name }) => name)).toContain("cancelled");
    expect((await world.comments(run)).at(-1)).toContain("## Run ended: halted");
  }),
);
