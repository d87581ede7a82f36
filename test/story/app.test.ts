/** Whole runs through the App's server: signed webhooks over HTTP from the local GitHub, passes, agents' jobs. */
import { expect, it } from "vitest";
import { appStory, type AppWorld } from "../support/app-world.ts";
import { SHIPPED, SPEC, WORKFLOW } from "../support/shipped-run.ts";
import { AT } from "../support/world.ts";

const TASKS = "- [ ] 1. Write a greeting\n  - _Writes: a.txt_\n";

async function ask(world: AppWorld, tasks = TASKS): Promise<number> {
  await world.commit({ [`${SPEC}/tasks.md`]: tasks, [WORKFLOW]: SHIPPED, "a.txt": "a\n" });
  const run = await world.ask(`/orchestrate ${SPEC} --agent practice`);
  await world.local.settled();
  return run;
}

it("comment, plan, confirm, complete: nothing but webhooks moves it", async () => {
  await appStory(async (world) => {
    const run = await ask(world);
    await world.pass();
    expect((await world.comments(run)).at(-1)).toContain("/orchestrate confirm");
    await world.say(run, "/orchestrate confirm");
    await world.until(() => world.github.journal.hasEnded(run));
    const { data: pulls } = await world.as("octo").rest.pulls.list({ ...AT, base: "main" });
    expect(pulls.map(({ draft, user }) => ({ draft, by: user?.login }))).toEqual([
      { draft: false, by: "roundtable[bot]" },
    ]);
    const { data: unit } = await world
      .as("octo")
      .rest.pulls.list({ ...AT, base: `roundtable/${run}/main`, state: "all" });
    const { data: reviews } = await world
      .as("octo")
      .rest.pulls.listReviews({ ...AT, pull_number: unit[0]!.number });
    expect(reviews.map(({ user, state }) => `${user?.login} ${state}`)).toEqual([
      "roundtable[bot] COMMENTED",
    ]);
  });
});
