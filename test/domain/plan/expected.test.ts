/** Plans of real specs against what a person reads in them. A difference means: read the spec again, it decides. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../src/domain/config.ts";
import type { PlanFlags } from "../../../src/domain/plan/flags.ts";
import { makePlan } from "../../../src/domain/plan/make.ts";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import {
  ExpectedPlan,
  faultsOf,
  openDifferences,
  reopened,
  taskDifferences,
  unitDifferences,
} from "../../support/expected-plan.ts";
import { aPlan, sha256 } from "../../support/run.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/expected");
const CORPUS = process.env["ROUNDTABLE_CORPUS"];
const names = readdirSync(FIXTURES).map((file) => file.replace(/\.yml$/, ""));
const expectedOf = (name: string): ExpectedPlan =>
  ExpectedPlan.parse(parse(readFileSync(join(FIXTURES, `${name}.yml`), "utf8")));

function textOf(name: string, file: string): string | null {
  const path = join(CORPUS!, name, file);
  if (!existsSync(path)) return null;
  const decoded = decodeSpec(readFileSync(path));
  if (!("text" in decoded)) throw new Error(`${path}: ${decoded.diagnostic.what}`);
  return decoded.text;
}

const planOf = (name: string, { tasksText, flags }: { tasksText: string; flags: PlanFlags }): Plan =>
  makePlan({
    spec: {
      name: "x",
      path: ".kiro/specs/x",
      sha: null,
      tasksText,
      requirementsText: textOf(name, "requirements.md") ?? textOf(name, "bugfix.md"),
      designText: textOf(name, "design.md"),
    },
    config: parseConfig("version: 1\n").config,
    flags,
    files: [],
    hash: sha256,
  });

describe("the expected plans", () => {
  it.each(names)("%s names what it says", (name) => {
    const expected = expectedOf(name);
    expect(expected.spec).toBe(name);
    expect(faultsOf(expected)).toEqual([]);
  });
});

describe("the comparison", () => {
  const text = [
    "- [ ] 1. A",
    "  - [ ] 1.1 B",
    "    - _Requirements: 1.1_",
    "- [ ] 2. C",
    "  - _Depends: 1_",
    "  - _writes: a.md_",
    "- [ ] 3. Checkpoint",
    "- [x] 4. D",
  ].join("\n");
  const expected = ExpectedPlan.parse({
    spec: "x",
    why: "one of each",
    tasks: [
      { id: "1", line: 1, status: "not_started" },
      { id: "1.1", parent: "1", line: 2, status: "not_started", requirements: ["1.1"] },
      { id: "2", line: 4, status: "not_started", writes: ["a.md"] },
      { id: "3", line: 7, status: "not_started", checkpoint: true },
      { id: "4", line: 8, status: "completed" },
    ],
    open: [{ id: "1" }, { id: "2" }, { id: "3" }],
    edges: [
      { from: "2", to: "1", source: "declared", line: 5 },
      { from: "3", to: "2", source: "checkpoint", line: 7 },
    ],
  });
  const differencesOf = (tasksText: string): string[] => [
    ...taskDifferences(expected, aPlan(tasksText)),
    ...openDifferences(expected, aPlan(tasksText)),
    ...unitDifferences(
      expected,
      aPlan(reopened(tasksText, expected), { flags: { profile: "throughput", includeOptional: true } }),
    ),
  ];

  it("finds nothing in the same plan", () => expect(differencesOf(text)).toEqual([]));

  it.each([
    ["another id", "2. C", "5. C"],
    ["another parent", "1.1 B", "2.1 B"],
    ["another mark", "[ ] 2.", "[-] 2."],
    ["an optional task", "[ ] 2.", "[ ]* 2."],
    ["another requirement", "1.1_", "1.2_"],
    ["another path", "a.md", "b.md"],
    ["a task too many", "  - _writes: a.md_", "- [x] 6. E"],
    ["a task too few", "- [x] 4. D", "D"],
    ["no checkpoint", "Checkpoint", "Point"],
    ["an edge too few", "_Depends: 1_", "_Depends: none_"],
    [
      "another line of an edge",
      "  - _Depends: 1_\n  - _writes: a.md_",
      "  - _writes: a.md_\n  - _Depends: 1_",
    ],
    ["another source of an edge", "_Depends: 1_", "_Depends: 1.1_"],
    ["an edge too many", "4. D", "4. D\n  - _Depends: 1_"],
  ])("finds %s", (_, from, to) => {
    expect(text).toContain(from);
    expect(differencesOf(text.replace(from, to))).not.toEqual([]);
  });

  it("takes either of two places that prove an edge", () => {
    const more = ExpectedPlan.shape.edges.parse([{ from: "2", to: "1", source: "lifted", line: 5 }]);
    const both = { ...expected, edges: [...expected.edges, ...more] };
    const plan = aPlan(reopened(text.replace("_Depends: 1_", "_Depends: 1.1_"), expected), {
      flags: { profile: "throughput", includeOptional: true },
    });
    expect(unitDifferences(both, plan)).toEqual([]);
    expect(unitDifferences(expected, plan)).toEqual([
      "2 waits for 1 (declared, line 5), planned as lifted: line 5: 2 depends on 1.1, so unit 2 waits for unit 1",
    ]);
  });

  it("tells requirements of two kinds apart", () => {
    const [task] = ExpectedPlan.parse({
      ...expected,
      tasks: [{ id: "1", line: 1, requirements: ["FR-1"] }],
    }).tasks;
    const plan = aPlan("- [ ] 1. A\n  - _Requirements: NFR-1_\n");
    expect(taskDifferences({ ...expected, tasks: [task!] }, plan)).toEqual([
      "line 1 (1): requirements is FR-1, read as NFR-1",
    ]);
  });

  it("finds units with and without work left", () => {
    const open = [{ id: "2" }, { id: "3" }, { id: "4" }];
    expect(openDifferences({ ...expected, open }, aPlan(text))).toEqual([
      "unit 1 (line 1) has no work left, but is planned",
      "unit 4 (line 8) has work left, but is left out",
    ]);
  });
});

describe.runIf(CORPUS !== undefined)("plans of real specs", () => {
  it("the folder that ROUNDTABLE_CORPUS names is there", () => expect(existsSync(CORPUS!)).toBe(true));

  it.each(names)("%s", (name) => {
    const expected = expectedOf(name);
    const text = textOf(name, "tasks.md")!;
    const asItStands = planOf(name, { tasksText: text, flags: {} });
    // Throughput adds no order of its own.
    const whole = planOf(name, {
      tasksText: reopened(text, expected),
      flags: { profile: "throughput", includeOptional: true },
    });
    const differences = [
      ...taskDifferences(expected, asItStands),
      ...openDifferences(expected, asItStands),
      ...unitDifferences(expected, whole),
    ];
    expect(differences.join("\n")).toBe("");
  });
});
