/** An agent whose fixes do not help hands the unit on (design 2.9). Jobs are scripted; with the shipped workflow: test/long. */
import { describe, expect, it } from "vitest";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { AT, story } from "../support/world.ts";

const CONFIG = `version: 1
agents: { mine: { backend: command, command: sh mine.sh } }
routing: { default: mine, escalation: practice }
reviewers: { agent: practice }
`;

describe("a unit that two fixes do not get in order", () => {
  it("goes to the escalation agent, is read by another backend than that one's, and lands", () =>
    story(async (world) => {
      const { rest } = await scriptedRun(world, {
        tasks: "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n",
        files: { ".github/roundtable.yml": CONFIG },
        fateOf: (attempt) =>
          ["implement", "fix"].includes(attempt.role) && attempt.agent === "mine" ? "red" : goodFate(attempt),
      });
      const report = await rest();
      expect(report.outcome).toBe("complete");
      const unit = report.view.byId.get("1")!;
      expect(unit.work.map(({ role, n, agent, outcome }) => `${role} ${n}: ${agent}, ${outcome}`)).toEqual([
        "implement 1: mine, red",
        "fix 1: mine, red",
        "fix 2: mine, red",
        "fix 3: practice, completed",
      ]);
      expect(unit.reviewJobs.map(({ reviewer, agent }) => `${reviewer}: ${agent}`)).toEqual([
        "correctness: mine",
      ]);
      const { data: issue } = await world
        .as("octo")
        .rest.issues.get({ ...AT, issue_number: unit.issue!.number });
      const said =
        "The fixes of mine did not get it in order; practice tries a different approach (routing.escalation names it)";
      for (const body of [issue.body, unit.pull!.body]) expect(body).toContain(said);
      const bytes = await world.github.code.file(report.view.state.landed["1"]!.sha, "src/1.txt");
      expect(new TextDecoder().decode(bytes ?? undefined)).toBe("fix 3\n");
    }));
});
