/** A job that hangs: it is named, ended and begun again, and the run goes on as if nothing had been. */
import { expect, it } from "vitest";
import { attemptsOf } from "../../src/domain/run/view.ts";
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
