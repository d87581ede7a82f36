/** Which unit waits for which, and why; what is an error, and what is left out. */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import type { PlanFlags } from "../../../src/domain/plan/flags.ts";
import { aPlan } from "../../support/run.ts";

type Profile = "safe" | "balanced" | "throughput";

const drawn = (plan: Plan): string[] =>
  plan.units.flatMap((unit) => unit.dependsOn.map(({ id, source }) => `${unit.id}←${id} ${source}`));
const edges = (text: string, profile: Profile = "balanced"): string[] =>
  drawn(aPlan(text, { flags: { profile } }));
const reasons = (text: string): string[] =>
  aPlan(text).units.flatMap((unit) => unit.dependsOn.map(({ because }) => because));
const said = (plan: Plan, severity: "error" | "warning" | "note"): string[] =>
  plan.diagnostics
    .filter((one) => one.severity === severity)
    .map(({ code, line, what, why }) => `${code} ${line}: ${what}; ${why}`);

const units = (...ids: number[]): string => ids.map((id) => `- [ ] ${id}. Unit ${id}\n`).join("");
const fence = (kind: string, text: string): string => `\n\`\`\`${kind}\n${text}\n\`\`\`\n`;
const waves = (text: string): string => fence("json", text);

const PARENTS =
  "- [ ] 1. A\n  - [ ] 1.1 X\n    - [ ] 1.1.1 P\n  - [ ] 1.2 Y\n- [ ] 2. B\n  - [ ] 2.1 Z\n    - _Depends: 1.1.1_\n";

