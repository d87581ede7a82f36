/** Agents that others keep from working: their vendors, the machine, the network (design section 7). */
import { describe, expect, it } from "vitest";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import type { Fate } from "../support/scripted-jobs.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { story } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n";

/** The first jobs that are no verification meet these fates, all others a good one. */
function begin(...fates: Fate[]): (attempt: AttemptView) => Fate {
  return (attempt) => (attempt.role === "verify" ? "green" : (fates.shift() ?? goodFate(attempt)));
}

describe("a job that ended because others kept its agent from working", () => {
  it("is done again as the same attempt, and the unit lands without a fix", () =>
    story(async (world) => {
      const { rest } = await scriptedRun(world, {
        tasks: TASKS,
        fateOf: begin("limited", "broken", "good", "limited"),
      });
      const { outcome, view } = await rest();
      const { work, reviewJobs } = view.byId.get("1")!;
      expect(outcome).toBe("complete");
      expect(work.map(({ role, n, outcome: end, hindered }) => ({ role, n, end, hindered }))).toEqual([
        { role: "implement", n: 1, end: "completed", hindered: { rate_limited: 1, infra: 1 } },
      ]);
      expect(reviewJobs.map(({ outcome: end, hindered }) => ({ end, hindered }))).toEqual([
        { end: "completed", hindered: { rate_limited: 1, infra: 0 } },
      ]);
    }));

  it("hands over what it had done, and the next goes on from there", () =>
    story(async (world) => {
      const { rest } = await scriptedRun(world, { tasks: TASKS, fateOf: begin("cut", "good") });
      const { outcome, view } = await rest();
      const { work } = view.byId.get("1")!;
      expect(outcome).toBe("complete");
      expect(work.map(({ role, n, outcome: end }) => `${role} ${n}: ${end}`)).toEqual([
        "implement 1: rate_limited",
        "fix 1: completed",
      ]);
      expect(work[1]!.headSha).toBe(work[0]!.committed);
    }));

  it("is asked about when that does not end, and is done again when a person says so", () =>
    story(async (world) => {
      const { run, rest } = await scriptedRun(world, {
        tasks: TASKS,
        fateOf: begin("broken", "broken", "broken", "broken"),
      });
      const { outcome, reason } = await rest();
      expect(outcome).toBe("decision");
      expect(reason).toContain(
        "implement 1 was tried 4 times without an answer, because machine or network failed",
      );
      await world.say(run, "/orchestrate decide d1 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("1")!.work.map(({ role, n }) => `${role} ${n}`)).toEqual(["implement 1"]);
    }));
});
