/** From tasks to units, edges, locks and who does what. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, pathsMeet } from "../../../src/domain/plan/locks.ts";
import { readyUnits } from "../../../src/domain/plan/ready.ts";
import { unitSlug } from "../../../src/domain/plan/slug.ts";
import { aPlan, sha256 } from "../../support/run.ts";

const edges = (text: string, profile: "safe" | "balanced" | "throughput" = "balanced"): string[] =>
  aPlan(text, { flags: { profile } }).units.flatMap((unit) =>
    unit.dependsOn.map(({ id, source }) => `${unit.id}←${id} ${source}`),
  );

describe("edges", () => {
  it.each([
    ["declared", "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n", ["2←1 declared"]],
    [
      "lifted from a sub-task",
      "- [ ] 1. A\n  - [ ] 1.1 X\n- [ ] 2. B\n  - [ ] 2.1 Y\n    - _Depends: 1.1_\n",
      ["2←1 lifted"],
    ],
    [
      "a checkpoint waits for all before and holds all after",
      "- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. Checkpoint\n- [ ] 4. C\n  - _Depends: 1_\n",
      ["3←1 checkpoint", "3←2 checkpoint", "4←1 declared", "4←3 checkpoint"],
    ],
    ["nothing declared: one after the other", "- [ ] 1. A\n- [ ] 2. B\n", ["2←1 inferred"]],
    ["waves", '- [ ] 1. A\n- [ ] 2. B\n\n```json\n{"waves": [["1"], ["2"]]}\n```\n', ["2←1 waves"]],
  ])("%s", (_, text, expected) => expect(edges(text)).toEqual(expected));

  it("with profile throughput nothing is inferred", () =>
    expect(edges("- [ ] 1. A\n- [ ] 2. B\n", "throughput")).toEqual([]));

  it("a chain of 3,000 units is planned", () => {
    const text = Array.from(
      { length: 3000 },
      (_, at) => `- [ ] ${at + 1}. Unit ${at + 1}\n  - _Depends: ${Math.max(1, at)}_`,
    ).join("\n");
    const plan = aPlan(text.replace("  - _Depends: 1_\n", ""));
    expect(plan.units).toHaveLength(3000);
    expect(plan.schedule.criticalPath).toHaveLength(3000);
  });
});

describe("what is left out", () => {
  it("done units, optional ones, and done sub-tasks", () => {
    const plan = aPlan("- [x] 1. A\n- [ ] 2. B\n  - [x] 2.1 X\n  - [ ]* 2.2 Y\n  - [ ] 2.3 Z\n- [ ]* 3. C\n");
    expect(plan.units.map(({ id, taskIds }) => [id, taskIds])).toEqual([["2", ["2", "2.3"]]]);
    expect(plan.leftOut.map(({ id }) => id)).toEqual(["1", "2.2", "3"]);
  });
});

describe("who does what", () => {
  it.each([
    ["- [ ] 1. Write the parser\n", { type: "code", criticality: "standard", reviewers: ["correctness"] }],
    [
      "- [ ] 1. Store password hashes\n",
      { type: "code", criticality: "security-sensitive", reviewers: ["correctness", "security"] },
    ],
    [
      "- [ ] 1. Refactor the store\n",
      { type: "code", criticality: "complex", reviewers: ["correctness", "architecture"] },
    ],
    [
      "- [ ] 1. Use\n  - _writes: README.md, docs/a.md_\n",
      { type: "docs", criticality: "standard", reviewers: ["correctness"] },
    ],
  ])("%s", (text, expected) => {
    const unit = aPlan(text).units[0]!;
    expect({
      type: unit.type,
      criticality: unit.criticality,
      reviewers: unit.reviewers.map(({ role }) => role),
    }).toEqual(expected);
  });

  it("a unit that may touch protected paths only is a person's", () => {
    expect(aPlan("- [ ] 1. CI\n  - _writes: .github/workflows/ci.yml_\n").units[0]!.person).toMatch(
      /protected/,
    );
  });
});

describe("locks", () => {
  it.each([
    ["a.ts", "./A.ts", true],
    ["src/", "src/a.ts", true],
    ["src", "src/a.ts", true],
    ["src", "srcs/a.ts", false],
    ["src/**/*.ts", "src/a/b.ts", true],
    ["src/*.ts", "src/a.md", false],
    ["package.json", "web/yarn.lock", true],
    ["a.ts", "b.ts", false],
  ])("%s and %s meet: %s", (a, b, meet) => {
    expect(pathsMeet(a, b)).toBe(meet);
    expect(pathsMeet(b, a)).toBe(meet);
  });

  it("what a pattern covers, it meets", () => {
    const part = fc.constantFrom("a", "b", "c.ts", "*", "**");
    const path = fc
      .array(fc.constantFrom("a", "b", "c.ts"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"));
    const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(fc.property(pattern, path, (one, other) => !covers([one], other) || pathsMeet(one, other)));
  });
});

describe("what may start", () => {
  const plan = aPlan(
    "- [ ] 1. A\n  - _writes: a_\n- [ ] 2. B\n  - _writes: a_\n- [ ] 3. C\n  - _writes: c_\n- [ ] 4. D\n  - _Depends: 3_\n",
  );
  const standing = {
    plan,
    profile: "balanced" as const,
    landed: new Set<string>(),
    cancelled: new Set<string>(),
    active: new Set<string>(),
    maxParallel: 3,
    writeSets: {},
  };

  it("each unit starts or has a wait with a name", () => {
    const { ready, waits } = readyUnits(standing);
    expect(ready.toSorted()).toEqual(["1", "3"]);
    expect(waits).toMatchObject({ 2: { for: "lock", on: ["1"] }, 4: { for: "dependency", on: ["3"] } });
  });

  it("slots bound it", () => {
    expect(readyUnits({ ...standing, maxParallel: 1 }).ready).toHaveLength(1);
  });

  it("two units of unknown paths are kept apart", () => {
    const unknown = aPlan("- [ ] 1. A\n- [ ] 2. B\n", { flags: { profile: "throughput" } });
    expect(readyUnits({ ...standing, plan: unknown }).ready).toHaveLength(1);
    expect(readyUnits({ ...standing, plan: unknown, profile: "throughput" }).ready).toHaveLength(2);
  });
});

describe("slugs", () => {
  it.each([
    [{ id: "3", title: "x" }, "3"],
    [{ id: "1.2", title: "x" }, "1.2"],
    [{ id: "a.lock", title: "The lock" }, /^the-lock-[0-9a-f]{6}$/],
    [{ id: "Ä 1", title: "Über alles!" }, /^u-?ber-alles-[0-9a-f]{6}$/],
    [{ id: "x".repeat(21), title: "検証" }, /^unit-[0-9a-f]{6}$/],
  ])("%o", (unit, expected) => {
    const slug = unitSlug(unit, sha256);
    if (typeof expected === "string") expect(slug).toBe(expected);
    else expect(slug).toMatch(expected);
  });
});

it("the hash covers texts, configuration and flags, not the base", () => {
  const text = "- [ ] 1. A\n";
  expect(aPlan(text).hash).toBe(aPlan(text).hash);
  expect(
    new Set([
      aPlan(text).hash,
      aPlan(`${text}\n`).hash,
      aPlan(text, { flags: { maxParallel: 2 } }).hash,
      aPlan(text, { config: "version: 1\nprofile: safe\n" }).hash,
    ]).size,
  ).toBe(4);
});
