/** A job that hangs: it is named, ended and begun again, and the run goes on as if nothing had been. */
import { expect, it } from "vitest";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { AT, story } from "../support/world.ts";

it("is cancelled once it has been silent for too long, and its unit lands by the next dispatch", () =>
  story(async (world) => {
    let hung = 0;
    const { run, step, rest } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write a\n  - In `src/1.txt`\n",
      fateOf: (attempt) => (attempt.role === "implement" && hung++ === 0 ? "hangs" : goodFate(attempt)),
    });
    const tracking = async (): Promise<string> => {
      const { data } = await world.as("octo").rest.issues.listComments({ ...AT, issue_number: run });
      return data.findLast(({ body }) => body?.includes("## Roundtable: "))!.body!;
    };
    const first = (await step()).view.state.attempts["1/implement/1"]!;
    world.machine.clock.advance(30 * 60_000);
    await step();
    expect(await tracking()).toMatch(
      /^- 1: implement 1 by practice in \[workflow run \d+\]\(.*\) since .* UTC/m,
    );

    world.machine.clock.advance(90 * 60_000);
    const cancelled = await step();
    expect(cancelled.did["cancel-run"]).toBe(1);
    const { outcome, view } = await rest();
    expect(outcome).toBe("complete");
    expect(view.state.attempts["1/implement/1"]).toMatchObject({
      outcome: "completed",
      pastRuns: [first.runId],
    });
    expect(view.state.attempts["1/implement/1"]!.nonce).not.toBe(first.nonce);
    expect(attemptsOf(view.state).map(({ key }) => key)).toEqual([
      "1/implement/1",
      "1/review/1",
      "_train/verify/1",
      "_train/verify/2",
    ]);
  }));

it("that does not end by being cancelled is asked again every two minutes, and given up at last", () =>
  story(async (world) => {
    let stuck = 0;
    const { step, rest } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write a\n  - In `src/1.txt`\n",
      fateOf: (attempt) => (attempt.role === "implement" && stuck++ === 0 ? "sticks" : goodFate(attempt)),
    });
    await step();
    world.machine.clock.advance(120 * 60_000);
    const asked: number[] = [];
    // Half a minute each.
    for (let look = 0; look < 9; look++) {
      const { did, waits } = await step();
      asked.push(did["cancel-run"] ?? 0);
      expect(waits.map(({ for: on }) => on)).toContain("silence");
    }
    expect(asked).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    world.machine.clock.advance(20 * 60_000);
    const { outcome, view } = await rest();
    expect(outcome).toBe("complete");
    expect(view.state.attempts["1/implement/1"]).toMatchObject({ outcome: "completed", lost: 1 });
  }));

it("a cancelled run whose jobs take their time to end comes to rest, and is kept open until they have", () =>
  story(async (world) => {
    const { run, step } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write a\n  - In `src/1.txt`\n",
      fateOf: () => "sticks",
    });
    await step();
    await world.say(run, "/orchestrate cancel");
    const cancelled = await step();
    expect(cancelled).toMatchObject({ outcome: "halted", did: { "cancel-run": 1 } });
    expect((await step()).did).toEqual({});
    expect(await world.github.journal.openRuns()).toMatchObject([{ run }]);
  }));
