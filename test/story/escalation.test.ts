/** An agent whose fixes do not help hands the unit on (design 2.9). Jobs are scripted; with the shipped workflow: test/long. */
import { describe, expect, it } from "vitest";
import { expectHandedOn, HANDED_ON } from "../support/escalation-story.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { story } from "../support/world.ts";

describe("a unit that two fixes do not get in order", () => {
  it("goes to the escalation agent, is read by another backend than that one's, and lands", () =>
    story(async (world) => {
      const { rest } = await scriptedRun(world, {
        tasks: "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n",
        files: { ".github/roundtable.yml": HANDED_ON },
        fateOf: (attempt) =>
          ["implement", "fix"].includes(attempt.role) && attempt.agent === "mine" ? "red" : goodFate(attempt),
      });
      expect(await expectHandedOn(world, await rest(), "src/1.txt")).toBe("fix 3\n");
    }));
});
