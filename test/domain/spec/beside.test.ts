/** What stands beside the tasks: requirements, design, graphs and orders. */
import { describe, expect, it } from "vitest";
import { designExcerpt } from "../../../src/domain/spec/design-excerpt.ts";
import { parseDesign } from "../../../src/domain/spec/design.ts";
import { parseRequirements } from "../../../src/domain/spec/requirements.ts";
import { parseSpec } from "../../../src/domain/spec/spec.ts";
import { parseTasks } from "../../../src/domain/spec/tasks.ts";

describe("requirements keep their ids and exact words", () => {
  it.each<[form: string, lines: string[], texts: Record<string, string>]>([
    [
      "a numbered list below a heading",
      [
        "### Requirement 1: Read",
        "#### Acceptance Criteria",
        "1. WHEN a THEN b",
        "2. IF c",
        "   THEN d",
        "",
        "### Requirement 2",
        "1. e",
      ],
      { "1.1": "WHEN a THEN b", "1.2": "IF c THEN d", "2.1": "e" },
    ],
    [
      "R18: other signs, long letters, nested bullets",
      ["### 需求 1", "1、当 a", "   - b", "   - c", "2：d", "### SECURITY-2: Keys", "1. e"],
      { "1.1": "当 a\n   - b\n   - c", "1.2": "d", "SECURITY-2.1": "e" },
    ],
    [
      "R19: a numbered list below an underlined heading",
      ["Requirement 1: Read", "-------------------", "1. WHEN a"],
      { "1": "Read\n\n1. WHEN a", "1.1": "WHEN a" },
    ],
    [
      "in another language",
      ["### 需求 1: 甲", "#### 验收标准", "1. 当 a", "### Требование 2", "1. б"],
      { "1.1": "当 a", "2.1": "б" },
    ],
    ["a number alone", ["## 3. Speed", "1. WHEN a"], { "3": "Speed\n1. WHEN a", "3.1": "WHEN a" }],
    [
      "ids with letters",
      ["### REQ-4: Read", "1. WHEN a", "### FR-2: Print", "1. WHEN b"],
      { "4.1": "WHEN a", "FR-2.1": "WHEN b" },
    ],
    [
      "bugfix.md: the whole id before the sentence",
      [
        "### Current Behavior",
        "1.1 WHEN a THEN b",
        "1.2 WHEN c",
        "### Expected Behavior",
        "2.1 WHEN a THEN d",
      ],
      { "1": "Current Behavior", "1.1": "WHEN a THEN b", "2.1": "WHEN a THEN d" },
    ],
    [
      "in bold",
      ["### Requirement 1", "- **1.1** WHEN a", "- **1.2:** WHEN b"],
      { "1.1": "WHEN a", "1.2": "WHEN b" },
    ],
    [
      "a bold title with what stands below it",
      ["**FR-2.1: Modes**", "", "- one", "- two", "**FR-2.2: Rules**", "- three"],
      { "FR-2.1": "Modes\n\n- one\n- two", "FR-2.2": "Rules\n- three" },
    ],
    [
      "a table",
      ["## 4. Functions", "| ID | What |", "|----|----|", "| FR-01 | Read a file | Must |"],
      { "FR-01": "Read a file" },
    ],
    [
      "bullets without numbers are counted",
      ["### Requirement 5: Safety", "- Add tests", "- [ ] Keep tests"],
      { "5": "Safety\n- Add tests\n- Keep tests", "5.1": "Add tests", "5.2": "Keep tests" },
    ],
    [
      "bullets beside a numbered list are not",
      ["### Requirement 6", "- As a user", "1. WHEN a"],
      { "6.1": "WHEN a" },
    ],
    [
      "a title that is missing is no loss: the story stands below",
      ["### Requirement 7", "**User Story:** As a user, I want b"],
      { "7": "**User Story:** As a user, I want b" },
    ],
  ])("%s", (_, lines, expected) => {
    const { texts } = parseRequirements(lines.join("\n"));
    expect(Object.fromEntries([...texts].filter(([id]) => id in expected))).toEqual(expected);
  });

  const tasks = "- [ ] 1. A\n  - _Requirements: 1.1, 1.7_\n- [ ] 2. B\n  - _Requirements: 2.1_\n";

  it("a name that stands nowhere is a warning with the nearest one", () => {
    const requirements = "### Requirement 1\n1. WHEN a\n2. WHEN b\n### Requirement 2\n1. WHEN c\n";
    expect(parseSpec({ tasks, requirements, design: null }).diagnostics).toEqual([
      expect.objectContaining({
        severity: "warning",
        code: "unknown-requirement",
        line: 1,
        what: "Task 1 names requirement 1.7",
        fix: "Did you mean 1.1?",
      }),
    ]);
  });

  it.each([
    [null, "there is no requirements.md or bugfix.md beside tasks.md"],
    ["# Requirements\n", "no requirement with an id was found beside tasks.md"],
  ])("17: names without requirements are one warning (%j)", (requirements, why) => {
    expect(parseSpec({ tasks, requirements, design: null }).diagnostics).toEqual([
      expect.objectContaining({ code: "no-requirements", line: 1, why }),
    ]);
    expect(parseSpec({ tasks: "- [ ] 1. A\n", requirements, design: null }).diagnostics).toEqual([]);
  });
});

