/** A run of 120 units, cut in the middle, in both forms: it ends complete, and nothing is there twice. */
import { expect, it } from "vitest";
import { passUntilStill } from "../../src/application/job/pass.ts";
import type { Github } from "../../src/application/ports.ts";
import type { State } from "../../src/domain/run/journal.ts";
import { appStory, type AppWorld } from "../support/app-world.ts";
import { doubles } from "../support/doubles.ts";
import { goodFate } from "../support/scripted-run.ts";
import { scriptedJobs } from "../support/scripted-jobs.ts";
import { SPEC } from "../support/shipped-run.ts";
import { REPO, story, type World } from "../support/world.ts";

const UNITS = Number(process.env["ROUNDTABLE_UNITS"] ?? 120);
const TASKS = Array.from(
  { length: UNITS },
  (_, at) => `- [ ] ${at + 1}. Write part ${at + 1}\n  - _Depends: none_\n  - _writes: src/${at + 1}.txt_\n`,
).join("");
const FLAGS = "--profile throughput --max-parallel 12";
const COMPLETE = { ended: { outcome: "complete" } };

async function stateOf({ github }: Pick<World, "github">, run: number): Promise<State | null> {
  const found = await github.journal.find(run);
  return found && (await github.journal.read(found.revision)).state;
}

const landed = (state: State | null): number => Object.keys(state?.landed ?? {}).length;

async function checkEnd(world: Pick<World, "local" | "github">, run: number, jobs: readonly string[]) {
  const state = await stateOf(world, run);
  expect(state).toMatchObject(COMPLETE);
  expect(landed(state)).toBe(UNITS);
  expect(await doubles(world)).toEqual([]);
  expect(jobs.length).toBeGreaterThanOrEqual(2 * UNITS);
  expect(jobs.filter((key, at) => jobs.indexOf(key) !== at)).toEqual([]);
  const { pulls } = await world.local.view(REPO);
  expect(pulls.filter(({ base }) => base === "main").map(({ draft }) => draft)).toEqual([false]);
}

it("through the App's server, which is stopped amid a look and started again", { timeout: 1_200_000 }, () => {
  const jobs: string[] = [];
  return appStory(
    async (world) => {
      await world.commit({ [`${SPEC}/tasks.md`]: TASKS });
      const run = await world.ask(`/orchestrate ${SPEC} ${FLAGS}`);
      await world.local.settled();
      await world.pass();
      await world.say(run, "/orchestrate confirm");
      let restarts = 0;
      for (let looks = 0; !(await world.github.journal.hasEnded(run)); looks++) {
        expect(looks, "looks until the end").toBeLessThan(2000);
        const part = landed(await stateOf(world, run)) / UNITS;
        if (restarts < 2 && part > restarts / 2) {
          restarts += 1;
          world.machine.clock.advance(2000);
          await world.stop();
          await world.start();
        }
        await jobEnded(world);
        await world.pass(15_000);
      }
      expect(restarts).toBe(2);
      await checkEnd(world, run, jobs);
    },
    {
      // Who waits for a turn lets the time pass.
      paceBy: (clock) => ({
        now: () => clock.now(),
        sleep: async (ms) => (clock as AppWorld["machine"]["clock"]).advance(ms),
      }),
      jobs: (github) => {
        const scripted = scriptedJobs(github, (attempt) => {
          jobs.push(attempt.key);
          return goodFate(attempt);
        });
        return scripted.workflows;
      },
    },
  );
});

/** The webhook of it. */
async function jobEnded(world: AppWorld): Promise<void> {
  const { data: repository } = await world.as("octo").rest.repos.get({ owner: "octo", repo: "demo" });
  const body = { action: "completed", repository, installation: { id: world.installation } };
  const workflow_run = { path: ".github/workflows/roundtable-agent.yml", event: "workflow_dispatch" };
  const sender = { login: "github-actions[bot]", type: "Bot" };
  expect(await world.deliver("workflow_run", JSON.stringify({ ...body, workflow_run, sender }))).toBe(200);
}

it("through passes of the Action, each a process of its own, two of which die", { timeout: 1_200_000 }, () =>
  story(async (world) => {
    const { clock } = world.machine;
    const { workflows, dispatches } = scriptedJobs(world.github, goodFate, { seconds: 30 });
    let deaths = 0;
    const own = (): Github => ({ ...world.appWith(APP), workflows });
    const pass = async (): Promise<void> => {
      const github = own();
      const reconciler = world.reconciler({ form: "action", github });
      const log = { info() {}, warn() {}, error() {} };
      // It stays for five minutes of the story's clock.
      const waiting = { sleep: async (ms: number) => clock.advance(ms) };
      await passUntilStill({ reconciler, github, clock: waiting, log }, "");
    };
    await world.commit({ [`${SPEC}/tasks.md`]: TASKS });
    const run = await world.ask(`/orchestrate ${SPEC} ${FLAGS}`);
    await pass();
    await world.say(run, "/orchestrate confirm");
    for (let looks = 0; !(await world.github.journal.hasEnded(run)); looks++) {
      expect(looks, "passes until the end").toBeLessThan(500);
      if (deaths < 2 && landed(await stateOf(world, run)) / UNITS > deaths / 2) {
        deaths += 1;
        // Nothing that it sends from its tenth write on arrives.
        let writes = 0;
        world.local.interceptor = ({ method }) =>
          method !== "GET" && writes++ > 10 ? new Response("{}", { status: 502 }) : null;
        await pass().catch(() => {});
        world.local.interceptor = null;
      }
      await pass();
      clock.advance(31_000);
    }
    expect(deaths).toBe(2);
    await checkEnd(
      world,
      run,
      dispatches.map(({ key }) => key),
    );
  }),
);

const APP = {
  actions: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  metadata: "read",
} as const;
