/** GitHub answers nothing for twenty minutes: looks grow rarer, nothing fails, and one line tells of it. */
import { expect, it } from "vitest";
import { scriptedRun } from "../support/scripted-run.ts";
import { AT, story } from "../support/world.ts";

it("a run goes on where it was, and says in one line that GitHub was away", () =>
  story(async (world) => {
    const { run, github, step, until, rest } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n  - _depends: 1_\n",
    });
    await until(({ view: { state } }) => state.attempts["1/implement/1"] !== undefined);
    const reconciler = world.reconciler({ github });
    world.local.interceptor = () => new Response("Unicorn!", { status: 502 });
    const began = world.machine.clock.now().getTime();
    const waits: number[] = [];
    while (world.machine.clock.now().getTime() < began + 20 * 60_000) {
      const { lookAgainAt, runs, failed } = await reconciler.pass();
      expect({ runs, failed }).toEqual({ runs: [], failed: [] });
      const wait = lookAgainAt!.getTime() - world.machine.clock.now().getTime();
      waits.push(wait);
      world.machine.clock.advance(wait);
    }
    world.local.interceptor = null;
    expect(waits.length).toBeLessThan(12);
    expect(waits.at(-1)).toBeGreaterThan(waits[0]! * 3);

    await step();
    const { data } = await world.as("octo").rest.issues.listComments({ ...AT, issue_number: run });
    const tracking = data.findLast(({ body }) => body?.includes("## Roundtable: "))!.body!;
    expect(tracking).toMatch(
      /^GitHub was out of reach from .* to .* \(GitHub answered 502: .*\); nothing was lost/m,
    );

    const { outcome, view } = await rest();
    expect(outcome).toBe("complete");
    expect(Object.values(view.state.attempts).every(({ lost }) => lost === 0)).toBe(true);
  }));
