/** When a copy of the App looks again is told by GitHub's clock; its own may be minutes off. */
import { expect, it } from "vitest";
import { createPasses } from "../../src/entry/app/passes.ts";
import { sha256 } from "../../src/entry/compose.ts";
import { SPEC } from "../support/shipped-run.ts";
import { REPO, story, type World } from "../support/world.ts";

const MINUTE = 60_000;

/** How long the App rests after it has begun a run, by a clock that is so far ahead of GitHub's. */
async function restAfter(world: World, aheadMs: number): Promise<number | null> {
  const { github, machine } = world;
  const now = (): Date => new Date(machine.clock.now().getTime() + aheadMs);
  const passes = createPasses({
    github: {
      open: async () => ({ github, turns: { take: async () => true, release: async () => {} } }),
      mayWork: async () => {},
    },
    random: machine.random,
    log: { info() {}, warn() {}, error() {} },
    hash: sha256,
    now,
  });
  passes.settle({ key: REPO, id: 1, installation: 1 });
  await world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write a.txt\n" });
  const issue = await world.ask(`/orchestrate ${SPEC} --agent practice`);
  await passes.look(REPO, []);
  await world.say(issue, "/orchestrate confirm");
  await passes.look(REPO, []);
  const { lookAgainAt } = await passes.look(REPO, []);
  return lookAgainAt && lookAgainAt.getTime() - now().getTime();
}

it.each([-5, 5])("a clock that is %i minutes ahead lets it rest as long as a right one", async (minutes) => {
  const rests: (number | null)[] = [];
  for (const aheadMs of [0, minutes * MINUTE])
    await story(async (world) => void rests.push(await restAfter(world, aheadMs)));
  expect(rests[0]).toBeGreaterThan(0);
  expect(rests[1]).toBe(rests[0]);
});
