/** Between two looks an artifact may expire, or a person deletes it. */
import { expect, it } from "vitest";
import type { Fate } from "../support/scripted-jobs.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { story } from "../support/world.ts";

it("work whose artifact is gone before it was written to the branch is done again", () =>
  story(async (world) => {
    const fates: Fate[] = ["gone"];
    const { rest } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n",
      fateOf: (attempt) => (attempt.role === "verify" ? "green" : (fates.shift() ?? goodFate(attempt))),
    });
    const { outcome, view } = await rest();
    expect(outcome).toBe("complete");
    const { work } = view.byId.get("1")!;
    expect(work.map(({ role, n, outcome: end }) => `${role} ${n}: ${end}`)).toEqual([
      "implement 1: refused",
      "fix 1: completed",
    ]);
    expect(work[0]!.result!.summary).toBe("Its hand-over is no longer to be had: its artifact is gone.");
  }));
