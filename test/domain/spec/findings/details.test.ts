/** What the lines below a task say, and the marks of its title. */
import { describe, expect, it } from "vitest";
import type { Task } from "../../../../src/domain/spec/tasks.ts";
import { read } from "../../../support/spec-lines.ts";

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
    [
      "R19: a word and a dash before the number",
      ["  - _Depends: Task-1, task-2 to Task-4, TASK-5_", "- [ ] TASK-5: B"],
      { dependsOn: ["1", "2", "3", "4", "TASK-5"] },
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
    ["R11: too many braces are no paths", [`  - _writes: ${"{a,b}".repeat(10)}_`], { writes: [] }],
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
