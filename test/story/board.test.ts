/** The board is printed from what was decided: untouched while nothing changes, put right when it drifts. */
import { describe, expect, it } from "vitest";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { SPEC } from "../support/shipped-run.ts";
import { APP, AT, story, type World } from "../support/world.ts";

const TASKS =
  "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.js_\n";

/** A confirmed run whose first job does not end. */
async function underWay(world: World, tasks = TASKS): Promise<number> {
  await world.commit({
    [`${SPEC}/tasks.md`]: tasks,
    ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 60"),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  await world.pass();
  return run;
}

/** All that a pass could have changed there: the journal, and when each comment and issue was touched last. */
async function worldAfter(world: World, run: number) {
  const { data: comments } = await world.as("octo").rest.issues.listCommentsForRepo(AT);
  const { data: issues } = await world.as("octo").rest.issues.listForRepo({ ...AT, state: "all" });
  const { journal } = world.github;
  const open = (await journal.openRuns()).find((one) => one.run === run);
  return {
    revision: open?.revision,
    touched: [...comments, ...issues].map(({ id, updated_at: at }) => `${id} ${at}`),
    tracking: comments.find(({ user, body }) => user?.login === APP && body?.includes("## Roundtable: x"))!
      .body!,
  };
}

describe("the tracking comment", () => {
  it("is written once in ten minutes of a long job, and a look in between writes nothing at all", () =>
    story(async (world) => {
      const run = await underWay(world);
      const before = await worldAfter(world, run);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      expect(await worldAfter(world, run)).toEqual(before);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      const signed = await worldAfter(world, run);
      expect(signed.tracking).toMatch(/^Still at work at .*: 1 job is under way, the longest since /m);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      expect(await worldAfter(world, run)).toEqual(signed);
    }));
});
