/** Headings as tasks and as parents of tasks. */
import { describe, expect, it } from "vitest";
import { read, tasksIn } from "../../../support/spec-lines.ts";

describe("parents", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
    [
      "3: parents that are headings",
      ["## 5. A", "- [x] 5.1 B", "### Task 6", "- [ ] 6.1 C"],
      ["5 [x] A", "5>5.1 [x] B", "6 [ ] Task 6", "6>6.1 [ ] C"],
    ],
    [
      "3: parents that are phases",
      ["## Phase 1: A", "- [ ] 1.1 B", "- [ ] 1.2 C"],
      ["1 [ ] Phase 1: A", "1>1.1 [ ] B", "1>1.2 [ ] C"],
    ],
    [
      "3: phases of headings that are tasks",
      ["## Phase 1: A", "### Task 1.1: B", "- [ ] c", "### Task 1.2: D", "- [ ] e"],
      ["1 [ ] Phase 1: A", "1>1.1 [ ] B", "1.1>1.1.c [ ] c", "1>1.2 [ ] D", "1.2>1.2.e [ ] e"],
    ],
    [
      "3: phases whose number other tasks have too",
      ["## Phase 1: A", "- [ ] 2.1 B", "## Phase 2: C", "- [ ] 2.2 D"],
      ["2.1 [ ] B", "2.2 [ ] D"],
    ],
    [
      "3: phases of tasks that count for themselves",
      ["## Phase 1: A", "- [ ] 1. B", "- [ ] 1.1 C"],
      ["1 [ ] B", "1>1.1 [ ] C"],
    ],
    [
      "R19: parents that are underlined headings",
      [
        "Phase 1: A",
        "==========",
        "- [ ] 1.1 B",
        "",
        "5. C",
        "----",
        "- [ ] 5.1 D",
        "",
        "Task 6: E",
        "---",
        "",
        "- [ ] 6.1 F",
      ],
      ["1 [ ] Phase 1: A", "1>1.1 [ ] B", "5 [ ] C", "5>5.1 [ ] D", "6 [ ] E", "6>6.1 [ ] F"],
    ],
    [
      "R19: a rule below text makes no heading of it",
      [
        "### 1. A",
        "text",
        "---",
        "",
        "1. first",
        "---",
        "",
        "**Effort**: 2 h",
        "---",
        "",
        "A sentence.",
        "---",
        "- [ ] 1.1 B",
        "  - more",
        "---",
        "- [ ] c",
      ],
      ["1 [ ] A", "1>1.1 [ ] B", "1>1.c [ ] c"],
    ],
    [
      "R19: nor does a rule between two headings",
      [
        "## Phase 1: A",
        "",
        "### 1. B",
        "",
        "9 days of work",
        "---",
        "",
        "### 2. C",
        "",
        "3. D",
        "----",
        "### 3.1 E",
      ],
      ["1 [ ] B", "2 [ ] C", "3 [ ] D", "3>3.1 [ ] E"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));

  it("labels above a rule belong to the task above", () => {
    const { tasks } = read(
      "### Task 1: A",
      "",
      "Status: done",
      "---",
      "",
      "### Task 2: B",
      "",
      "Depends on: Task 3",
      "---",
      "",
      "### Task 3: C",
      "",
      "Depends on: none",
      "-----",
      "",
      "Some text",
    );
    expect(tasks.map(({ id, status, dependsOn, isFree }) => [id, status, dependsOn, isFree])).toEqual([
      ["1", "completed", [], false],
      ["2", "not_started", ["3"], false],
      ["3", "not_started", [], true],
    ]);
  });
});

describe("tasks", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
    ["14: headings as tasks", ["### Task 1: A", "- step", "### Task 2: B"], ["1 [ ] A", "2 [ ] B"]],
    ["14: headings with boxes", ["### [x] T0.1: A", "### [ ] T0.2: B"], ["T0.1 [x] A", "T0.2 [ ] B"]],
    [
      "14: headings whose boxes are all criteria, with a status line",
      [
        "### 1. A",
        "**Status**: [x] Done",
        "**Acceptance Criteria**:",
        "- [ ] quick",
        "### 2. B",
        "**Acceptance Criteria**:",
        "- [ ] slow",
      ],
      ["1 [x] A", "2 [ ] B"],
    ],
    [
      "14: a status line without a box",
      [
        "### Task 1: A",
        "**Status**: ✅ COMPLETED",
        "### Task 2: B",
        "**状态**: 未完成",
        "### Task 3: C",
        "**状态**：已完成",
      ],
      ["1 [x] A", "2 [ ] B", "3 [x] C"],
    ],
    [
      "14: headings that repeat a list",
      [
        "- [ ] **1. A**",
        "  - [ ] 1.1 B",
        "## Details",
        "### 1. A",
        "#### - [ ] 1.1 B",
        "- _Requirements: 4.1_",
      ],
      ["1 [ ] A", "1>1.1 [ ] B"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});
