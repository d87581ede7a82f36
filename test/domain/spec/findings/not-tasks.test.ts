/** Boxes that are no tasks, and headings that only sound as if theirs were none. */
import { describe, expect, it } from "vitest";
import { tasksIn, usesIn } from "../../../support/spec-lines.ts";

describe("below headings", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
    [
      "13: what comes after the list",
      ["- [ ] 1. A", "## Definition of Done", "- [ ] all green", "## Notes", "- [ ] ask Ann"],
      ["1 [ ] A"],
    ],
    [
      "R19: below underlined headings",
      [
        "- [ ] 1. A",
        "",
        "Definition of Done",
        "------------------",
        "- [ ] all green",
        "",
        "**Notes**",
        "===",
        "- [ ] ask Ann",
      ],
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
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
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
