/** Which characters ticking changes. */
import { expect, it } from "vitest";
import { ticked } from "../../../src/domain/spec/ticks.ts";

it.each<[what: string, ids: string[], texts: [before: string, after: string]]>([
  [
    "only the mark, byte for byte: BOM, CRLF, odd indents, no last newline",
    ["1", "1.1"],
    [
      "\uFEFF# P\r\n\r\n- [ ] 1. A\r\n   - [-]  1.1 B \r\n* [ ]* 2. C",
      "\uFEFF# P\r\n\r\n- [x] 1. A\r\n   - [x]  1.1 B \r\n* [ ]* 2. C",
    ],
  ],
  [
    "CR alone, within one line of the others",
    ["1", "2"],
    ["# P\r\n- [ ] 1. A\r- [ ] 2. B\r\r\n- [ ] 3. C\n", "# P\r\n- [x] 1. A\r- [x] 2. B\r\r\n- [ ] 3. C\n"],
  ],
  ["an empty mark gets its x", ["1"], ["- [] 1. A\n", "- [x] 1. A\n"]],
  ["a mark with spaces", ["1", "2"], ["- [ x ] 1. A\n- [  ] 2. B\n", "- [ x ] 1. A\n- [x] 2. B\n"]],
  ["done stays as it is written", ["1"], ["- [X] 1. A\n", "- [X] 1. A\n"]],
  ["a mark nobody knows", ["1"], ["- [⏳] 1. A\n", "- [x] 1. A\n"]],
  ["the second of two with one id", ["1_2"], ["- [ ] 1. A\n- [ ] 1. B\n", "- [ ] 1. A\n- [x] 1. B\n"]],
  ["a heading with a box", ["T1"], ["### [ ] T1: A\n", "### [x] T1: A\n"]],
  [
    "an underlined heading with a box",
    ["T1"],
    ["\uFEFF[ ] T1: A\r\n=======\r\n- a\r\n", "\uFEFF[x] T1: A\r\n=======\r\n- a\r\n"],
  ],
  [
    "a status line of a heading",
    ["1"],
    ["### 1. A\n**Status**: [ ] Open\n", "### 1. A\n**Status**: [x] Open\n"],
  ],
  [
    "criteria of a heading without a box",
    ["1"],
    [
      "### Task 1: A\n**Acceptance Criteria**:\n- [ ] a\n- [x] b\n### Task 2: B\n- [ ] c\n",
      "### Task 1: A\n**Acceptance Criteria**:\n- [x] a\n- [x] b\n### Task 2: B\n- [ ] c\n",
    ],
  ],
  ["points of a task with a box stay", ["1"], ["- [ ] 1. A\n  - [ ] a\n", "- [x] 1. A\n  - [ ] a\n"]],
  [
    "what stands in a fence stays",
    ["1"],
    ["```\n- [ ] 1. A\n```\n- [ ] 1. A\n", "```\n- [ ] 1. A\n```\n- [x] 1. A\n"],
  ],
  ["an id that is not there", ["7"], ["- [ ] 1. A\n", "- [ ] 1. A\n"]],
])("%s", (_, ids, [before, after]) => expect(ticked(before, ids)).toBe(after));
