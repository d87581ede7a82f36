/** What a later round may say: one row a way in which a finding comes again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Severity } from "../../../src/domain/handover/result.ts";
import { judge, type JudgedFinding } from "../../../src/domain/review/rounds.ts";
import { aFinding } from "../../support/view.ts";

const reviewer = "correctness";
const first = aFinding({ id: "correctness-1", severity: "major", path: "src/a.js", summary: "Drops a line" });
const again = aFinding({ severity: "major", path: "src/a.js", line: 40, summary: "drops a  LINE." });
const other = aFinding({ severity: "major", path: "src/b.js", summary: "Leaks a handle" });

interface Row {
  name: string;
  rounds: JudgedFinding[][];
  changed: string[] | null;
  says: JudgedFinding;
  becomes: Partial<JudgedFinding>;
}

describe("a finding", () => {
  it.each<Row>([
    {
      name: "of the first round is new",
      rounds: [],
      changed: [],
      says: again,
      becomes: { id: "correctness-1", standing: "new", severity: "major" },
    },
    {
      name: "said again is confirmed, wherever its line is now",
      rounds: [[first]],
      changed: [],
      says: again,
      becomes: { id: "correctness-1", standing: "confirmed" },
    },
    {
      name: "named by its id is confirmed in other words",
      rounds: [[first]],
      changed: [],
      says: aFinding({ id: "correctness-1", path: null, summary: "Still lost" }),
      becomes: { id: "correctness-1", standing: "confirmed" },
    },
    {
      name: "does not grow in unchanged files",
      rounds: [[{ ...first, severity: "minor" }]],
      changed: ["src/b.js"],
      says: again,
      becomes: { severity: "minor" },
    },
    {
      name: "may grow where the file has changed",
      rounds: [[{ ...first, severity: "minor" }]],
      changed: ["src/a.js"],
      says: again,
      becomes: { severity: "major" },
    },
    {
      name: "may always shrink",
      rounds: [[first]],
      changed: [],
      says: { ...again, severity: "minor" },
      becomes: { severity: "minor", standing: "confirmed" },
    },
    {
      name: "that was closed comes back where the file has changed",
      rounds: [[first], []],
      changed: ["src/a.js"],
      says: again,
      becomes: { id: "correctness-1", standing: "regression", severity: "major" },
    },
    {
      name: "that was closed does not come back without a change",
      rounds: [[first], []],
      changed: ["src/b.js"],
      says: again,
      becomes: { id: "correctness-1", standing: "late", severity: "minor" },
    },
    {
      name: "in changed lines is new",
      rounds: [[first]],
      changed: ["src/b.js"],
      says: other,
      becomes: { id: "correctness-2", standing: "new", severity: "major" },
    },
    {
      name: "that could have been said before is late",
      rounds: [[first]],
      changed: ["src/a.js"],
      says: other,
      becomes: { id: "correctness-2", standing: "late", severity: "minor" },
    },
    {
      name: "that is critical counts whenever it comes",
      rounds: [[first]],
      changed: ["src/a.js"],
      says: { ...other, severity: "critical" },
      becomes: { standing: "late", severity: "critical" },
    },
    {
      name: "without a place could have been said before",
      rounds: [[first]],
      changed: [],
      says: { ...other, path: null },
      becomes: { standing: "late", severity: "minor" },
    },
    {
      name: "after a person's push is taken as said",
      rounds: [[first]],
      changed: null,
      says: other,
      becomes: { standing: "new", severity: "major" },
    },
    {
      name: "cannot take the id of another reviewer",
      rounds: [],
      changed: [],
      says: { ...other, id: "security-1" },
      becomes: { id: "correctness-1" },
    },
  ])("$name", ({ rounds, changed, says, becomes }) => {
    const past = { reviewer, rounds, changed: changed && new Set(changed) };
    expect(judge([says], past)).toEqual([expect.objectContaining(becomes)]);
  });

  it("said twice in one round is two", () => {
    const ids = judge([again, again], { reviewer, rounds: [[first]], changed: null }).map(({ id }) => id);
    expect(ids).toEqual(["correctness-1", "correctness-2"]);
  });
});

const finding = fc.record({
  severity: fc.constantFrom(...Severity.options),
  path: fc.constantFrom("a", "b", "c", null),
  summary: fc.constantFrom("one", "two", "three"),
});

it("while no file changes, no later round sends back for what could have been said in the first", () => {
  fc.assert(
    fc.property(fc.array(fc.array(finding, { maxLength: 6 }), { maxLength: 6 }), (said) => {
      const rounds: JudgedFinding[][] = [];
      for (const round of said)
        rounds.push(judge(round.map(aFinding), { reviewer, rounds: [...rounds], changed: new Set() }));
      const later = rounds.slice(1).flat();
      for (const { id, severity, path, standing } of later) {
        if (severity !== "major" || path === null) continue;
        expect(standing).toBe("confirmed");
        const before = rounds.flat().filter((one) => one.id === id);
        expect(before[0]!.standing === "new" || before.some((one) => one.severity === "critical")).toBe(true);
      }
      for (const round of rounds) expect(new Set(round.map(({ id }) => id)).size).toBe(round.length);
    }),
  );
});
