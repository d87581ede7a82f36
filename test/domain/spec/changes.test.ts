/** What a changed tasks.md says otherwise. */
import { expect, it } from "vitest";
import { specChanges, stillThere } from "../../../src/domain/spec/changes.ts";

const BEFORE = "# Plan\n\n- [ ] 1. Parse\n  - [ ] 1.1 Read a line\n- [x] 2. Print\n  - To the screen\n";

it.each<[what: string, after: string | null, changes: ReturnType<typeof specChanges>]>([
  ["nothing", BEFORE, null],
  ["only boxes", BEFORE.replaceAll("[ ]", "[x]"), null],
  ["text around the tasks", `${BEFORE}\n## Notes\n`, { added: [], gone: [], retitled: [], reworded: [] }],
  ["a new task", `${BEFORE}- [ ] 3. Check\n`, { added: ["3"], gone: [], retitled: [], reworded: [] }],
  [
    "one task less",
    BEFORE.replace("  - [ ] 1.1 Read a line\n", ""),
    { added: [], gone: ["1.1"], retitled: [], reworded: [] },
  ],
  [
    "another task under an id",
    BEFORE.replace("2. Print", "2. Draw"),
    { added: [], gone: [], retitled: ["2"], reworded: [] },
  ],
  [
    "a task in other words",
    BEFORE.replace("To the screen", "To a file"),
    { added: [], gone: [], retitled: [], reworded: ["2"] },
  ],
  ["no file", null, { added: [], gone: ["1", "1.1", "2"], retitled: [], reworded: [] }],
])("%s", (_, after, changes) => expect(specChanges(BEFORE, after)).toEqual(changes));

it("a task is still there under its id and title only", () => {
  const known = [
    { id: "1", title: "Parse" },
    { id: "2", title: "Print" },
    { id: "3", title: "Check" },
  ];
  expect(stillThere("- [ ] 1. Parse\n- [ ] 2. Draw\n", ["1", "2", "3"], known)).toEqual(["1"]);
});
