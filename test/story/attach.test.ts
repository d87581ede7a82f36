/** Asked again for a spec: nothing is ever opened twice, and nobody who asks is left without an answer. */
import { describe, expect, it } from "vitest";
import { AT, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const withSpec = (world: World) =>
  world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n" });
const openRuns = async (world: World): Promise<number[]> =>
  (await world.github.journal.openRuns()).map(({ run }) => run);

describe("asked again", () => {
  it("for a spec with an open run: both are told where it is, on its own issue and on another; after its end a new one begins", () =>
    story(async (world) => {
      await withSpec(world);
      const first = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      await world.say(first, `/orchestrate ./${SPEC}/`);
      const second = await world.ask(`/orchestrate ${SPEC} --only 1`);
      const { asks } = await world.pass();
      expect(asks.map(({ issue, accepted }) => ({ issue, accepted }))).toEqual([
        { issue: first, accepted: true },
        { issue: first, accepted: true },
      ]);
      const told = `The run in #${first} works on this spec already. Its plan waits for a confirm.`;
      expect((await world.comments(first)).filter((body) => body.includes(told))).toHaveLength(1);
      expect((await world.comments(second)).filter((body) => body.includes(told))).toHaveLength(1);
      expect(await openRuns(world)).toEqual([first]);

      await world.say(first, "/orchestrate cancel");
      await world.pass();
      await world.say(second, `/orchestrate ${SPEC}`);
      await world.say(first, `/orchestrate ${SPEC}`);
      await world.pass();
      expect(await openRuns(world)).toEqual([second]);
      expect((await world.local.view(REPO)).issues).toHaveLength(2);
    }));

  it("at the same time, by passes that do not see each other: one stays, the other ends before anything is spent", () =>
    story(async (world) => {
      await withSpec(world);
      const first = await world.ask(`/orchestrate ${SPEC}`);
      const second = await world.ask(`/orchestrate ${SPEC}`);
      const { journal } = world.github;
      const blind = { ...world.github, journal: { ...journal, openRuns: async () => [] } };
      await Promise.all([
        world.reconciler({ github: blind }).pass(),
        world.reconciler({ github: blind }).pass(),
      ]);
      expect(await openRuns(world)).toEqual([first, second]);
      await world.say(second, "/orchestrate confirm");
      await world.pass();
      await world.pass();
      expect(await openRuns(world)).toEqual([first]);
      expect((await world.comments(second)).join("\n")).toContain(`run ${first} works on this spec already`);
      const branches = await world.as("octo").rest.repos.listBranches(AT);
      expect(branches.data.map(({ name }) => name)).toEqual(["main"]);
    }));
});
