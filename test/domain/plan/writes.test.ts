/** Which paths a unit writes: declared, or inferred from what its text names. */
import { describe, expect, it } from "vitest";
import { coChangesOf } from "../../../src/domain/plan/co-changes.ts";
import { isHard } from "../../../src/domain/plan/ready.ts";
import { aPlan } from "../../support/run.ts";

const FILES = [
  "package.json",
  "src/chart-model.ts",
  "src/chart-model.test.ts",
  "src/store/index.ts",
  "src/view/index.ts",
  "src/view/axis.ts",
  "docs/guide.md",
  ".gitignore",
  "docs/基盤構築手順.md",
  "app/[id]/page.tsx",
  "app/(auth)/login/page.tsx",
  "packages/ui/src/button.tsx",
  "packages/ui/src/icons/index.ts",
  "packages/web/src/icons/index.ts",
  "My Notes.txt",
  "data/VERSION",
  "bin/release",
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

  it.each<[what: string, lines: string[], expected: string[]]>([
    [
      "a sub-task that declares nothing but names a file",
      ["- [ ] 1.1 X", "  - _writes: src/a.ts_", "- [ ] 1.2 Change `src/view/axis.ts`"],
      ["src/a.ts declared", "src/view/axis.ts inferred"],
    ],
    [
      "a sub-task that names what another declares",
      ["- [ ] 1.1 X", "  - _writes: src/_", "- [ ] 1.2 Change `src/view/axis.ts`"],
      ["src/ declared"],
    ],
    [
      "a sub-task that declares that it writes nothing",
      ["- [ ] 1.1 X", "  - _writes: src/a.ts_", "- [ ] 1.2 Look at `src/view/axis.ts`", "  - _writes: none_"],
      ["src/a.ts declared"],
    ],
    [
      "a sub-task that names nothing",
      ["- [ ] 1.1 X", "  - _writes: src/a.ts_", "- [ ] 1.2 Run all of it"],
      ["src/a.ts declared"],
    ],
    [
      "what the unit declares holds for all below it",
      ["- _writes: src/a.ts_", "- [ ] 1.1 Not `src/store/index.ts`"],
      ["src/a.ts declared"],
    ],
    [
      "what a sub-task declares holds for all below it",
      ["- [ ] 1.1 X", "  - _writes: src/a.ts_", "  - [ ] 1.1.1 Like `src/store/index.ts`"],
      ["src/a.ts declared"],
    ],
    [
      "what a task above sub-tasks names sums them up",
      ["- All of `src/store/`", "- [ ] 1.1 X", "  - _writes: src/a.ts_"],
      ["src/a.ts declared"],
    ],
  ])("%s", (_, lines, expected) => {
    const { units } = aPlan(["- [ ] 1. A", ...lines.map((line) => `  ${line}`)].join("\n"), { files: FILES });
    expect(units[0]!.writes.map(({ path, source }) => `${path} ${source}`)).toEqual(expected);
    expect(isHard(units[0]!)).toBe(!expected.some((use) => use.endsWith("inferred")));
  });

  it.each([
    ["src/a.ts(new)"],
    ["src/a.ts:10-20"],
    ["src/a.ts#L10"],
    ["src/a.ts."],
    ["[src/a.ts, src/b.ts]"],
    ["src/[ab].ts"],
    ["src/{x => a}.ts"],
    ["src/a.ts to src/c.ts"],
  ])("%s is not worked on beside src/a.ts", (path) =>
    expect(
      aPlan(
        `- [ ] 1. A\n  - _Depends: none_\n  - _writes: ${path}_\n- [ ] 2. B\n  - _Depends: none_\n  - _writes: src/a.ts_\n`,
      ).schedule.waves,
    ).toEqual([["1"], ["2"]]),
  );

  it("what is no list of paths is a warning, and leaves the unit's set open", () => {
    const plan = (label: string): ReturnType<typeof aPlan> =>
      aPlan(`- [ ] 1. A\n  - [ ] 1.1 B\n    - _writes: src/a.ts_\n    - _${label}: the log_\n`);
    for (const label of ["writes", "reads"]) {
      const { units, diagnostics } = plan(label);
      expect(diagnostics).toContainEqual(
        expect.objectContaining({ severity: "warning", code: "paths", line: 4 }),
      );
      expect(units[0]).toMatchObject({
        writes: [{ path: "src/a.ts", source: "declared" }],
        unknownPaths: true,
      });
      expect(isHard(units[0]!)).toBe(false);
    }
  });

  it("two units whose sub-task names and declares one file never work at once", () => {
    const plan = aPlan(
      "- [ ] 1. A\n  - _Depends: none_\n  - [ ] 1.1 X\n    - _writes: src/a.ts_\n  - [ ] 1.2 Update `src/view/axis.ts`\n" +
        "- [ ] 2. B\n  - _Depends: none_\n  - _writes: src/view/axis.ts_\n",
      { files: FILES },
    );
    expect(plan.schedule.waves).toEqual([["1"], ["2"]]);
  });

  it.each([
    ["a name longer than any file's", `src/${"a*".repeat(128)}.ts`],
    ["a path longer than any file's", "a/".repeat(513)],
  ])("%s is a warning, written or read", (_, path) => {
    for (const label of ["writes", "reads"]) {
      const { units, diagnostics } = aPlan(`- [ ] 1. A\n  - _${label}: ${path}, b.ts_\n`);
      expect(units[0]![label as "writes" | "reads"].map((use) => use.path)).toEqual(["b.ts"]);
      expect(diagnostics).toContainEqual(
        expect.objectContaining({ severity: "warning", code: "path", why: "it is too long for a path" }),
      );
    }
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
    ["backticks: a new folder in one that is there", "Create `src/newmod/`", ["src/newmod/ inferred"]],
    ["backticks: a folder that is not there", "Choose `and/or/`", []],
    ["a bare name that one file has", "Change `axis.ts`", ["src/view/axis.ts inferred"]],
    ["a bare name that two files have", "Change `index.ts`", []],
    ["a label", "**Files:** src/view/axis.ts", ["src/view/axis.ts inferred"]],
    ["the one file that is called like a thing", "Extend `ChartModel`", ["src/chart-model.ts inferred"]],
    ["a component of the design", "Extend the axis drawer", ["src/view/axis.ts inferred"]],
    ["words alone", "Extend what is there", []],
    ["a name in brackets", "Change `app/[id]/page.tsx`", ["app/[id]/page.tsx inferred"]],
    ["a new one beside it", "Create `app/(auth)/login/form.tsx`", ["app/(auth)/login/form.tsx inferred"]],
    ["a name in another script", "Extend `基盤構築手順.md`", ["docs/基盤構築手順.md inferred"]],
    ["a hidden file", "Extend `.gitignore`", [".gitignore inferred"]],
    ["a hidden file that is not there", "Extend `.npmrc`", []],
    ["a name with a space", "Extend `My Notes.txt`", ["My Notes.txt inferred"]],
    ["a file without an ending", "Raise `data/VERSION`", ["data/VERSION inferred"]],
    ["a word that a file without an ending ends with", "Make a `release`", []],
    ["a glob", "Lint `src/**/*.ts`", ["src/**/*.ts inferred"]],
    ["all of a folder that is there", "Lint `src/store/**`", ["src/store/** inferred"]],
    ["all of one that is not", "Serve `image/*`", []],
    ["a folder that is there, without a slash", "Tidy `src/store`", ["src/store inferred"]],
    ["a route that is called like a folder", "Serve `/src/store`", []],
    ["the end of one file's path", "Change `view/axis.ts`", ["src/view/axis.ts inferred"]],
    ["the same behind an alias", "Use `@/view/axis.ts`", ["src/view/axis.ts inferred"]],
    ["an alias of nothing that is there", "Use `@/view/none.ts`", []],
    ["the end of two files' paths", "Change `icons/index.ts`", []],
    ["the end of a name", "Change `iew/axis.ts`", ["iew/axis.ts inferred"]],
    ["a new file, though another ends so", "Create `src/button.tsx`", ["src/button.tsx inferred"]],
    ["a path in a sentence", "Change src/store/index.ts", []],
    [
      "a label with what is there",
      "Files: .gitignore and docs/基盤構築手順.md",
      [".gitignore inferred", "docs/基盤構築手順.md inferred"],
    ],
  ])("%s", (_, below, expected) => expect(written(below)).toEqual(expected));

  it("a list below a label that stands alone", () => {
    const plan = aPlan("- [ ] 1. A\n  - **Files:**\n    - src/view/axis.ts\n    - src/a.ts\n", {
      files: FILES,
    });
    expect(plan.units[0]!.writes.map(({ path }) => path)).toEqual(["src/view/axis.ts", "src/a.ts"]);
  });

  it("of what a design's component names, too", () =>
    expect(
      written("Extend the axis drawer", {
        files: FILES,
        design: DESIGN.replace("src/view/axis.ts", "view/axis.ts"),
      }),
    ).toEqual(["src/view/axis.ts inferred"]));

  it.each([[".github/CODEOWNERS"], [".github/workflows/**"], ["web/.mcp.json"]])(
    "%s is known to be protected, whether it is there or not",
    (path) => {
      for (const files of [FILES, [...FILES, path]])
        expect(aPlan(`- [ ] 1. Extend \`${path}\`\n`, { files }).diagnostics).toContainEqual(
          expect.objectContaining({ code: "protected-path", what: expect.stringContaining(path) }),
        );
    },
  );

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