describe("edges", () => {
  it.each([
    ["declared", "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n", ["2←1 declared"]],
    ["S14 S15 S16 a dependency on a parent, a leaf or both is one on the unit", PARENTS, ["2←1 lifted"]],
    [
      "a dependency on two tasks of one unit is one edge",
      "- [ ] 1. A\n  - [ ] 1.1 X\n  - [ ] 1.2 Y\n- [ ] 2. B\n  - _Depends: 1, 1.1, 1.2_\n",
      ["2←1 declared"],
    ],
    [
      "a checkpoint waits for all before and holds all after",
      "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: none_\n- [ ] 3. Checkpoint\n- [ ] 4. C\n  - _Depends: 1_\n",
      ["3←1 checkpoint", "3←2 checkpoint", "4←1 declared", "4←3 checkpoint"],
    ],
    [
      "what something before a checkpoint needs cannot wait for it",
      "- [ ] 1. A\n  - _Depends: 3_\n- [ ] 2. Checkpoint\n- [ ] 3. C\n",
      ["1←3 declared", "2←1 checkpoint"],
    ],
    ["nothing declared: one after the other", units(1, 2), ["2←1 inferred"]],
    [
      "neighbours marked (P) stand side by side",
      "- [ ] 1. A\n- [ ] 2. (P) B\n- [ ] 3. (P) C\n- [ ] 4. D\n",
      ["2←1 inferred", "3←1 inferred", "4←2 inferred", "4←3 inferred"],
    ],
    [
      "two waves of one number are one wave",
      units(1, 2, 3) +
        waves(
          '{"waves": [{"wave": 1, "tasks": ["1"]}, {"wave": 1, "tasks": ["2"]}, {"wave": 2, "tasks": ["3"]}]}',
        ),
      ["3←1 waves", "3←2 waves"],
    ],
    [
      "who lists a number or a name waits for all waves of that number",
      units(1, 2, 3, 4) +
        waves(
          '{"waves": [{"wave": 1, "tasks": ["1"]}, {"wave": 1, "id": "core", "tasks": ["2"]}, {"wave": 2, "tasks": ["3"], "dependsOn": [1]}, {"wave": 3, "tasks": ["4"], "dependsOn": ["core"]}]}',
        ),
      ["3←1 waves", "3←2 waves", "4←1 waves", "4←2 waves"],
    ],
    [
      "waves of one number wait for what any of them lists",
      units(1, 2, 3, 4) +
        waves(
          '{"waves": [{"wave": 1, "tasks": ["1"]}, {"wave": 2, "tasks": ["2"], "dependsOn": []}, {"wave": 3, "tasks": ["3"], "dependsOn": [1]}, {"wave": 3, "tasks": ["4"], "dependsOn": [2]}]}',
        ),
      ["3←1 waves", "3←2 waves", "4←1 waves", "4←2 waves"],
    ],
    [
      "and for all earlier ones where one of them lists nothing",
      units(1, 2, 3, 4, 5) +
        waves(
          '{"waves": [{"wave": 1, "tasks": ["1"]}, {"wave": 2, "tasks": ["2"], "dependsOn": []}, {"wave": 3, "tasks": ["3"], "dependsOn": [1]}, {"wave": 3, "tasks": ["4"]}, {"wave": 4, "tasks": ["5"], "dependsOn": [2]}]}',
        ),
      ["3←1 waves", "3←2 waves", "4←1 waves", "4←2 waves", "5←2 waves"],
    ],
    ["waves", units(1, 2) + waves('{"waves": [["1"], ["2"]]}'), ["2←1 waves"]],
    [
      "a unit of several waves waits for those that are over when it begins",
      "- [ ] 1. A\n  - [ ] 1.1 a\n  - [ ] 1.2 b\n- [ ] 2. B\n- [ ] 3. C\n" +
        waves('{"waves": [["1.1"], ["1.2", "2"], ["3"]]}'),
      ["2←1 waves", "3←2 waves"],
    ],
    [
      "units that lie in the same waves do not wait for one another",
      "- [ ] 1. A\n  - [ ] 1.1 a\n  - [ ] 1.2 b\n- [ ] 2. B\n  - [ ] 2.1 a\n  - [ ] 2.2 b\n" +
        waves('{"waves": [["1.1", "2.1"], ["1.2", "2.2"]]}'),
      [],
    ],
    [
      "what the graph says of single tasks holds instead of the waves",
      units(1, 2, 3) +
        waves('{"waves": [{"tasks": ["1", "2"]}, {"tasks": ["3"], "dependsOn": {"3": ["1"]}}]}'),
      ["3←1 waves"],
    ],
    [
      "a unit that the graph leaves out follows what stands before it",
      units(1, 2, 3) + waves('{"waves": [["1"], ["2"]]}'),
      ["2←1 waves", "3←1 inferred", "3←2 inferred"],
    ],
    [
      "a wave waits for the waves that it lists, by number, by name or by id",
      units(1, 2, 3, 4, 5) +
        waves(
          JSON.stringify({
            waves: [
              { wave: 1, tasks: [1] },
              { wave: 2, id: "core", tasks: [2], dependsOn: [1] },
              { wave: 3, tasks: [3], dependsOn: "wave-1" },
              { wave: 4, tasks: [4], dependencies: ["core"] },
              { wave: 5, tasks: [5] },
            ],
          }),
        ),
      ["2←1 waves", "3←1 waves", "4←2 waves", "5←1 waves", "5←2 waves", "5←3 waves", "5←4 waves"],
    ],
    [
      "a list of tasks, for some of them are no earlier waves",
      units(1, 2) +
        "- [ ] 3. C\n  - [ ] 3.1 a\n  - [ ] 3.2 b\n- [ ] 4. D\n- [ ] 5. E\n  - _Depends: none_\n" +
        waves(
          JSON.stringify({
            waves: [
              { wave: 1, tasks: ["1", "2"], dependencies: [] },
              { wave: 2, tasks: ["3.1"], dependencies: ["1", "2"] },
              { wave: 3, tasks: ["3.2"], dependencies: ["3.1"] },
              { wave: 4, tasks: ["4"], dependencies: ["3.2", "5"] },
            ],
          }),
        ),
      ["3←1 waves", "3←2 waves", "4←3 waves", "4←5 waves"],
    ],
    [
      "an empty list beside others waits for nothing",
      units(1, 2, 3) +
        waves('{"waves": [[1], {"tasks": [2], "dependsOn": []}, {"tasks": [3], "dependsOn": [1]}]}'),
      ["3←1 waves"],
    ],
    [
      "empty lists alone say no more than the waves",
      units(1, 2) + waves('{"waves": [[1], {"tasks": [2], "dependsOn": []}]}'),
      ["2←1 waves"],
    ],
    [
      "a diagram",
      units(1, 2, 3) + fence("mermaid", "graph TD\n  1[1. A] --> 3[3. C]\n  2 --> 3"),
      ["3←1 declared", "3←2 declared"],
    ],
    [
      "arrows below a heading",
      `${units(1, 2, 3)}\n## Task Dependencies\n\n(1, 2) → 3\n`,
      ["3←1 declared", "3←2 declared"],
    ],
    ["a sentence", "- [ ] 1. A\n- [ ] 2. B\n  - Begin after task 1\n", ["2←1 inferred"]],
    ["a sentence that denies one", "- [ ] 1. (P) A\n- [ ] 2. (P) B\n  - No longer depends on task 1\n", []],
    [
      "one sentence orders two units: the others follow what stands before them",
      "- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n- [ ] 4. D\n  - Begin after task 1\n",
      ["2←1 inferred", "3←2 inferred", "4←1 inferred"],
    ],
    [
      "neighbours marked (P) of which nothing is said follow the same",
      "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. (P) C\n- [ ] 4. (P) D\n- [ ] 5. E\n",
      [
        "2←1 declared",
        "3←1 inferred",
        "3←2 inferred",
        "4←1 inferred",
        "4←2 inferred",
        "5←3 inferred",
        "5←4 inferred",
      ],
    ],
    [
      "a dependency within a unit orders no unit",
      "- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 X\n  - [ ] 2.2 Y\n    - _Depends: 2.1_\n- [ ] 3. C\n",
      ["2←1 inferred", "3←2 inferred"],
    ],
    [
      "what a done unit waited for says nothing of the open ones that it does not name",
      "- [ ] 1. A\n- [ ] 2. B\n- [x] 3. C\n  - _Depends: 1_\n- [ ] 4. D\n",
      ["2←1 inferred", "4←2 inferred"],
    ],
    [
      "a unit whose dependencies are done has said what it waits for",
      "- [x] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1_\n",
      [],
    ],
    [
      "that another waits for a unit says nothing of what it waits for itself",
      "- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n- [ ] 4. D\n  - Run it after task 3\n",
      ["2←1 inferred", "3←2 inferred", "4←3 inferred"],
    ],
    [
      "nothing follows what waits for it",
      "- [ ] 1. A\n  - _Depends: 3_\n- [ ] 2. B\n- [ ] 3. C\n- [ ] 4. D\n",
      ["1←3 declared", "3←2 inferred", "4←3 inferred", "4←1 inferred"],
    ],
    [
      "a sub-task that needs none does not set its unit free",
      "- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 X\n    - _Depends: none_\n  - [ ] 2.2 Y\n",
      ["2←1 inferred"],
    ],
    [
      "sub-tasks that all need none do",
      "- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 X\n    - _Depends: none_\n  - [ ] 2.2 Y\n    - _Depends: 2.1_\n",
      [],
    ],
    [
      "who waits for a unit that is left out waits for those that it waits for",
      "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ]* 3. C\n  - _Depends: 2_\n- [ ]* 4. D\n  - _Depends: 3_\n- [ ] 5. E\n  - _Depends: 4_\n",
      ["2←1 declared", "5←2 declared"],
    ],
    [
      "so it does where a diagram draws it",
      `- [ ] 1. A\n- [ ]* 2. B\n- [ ] 3. C\n${fence("mermaid", "graph TD\n  1 --> 2\n  2 --> 3")}`,
      ["3←1 declared"],
    ],
    [
      "what is said behind sub-tasks, as far in as they are, is the unit's own",
      "- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 X\n  - [ ] 2.2 Y\n  - _Depends: none_\n- [ ] 3. C\n  - [ ] 3.1 Z\n  - _Depends: 1_\n",
      ["3←1 declared"],
    ],
    [
      "units that say they need none",
      "- [ ] 1. A\n  - _Depends: none_\n- [ ] 2. B\n  - _依存タスク: -_\n",
      [],
    ],
  ])("%s", (_, text, expected) => expect(edges(text)).toEqual(expected));

  it("each names its line and says what stands there", () => {
    expect(reasons("- [ ] 1. A\n- [ ] 2. B\n  - text\n  - _Depends: 1_\n")).toEqual([
      "line 4: 2 depends on 1",
    ]);
    expect(reasons("- [ ] 1. A\r- [ ] 2. B\r\r  - _Depends: 1_\r")).toEqual(["line 4: 2 depends on 1"]);
    expect(reasons(PARENTS)).toEqual(["line 7: 2.1 depends on 1.1.1, so unit 2 waits for unit 1"]);
    expect(reasons("- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 C\n    - _Depends: all previous tasks_\n")).toEqual([
      "line 4: 2.1 depends on 1, so unit 2 waits for unit 1",
    ]);
    expect(
      reasons(
        "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: none_\n- [ ] 3. C\n  - **Dependencies:**\n    - 1\n    - Task 2\n",
      ),
    ).toEqual(["line 6: 3 depends on 1", "line 7: 3 depends on 2"]);
    expect(reasons("- [ ] 1. A\n- [ ]* 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 2_\n")).toEqual([
      "line 5: 3 depends on 2, which is left out; line 3: 2 depends on 1",
    ]);
    expect(reasons("- [ ] 1. A\n- [ ] 2. B\n  - [ ] 2.1 X\n  - [ ] 2.2 Y\n  - _Depends: 1_\n")).toEqual([
      "line 5: 2 depends on 1",
    ]);
    expect(reasons("- [ ] 1. A\n  - **Blocks:** 2\n- [ ] 2. B\n")).toEqual(["line 2: 2 depends on 1"]);
    expect(reasons(units(1, 2) + fence("mermaid", "graph TD\n  1 --> 2"))).toEqual([
      "line 6: the diagram draws 1 before 2",
    ]);
  });

  it("each calls a wave what the graph calls it", () =>
    expect(
      reasons(units(1, 2) + waves('{"waves": [{"wave": 1, "tasks": ["1"]}, {"wave": 2, "tasks": ["2"]}]}')),
    ).toEqual(["line 5: 1 is in wave 1, 2 in wave 2"]));

  it("each edge of a graph names the row that says it", () =>
    expect(
      reasons(
        units(1, 2, 3, 4) +
          waves(
            '{"waves": [\n  {"wave": 2, "tasks": [2]},\n  {"wave": 1, "tasks": [1]},\n  {\n    "wave": 3,\n    "tasks": [3]\n  },\n' +
              '  {"tasks": [4], "wave": 4, "dependsOn": {\n    "4": [2]\n  }}\n]}',
          ),
      ),
    ).toEqual([
      "line 8: 1 is in wave 1, 2 in wave 2",
      "line 10: 2 is in wave 2, 3 in wave 3",
      "line 15: the graph says that 4 waits for 2",
    ]));

  it("what a wave lists names that row, and who is waited for", () =>
    expect(reasons(units(1, 2) + waves('{"waves": [\n[1],\n{"tasks": [2],\n"dependsOn": [1]}]}'))).toEqual([
      "line 8: wave 2 waits for wave 1, so 2 waits for 1",
    ]));

  it("with profile throughput nothing is inferred", () =>
    expect(edges(units(1, 2), "throughput")).toEqual([]));

  it("an order that nobody declared is said, in words that fit the profile", () => {
    const note = (profile: Profile): string[] => said(aPlan(units(1, 2), { flags: { profile } }), "note");
    expect(note("balanced")).toContainEqual(
      expect.stringMatching(/^no-order 1: .*each unit follows the one before/),
    );
    expect(note("throughput")).toContainEqual(
      expect.stringMatching(/^no-order 1: .*only checkpoints and path locks/),
    );
  });

  it("a diagram that contradicts what is declared is left aside, with its lines", () => {
    const plan = aPlan(
      `- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n${fence("mermaid", "graph TD\n  2 --> 1")}`,
    );
    expect(drawn(plan)).toEqual(["2←1 declared"]);
    expect(said(plan, "note")).toContainEqual(expect.stringMatching(/^hints-contradict 7: .*lines 7 /));
  });

  it("what a wave lists and cannot wait for is named once, and the earlier waves hold", () => {
    const plan = aPlan(
      units(1, 2, 3) +
        waves(
          '{"waves": [{"tasks": [1]},\n  {"tasks": [2], "dependsOn": [2, 7]},\n  {"tasks": [3], "dependsOn": {"3": true}}]}',
        ),
    );
    expect(drawn(plan)).toEqual(["2←1 waves", "3←2 waves"]);
    expect(said(plan, "note").filter((note) => note.startsWith("waves"))).toEqual([
      expect.stringMatching(/^waves-list 7: .*: wave 2 for 2, wave 2 for 7, wave 3 for {"3":true}; /),
    ]);
  });

  it.each([
    ["in its waves", '{"waves": [["7"], ["8"]]}', ["2←1 inferred"]],
    ["beside known ones", '{"waves": [["1", "7"], ["2", "8"]]}', ["2←1 waves"]],
    [
      "in what tasks wait for",
      '{"waves": [["1"], {"tasks": ["2"], "dependsOn": {"2": [7, 8]}}]}',
      ["2←1 waves"],
    ],
  ])("tasks that the graph names %s and that are not there are told once", (_, graph, expected) => {
    const plan = aPlan(units(1, 2) + waves(graph));
    expect(said(plan, "warning").filter((warning) => warning.startsWith("waves"))).toEqual([
      expect.stringMatching(/^waves-stranger 5: .*: 7, 8;/),
    ]);
    expect(said(plan, "note").filter((note) => note.startsWith("waves"))).toEqual([]);
    expect(drawn(plan)).toEqual(expected);
  });

  it("a graph of which nothing is open is left aside in words", () => {
    const plan = aPlan(`- [x] 3. C\n${units(1, 2)}${waves('{"waves": [["3"], ["7"]]}')}`);
    expect(said(plan, "warning")).toContainEqual(expect.stringMatching(/^waves-unknown 6: .*no open task/));
  });

  it("a graph whose line is too long is left aside for that reason", () => {
    const graph = JSON.stringify({ waves: [Array.from({ length: 5000 }, (_, at) => String(at + 1))] });
    expect(said(aPlan(units(1, 2) + waves(graph)), "warning")).toContainEqual(
      expect.stringMatching(/^waves 5: .*; a line of it is longer than 20000 letters$/),
    );
  });

  it("a second graph, and a task that stands in two waves, are told with their line", () => {
    const twice = waves('{"waves": [\n["1"],\n["2", "1"]]}');
    const plan = aPlan(units(1, 2) + twice + waves('{"waves": [["2"], ["1"]]}'));
    expect(drawn(plan)).toEqual(["2←1 waves"]);
    expect(said(plan, "warning")).toEqual([
      "waves-twice 7: Wave 2 names 1 again; an earlier wave has named it, and a task is done once",
      "waves-second 11: This dependency graph is left aside; the one in line 5 is followed",
    ]);
  });
});

