/** An agent that is shown its red verify command mends it within its attempt, with the shipped agent workflow (design 2.6). */
import { expect, it } from "vitest";
import { confirmedRun } from "../support/shipped-run.ts";
import { AT, playedStory } from "../support/world.ts";

const AGENT = `mkdir -p src
if grep -q "^Parsed: days"; then echo weeks >> src/parser.txt; else echo days > src/parser.txt; fi
`;

const CONFIG = `version: 1
agents: { mine: { backend: command, command: sh agent.sh } }
reviewers: { agent: practice }
verify: ["test ! -e src/parser.txt || grep -q weeks src/parser.txt || { echo Parsed: $(cat src/parser.txt); exit 1; }"]
`;

it("a red verify command is mended in the same attempt, and no fix is needed", () =>
  playedStory(async (world) => {
    const { rest } = await confirmedRun(world, {
      tasks: "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n",
      files: { ".github/roundtable.yml": CONFIG, "agent.sh": AGENT },
      flags: "",
    });
    const { outcome, view } = await rest();
    expect(outcome).toBe("complete");
    expect(view.byId.get("1")!.work).toMatchObject([
      { role: "implement", outcome: "completed", result: { files: [{ path: "src/parser.txt", lines: 2 }] } },
    ]);
    const { data } = await world
      .as("octo")
      .rest.pulls.get({ ...AT, pull_number: view.byId.get("1")!.pull!.number });
    expect(data.body).toContain("| implement 1 | mine | completed, 1 round of self-check |");
  }));
