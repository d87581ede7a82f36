/** The forms that real tasks.md files have: an input for each, and what is read. The numbers are those of a survey of 1,375 files. */
import { describe, expect, it } from "vitest";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import { parseTasks, type Task } from "../../../src/domain/spec/tasks.ts";

const MARKS = { not_started: " ", in_progress: "-", queued: "~", completed: "x", unknown: "?" };

/** `parent>id [mark] title`, a star for an optional task. */
const line = ({ parent, id, status, optional, title }: Task): string =>
  `${parent === null ? "" : `${parent}>`}${id} [${MARKS[status]}]${optional ? "*" : ""} ${title}`;

const read = (...lines: string[]): ReturnType<typeof parseTasks> => parseTasks(lines.join("\n"));
const tasksIn = (...lines: string[]): string[] => read(...lines).tasks.map(line);
const codesIn = (...lines: string[]): string[] =>
  read(...lines).diagnostics.map(({ code, line: at }) => `${at} ${code}`);
const usesIn = (...lines: string[]): string[] =>
  read(...lines).boxes.map((use) => `${use.line} ${use.as}${use.task === null ? "" : ` of ${use.task}`}`);

describe("tasks", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
    ["1: sub-tasks flush left", ["- [x] 2. A", "- [ ] 2.1 B"], ["2 [x] A", "2>2.1 [ ] B"]],
    ["1: sub-tasks by indent", ["- [ ] 2. A", "  - [ ] 2.1 B"], ["2 [ ] A", "2>2.1 [ ] B"]],
    [
      "1: both in one list, the id before the indent",
      ["- [ ] 1. A", "- [ ] 1.1 B", "- [ ] 2. C", "  - [ ] 1.2 D", "  - [ ] 2.1 E"],
      ["1 [ ] A", "1>1.1 [ ] B", "2 [ ] C", "1>1.2 [ ] D", "2>2.1 [ ] E"],
    ],
    [
      "1: a task indented below its own sub-task",
      ["- [ ] 2. A", "  - [ ] 1.1 B", "    - [ ] 1. C"],
      ["2 [ ] A", "1>1.1 [ ] B", "1 [ ] C"],
    ],
    ["2: N. and N.N", ["- [ ] 1. A", "- [ ] 1.1 B"], ["1 [ ] A", "1>1.1 [ ] B"]],
    [
      "2: N without a dot",
      ["- [x] 1 Smart things", "- [ ] 2 3D models"],
      ["1 [x] Smart things", "2 [ ] 3D models"],
    ],
    [
      "2: three and four parts",
      ["- [ ] 1. A", "- [ ] 1.1 B", "- [ ] 1.1.1 C", "- [ ] 1.1.1.1: D"],
      ["1 [ ] A", "1>1.1 [ ] B", "1.1>1.1.1 [ ] C", "1.1.1>1.1.1.1 [ ] D"],
    ],
    ["2: a dot after the last part", ["- [ ] 1. A", "- [ ] 1.1. B"], ["1 [ ] A", "1>1.1 [ ] B"]],
    ["2: within bold", ["- [ ] **0. A**", "- [ ] **0.1 B**"], ["0 [ ] A", "0>0.1 [ ] B"]],
    ["2: Task N", ["- [ ] Task 1.1 A", "- [ ] Task 2: B"], ["1.1 [ ] A", "2 [ ] B"]],
    ["2: T01:", ["- [ ] T01: A", "- [ ] T02: B"], ["T01 [ ] A", "T02 [ ] B"]],
    [
      "2: another language",
      ["- [x] タスク4.1.1: A（100%完了）", "- [ ] 任务 2：B"],
      ["4.1.1 [x] A（100%完了）", "2 [ ] B"],
    ],
    ["2: a letter behind the number", ["- [ ] 10.2a A", "- [ ] 0.V B"], ["10.2a [ ] A", "0.V [ ] B"]],
    [
      "2: a letter behind the number, deeper than the task of that number",
      ["- [ ] 7. A", "  - [ ] 7.3 B", "    - [ ] 7.3a C", "  - [ ] 7.3b D"],
      ["7 [ ] A", "7>7.3 [ ] B", "7.3>7.3a [ ] C", "7>7.3b [ ] D"],
    ],
    [
      "2: words and a number",
      ["- [x] **FOUNDATION-1: Core** ✅ COMPLETE"],
      ["FOUNDATION-1 [x] Core ✅ COMPLETE"],
    ],
    [
      "2: emphasis that closes behind the id",
      ["- [ ] **1.** A", "- [ ] **1.1** B", "- [ ] __1.2__ C", "- [ ] **Task 2:** D"],
      ["1 [ ] A", "1>1.1 [ ] B", "1>1.2 [ ] C", "2 [ ] D"],
    ],
    ["2: an escaped dot", [String.raw`- [ ] 1\. A`], ["1 [ ] A"]],
    [
      "2: a hash or a dash before the number",
      ["- [ ] #1 A", "- [ ] Task #2: B", "- [ ] TASK-003: C"],
      ["1 [ ] A", "2 [ ] B", "TASK-003 [ ] C"],
    ],
    [
      "2: numbers that are none of a task",
      ["- [ ] 2024 report", "- [ ] 1st draft", "- [ ] 100% coverage"],
      ["2024-report [ ] 2024 report", "1st-draft [ ] 1st draft", "100-coverage [ ] 100% coverage"],
    ],
    ["2: struck out", ["- [x] ~~7.1 A~~ [removed]"], ["7.1 [x] A [removed]"]],
    ["2: none at all", ["- [ ] Write it", "- [ ] Read it"], ["write-it [ ] Write it", "read-it [ ] Read it"]],
    ["2: some with, some without", ["- [ ] 1. A", "- [ ] Write it"], ["1 [ ] A", "write-it [ ] Write it"]],
    [
      "3: ids that stand twice",
      ["- [ ] 12. A", "- [ ] 12. B", "- [ ] 12_2: C"],
      ["12 [ ] A", "12_2 [ ] B", "12-2-c [ ] 12_2: C"],
    ],
    ["3: out of order", ["- [ ] 2. B", "- [ ] 1.1 C", "- [ ] 1. A"], ["2 [ ] B", "1>1.1 [ ] C", "1 [ ] A"]],
    ["3: gaps, and none that begins at 1", ["- [ ] 5. A", "- [ ] 9. B"], ["5 [ ] A", "9 [ ] B"]],
    ["3: from 0", ["- [ ] 0. A", "- [ ] 0.1 B"], ["0 [ ] A", "0>0.1 [ ] B"]],
    [
      "3: a parent that stands nowhere",
      ["- [ ] 4.1 A", "- [ ] 4.1.1.1 B"],
      ["4.1 [ ] A", "4.1>4.1.1.1 [ ] B"],
    ],
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
      "4: marks",
      ["- [ ] 1. A", "- [x] 2. B", "- [X] 3. C", "- [-] 4. D", "- [~] 5. E", "- [] 6. F"],
      ["1 [ ] A", "2 [x] B", "3 [x] C", "4 [-] D", "5 [~] E", "6 [ ] F"],
    ],
    [
      "4: home-made marks",
      ["- [x  ] 1. A", "- [!] 2. B", "- [⏳] 3. C", "- [搁置：] 4. D"],
      ["1 [x] A", "2 [?] B", "3 [?] C", "4 [?] D"],
    ],
    [
      "5: other bullets",
      ["* [ ] 1. A", "+ [ ] 2. B", "3. [ ] 3. C", "\t- [ ] 3.1 D"],
      ["1 [ ] A", "2 [ ] B", "3 [ ] C", "3>3.1 [ ] D"],
    ],
    [
      "5: indents of 3 and 6 spaces",
      ["- [ ] A", "   - [ ] B", "      - [ ] C"],
      ["a [ ] A", "a>a.b [ ] B", "a.b>a.b.c [ ] C"],
    ],
    ["6: a star before the id", ["- [ ]* 2.3 A", String.raw`- [ ]\* 2.4 B`], ["2.3 [ ]* A", "2.4 [ ]* B"]],
    ["6: a star after the id", ["- [ ] 5.2* A", "- [ ] 6.* B"], ["5.2 [ ]* A", "6 [ ]* B"]],
    [
      "6: a word",
      [
        "- [x] 10. (Optional) A",
        "- [ ] 11. B（可选）",
        "- [ ] 12. C (任意)",
        "- [ ] 13. D (opcional)",
        "- [ ] 14. Read (optional) fields",
      ],
      [
        "10 [x]* (Optional) A",
        "11 [ ]* B（可选）",
        "12 [ ]* C (任意)",
        "13 [ ]* D (opcional)",
        "14 [ ] Read (optional) fields",
      ],
    ],
    ["6: a word before the id", ["- [ ] (Optional) 3. A", "- [ ] Optional: 4. B"], ["3 [ ]* A", "4 [ ]* B"]],
    [
      "6: emphasis is no star",
      ["- [ ] *3. A* and more", "- [ ] **4. B**"],
      ["3-a-and-more [ ] *3. A* and more", "4 [ ] B"],
    ],
    [
      "6: a word in the middle",
      ["- [ ] 1. 处理（可选）字段", "- [ ] 2. Read (optional) fields"],
      ["1 [ ] 处理（可选）字段", "2 [ ] Read (optional) fields"],
    ],
    [
      "7: a done parent with an open child, and the other way round",
      ["- [x] 1. A", "- [ ] 1.1 B", "- [ ] 2. C", "- [x] 2.1 D"],
      ["1 [x] A", "1>1.1 [ ] B", "2 [ ] C", "2>2.1 [x] D"],
    ],
    [
      "13: what comes after the list",
      ["- [ ] 1. A", "## Definition of Done", "- [ ] all green", "## Notes", "- [ ] ask Ann"],
      ["1 [ ] A"],
    ],
    [
      "13: headings that only sound like notes",
      [
        "## 说明文档编写",
        "- [ ] A",
        "## Risk engine",
        "- [ ] B",
        "## 风险控制",
        "- [ ] C",
        "## Release notes page",
        "- [ ] D",
      ],
      ["a [ ] A", "b [ ] B", "c [ ] C", "d [ ] D"],
    ],
    [
      "R8: headings that only begin like criteria",
      [
        "## User Acceptance Flow",
        "- [ ] A",
        "## Quality gates service",
        "- [ ] B",
        "## 10. Acceptance of terms",
        "- [ ] 10.1 C",
      ],
      ["a [ ] A", "b [ ] B", "10 [ ] Acceptance of terms", "10>10.1 [ ] C"],
    ],
    [
      "R8: numbered boxes with new ids below criteria",
      [
        "- [ ] 1. A",
        "## Quality Gates",
        "- [ ] 7. B",
        "- [ ] 1. all green",
        "- [ ] small",
        "- [ ] AC1: quick",
      ],
      ["1 [ ] A", "7 [ ] B"],
    ],
    [
      "13: phases and tasks are about work, whatever they are called",
      ["## Phase 3: Quality gates", "- [ ] 3.1 A", "### Task 5: Acceptance flow", "- [ ] 5.1 B"],
      ["3 [ ] Phase 3: Quality gates", "3>3.1 [ ] A", "5 [ ] Acceptance flow", "5>5.1 [ ] B"],
    ],
    [
      "13: notes and risks in other words",
      [
        "- [ ] 1. A",
        "## 📝 注意事项",
        "- [ ] b",
        "## 3. Risks and Mitigation",
        "- [ ] c",
        "## 高风险项",
        "- [ ] d",
        "## リスクと対策",
        "- [ ] e",
      ],
      ["1 [ ] A"],
    ],
    [
      "13: boxes as bullets of a numbered task",
      ["- [ ] 1. A", "  - [ ] first", "  - [x] second"],
      ["1 [ ] A"],
    ],
    [
      "R13: only paired emphasis is taken away, and none from code",
      [
        "- [ ] 1. Lint `src/**/*.ts`",
        "- [ ] 2. Lint src/**/*.ts and lib/**/*.ts",
        "- [ ] **3. Lint `a/**`**",
        "- [ ] 4. **A** and ~~b~~ **c",
        "- [ ] __init__.py anlegen",
        "- [ ] 6. Fix src/__init__",
        "- [ ] __7. A b__",
        "- [ ] 8. __A b__",
      ],
      [
        "1 [ ] Lint `src/**/*.ts`",
        "2 [ ] Lint src/**/*.ts and lib/**/*.ts",
        "3 [ ] Lint `a/**`",
        "4 [ ] A and b **c",
        "init-py-anlegen [ ] __init__.py anlegen",
        "6 [ ] Fix src/__init__",
        "7 [ ] A b",
        "8 [ ] A b",
      ],
    ],
    [
      "R9: a status that goes on is not done, but for a bracket, date or sign",
      [
        "### Task 1: A",
        "**Status**: completed in part, open items left",
        "### Task 2: B",
        "**Status**: Done by Friday (planned)",
        "### Task 3: C",
        "**Status**: Done (2026-01-02)",
        "### Task 4: D",
        "**Status:** Complete ✅",
        "### Task 5: E",
        "**Status**: completed, 2026-01-02",
        "### Task 6: F",
        "**Status**: completed, open items left",
      ],
      ["1 [ ] A", "2 [ ] B", "3 [x] C", "4 [x] D", "5 [x] E", "6 [ ] F"],
    ],
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
    ["15: CRLF, a BOM, no last newline", ["\uFEFF- [ ] 1. A\r", "- [x] 2. B"], ["1 [ ] A", "2 [x] B"]],
    ["15: front matter", ["---", "title: B", "- [ ] 9. X", "---", "- [ ] 1. A"], ["1 [ ] A"]],
    ["R19: a rule is no front matter", ["---", "- [ ] 9. X", "---", "- [ ] 1. A"], ["9 [ ] X", "1 [ ] A"]],
    ["R19: a status code is no id", ["- [ ] 404 error page"], ["404-error-page [ ] 404 error page"]],
    ["15: rubbish before the title", ["s# Implementation Plan", "- [ ] 1. A"], ["1 [ ] A"]],
    [
      "15: empty lines between task and sub-task",
      ["- [ ] 1. A", "", "", "", "", "", "  - [ ] 1.1 B"],
      ["1 [ ] A", "1>1.1 [ ] B"],
    ],
    [
      "16: boxes in a fence",
      ["- [ ] 1. A", "  ```md", "  - [ ] 2. B", "  ```", "- [ ] 3. C"],
      ["1 [ ] A", "3 [ ] C"],
    ],
    [
      "16: a fence within an item ends with the item",
      ["- [ ] 1. A", "  ```", "  code", "- [ ] 2. B"],
      ["1 [ ] A", "2 [ ] B"],
    ],
    ["16: back-ticks in the line of a fence are none", ["``` `- [ ]` ```", "- [ ] 1. A"], ["1 [ ] A"]],
    [
      "16: a fence of four holds one of three",
      ["````", "```", "- [ ] 1. A", "````", "- [ ] 2. B"],
      ["2 [ ] B"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("details", () => {
  const detail = (...lines: string[]): Task => read("- [ ] 7. A", ...lines).tasks[0]!;

  it.each<[finding: string, lines: string[], requirements: string[]]>([
    ["8: the usual form", ["  - _Requirements: 1.1, 2.3_"], ["1.1", "2.3"]],
    ["8: closed early", ["  - _Requirements:_ 12"], ["12"]],
    ["8: bold", ["  **Requirements**: REQ-1", "  **Requirements:** 2.1"], ["1", "2.1"]],
    ["8: plain", ["  - Requirements: 1.1, 1.2 (Current Behavior)"], ["1.1", "1.2"]],
    ["8: whole requirements", ["  - _Requirements: Requirement 4, 5_"], ["4", "5"]],
    ["8: all, or a sentence", ["  - _Requirements: All_", "  - _Requirements: Maintainability_"], []],
    [
      "8: ranges",
      ["  - _Requirements: 4.1–4.3, 9.2-4, 11–12_"],
      ["4.1", "4.2", "4.3", "9.2", "9.3", "9.4", "11", "12"],
    ],
    ["8: ids with letters", ["  - _Requirements: R1.1, FR-2.1.1, R2.AC3_"], ["1.1", "FR-2.1.1", "2.3"]],
    [
      "R18: long letters, a letter behind, ranges with letters and words",
      ["  - _Requirements: SECURITY-1, 1.1a, FR-1 - FR-3, REQ-4–REQ-6, 7 to 9, NFR-08–10_"],
      [
        "SECURITY-1",
        "1.1a",
        "FR-1",
        "FR-2",
        "FR-3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "NFR-08",
        "NFR-09",
        "NFR-10",
      ],
    ],
    ["8: Chinese", ["  - _需求: 1.1_", "  - _需求：1.2_"], ["1.1", "1.2"]],
    ["8: Japanese", ["  - _要件: 1.1_", "  - _対応要件: R1.3_"], ["1.1", "1.3"]],
    ["8: Spanish and Portuguese", ["  - _Requisitos: 1.1_", "  - _Requerimientos: 1.2_"], ["1.1", "1.2"]],
    ["8: French", ["  - _Exigences : 1.1_", "  - **Valide : Exigences 2.3**"], ["1.1", "2.3"]],
    ["8: Russian", ["  - _Требования: 1.1_"], ["1.1"]],
    ["8: Korean", ["  - _요구사항: 6.1_"], ["6.1"]],
    ["8: Arabic", ["  - _المتطلبات: 1.1_"], ["1.1"]],
    ["8: Turkish", ["  - _Gereksinimler: 1.1_", "  - **Doğrular: Gereksinim 1.2**"], ["1.1", "1.2"]],
    ["8: in brackets, where no line names them", ["  - Test the order (Req 3.3)"], ["3.3"]],
    ["8: in brackets, beside a line", ["  - Test the order (Req 3.3)", "  - _Requirements: 1.1_"], ["1.1"]],
    [
      "9: what a property validates",
      ["  - **Property 3: Order**", "  - **Validates: Requirements 1.2**"],
      ["1.2"],
    ],
    ["9: in Chinese", ["  - **属性 1: 完整性**", "  - **验证: 需求 1.1, 2.1-2.2**"], ["1.1", "2.1", "2.2"]],
    ["15: flush with the task", ["- _Requirements: 1.1_"], ["1.1"]],
    ["15: after an empty line", ["", "  - _Requirements: 1.1_"], ["1.1"]],
    ["13: after the list", ["## Notes", "- _Requirements: 1.1_"], []],
    ["13: a paragraph below the list", ["", "Requirement lines look so: 1.1", "", "_Requirements: 1.1_"], []],
  ])("%s", (_, lines, requirements) => expect(detail(...lines).requirements).toEqual(requirements));

  it.each<[finding: string, lines: string[], expected: Partial<Task>]>([
    [
      "8: keys of a bug fix keep their underscores",
      [
        "  - _Bug_Condition: isBugCondition_login(X) where a_b_",
        "  - _Expected_Behavior: f_x(Y)_",
        "  - _Preservation: the rest_",
      ],
      {
        bug: { condition: "isBugCondition_login(X) where a_b", expected: "f_x(Y)", preservation: "the rest" },
      },
    ],
    [
      "9: property tests",
      [
        "  - **Property 3: Order stays**",
        "  - **Validates: Requirements 1.2, 1.3**",
        "  - **属性 4: 完整性**",
      ],
      {
        properties: [
          { id: "3", title: "Order stays", validates: ["1.2", "1.3"] },
          { id: "4", title: "完整性", validates: [] },
        ],
      },
    ],
    ["10: _Depends:", ["  - _Depends: 1.1, 2.3_"], { dependsOn: ["1.1", "2.3"] }],
    ["10: _Depends:_ none", ["  - _Depends:_ none"], { dependsOn: [] }],
    [
      "R7: or, through, arrows",
      ["  - _Depends: 1 or 2, tasks 3 through 5, 6 → 8_"],
      { dependsOn: ["1", "2", "3", "4", "5", "6", "8"] },
    ],
    [
      "R7: a list below the label",
      ["  **Dependencies:**", "  - Task 1 (types)", "  * 2.1", "", "  - Then 5"],
      { dependsOn: ["1", "2.1"] },
    ],
    ["10: none, as a dash", ["  - _依存タスク: -_"], { dependsOn: [] }],
    [
      "10: Dependencies",
      ["  - **Dependencies:** Task 1.2, Tasks 3-5"],
      { dependsOn: ["1.2", "3", "4", "5"] },
    ],
    ["10: as a sentence behind a label", ["  - 依存関係: タスク1.1 完了後に着手。"], { dependsOn: ["1.1"] }],
    [
      "10: words that only look so",
      [
        "  - 安装核心依赖：fast-check",
        "  - Dependency injection: fileSystem",
        "  - **Dependências:** Nenhuma",
      ],
      { dependsOn: [] },
    ],
    [
      "11: _writes: and _reads:",
      ["  - _writes: a.ts, `b/c.ts`_", "  - _Reads: d.json_"],
      { writes: ["a.ts", "b/c.ts"], reads: ["d.json"] },
    ],
    [
      "R11: braces, semicolons, brackets",
      ["  - _writes: src/{a,b}/{c,d}.ts; `e.ts` (new, small), app/(auth)/f.ts, {g}.ts, {h_"],
      {
        writes: [
          "src/a/c.ts",
          "src/a/d.ts",
          "src/b/c.ts",
          "src/b/d.ts",
          "e.ts",
          "app/(auth)/f.ts",
          "{g}.ts",
          "{h",
        ],
      },
    ],
    [
      "R11: too many braces stay as they are",
      [`  - _writes: ${"{a,b}".repeat(10)}_`],
      { writes: ["{a,b}".repeat(10)] },
    ],
    [
      "R11: lists below, and none",
      ["  - _writes:_", "    - `a.ts`", "    - b.ts (new)", "  - _reads: none_", "  - c.ts"],
      { writes: ["a.ts", "b.ts"], reads: [] },
    ],
    [
      "11: _Boundary:",
      ["  - _Boundary:_ ddata wiring, check.sh"],
      { boundary: ["ddata wiring", "check.sh"] },
    ],
  ])("%s", (_, lines, expected) => expect(detail(...lines)).toMatchObject(expected));

  it.each<[finding: string, titles: string[], areCheckpoints: boolean]>([
    [
      "12: checkpoints",
      [
        "Checkpoint",
        "Final Checkpoint - Ensure all tests pass",
        "检查点 - 确保测试通过",
        "最终检查点",
        "チェックポイント：テスト",
        "Kontrol noktası - testler",
        "Checkpoint Ensure all is green",
        "Phase 2 checkpoint",
        "Checkpoint Backend - all",
      ],
      true,
    ],
    [
      "12: work on checkpoints",
      ["Checkpoint recovery for long jobs", "Implement checkpoint storage", "Add checkpoint", "检查点击事件"],
      false,
    ],
  ])("%s", (_, titles, areCheckpoints) => {
    for (const title of titles)
      expect([title, read(`- [ ] 1. ${title}`).tasks[0]?.isCheckpoint]).toEqual([title, areCheckpoints]);
  });

  it("(P) before or after the title", () => {
    const { tasks } = read("- [ ] 1.1 (P) A", "- [ ] 1.2 B (P)", "- [ ] 1.3 C (PDF)");
    expect(tasks.map(({ title, isParallel }) => [title, isParallel])).toEqual([
      ["A", true],
      ["B", true],
      ["C (PDF)", false],
    ]);
  });
});

describe("what is wrong is said with its line", () => {
  it.each<[finding: string, input: string[], codes: string[]]>([
    ["3: an id that stands twice", ["- [ ] 1. A", "- [ ] 1. B"], ["2 duplicate-id"]],
    ["3: a parent that stands nowhere", ["- [ ] 1. A", "- [ ] 4.1 B"], ["2 missing-parent"]],
    ["4: home-made marks", ["- [!] 1. A", "- [⏳] 2. B"], ["1 mark", "2 mark"]],
    [
      "R7: dependencies that name no task",
      [
        "- [ ] 1. A",
        "- [ ] 2. B",
        "",
        "  - _Depends: all previous tasks_",
        "- [ ] 3. C",
        "  - _Depends: none_",
        "  - _Depends: 1_",
        "  - _Depends:_",
      ],
      ["4 depends"],
    ],
    [
      "R11: paths that are none",
      ["- [ ] 1. A", "  - _writes: `a.ts` and `b.ts`_", "  - _reads: a.ts -> b.ts_", "  - _reads: the log_"],
      ["2 paths", "4 paths"],
    ],
    [
      "R8: a numbered box below criteria",
      ["- [ ] 1. A", "## Quality Gates", "- [ ] 7. B"],
      ["3 box-numbered"],
    ],
    ["10: a graph that is no JSON", ["- [ ] 1. A", "```json", '{"waves": [', "```"], ["3 waves"]],
    [
      "10: a graph that names what is no task",
      ["- [ ] 1. A", "```json", '{"waves": [["1", "1.1"]]}', "```"],
      ["3 waves-stranger"],
    ],
    [
      "10: a graph that leaves a task out",
      ["- [ ] 1. A", "- [ ] 2. B", "```json", '{"waves": [["1"]]}', "```"],
      [],
    ],
    [
      "13: criteria after the list",
      ["- [ ] 1. A", "## Success Criteria", "- [ ] quick", "- [ ] small"],
      ["3 box-criterion"],
    ],
    ["14: no box at all", ["# Tasks", "<!-- to come -->"], ["1 no-tasks"]],
    ["14: numbers without boxes", ["# Tasks", "1. Write", "2. Read"], ["2 no-tasks"]],
    ["16: all boxes in a fence", ["```", "- [ ] 1. A", "```"], ["2 no-tasks", "2 box-fence"]],
    ["16: a fence that nothing closes", ["- [ ] 1. A", "```", "- [ ] 2. B"], ["2 open-fence", "3 box-fence"]],
    [
      "a comment that nothing closes",
      ["- [ ] 1. A", "<!--", "- [ ] 2. B"],
      ["2 open-comment", "3 box-comment"],
    ],
    [
      "5: lines that are nearly boxes",
      ["- [ ] 1. A", "-[ ] 2. B", "- ☐ 3. C"],
      ["2 nearly-box", "3 nearly-box"],
    ],
    ["an empty box", ["- [ ] 1. A", "- [ ]"], ["2 box-empty"]],
    ["a quoted box", ["- [ ] 1. A", "> - [ ] 2. B"], ["2 box-quote"]],
    ["a line of over 20 kB", [`- [ ] 1. ${"a".repeat(20_001)}`], ["1 long-line"]],
    [
      "an item of over 256 kB",
      ["- [ ] 1. A", ...Array.from({ length: 300 }, () => `  ${"b".repeat(1000)}`)],
      ["1 long-item"],
    ],
    [
      "over 50 levels",
      Array.from({ length: 52 }, (_, depth) => `${"  ".repeat(depth)}- [ ] Deep`),
      ["51 too-deep"],
    ],
    [
      "all of them, not the first",
      ["- [!] 1. A", "- [ ] 1. B", "- [ ] 4.1 C", "-[ ] 5. D"],
      ["1 mark", "2 duplicate-id", "3 missing-parent", "4 nearly-box"],
    ],
  ])("%s", (_, input, codes) => expect(codesIn(...input)).toEqual(codes));

  it("15: bytes that are no UTF-8 are named with their line", () => {
    const bytes = Buffer.concat([Buffer.from("- [ ] 1. A\n- [ ] 2. "), Buffer.of(0xff, 0x0a)]);
    expect(decodeSpec(bytes)).toMatchObject({ diagnostic: { code: "encoding", line: 2 } });
  });
});

describe("each box is taken as something", () => {
  it.each<[what: string, input: string[], uses: string[]]>([
    ["a task and its points", ["- [ ] 1. A", "  - [ ] first"], ["1 task of 1", "2 detail of 1"]],
    [
      "criteria below a label",
      ["- [ ] 1. A", "  **Acceptance Criteria**:", "  - [ ] quick", "- [ ] 2. B"],
      ["1 task of 1", "3 criterion of 1", "4 task of 2"],
    ],
    [
      "criteria below a label in another language",
      ["- [ ] 1. A", "  - **验收标准**：", "    - [ ] 快", "- [ ] 2. B", "  受け入れ基準:", "  - [ ] 速い"],
      ["1 task of 1", "3 criterion of 1", "4 task of 2", "6 criterion of 2"],
    ],
    [
      "criteria in a section of their own",
      ["- [ ] 1. A", "## Definition of Done", "- [ ] all green"],
      ["1 task of 1", "3 criterion"],
    ],
    [
      "notes",
      ["- [ ] 1. A", "## Notes", "- [ ] ask Ann", "## Risks", "- [ ] it rains"],
      ["1 task of 1", "3 note", "5 note"],
    ],
    [
      "what Markdown hides",
      ["- [ ] 1. A", "<!--", "- [ ] 2. B", "-->", "```", "- [ ] 3. C", "```", "> - [ ] 4. D"],
      ["1 task of 1", "3 comment", "6 fence", "8 quote"],
    ],
    [
      "links and references are no boxes",
      ["- [ ] 1. A", "- [x](http://a.example)", "- [1]: http://b.example", "- [Note] c"],
      ["1 task of 1"],
    ],
  ])("%s", (_, input, uses) => expect(usesIn(...input)).toEqual(uses));
});
