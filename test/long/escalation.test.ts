/** An agent whose fixes do not help hands the unit on, with the shipped agent workflow (design 2.9); its short story has scripted jobs. */
import { describe, expect, it } from "vitest";
import { expectHandedOn, HANDED_ON } from "../support/escalation-story.ts";
import { confirmedRun } from "../support/shipped-run.ts";
import { playedStory } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n";

/** Each attempt adds a line of its own; as a reviewer it passes what it reads. */
const MINE = `mkdir -p src
brief=$(cat)
case "$brief" in
"# review"*) echo '{"outcome": "completed", "summary": "Read.", "verdict": "pass", "findings": []}' ;;
*) echo "mine" >> src/parser.txt; echo "$brief" | grep -q "different approach" && echo "told too early" >> src/parser.txt; true ;;
esac
`;

const CONFIG = `${HANDED_ON}verify: ["test ! -e src/parser.txt || grep -q Practice src/parser.txt"]
`;

describe("a unit that two fixes do not get in order", () => {
  it("goes to the escalation agent, is read by another backend than that one's, and lands", () =>
    playedStory(async (world) => {
      const { rest } = await confirmedRun(world, {
        tasks: TASKS,
        files: { ".github/roundtable.yml": CONFIG, "mine.sh": MINE },
        flags: "",
      });
      const lines = (await expectHandedOn(world, await rest(), "src/parser.txt")).split("\n");
      expect(new Set(lines)).toEqual(new Set(["mine", expect.stringMatching(/^Practice .* fix 3\.$/), ""]));
    }));
});
