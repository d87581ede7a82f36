/** Bullets, indents, line ends and fences. */
import { describe, expect, it } from "vitest";
import { tasksIn } from "../../../support/spec-lines.ts";

describe("lists", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
    [
      "5: the next task, indented below a checkpoint, is no part of it",
      ["- [ ] 3 Checkpoint", "  - [ ] 4 B", "    - [ ] 4.1 C", "  - [ ] 1. Look", "- [ ] 5 D"],
      ["3 [ ] Checkpoint", "4 [ ] B", "4>4.1 [ ] C", "3>1 [ ] Look", "5 [ ] D"],
    ],
    ["15: rubbish before the title", ["s# Implementation Plan", "- [ ] 1. A"], ["1 [ ] A"]],
    [
      "15: empty lines between task and sub-task",
      ["- [ ] 1. A", "", "", "", "", "", "  - [ ] 1.1 B"],
      ["1 [ ] A", "1>1.1 [ ] B"],
    ],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("files", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
    ["15: CRLF, a BOM, no last newline", ["\uFEFF- [ ] 1. A\r", "- [x] 2. B"], ["1 [ ] A", "2 [x] B"]],
    [
      "R19: CR alone, and mixed with others",
      ["# P\r- [ ] 1. A\r  - [ ] 1.1 B\r\r- [x] 2. C\r", "- [ ] 3. D"],
      ["1 [ ] A", "1>1.1 [ ] B", "2 [x] C", "3 [ ] D"],
    ],
    ["R19: front matter before CR alone", ["---\rtitle: B\r- [ ] 9. X\r---\r- [ ] 1. A"], ["1 [ ] A"]],
    ["15: front matter", ["---", "title: B", "- [ ] 9. X", "---", "- [ ] 1. A"], ["1 [ ] A"]],
    ["R19: a rule is no front matter", ["---", "- [ ] 9. X", "---", "- [ ] 1. A"], ["9 [ ] X", "1 [ ] A"]],
  ])("%s", (_, input, tasks) => expect(tasksIn(...input)).toEqual(tasks));
});

describe("fences", () => {
  it.each<[finding: string, input: string[], tasks: string[]]>([
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
