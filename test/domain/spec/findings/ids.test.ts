/** Ids as people write them, and whose sub-task a task is. */
import { describe, expect, it } from "vitest";
import { tasksIn } from "../../../support/spec-lines.ts";

describe("parents", () => {
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
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("ids", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
      "R19: a word and a dash before the number; in capitals it is a name",
      ["- [ ] Task-1: A", "- [ ] task-2 B", "- [ ] Tarea-3. C", "- [ ] TASK-4: D", "- [ ] Step-5: E"],
      ["1 [ ] A", "2 [ ] B", "3 [ ] C", "TASK-4 [ ] D", "step-5-e [ ] Step-5: E"],
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
      "R19: a status code is no id",
      ["- [ ] 404 error page", "- [ ] 500 Error page", "- [ ] 401 Add a"],
      ["404-error-page [ ] 404 error page", "500-error-page [ ] 500 Error page", "401 [ ] Add a"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});
