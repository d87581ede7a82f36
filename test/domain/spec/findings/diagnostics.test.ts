/** What is wrong is said with its line. */
import { describe, expect, it } from "vitest";
import { decodeSpec } from "../../../../src/domain/spec/decode.ts";
import { codesIn } from "../../../support/spec-lines.ts";

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
        "  - _Depends: whatever is needed_",
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
      ["- [ ] 1. A", "-[ ] 2. B", "- ☐ 3. C", "• [ ] 4. D", "– [x] 5. E", "— [ ] 6. F", "· [ ] 7. G"],
      [2, 3, 4, 5, 6, 7].map((line) => `${line} nearly-box`),
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
