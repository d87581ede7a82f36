/** What the signs and words of a task say: how far it is, whether it is optional; what is left is its title. */
import { describe, expect, it } from "vitest";
import { tasksIn } from "../../../support/spec-lines.ts";

describe("how far", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
      "7: a done parent with an open child, and the other way round",
      ["- [x] 1. A", "- [ ] 1.1 B", "- [ ] 2. C", "- [x] 2.1 D"],
      ["1 [x] A", "1>1.1 [ ] B", "2 [ ] C", "2>2.1 [x] D"],
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
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("optional", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
      "R19: emphasis around the whole line is none either",
      [
        "- [ ] *1. A*",
        "- [ ] ***2. B***",
        "- [ ]*3. C*",
        "- [ ] _4. D e_",
        "- [ ] *(Optional) 5. F*",
        "- [ ]* *6. G*",
        "- [ ]*7. H",
        "- [ ] *8. h* and *b*",
        "- [ ] _a_ and _b_",
      ],
      [
        "1 [ ] A",
        "2 [ ] B",
        "3 [ ] C",
        "4 [ ] D e",
        "5 [ ]* F",
        "6 [ ]* G",
        "7 [ ]* H",
        "8-h-and-b [ ] *8. h* and *b*",
        "a-and-b [ ] _a_ and _b_",
      ],
    ],
    [
      "R19: nor is emphasis of some words, or of the id",
      [
        "- [ ]*1.* A",
        "- [ ] *1.1* B",
        "- [ ] _Task 2:_ C",
        "- [ ]*Note* this",
        "- [ ]*3. Lint src/*.ts",
        "- [ ]*3.1* D",
      ],
      [
        "1 [ ] A",
        "1>1.1 [ ] B",
        "2 [ ] C",
        "note-this [ ] *Note* this",
        "3 [ ]* Lint src/*.ts",
        "3>3.1 [ ] D",
      ],
    ],
    [
      "6: a word in the middle",
      ["- [ ] 1. 处理（可选）字段", "- [ ] 2. Read (optional) fields"],
      ["1 [ ] 处理（可选）字段", "2 [ ] Read (optional) fields"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("titles", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});
