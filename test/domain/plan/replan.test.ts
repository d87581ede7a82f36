/** A new plan of a spec beside the one before it: what it says otherwise, and what stays as it landed. */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import {
  changedUnits,
  staying,
  takenIds,
  withLanded,
  type SpecTexts,
} from "../../../src/domain/plan/replan.ts";
import { aPlan } from "../../support/run.ts";

const OLD = `- [ ] 1. Parse
  - [ ] 1.1 Read a line
    - _Requirements: 1.1_
- [ ] 2. Print
  - [ ] 2.1 In black
    - _Requirements: 2_
- [ ] 3. Checkpoint - all tests pass
- [ ] 4. Guide
`;
const REQUIREMENTS = `# Requirements

### Requirement 1: Read

#### Acceptance Criteria

1. WHEN a line comes THEN the system SHALL read it

### Requirement 2: Print

#### Acceptance Criteria

1. WHEN asked THEN the system SHALL print
`;

describe("changed units", () => {
  const before = { tasks: OLD, requirements: REQUIREMENTS };

  it.each<[name: string, after: Partial<SpecTexts>, changed: string[]]>([
    ["nothing", {}, []],
    ["a ticked box", { tasks: OLD.replace("[ ] 1.1", "[x] 1.1") }, []],
    ["other words below a task", { tasks: OLD.replace("In black", "In black\n    - and white") }, ["2"]],
    ["another title", { tasks: OLD.replace("4. Guide", "4. Handbook") }, ["4"]],
    ["one more sub-task", { tasks: OLD.replace("- [ ] 2. ", "  - [ ] 1.2 More\n- [ ] 2. ") }, ["1"]],
    ["a sub-task less", { tasks: OLD.replace(/ {2}- \[ \] 2\.1[^]*?_\n/, "") }, ["2"]],
    ["a criterion of one", { requirements: REQUIREMENTS.replace("read it", "keep it") }, ["1"]],
    [
      "a criterion below what one names",
      { requirements: REQUIREMENTS.replace("SHALL print", "SHALL show") },
      ["2"],
    ],
    ["a unit more before a checkpoint", { tasks: OLD.replace("- [ ] 3.", "- [ ] 5. Save\n- [ ] 3.") }, ["3"]],
  ])("%s", (_, change, changed) => {
    const after = { ...before, ...change };
    const plans = { old: aPlan(OLD), next: aPlan(after.tasks) };
    expect(changedUnits(plans, { before, after })).toEqual(changed);
  });
});

describe("what has landed", () => {
  it.each<[name: string, tasks: string, says: string[]]>([
    ["stands where it stood", OLD, []],
    ["is gone", OLD.replace(/- \[ \] 1\.[^]*?_\n(?=- )/, ""), []],
    ["is ticked", OLD.replaceAll("[ ] 1", "[x] 1"), []],
    [
      "was given another id",
      OLD.replace("1. Parse", "1. Lex").replace("4. Guide", "4. Parse"),
      ["stands under 4 now"],
    ],
    ["lost its id to another", OLD.replace("1. Parse", "1. Lex"), ["another task stands under that id now"]],
  ])("%s", (_, tasks, says) => {
    const taken = takenIds({ old: aPlan(OLD), next: aPlan(tasks) }, new Set(["1", "3"]));
    expect(taken).toEqual(says.map((sentence) => expect.stringContaining(sentence)));
  });

  it("stays in the plan as it landed; what was written to it since is left out, and said", () => {
    const old = aPlan(OLD);
    const next = aPlan(
      OLD.replace("- [ ] 2. ", "  - [ ] 1.2 More\n- [ ] 2. ").replace("- [ ] 4. Guide\n", ""),
    );
    const { units, leftOut, estimate } = withLanded(
      { old, next },
      new Set(["1", "4"]),
      parseConfig("version: 1\n").config,
    );
    expect(units.map(({ id, taskIds }) => `${id}: ${taskIds.join(" ")}`)).toEqual([
      "4: 4",
      "1: 1 1.1",
      "2: 2 2.1",
      "3: 3",
    ]);
    expect(leftOut).toEqual([{ id: "1.2", why: expect.stringContaining("unit 1 had landed") }]);
    expect(estimate.jobs).toBeLessThan(next.estimate.jobs);
  });

  it("a passed checkpoint that the new plan changes has yet to be passed", () => {
    expect([...staying(aPlan(OLD), ["1", "3"], ["1", "3"])]).toEqual(["1"]);
  });
});
