/** What tasks wait for, where a list of ids does not say it. */
import { describe, expect, it } from "vitest";
import { read } from "../../../support/spec-lines.ts";

/** `task←what it waits for`, and the warnings. */
const order = (...lines: string[]): string[] => {
  const { tasks, diagnostics } = read(...lines);
  return [
    ...tasks
      .filter(({ dependsOn }) => dependsOn.length > 0)
      .map((task) => `${task.id}←${task.dependsOn.join(",")}`),
    ...diagnostics.map(({ code, line }) => `${line} ${code}`),
  ];
};

const LIST = ["- [ ] 1. A", "- [x] 2. B", "  - [ ] 2.1 C", "- [ ] 3. D", "  - [ ] 3.1 E"];

describe("all that stands before", () => {
  it.each([
    "_Depends: all previous tasks_",
    "_Depends: All of the above_",
    "**Dependencies:** all tasks above",
    "Depends on: everything before this task (1–2).",
    "_依赖: 所有之前的任务_",
    "_依存タスク: 上記のすべてのタスク_",
    "_Dependencias: todas las tareas anteriores_",
    "_Dependências: todas as tarefas anteriores_",
    "**Dépendances :** toutes les tâches précédentes",
    "_Зависимости: все предыдущие задачи_",
  ])("R7: %s", (label) => expect(order(...LIST, `    ${label}`, "- [ ] 4. F")).toEqual(["3.1←1,2"]));

  it("R7: in the list below a label, beside others, and by its unit's place", () => {
    expect(
      order(
        "- [ ] 2. A",
        "- [ ] 1. B",
        "  **Dependencies:**",
        "  - all previous tasks",
        "  - Task 3",
        "- [ ] 3. C",
      ),
    ).toEqual(["1←3,2"]);
  });

  it("R7: of the first task is nothing", () =>
    expect(order("- [ ] 1. A", "  - _Depends: all previous tasks_", "- [ ] 2. B")).toEqual([]));

  it.each(["all", "all other tasks", "all previous tests pass", "the previous task", "all tasks"])(
    "R7: not “%s”, which may mean others",
    (value) => expect(order(...LIST, `    _Depends: ${value}_`)).toEqual(["6 depends"]),
  );

  it("R7: so many that nobody could run them are an error", () => {
    const lines = Array.from({ length: 700 }, (_, at) => [`- [ ] ${at + 1}. A`, "  - _Depends: all above_"]);
    expect(read(...lines.flat()).diagnostics).toMatchObject([
      { severity: "error", code: "too-many-dependencies" },
    ]);
  });
});

describe("a sentence is about the task that it stands below", () => {
  it.each([
    ["- [ ]* 3. C", "3"],
    ["- [ ] (Optional) 3. C", "3"],
    ["- [ ] (P) 3. C", "3"],
    ["- [ ] *3. C*", "3"],
    ["- [ ] 2. C", "2_2"],
    ["- [ ] Write it", "write-it"],
    ["  - [ ] a point", "2"],
  ])("%s", (box, task) =>
    expect(read("- [ ] 1. A", "- [ ] 2. B", box, "    - Begin after task 1").hints).toEqual([
      { line: 4, from: "sentence", before: ["1"], after: [task] },
    ]),
  );
});

describe("tasks with letters", () => {
  it.each<[finding: string, lines: string[], expected: string[]]>([
    [
      "R7: Task A, where there is one",
      [
        "- [ ] Task A: X",
        "- [ ] Task B. Y",
        "  - _Depends: Task A_",
        "### Task C - Z",
        "_Depends: A and Task B_",
        "- [ ] c",
      ],
      ["B←A", "C←A,B"],
    ],
    [
      "R7: Task A, where there is none",
      ["- [ ] 1. X", "- [ ] Task a: Y", "- [ ] 2. Z", "  - _Depends: Task A_"],
      ["4 depends"],
    ],
  ])("%s", (_, lines, expected) => expect(order(...lines)).toEqual(expected));
});
