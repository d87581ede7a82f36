/** What the predecessor's parser was tested for, by the numbers of that list; test/parity.md tells where this one differs. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseTasks, type Task } from "../../../src/domain/spec/tasks.ts";

const read = (...lines: string[]): Task[] => parseTasks(lines.join("\n")).tasks;
const ids = (...lines: string[]): string[] => read(...lines).map(({ id }) => id);
const parents = (...wanted: string[]): Record<string, string | null> =>
  Object.fromEntries(read(...wanted.map((id) => `- [ ] ${id} Do it`)).map(({ id, parent }) => [id, parent]));

const STATUS = {
  " ": "not_started",
  x: "completed",
  X: "completed",
  "-": "in_progress",
  "~": "queued",
} as const;

it("S1 any list of lines with a mark, an id and a description comes back; S2 with its status", () => {
  const id = fc.oneof(
    fc.integer({ min: 1, max: 999 }).map(String),
    fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 })).map(([a, b]) => `${a}.${b}`),
  );
  const one = fc.record({
    id,
    mark: fc.constantFrom(" ", "x", "X", "-", "~"),
    optional: fc.boolean(),
    title: fc
      .array(fc.stringMatching(/^[A-Za-z]{2,10}$/), { minLength: 1, maxLength: 6 })
      .map((words) => `Do ${words.join(" ")}`),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(one, { selector: (task) => task.id, minLength: 1, maxLength: 20 }),
      (tasks) => {
        const lines = tasks.map(
          (task) => `- [${task.mark}]${task.optional ? "*" : ""} ${task.id} ${task.title}`,
        );
        expect(read(...lines)).toMatchObject(
          tasks.map(({ mark, ...task }) => ({ ...task, status: STATUS[mark] })),
        );
      },
    ),
  );
});

it("S1 `- [x]* 2.1 Add tests`", () =>
  expect(read("- [x]* 2.1 Add tests")).toMatchObject([
    { id: "2.1", status: "completed", optional: true, title: "Add tests" },
  ]));

it("S3 a dot after the id is dropped", () =>
  expect(ids("- [ ] 1. Initialize project", "- [ ] 1.1. Implement API")).toEqual(["1", "1.1"]));

it("S4 headings and empty lines are no mistakes", () =>
  expect(parseTasks("# Tasks\n\n- [ ] 1. A\n\n\n- [ ] 2. B\n")).toMatchObject({
    tasks: [{ id: "1" }, { id: "2" }],
    diagnostics: [],
  }));

it.each([
  ["S5 sub-tasks before their parent", ["1.1", "1.2", "1"], { "1": null, "1.1": "1", "1.2": "1" }],
  [
    "S6 any depth",
    ["1.1.1.1", "1.1.1", "1.1", "1"],
    { "1": null, "1.1": "1", "1.1.1": "1.1", "1.1.1.1": "1.1.1" },
  ],
  [
    "S7 two parents, mixed",
    ["2.1", "1.1", "1", "2.2", "2", "1.2"],
    { "1": null, "2": null, "1.1": "1", "1.2": "1", "2.1": "2", "2.2": "2" },
  ],
  ["S8 parents first", ["1", "1.1", "2"], { "1": null, "1.1": "1", "2": null }],
])("%s", (_, wanted, expected) => expect(parents(...wanted)).toEqual(expected));

it("S9 an orphan stands for itself and is told of", () => {
  const { tasks, diagnostics } = parseTasks("- [ ] 1.1 A\n- [ ] 2. B\n");
  expect(tasks).toMatchObject([
    { id: "1.1", parent: null },
    { id: "2", parent: null },
  ]);
  expect(diagnostics).toMatchObject([{ code: "missing-parent", line: 1 }]);
});

it("S10 the id says whose part a task is, whatever the indent", () =>
  expect(
    read("- [ ] 1. A", "- [ ] 2. B", "      - [ ] 1.1 C", "- [ ] 2.1 D").map(({ id, parent }) => [
      id,
      parent,
    ]),
  ).toEqual([
    ["1", null],
    ["2", null],
    ["1.1", "1"],
    ["2.1", "2"],
  ]));

const path = fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}\.(ts|json|md)$/);

it("S18 S21 _writes: and _reads: lines among others, in any case, fill a task's lists", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(path),
      fc.uniqueArray(path),
      fc.constantFrom("_writes: ", "_WRITES:", "_Writes:  "),
      (writes, reads, label) => {
        const lines = [
          "  - First this",
          `  - ${label}${writes.join(" , ")},, `,
          "  - Then that",
          `  - _reads: ${reads.join(",")}_`,
        ];
        expect(read("- [ ] 1. A", ...lines)).toMatchObject([{ writes, reads }]);
      },
    ),
  );
});

it("S18 the label stands at the beginning of its line", () =>
  expect(read("- [ ] 1. A", "  - It says _writes: a.ts_ somewhere")).toMatchObject([{ writes: [] }]));

it("S19 without such lines both lists are empty, for any text", () => {
  const text = fc.string().filter((line) => !/writes|reads|\[|#|`|<!--|---/i.test(line));
  fc.assert(
    fc.property(text, (line) => {
      expect(read("- [ ] 1. A", `  - ${line}`)).toMatchObject([{ writes: [], reads: [] }]);
    }),
  );
});

it("S20 several lines are one list, in order, each path once", () =>
  expect(read("- [ ] 1. A", "  - _writes: b.ts, a.ts_", "  - _writes: a.ts, c.ts_")).toMatchObject([
    { writes: ["b.ts", "a.ts", "c.ts"] },
  ]));

it.each([
  ["dependencies: 1", ["1"]],
  ["depends on: 1, 2", ["1", "2"]],
  ["No dependencies", []],
  ["after: 3", []],
])("D1 the line `%s` gives %j", (line, dependsOn) =>
  expect(read("- [ ] 1. A", "- [ ] 2. B", "- [ ] 3. C", "- [ ] 4. D", `  - ${line}`).at(-1)).toMatchObject({
    dependsOn,
  }),
);

it("K1 a flat file", () =>
  expect(
    read(
      "# Plan",
      "",
      "- [x] 1. A",
      "  - do it",
      "  - _Requirements: 1.1, 1.2_",
      "- [-] 2. B",
      "- [ ] 3. C",
      "- [~]* 4. D",
      "  - _Requirements: 2.1_",
    ),
  ).toMatchObject([
    {
      id: "1",
      parent: null,
      status: "completed",
      requirements: ["1.1", "1.2"],
      details: "- do it\n  - _Requirements: 1.1, 1.2_",
    },
    { id: "2", parent: null, status: "in_progress" },
    { id: "3", parent: null, status: "not_started" },
    { id: "4", parent: null, status: "queued", optional: true, requirements: ["2.1"] },
  ]));

it("K3 depends on: 1, 2 in a flat file", () =>
  expect(read("- [ ] 1. A", "- [ ] 2. B", "- [ ] 3. C", "  - depends on: 1, 2").at(-1)).toMatchObject({
    dependsOn: ["1", "2"],
  }));
