/** tasks.md in the forms that real ones have: input, and what is read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import { parseRequirements } from "../../../src/domain/spec/requirements.ts";
import { parseTasks, type Task } from "../../../src/domain/spec/tasks.ts";
import { ticked } from "../../../src/domain/spec/ticks.ts";

const read = (text: string): Task[] => parseTasks(text).tasks;
const ids = (text: string): string[] =>
  read(text).map((task) => (task.parent === null ? task.id : `${task.parent}>${task.id}`));

describe("ids and parents", () => {
  it.each([
    ["indented sub-tasks", "- [ ] 1. A\n  - [ ] 1.1 B\n- [ ] 2. C\n", ["1", "1>1.1", "2"]],
    ["flush-left sub-tasks", "- [ ] 1. A\n- [ ] 1.1 B\n- [ ] 2. C\n", ["1", "1>1.1", "2"]],
    ["sub-tasks before their parent", "- [ ] 1.1 B\n- [ ] 1. A\n", ["1>1.1", "1"]],
    ["three levels", "- [ ] 1. A\n  - [ ] 1.1 B\n    - [ ] 1.1.1 C\n", ["1", "1>1.1", "1.1>1.1.1"]],
    ["no dot after the number", "- [ ] 1 A\n- [ ] 1.1 B\n", ["1", "1>1.1"]],
    ["bold, with the number inside", "- [ ] **1. A**\n- [ ] **1.1 B**\n", ["1", "1>1.1"]],
    ["words before the number", "- [ ] Task 1: A\n- [ ] T02: B\n", ["1", "T02"]],
    ["no ids", "- [ ] Write it\n- [ ] Read it\n", ["write-it", "read-it"]],
    [
      "no ids, indented",
      "- [ ] Write it\n  - [ ] first part\n",
      ["write-it", "write-it>write-it.first-part"],
    ],
    ["an id that stands twice", "- [ ] 1. A\n- [ ] 1. B\n", ["1", "1_2"]],
    ["other bullets", "* [ ] 1. A\n+ [ ] 2. B\n1. [ ] 3. C\n", ["1", "2", "3"]],
    [
      "boxes without an id below a task that has one are its details",
      "- [ ] 1. A\n  - [ ] looks good\n",
      ["1"],
    ],
    ["criteria are no tasks", "- [ ] 1. A\n\n## Definition of Done\n\n- [ ] everything\n", ["1"]],
    ["a box in a fence is no task", "- [ ] 1. A\n```\n- [ ] 2. B\n```\n", ["1"]],
    ["a box in a comment is no task", "<!--\n- [ ] 2. B\n-->\n- [ ] 1. A\n", ["1"]],
    ["front matter is no task", "---\nx: 1\n---\n- [ ] 1. A\n", ["1"]],
    ["a link is no box", "- [x](http://a) b\n- [ ] 1. A\n", ["1"]],
    ["back-ticks in a line are no fence", "``` `a` ```\n- [ ] 1. A\n", ["1"]],
  ])("%s", (_, text, expected) => expect(ids(text)).toEqual(expected));
});

describe("marks", () => {
  it.each([
    ["[ ]", "not_started"],
    ["[x]", "completed"],
    ["[X]", "completed"],
    ["[-]", "in_progress"],
    ["[~]", "queued"],
    ["[]", "not_started"],
    ["[!]", "unknown"],
  ])("%s is %s", (mark, status) => expect(read(`- ${mark} 1. A\n`)[0]).toMatchObject({ status }));

  it.each(["- [ ]* 1. A", String.raw`- [ ]\* 1. A`, "- [ ] 1.* A", "- [ ] 1* A", "- [ ] 1. A (optional)"])(
    "%s is optional",
    (line) => expect(read(line)[0]).toMatchObject({ optional: true, id: "1" }),
  );
});

describe("details", () => {
  it.each([
    ["_Requirements: 1.1, 2.3_", { requirements: ["1.1", "2.3"] }],
    ["_Requirements: 1.1-1.3_", { requirements: ["1.1", "1.2", "1.3"] }],
    ["_Requirements:_ 12", { requirements: ["12"] }],
    ["_需求: 1.1, 1.2_", { requirements: ["1.1", "1.2"] }],
    ["_Requisitos: 1.1_", { requirements: ["1.1"] }],
    ["**Validates: Requirements 2.1**", { requirements: ["2.1"] }],
    ["_Depends: 1, 2.1_", { dependsOn: ["1", "2.1"] }],
    ["_Depends:_ none", { dependsOn: [] }],
    ["depends on: 1, 2", { dependsOn: ["1", "2"] }],
    ["Install dependencies: fast-check", { dependsOn: [] }],
    ["_writes: src/a.ts, b.md_", { writes: ["src/a.ts", "b.md"] }],
    ["_Reads: x.json_", { reads: ["x.json"] }],
  ])("%s", (line, expected) => expect(read(`- [ ] 5. A\n  - ${line}\n`)[0]).toMatchObject(expected));

  it("text after the list sticks to no task", () => {
    expect(read("- [ ] 1. A\n\n## Notes\n\n_writes: x.md_\n")[0]).toMatchObject({ writes: [] });
  });
});

describe("the waves graph", () => {
  it.each([
    '{"waves": [{"id": 0, "tasks": ["1"]}, {"id": 1, "tasks": ["2"]}]}',
    '{"waves": [["1"], ["2"]]}',
    '{"waves": [{"wave": 1, "tasks": [1], "description": "x"}, {"tasks": [2]}]}',
  ])("%s", (json) =>
    expect(parseTasks(`- [ ] 1. A\n- [ ] 2. B\n\n\`\`\`json\n${json}\n\`\`\`\n`).waves?.waves).toEqual([
      ["1"],
      ["2"],
    ]),
  );

  it("that is broken is a warning with its line", () => {
    expect(parseTasks('- [ ] 1. A\n\n```json\n{"waves": [}\n```\n').diagnostics).toMatchObject([
      { severity: "warning", code: "waves", line: 4 },
    ]);
  });
});

describe("ticking", () => {
  it("changes only the mark, byte for byte", () => {
    expect(ticked("\uFEFF# P\r\n\r\n- [ ] 1. A\r\n  - [-] 1.1 B\r\n* [ ]* 2. C", ["1", "1.1"])).toBe(
      "\uFEFF# P\r\n\r\n- [x] 1. A\r\n  - [x] 1.1 B\r\n* [ ]* 2. C",
    );
  });

  it("of any text keeps its length but for empty marks, and twice is once", () => {
    const line = fc.oneof(
      fc.constantFrom("- [ ] 1. A", "  - [x] 1.1 B", "```", "## Notes", "", "- [] 2. C", "<!--", "-->"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        const all = read(text).map((task) => task.id);
        const once = ticked(text, all);
        expect(ticked(once, all)).toBe(once);
        expect(read(once).map((task) => task.id)).toEqual(all);
      }),
    );
  });
});

it("what is not UTF-8 is a diagnostic", () => {
  expect(decodeSpec(Uint8Array.of(0xff, 0xfe))).toMatchObject({ diagnostic: { code: "encoding" } });
});

it("requirements keep their exact text", () => {
  const { texts } = parseRequirements(
    "### Requirement 1: Reading\n\n1. WHEN a THEN b\n2. IF c\n   THEN d\n\n### Requirement 2\n\n1. e\n",
  );
  expect([...texts]).toEqual([
    ["1", "Reading\n\n1. WHEN a THEN b\n2. IF c\n   THEN d"],
    ["2", "1. e"],
    ["1.1", "WHEN a THEN b"],
    ["1.2", "IF c THEN d"],
    ["2.1", "e"],
  ]);
});

const CORPUS = process.env["ROUNDTABLE_CORPUS"];
describe.runIf(CORPUS !== undefined)("every real spec", () => {
  it("is read without throwing, nearly every box becoming a task", () => {
    expect(existsSync(CORPUS!)).toBe(true);
    let boxes = 0;
    let tasks = 0;
    const empty: string[] = [];
    for (const name of readdirSync(CORPUS!)) {
      const text = readFileSync(join(CORPUS!, name, "tasks.md"), "utf8");
      const found = read(text).length;
      if (found === 0) empty.push(name);
      tasks += found;
      boxes += text.match(/^\s*[-*+] \[[^\]\n]{0,4}\](?!\()/gm)?.length ?? 0;
    }
    expect(empty).toHaveLength(4);
    expect(tasks / boxes).toBeGreaterThan(0.95);
  });
});