describe("mistakes", () => {
  it.each<[string, string, RegExp]>([
    [
      "D2 a cycle names the lines of its edges",
      "- [ ] 1. A\n  - _Depends: 3_\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 2_\n",
      /^cycle 2: Units wait for one another: 1 → 3 → 2 → 1; line 2: .*line 6: .*line 4: /,
    ],
    [
      "a cycle through sub-tasks",
      "- [ ] 1. A\n  - [ ] 1.1 X\n    - _Depends: 2.1_\n- [ ] 2. B\n  - [ ] 2.1 Y\n    - _Depends: 1_\n",
      /^cycle 3: .*line 3: 1.1 depends on 2.1.*line 6: 2.1 depends on 1/,
    ],
    [
      "a cycle within one unit",
      "- [ ] 1. A\n  - [ ] 1.1 X\n    - _Depends: 1.2_\n  - [ ] 1.2 Y\n    - _Depends: 1.1_\n",
      /^cycle 5: Tasks of unit 1 wait for one another; line 5: 1.2 depends on 1.1; line 3: 1.1 depends on 1.2$/,
    ],
    ["a task that waits for itself", "- [ ] 1. A\n  - _Depends: 1_\n", /^cycle 2: Task 1 waits for itself/],
    [
      "D5 an unknown id",
      "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1, 99_\n",
      /^unknown-dependency 3: Task 2 depends on 99; there is no task of that id$/,
    ],
    [
      "a cycle of declared lines and waves",
      `- [ ] 1. A\n  - _Depends: 2_\n- [ ] 2. B\n${waves('{"waves": [["1"], ["2"]]}')}`,
      /^cycle 2: .*line 2: 1 depends on 2; line 6: 1 is in wave 1, 2 in wave 2/,
    ],
  ])("%s", (_, text, expected) => {
    expect(said(aPlan(text), "error")).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, PlanFlags, RegExp]>([
    ["a unit", { only: ["9"] }, /^unknown-unit 1: There is no unit 9; --only names it$/],
    ["a sub-task", { only: ["1.1"] }, /^unknown-unit 1: There is no unit 1.1; it is a part of unit 1/],
    ["an agent", { agent: "x" }, /^unknown-agent 1: There is no agent "x"/],
  ])("the command names %s that is not there", (_, flags, expected) => {
    expect(said(aPlan("- [ ] 1. A\n  - [ ] 1.1 X\n", { flags }), "error")).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  it("more edges than anyone can hold", () => {
    const ids = (from: number): string[] => Array.from({ length: 500 }, (_, at) => String(from + at));
    const text = units(...[...ids(1), ...ids(501)].map(Number));
    const plan = aPlan(text + waves(JSON.stringify({ waves: [ids(1), ids(501)] })));
    expect(said(plan, "error")).toEqual([expect.stringMatching(/^too-many-edges/)]);
  });

  it("an error in what this run leaves out is told all the same", () =>
    expect(
      said(aPlan("- [ ] 1. A\n- [ ]* 2. B\n  - _Depends: 3_\n- [ ]* 3. C\n  - _Depends: 2_\n"), "error"),
    ).toEqual([expect.stringMatching(/^cycle 3/)]));
});

describe("what is left out", () => {
  const text =
    "- [x] 1. A\n- [ ] 2. B\n  - [x] 2.1 X\n  - [ ]* 2.2 Y\n  - [ ] 2.3 Z\n- [ ]* 3. C\n- [ ] 4. D\n  - _Depends: 2, 3_\n";
  const chosen = (plan: Plan): string[] => plan.units.map(({ id, taskIds }) => `${id}: ${taskIds.join(" ")}`);

  it.each<[string, PlanFlags, { planned: string[]; leftOut: string[] }]>([
    [
      "done units, optional ones, and done sub-tasks",
      {},
      { planned: ["2: 2 2.3", "4: 4"], leftOut: ["1", "2.2", "3"] },
    ],
    [
      "nothing optional when asked",
      { includeOptional: true },
      { planned: ["2: 2 2.2 2.3", "3: 3", "4: 4"], leftOut: ["1"] },
    ],
    [
      "what --only does not name; an optional unit is asked for by its name",
      { only: ["3"] },
      { planned: ["3: 3"], leftOut: ["1", "2", "4"] },
    ],
  ])("%s", (_, flags, expected) => {
    const plan = aPlan(text, { flags });
    expect({ planned: chosen(plan), leftOut: plan.leftOut.map(({ id }) => id) }).toEqual(expected);
  });

  it("a unit whose required parts are done is left out with the optional ones that are open", () => {
    const plan = aPlan("- [ ] 1. A\n  - [x] 1.1 X\n  - [ ]* 1.2 Y\n  - [x]* 1.3 Z\n- [ ] 2. B\n");
    expect(plan.leftOut).toEqual([
      { id: "1", why: "all its required sub-tasks are done already" },
      { id: "1.2", why: "it is optional" },
    ]);
  });

  it("what stands below a checkpoint is left out and named, for nobody works on it", () => {
    const plan = aPlan(
      "- [ ] 1. A\n- [ ] 2. Checkpoint - core\n  - [x] 2.1 Seen\n  - [ ] 2.2 Implement errors\n",
    );
    expect(chosen(plan)).toEqual(["1: 1", "2: 2"]);
    expect(plan.leftOut).toEqual([{ id: "2.2", why: "checkpoint 2, below which it stands, only verifies" }]);
    expect(said(plan, "warning")).toContain(
      "below-checkpoint 4: No agent works on 2.2; checkpoint 2, below which it stands, only runs the verify commands",
    );
  });

  it("open parts of a unit that is marked as done are told one by one", () => {
    const plan = aPlan(
      "- [x] 1. A\n  - [x] 1.1 X\n  - [ ] 1.2 Y\n    - [ ] 1.2.1 Z\n  - [ ]* 1.3 V\n- [ ] 2. B\n",
    );
    expect(chosen(plan)).toEqual(["2: 2"]);
    expect(plan.leftOut).toEqual([
      { id: "1", why: "it is done already" },
      { id: "1.2", why: "unit 1 is marked as done" },
      { id: "1.2.1", why: "unit 1 is marked as done" },
    ]);
    expect(said(plan, "warning")).toEqual([
      "open-below-done 3: Task 1.2 is open and left out; unit 1, which it is a part of, is marked as done",
      "open-below-done 4: Task 1.2.1 is open and left out; unit 1, which it is a part of, is marked as done",
    ]);
  });

  it("who builds on something left out is warned, and it counts as satisfied", () => {
    const plan = aPlan(text, { flags: { only: ["4"] } });
    expect(drawn(plan)).toEqual([]);
    expect(said(plan, "warning")).toEqual([
      "left-out-dependency 7: Unit 4 depends on 2, 3, which this plan leaves out; --only does not name them, and not all of it is done",
    ]);
  });

  it("who builds on what stands below a checkpoint, or on an optional part of what is done, is warned", () => {
    const below = aPlan("- [ ] 1. A\n- [ ] 2. Checkpoint\n  - [ ] 2.1 X\n- [ ] 3. B\n  - _Depends: 2.1_\n");
    expect(said(below, "warning")).toContainEqual(
      expect.stringMatching(/^left-out-dependency 4: Unit 3 depends on 2.1.*below a checkpoint/),
    );
    const part = aPlan("- [ ] 1. A\n  - [x] 1.1 X\n  - [ ]* 1.2 Y\n- [ ] 2. B\n  - _Depends: 1.2_\n");
    expect(said(part, "warning")).toEqual([
      expect.stringMatching(/^left-out-dependency 4: Unit 2 depends on 1.2.*--include-optional/),
    ]);
    const whole = aPlan("- [ ] 1. A\n  - [x] 1.1 X\n  - [ ]* 1.2 Y\n- [ ] 2. B\n  - _Depends: 1_\n");
    expect(said(whole, "warning")).toEqual([]);
  });

  it("a heading below which only optional tasks are open has no work left", () => {
    const plan = aPlan(
      "## 1. A\n\n- [x] 1.1 X\n- [ ]* 1.2 Y\n\n## 2. B\n\n- [ ]* 2.1 Z\n\n## 3. C\n\n- [ ] 3.1 W\n",
    );
    expect(chosen(plan)).toEqual(["3: 3 3.1"]);
  });

  it("a sub-task may depend on an optional one of its own unit that is left out", () => {
    const [unit] = aPlan("- [ ] 1. A\n  - [ ] 1.1 B\n    - _Depends: 1.2_\n  - [ ]* 1.2 C\n").units;
    expect(unit).toMatchObject({ taskIds: ["1", "1.1"], dependsOn: [] });
  });

  it("S17 a done sub-task holds nobody back, an open one does", () => {
    const spec = (mark: string): string =>
      `- [ ] 1. A\n  - [x] 1.1 X\n  - [${mark}] 1.2 Y\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1.1_\n`;
    expect(edges(spec(" "))).toEqual(["2←1 declared"]);
    expect(edges(spec("x"))).toEqual([]);
    expect(said(aPlan(spec("x")), "warning")).toEqual([]);
  });
});
