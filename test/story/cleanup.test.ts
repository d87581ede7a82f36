/** `roundtable cleanup` on a repository with an ended run and one under way. */
import { describe, expect, it } from "vitest";
import { cleanup } from "../../src/entry/commands/cleanup.ts";
import { scriptedRun } from "../support/scripted-run.ts";
import { confirmedRun, SPEC } from "../support/shipped-run.ts";
import { AT, playedStory, REPO, story, type World } from "../support/world.ts";

const DAY_MS = 24 * 3_600_000;
const TASKS = "- [ ] 1. Write a\n  - In `src/1.txt`\n";

/** What a person sees of it. */
async function clean(world: World, days: number, more: { dryRun?: true; token?: string } = {}) {
  const { token = world.local.token({ login: "octo" }), ...options } = more;
  const [printed, told]: [string[], string[]] = [[], []];
  const code = await cleanup(
    { repo: REPO, days: String(days), ...options },
    {
      cwd: "/",
      env: { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: token },
      line: (text) => void told.push(text),
      print: (text) => void printed.push(text),
    },
  );
  return { code, printed: printed.join("\n"), told: told.join("\n") };
}

const refsOf = async (world: World): Promise<string[]> => {
  const { git } = world.as("octo").rest;
  const places = ["heads/", "roundtable/", "roundtable-ended/"];
  const lists = await Promise.all(places.map((ref) => git.listMatchingRefs({ ...AT, ref })));
  return lists.flatMap(({ data }) => data.map(({ ref }) => ref));
};
const artifactsOf = async (world: World): Promise<string[]> =>
  (await world.as("octo").rest.actions.listArtifactsForRepo(AT)).data.artifacts.map(({ name }) => name);

/** A run that has ended and one under way, ten days later. */
async function tenDaysLater(world: World): Promise<{ over: number; open: number }> {
  const { run: over, rest } = await confirmedRun(world, { tasks: TASKS });
  expect((await rest()).outcome).toBe("complete");
  const { printed } = await clean(world, 5);
  expect(printed).toMatch(new RegExp(`Run ${over} is kept: it ended on .*\n0 runs removed\\.`));
  await world.commit({ ".kiro/specs/y/tasks.md": "- [ ] 1. Write b\n  - In `src/2.txt`\n" });
  const open = await world.ask("/orchestrate .kiro/specs/y --agent practice");
  await world.pass();
  await world.say(open, "/orchestrate confirm");
  await world.pass();
  await world.local.settled();
  world.machine.clock.advance(10 * DAY_MS);
  return { over, open };
}

async function mergeFinal(world: World, run: number): Promise<number> {
  const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
  const { number } = pulls.find(({ base }) => base === "main")!;
  await world.as("octo").rest.pulls.merge({ ...AT, pull_number: number });
  return number;
}

describe("cleanup", () => {
  it("removes what the ended run left, and nothing of the one under way", () =>
    playedStory(async (world) => {
      const { over, open } = await tenDaysLater(world);
      const waiting = await clean(world, 5);
      expect(waiting.printed).toMatch(/Run \d+ is kept: pull request #\d+ is open\./);
      await mergeFinal(world, over);
      const before = { refs: await refsOf(world), artifacts: await artifactsOf(world) };
      const isIts = (name: string): boolean => new RegExp(`roundtable[^/]*/${over}(/|$)`).test(name);
      expect(before.refs.filter(isIts)).toHaveLength(4);

      const dry = await clean(world, 5, { dryRun: true });
      expect(dry.printed).toContain(`\n  roundtable/${over}/unit-1\n`);
      expect(dry.printed).toContain(`Run ${open} is kept: it is under way.`);
      expect(dry.printed).toContain("Nothing was removed. Without --dry-run 1 run would go.");
      expect({ refs: await refsOf(world), artifacts: await artifactsOf(world) }).toEqual(before);

      expect(await clean(world, 5)).toMatchObject({
        code: 0,
        printed: expect.stringMatching(/its journal, 4 artifacts, 3 branches[^]*1 run removed\.$/),
      });
      expect(await refsOf(world)).toEqual(before.refs.filter((ref) => !isIts(ref)));
      expect(await artifactsOf(world)).toEqual(
        before.artifacts.filter((name) => !name.startsWith(`roundtable-${over}-`)),
      );
      expect((await clean(world, 5)).printed).toContain("0 runs removed.");
      await world.say(open, "/orchestrate cancel");
      await world.pass();
    }));

  it("leaves an issue that a later ask does not take for its run", () =>
    story(async (world) => {
      const { run, rest } = await scriptedRun(world, { tasks: TASKS });
      await rest();
      await mergeFinal(world, run);
      world.machine.clock.advance(10 * DAY_MS);
      await clean(world, 5);
      expect(await world.github.journal.hasEnded(run)).toBe(false);
      await world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write b\n  - In `src/2.txt`\n" });
      await world.say(run, `/orchestrate ${SPEC} --agent practice`);
      const { asks } = await world.pass();
      expect(asks).toMatchObject([{ accepted: true }]);
      expect(asks[0]!.issue).not.toBe(run);
    }));

  it("that was interrupted is done by the same command again; what GitHub refuses is told", () =>
    story(async (world) => {
      const { run, rest } = await scriptedRun(world, { tasks: TASKS });
      await rest();
      await mergeFinal(world, run);
      world.machine.clock.advance(10 * DAY_MS);
      const answering = (status: number, message: string): void => {
        world.local.interceptor = ({ method, url }) =>
          method === "DELETE" && decodeURIComponent(url).endsWith("/unit-1")
            ? Response.json({ message }, { status })
            : null;
      };
      answering(502, "");
      await expect(clean(world, 5)).rejects.toThrow("GitHub answered 502");
      answering(422, "Repository rule violations found: Cannot delete this branch");
      expect(await clean(world, 5)).toMatchObject({
        code: 1,
        printed: expect.stringContaining("0 runs removed."),
        told: expect.stringContaining("rule violations"),
      });
      expect(await world.github.journal.hasEnded(run)).toBe(true);
      world.local.interceptor = null;
      expect((await clean(world, 5)).printed).toContain("1 run removed.");
      expect((await refsOf(world)).filter((ref) => ref.includes("roundtable"))).toEqual([]);
    }));

  it.each([
    { days: 5, repo: "demo", says: /owner\/name/ },
    { days: -1, repo: REPO, says: /whole number/ },
  ])("of $repo, $days days, is a mistake of one sentence", async ({ days, repo, says }) => {
    const screen = { cwd: "/", env: { GITHUB_TOKEN: "x" }, line() {}, print() {} };
    await expect(cleanup({ repo, days: String(days) }, screen)).rejects.toThrow(says);
  });
});
