/** Which paths a unit writes: declared, or inferred from what its text names. */
import { describe, expect, it } from "vitest";
import { coChangesOf } from "../../../src/domain/plan/co-changes.ts";
import { aPlan } from "../../support/run.ts";

const FILES = [
  "package.json",
  "src/chart-model.ts",
  "src/chart-model.test.ts",
  "src/store/index.ts",
  "src/view/index.ts",
  "src/view/axis.ts",
  "docs/guide.md",
];
const DESIGN = "# Design\n\n## Components and Interfaces\n\n### Axis Drawer\n\nIn `src/view/axis.ts`.\n";
const CHANGES = [
  ["src/view/axis.ts", "docs/guide.md", "package.json", "gone.ts"],
  ["src/view/axis.ts", "docs/guide.md", "package.json", "gone.ts", "src/store/index.ts"],
  ["src/view/axis.ts", "docs/guide.md", "package.json", "gone.ts", "constructor"],
];

const written = (
  below: string,
  more: Parameters<typeof aPlan>[1] = { files: FILES, design: DESIGN },
): string[] =>
  aPlan(`- [ ] 1. Do it\n  - ${below}\n`, more).units[0]!.writes.map(
    ({ path, source }) => `${path} ${source}`,
  );

describe("declared paths", () => {
  it.each([
    ["_writes: src/a.ts, src/b/_", ["src/a.ts declared", "src/b/ declared"]],
    ["_writes: `src/a.ts`_", ["src/a.ts declared"]],
    ["_writes: src/old.ts -> src/new.ts_", ["src/old.ts declared", "src/new.ts declared"]],
    ["_writes: src/a.ts_\n  - Not in `src/store/index.ts`", ["src/a.ts declared"]],
    ["_writes: none_", []],
    ["_writes: ../other/a.ts, src/a.ts_", ["src/a.ts declared"]],
  ])("%s", (below, expected) => expect(written(below)).toEqual(expected));

  it("S20 S21 those of sub-tasks are the unit's, each once", () => {
    const plan = aPlan(
      "- [ ] 1. A\n  - [ ] 1.1 X\n    - _writes: a.ts_\n    - _reads: c.json_\n  - [ ] 1.2 Y\n    - _writes: a.ts, b.ts_\n",
    );
    expect(plan.units[0]!.writes.map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
    expect(plan.units[0]!.reads).toEqual([{ path: "c.json", source: "declared" }]);
  });

  it("one that leads out of the repository is a warning", () =>
    expect(aPlan("- [ ] 1. A\n  - _writes: ../a.ts_\n").diagnostics).toContainEqual(
      expect.objectContaining({ severity: "warning", code: "path", why: "it leads out of the repository" }),
    ));
});

describe("inferred paths", () => {
  it.each([
    ["backticks: a file that is there", "Change `src/store/index.ts`", ["src/store/index.ts inferred"]],
    ["backticks: a new file in a folder", "Create `src/store/cache.ts`", ["src/store/cache.ts inferred"]],
    ["backticks: a folder that is there", "Tidy `src/store/`", ["src/store/ inferred"]],
    ["backticks: a folder that is not there", "Choose `and/or/`", []],
    ["a bare name that one file has", "Change `axis.ts`", ["src/view/axis.ts inferred"]],
    ["a bare name that two files have", "Change `index.ts`", []],
    ["a label", "**Files:** src/view/axis.ts", ["src/view/axis.ts inferred"]],
    ["the one file that is called like a thing", "Extend `ChartModel`", ["src/chart-model.ts inferred"]],
    ["a component of the design", "Extend the axis drawer", ["src/view/axis.ts inferred"]],
    ["words alone", "Extend what is there", []],
  ])("%s", (_, below, expected) => expect(written(below)).toEqual(expected));

  it("a list below a label that stands alone", () => {
    const plan = aPlan("- [ ] 1. A\n  - **Files:**\n    - src/view/axis.ts\n    - src/a.ts\n", {
      files: FILES,
    });
    expect(plan.units[0]!.writes.map(({ path }) => path)).toEqual(["src/view/axis.ts", "src/a.ts"]);
  });

  it("files that changed together before, but no manifests and none that are gone", () =>
    expect(written("Change `axis.ts`", { files: FILES, coChanges: coChangesOf(CHANGES) })).toEqual([
      "src/view/axis.ts inferred",
      "docs/guide.md inferred",
    ]));

  it("B5 B7 a unit has unknown paths when nothing names any, but for checkpoints", () => {
    const plan = aPlan("- [ ] 1. A\n- [ ] 2. B\n  - _writes: b.ts_\n- [ ] 3. Checkpoint\n");
    expect(plan.units.map(({ unknownPaths }) => unknownPaths)).toEqual([true, false, false]);
  });
});

describe("files that changed together", () => {
  it.each([
    [
      "three times of three",
      [
        ["a", "b"],
        ["a", "b"],
        ["a", "b"],
      ],
      { a: ["b"], b: ["a"] },
    ],
    [
      "twice only",
      [
        ["a", "b"],
        ["a", "b"],
      ],
      {},
    ],
    [
      "three times of six, seen from one side",
      [["a", "b"], ["a", "b"], ["a", "b"], ["a"], ["a"], ["a"]],
      { b: ["a"] },
    ],
    ["within changes of everything", Array.from({ length: 3 }, () => Array.from({ length: 21 }, String)), {}],
  ])("%s", (_, changes, expected) => expect(Object.fromEntries(coChangesOf(changes))).toEqual(expected));
});