describe("design.md", () => {
  const design = [
    "# Design",
    "## Overview",
    "It reads `src/reader.ts`.",
    "## Components and Interfaces",
    "### 1. Component: Printer",
    "Prints.",
    "### `Reader` (new)",
    "In `src/reader.ts`, with `Reader.read` and `util.inspect`.",
    "```",
    "# no heading",
    "`not/this.ts`",
    "```",
    "## Testing",
    "In `test/reader.test.ts`.",
  ].join("\n");

  it("has an overview, components and paths", () => {
    expect(parseDesign(design)).toEqual({
      overview: "## Overview\nIt reads `src/reader.ts`.",
      components: [
        { name: "Overview", paths: ["src/reader.ts"] },
        { name: "Printer", paths: [] },
        { name: "Reader (new)", paths: ["src/reader.ts"] },
        { name: "Testing", paths: ["test/reader.test.ts"] },
      ],
      paths: ["src/reader.ts", "test/reader.test.ts"],
    });
  });

  it.each(["Overview", "1. Introduction", "概述", "概要", "Visão Geral", "Обзор", "Genel Bakış"])(
    "%s is an overview",
    (title) => expect(parseDesign(`# D\n\n## ${title}\n\nText.\n`).overview).toBe(`## ${title}\n\nText.`),
  );

  it("the excerpt for a unit holds the overview and what names its words", () => {
    const excerpt = designExcerpt(design, ["test/reader.test.ts"]);
    expect(excerpt).toContain("## Overview");
    expect(excerpt).toContain("## Testing");
    expect(excerpt).not.toContain("Printer");
  });
});

