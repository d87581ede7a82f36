/** `roundtable repair` of a run in which more has happened than that units landed one by one. */
import { describe, expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { UNPACED } from "../../src/adapters/github/pacer.ts";
import { CHECKED } from "../support/checked-tasks.ts";
import { force, headOf, push, removeJournal } from "../support/damage.ts";
import { repaired as say } from "../support/repaired.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { asked, phases } from "../support/shipped-run.ts";
import { APP, APP_PERMISSIONS, AT, REPO, story, type World } from "../support/world.ts";

const TASKS =
  "- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n  - _depends: 1_\n";

/** From before it was reverted, or nothing. */
const LEFT = {
  "an earlier revision": async (world: World, run: number, before: string) => {
    await force(world, run, before);
    await push(world, run, { "state.json": "{" });
  },
  "no revision": (world: World, run: number) => removeJournal(world, run),
};

/** The App's GitHub, of which the first answer to the making of an issue is held back. */
function slowGithub(world: World) {
  const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isFirst = true;
  const github = createGithub({
    token: world.local.token({ login: APP, permissions: APP_PERMISSIONS }),
    reviewerToken: world.local.token({ login: APP, permissions: APP_PERMISSIONS }),
    fullName: REPO,
    baseUrl: world.local.origin(),
    async fetch(input, init) {
      const request = new Request(input, init);
      if (isFirst && request.method === "POST" && new URL(request.url).pathname.endsWith("/issues")) {
        isFirst = false;
        reached.resolve();
        await held.promise;
      }
      return fetch(request);
    },
    clock: world.machine.clock,
    me: APP,
    reviewer: APP,
    pacer: UNPACED,
  });
  return { github, reached: reached.promise, goOn: held.resolve };
}

describe("repair", () => {
  it("of a journal in order leaves to a pass what that is writing: nothing is made twice", () =>
    story(async (world) => {
      const { github: scripted, run, rest } = await scriptedRun(world, { tasks: TASKS });
      const { github, reached, goOn } = slowGithub(world);
      const { workflows } = scripted;
      const slow = world.reconciler({ github: { ...github, workflows } }).pass();
      await Promise.race([reached, slow]);
      expect(await say(world, run)).toContain("is in order");
      await world.reconciler({ github: scripted }).pass();
      goOn();
      await slow;
      await rest();
      const { data } = await world.as("octo").rest.issues.listForRepo({ ...AT, state: "all" });
      const issues = data.filter(({ pull_request }) => !pull_request).map(({ title }) => title);
      expect(issues.toSorted()).toEqual(["1. Write a", "2. Write b", "Please"]);
    }));

  it("of an ended run of whose end no revision is left begins nothing anew, and says so", () =>
    story(async (world) => {
      const { run, rest, until } = await scriptedRun(world, {
        tasks: TASKS,
        fateOf: (attempt) => (attempt.role === "implement" ? "nothing" : goodFate(attempt)),
      });
      await until(({ view: { state } }) => state.began["1"] !== undefined);
      const early = await headOf(world, `roundtable/${run}`);
      await rest();
      await world.say(run, "/orchestrate decide d1 3");
      expect(await rest()).toMatchObject({ outcome: "halted" });
      await world.pass();
      const { git } = world.as("octo").rest;
      await git.updateRef({ ...AT, ref: `roundtable-ended/${run}`, sha: early, force: true });
      await push(world, `roundtable-ended/${run}`, { "state.json": "{" });

      await expect(say(world, run)).rejects.toThrow(`Run ${run} has ended: `);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("what is asked again is a question of its own: the comments that asked before stay as they are, and call nobody twice", () =>
    story(async (world) => {
      const { run, rest } = await scriptedRun(world, {
        tasks: TASKS,
        fateOf: (attempt) => (attempt.role === "implement" ? "nothing" : goodFate(attempt)),
      });
      expect(asked(await rest())).toEqual(["lost of 1"]);
      await world.say(run, "/orchestrate decide d1 1");
      await rest();
      const questions = async () =>
        (await world.comments(run)).filter((body) => body.includes("### Decision "));
      const before = await questions();
      expect(before).toHaveLength(2);
      await removeJournal(world, run);
      await say(world, run);
      const { view } = await rest();
      expect(Object.keys(view.state.decisions)).toEqual(["d3"]);
      expect((await questions()).slice(0, 2)).toEqual(before);
      await world.say(run, "/orchestrate decide d3 2");
      expect(phases(await rest())).toMatchObject({ 1: "skipped" });
    }));

  it("where the journal's ref stands on a branch of many commits asks for none of them one by one", () =>
    story(async (world) => {
      for (let n = 0; n < 60; n++) await world.commit({ "n.txt": `${n}` });
      const { run, until } = await scriptedRun(world, { tasks: TASKS });
      await until(({ view: { state } }) => state.began["1"] !== undefined);
      await force(world, run, await headOf(world, "heads/main"));
      let requests = 0;
      world.local.interceptor = () => {
        requests += 1;
        return null;
      };
      expect(await say(world, run, { dryRun: true })).toContain("No revision of it is left");
      expect(requests).toBeLessThan(60);
    }));

  describe.each(Object.entries(LEFT))("where %s is left", (_, damage) => {
    it.each([
      ["while it is done again", true],
      ["once it has landed again", false],
    ])("what was reverted has not landed: %s", (_when, isAtWork) =>
      story(async (world) => {
        let isPatient = isAtWork;
        let gates = 0;
        const { run, rest, until } = await scriptedRun(world, {
          tasks: CHECKED,
          files: { "shared.txt": "nothing\n" },
          fateOf: (attempt) =>
            attempt.slug.startsWith("_gate-") && gates++ === 0
              ? "red"
              : attempt.slug === "2_2" && isPatient
                ? "hangs"
                : goodFate(attempt),
        });
        await rest();
        const before = await headOf(world, `roundtable/${run}`);
        await world.say(run, "/orchestrate decide d1 4");
        await until(({ view: { state } }) =>
          isAtWork
            ? state.attempts["2_2/implement/1"] !== undefined
            : state.reverted["2"] !== undefined && state.landed["2"] !== undefined,
        );
        await damage(world, run, before);
        isPatient = false;

        expect(await say(world, run)).toMatch(/\n  unit 2: landed by #\d+, and reverted at [0-9a-f]{7}\n/);
        const end = await rest();
        // Nor is anybody asked again what to do about the checkpoint that was red.
        expect(end.reason).toMatch(/^everything has landed/);
        const branch = `roundtable/${run}/unit-2_2`;
        expect(end.view.byId.get("2")).toMatchObject({ branch, pull: { merged: true } });
        const { files } = await world.github.code.paths(end.view.integrationHead!);
        expect(files).toEqual(expect.arrayContaining(["src/1.txt", "src/2.txt", "src/4.txt"]));
        const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
        expect(pulls.filter(({ head }) => head.includes("/unit-2"))).toHaveLength(2);
      }),
    );
  });
});
