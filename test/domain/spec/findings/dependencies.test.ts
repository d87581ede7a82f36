/** What a list of dependencies names, part by part; what is not understood is said, never lost. */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/domain/config.ts";
import { makePlan } from "../../../../src/domain/plan/make.ts";
import { read } from "../../../support/spec-lines.ts";
import { sha256 } from "../../../support/run.ts";

/** Of the last of some tasks, `LINE code “…”` for what is said of it. */
function lastOf(ids: readonly string[], ...lines: string[]): { dependsOn: string[]; said: string[] } {
  const boxes = ids.map((id) => `- [ ] Task ${id}: A`);
  const { tasks, diagnostics } = read(...boxes, ...lines);
  const said = diagnostics.map(
    ({ line, code, what }) => `${line} ${code} ${/“.*”/u.exec(what)?.[0] ?? what}`,
  );
  return { dependsOn: tasks.at(-1)!.dependsOn, said };
}

const NUMBERS = ["1", "2", "3", "4", "5", "6"];

describe("a list of dependencies", () => {
  it.each<[value: string, dependsOn: string[], lost: string[]]>([
    ["TASK-1, T2, T03, task-4", ["1", "2", "3", "4"], []],
    ["1, X99", ["1"], ["“X99”"]],
    ["React18, 1", ["1"], ["“React18”"]],
    ["1-3 and 5 must be complete", ["1", "2", "3", "5"], []],
    ["3 API layer, 4", ["3", "4"], []],
    ["3 - API, 4", ["3", "4"], []],
    ["Task 3: API, `4`", ["3", "4"], []],
    ["[1], [2](#task-2)", ["1", "2"], []],
    ["(1, 2)", ["1", "2"], []],
    ["1, all tasks in 2", ["1"], ["“all tasks in 2”"]],
    ["1, Phase 2, the schema", ["1"], ["“Phase 2”, “the schema”"]],
    ["tasks 1-3 come first, and Task #4", ["1", "2", "3", "4"], []],
    ["task 1, 2 and 3 must land before 4 begins", ["1", "2", "3"], ["“3 must land before 4 begins”"]],
    ["5, all previous tasks", ["5", "1", "2", "3", "4", "6"], []],
    ["3D models, PR #4", [], ["“3D models”, “PR #4”"]],
    ["Task 1 (types, see 5), Task 2.", ["1", "2"], []],
    ["1, 99", ["1", "99"], []],
    ["1.1 - 2.3, 4", ["1.1", "2.3", "4"], ["“1.1 - 2.3”"]],
  ])("Depends: %s", (value, dependsOn, lost) =>
    expect(lastOf([...NUMBERS, "7"], `  - _Depends: ${value}_`)).toEqual({
      dependsOn,
      said: lost.map((text) => `8 depends ${text}`),
    }),
  );

  it.each<[ids: string[], value: string, expected: ReturnType<typeof lastOf>]>([
    [["A", "B", "C"], "A, Z", { dependsOn: ["A", "Z"], said: [] }],
    [["1", "2", "3"], "A", { dependsOn: [], said: ["4 depends “A”"] }],
    [["T01", "T02", "T03"], "T01, T09", { dependsOn: ["T01", "T09"], said: [] }],
    [["T1", "1", "3"], "T1", { dependsOn: ["T1"], said: [] }],
  ])("in a file of the tasks %j: %s", (ids, value, expected) =>
    expect(lastOf(ids, `  - _Depends: ${value}_`)).toEqual(expected),
  );

  it.each<[value: string, isFree: boolean, dependsOn: string[], lost: string[]]>([
    ["none", true, [], []],
    ["None.", true, [], []],
    ["None (first task; 2 and 3 follow)", true, [], []],
    ["None - Must complete before other phases", true, [], []],
    ["None, may go beside task 2", true, [], []],
    ["No dependencies", true, [], []],
    ["N/A", true, [], []],
    ["なし（最初のタスク）", true, [], []],
    ["无依赖", true, [], []],
    ["none except task 2", false, ["2"], []],
    ["None beyond Task 1 and 3", false, ["1", "3"], []],
    ["keine außer 2", false, ["2"], []],
    ["无（除任务2外）", false, ["2"], []],
    ["No. 3", false, ["3"], []],
    ["No 3", false, ["3"], []],
    ["none but the schema", false, [], ["“the schema”"]],
    ["none of 2", false, [], ["“none of 2”"]],
    ["none, 2", false, [], ["“none, 2”"]],
    ["Nonexistent things", false, [], ["“Nonexistent things”"]],
  ])("Depends: %s", (...[value, isFree, dependsOn, lost]) => {
    const lines = [...NUMBERS, "7"].map((id) => `- [ ] Task ${id}: A`);
    expect(read(...lines, `  - _Depends: ${value}_`).tasks.at(-1)).toMatchObject({ isFree, dependsOn });
    expect(lastOf([...NUMBERS, "7"], `  - _Depends: ${value}_`).said).toEqual(
      lost.map((text) => `8 depends ${text}`),
    );
  });

  it.each<[line: string, dependsOn: string[], said: string[]]>([
    ["  - Prerequisites: Task 1, 2", ["1", "2"], []],
    ["  - **Prerequisite:** none", [], []],
    ["  - Prerequisites: Node 18, Docker", [], []],
    ["  - Depends upon: 2", ["2"], []],
    ["  - Blocked by #2", ["2"], []],
    ["- [ ] 8. C (depends on 1)", ["1"], []],
    ["- [ ] 8. C (blocked by #2)", ["2"], []],
    ["- [ ] 8. C (depends on Tasks 1–2; and Task 4 if it lands)", ["1", "2", "4"], []],
    ["- [ ] 8. C (depends on all of 3)", [], ["8 depends “all of 3”"]],
    ["- [ ] 8. C (depends on the API)", [], []],
    ["  - then the table (depends on 3)", ["3"], []],
  ])("%s", (line, dependsOn, said) => expect(lastOf([...NUMBERS, "7"], line)).toEqual({ dependsOn, said }));

  it("Blocks: 3, X9, 12", () => {
    const { tasks, diagnostics } = read(
      "- [ ] 1. A",
      "  - Blocks: 3, X9, 12",
      "- [ ] 2. B",
      "  - Blocks: none",
      "- [ ] 3. C",
      "- [x] 4. D",
      "  - Blocks: 12",
    );
    expect(tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [], ["1"], []]);
    expect(diagnostics.map(({ severity, line, what }) => `${severity} ${line} ${what}`)).toEqual([
      "warning 2 Task 1 blocks “X9”",
      "error 2 Task 1 blocks 12",
    ]);
  });

  it.each<[how: string, lines: string[], because: string]>([
    ["written in another way", ["- [ ] 2. B", "", "  - _Depends: TASK-1_"], "line 4: 2 depends on 1"],
    [
      "in a title, and again in the notes",
      ["- [ ] 2. B (depends on 1)", "", "## Notes", "2 is last (depends on 1)"],
      "line 2: 2 depends on 1",
    ],
  ])("an edge names the line of an id that is %s", (_, lines, because) => {
    const tasksText = ["- [ ] 1. A", ...lines].join("\n");
    const { units } = makePlan({
      spec: { name: "x", path: "x", sha: null, tasksText, requirementsText: null, designText: null },
      config: parseConfig("version: 1\n").config,
      flags: {},
      files: [],
      hash: sha256,
    });
    expect(units[1]!.dependsOn.map((edge) => edge.because)).toEqual([because]);
  });
});