describe("the graph of waves", () => {
  const waves = (json: string): ReturnType<typeof parseTasks>["waves"] =>
    parseTasks(`- [ ] 1. A\n- [ ] 2. B\n\n\`\`\`json\n${json}\n\`\`\`\n`).waves;

  it.each([
    '{"waves": [{"id": 0, "tasks": ["1"]}, {"id": 1, "tasks": ["2"]}]}',
    '{"waves": [{"id": 1, "tasks": ["2"], "note": "late"}, {"id": 0, "tasks": ["1"]}]}',
    '{"waves": [["1"], ["2"]]}',
    '{"waves": [{"wave": 1, "tasks": [1], "description": "x", "dependencies": []}, {"wave": 2, "tasks": [2]}]}',
    '{"waves": [{"tasks": [1]}, {"tasks": [2]}]}',
    '{"waves": [{"name": "a", "description": "b", "tasks": ["Task 1"]}, {"tasks": [{"id": "2"}]}]}',
    '{"waves": [{"wave": 0, "name": "a", "parallel": true, "tasks": ["1"], "dependsOn": []}, {"wave": 1, "tasks": ["2"]}]}',
  ])("%s", (json) =>
    expect(waves(json)).toMatchObject({ line: 5, waves: [{ tasks: ["1"] }, { tasks: ["2"] }] }),
  );

  it.each([
    ['{"waves": [{"wave": 3, "tasks": [2]}, {"wave": "1", "tasks": [1]}]}', [1, 3]],
    ['{"waves": [{"id": 0, "tasks": [1]}, {"id": "wave-1", "tasks": [2]}]}', [0, 1]],
    ['{"waves": [{"id": 0, "tasks": [1]}, {"id": "last", "tasks": [2]}]}', [1, 2]],
    ['{"waves": [[1], [2]]}', [1, 2]],
  ])("counts as it is counted there: %s", (json, numbers) =>
    expect(waves(json)?.waves.map(({ number }) => number)).toEqual(numbers),
  );

  it("is found behind a fence that ends with its item", () =>
    expect(
      parseTasks('- [ ] 1. A\n  ```\n  code\n- [ ] 2. B\n\n```json\n{"waves": [["1"], ["2"]]}\n```\n').waves,
    ).toMatchObject({ line: 7 }));

  it("1.10 as a number is task 1.10", () =>
    expect(waves('{"waves": [[1.10, 1.1]]}')?.waves).toMatchObject([{ tasks: ["1.10", "1.1"] }]));

  it("may say task by task what it waits for", () => {
    const graph = waves(
      '{"waves": [{"tasks": ["1", "2"]}, {"tasks": ["3", "4"], "dependsOn": {"3": ["1"], "4": [2]}}]}',
    );
    expect([...graph!.dependsOn]).toEqual([
      ["3", { line: 5, tasks: ["1"] }],
      ["4", { line: 5, tasks: ["2"] }],
    ]);
  });
});

describe("orders that are only told", () => {
  const tasks = ["- [ ] 1. A", "- [ ] 2. B", "- [ ] 3. C", "- [ ] 4. D", "- [ ] 4.1 E", ""];
  const hints = (...lines: string[]): string[] =>
    parseTasks([...tasks, "## Order", "", ...lines].join("\n")).hints.map(
      ({ line, from, before, after }) => `${line} ${from}: ${after.join(", ")} after ${before.join(", ")}`,
    );

  it.each<[form: string, lines: string[], expected: string[]]>([
    ["arrows", ["**Critical path:** 1 → (2, 3) → 4.1"], ["9 arrow: 2, 3 after 1", "9 arrow: 4.1 after 2, 3"]],
    [
      "arrows of signs, with words",
      ["- Task 1 -> Task 2 (first this) -> Task 3"],
      ["9 arrow: 2 after 1", "9 arrow: 3 after 2"],
    ],
    ["arrows in a fence", ["```", "Phase 1: 1 → 2, 3 (side by side)", "```"], ["10 arrow: 2, 3 after 1"]],
    ["no order: a name with an arrow in it", ["Reword the `1->2` rule", "A → B"], []],
    [
      "mermaid",
      [
        "```mermaid",
        "graph TD",
        "  T1[1. A] --> T2[2. B]",
        "  T2 -->|then| T3(3 C) & T4",
        "  T3 -.-> T1",
        "  style T1 fill:#fff",
        "```",
      ],
      ["11 mermaid: 2 after 1", "12 mermaid: 3, 4 after 2"],
    ],
  ])("%s", (_, lines, expected) => expect(hints(...lines)).toEqual(expected));

  it("sentences within a task", () => {
    const { hints: told } = parseTasks(
      "- [ ] 1. A\n- [ ] 2. B (depends on Task 1)\n- [ ] 3. C\n  - Start after tasks 1 and 2\n\nShip after task 1.\n",
    );
    expect(told).toEqual([
      { line: 2, from: "sentence", before: ["1"], after: ["2"] },
      { line: 4, from: "sentence", before: ["1", "2"], after: ["3"] },
    ]);
  });

  it("what a task blocks waits for it", () => {
    const read = (first: string): (string[] | undefined)[] =>
      parseTasks(`- [ ] 1. A\n  - **Blocks:** ${first}\n- [ ] 2. B\n- [ ] 3. C\n  - [ ] 3.1 D\n`).tasks.map(
        ({ dependsOn }) => dependsOn,
      );
    expect(read("All other tasks")).toEqual([[], ["1"], ["1"], []]);
    expect(read("3.1, 9")).toEqual([[], [], [], ["1"]]);
  });
});
