/** `roundtable repair` of a run in which something is just then going on. */
import { describe, expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { UNPACED } from "../../src/adapters/github/pacer.ts";
import { repaired as say } from "../support/repaired.ts";
import { scriptedRun } from "../support/scripted-run.ts";
import { APP, APP_PERMISSIONS, AT, REPO, story, type World } from "../support/world.ts";

const TASKS =
  "- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n  - _depends: 1_\n";

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
});
