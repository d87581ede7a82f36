/** An agent whose fixes do not help hands the unit on, with the shipped agent workflow (design 2.9); its short story has scripted jobs. */
import { describe, expect, it } from "vitest";
import { confirmedRun } from "../support/shipped-run.ts";
import { AT, playedStory } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n";

/** Each attempt adds a line of its own; as a reviewer it passes what it reads. */
const MINE = `mkdir -p src
brief=$(cat)
case "$brief" in
"# review"*) echo '{"outcome": "completed", "summary": "Read.", "verdict": "pass", "findings": []}' ;;
*) echo "mine" >> src/parser.txt; echo "$brief" | grep -q "different approach" && echo "told too early" >> src/parser.txt; true ;;
esac
`;

const CONFIG = `version: 1
agents: { mine: { backend: command, command: sh mine.sh } }
routing: { default: mine, escalation: practice }
reviewers: { agent: practice }
verify: ["test ! -e src/parser.txt || grep -q Practice src/parser.txt"]
`;

describe("a unit that two fixes do not get in order", () => {
  it("goes to the escalation agent, is read by another backend than that one's, and lands", () =>
    playedStory(async (world) => {
      const { rest } = await confirmedRun(world, {
        tasks: TASKS,
        files: { ".github/roundtable.yml": CONFIG, "mine.sh": MINE },
        flags: "",
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
      const bytes = await world.github.code.file(report.view.state.landed["1"]!.sha, "src/parser.txt");
      const lines = new TextDecoder().decode(bytes ?? undefined).split("\n");
      expect(new Set(lines)).toEqual(new Set(["mine", expect.stringMatching(/^Practice .* fix 3\.$/), ""]));
    }));
});
