/** The plan as a whole: its size, its hash, what may start, and the names of its units. */
import { describe, expect, it } from "vitest";
import { readyUnits } from "../../../src/domain/plan/ready.ts";
import { unitSlug } from "../../../src/domain/plan/slug.ts";
import { aPlan, sha256 } from "../../support/run.ts";

it("a chain of 5,000 units is planned", () => {
  const text = Array.from(
    { length: 5000 },
    (_, at) => `- [ ] ${at + 1}. Unit ${at + 1}\n${at > 0 ? `  - _Depends: ${at}_\n` : ""}`,
  ).join("");
  const plan = aPlan(text);
  expect(plan.units).toHaveLength(5000);
  expect(plan.schedule.criticalPath).toHaveLength(5000);
});

describe("what may start", () => {
  const plan = aPlan(
    "- [ ] 1. A\n  - _writes: a_\n- [ ] 2. B\n  - _writes: a_\n  - _Depends: none_\n- [ ] 3. C\n  - _writes: c_\n  - _Depends: none_\n- [ ] 4. D\n  - _Depends: 3_\n",
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

  it("B1 I1 D6 each unit starts or has a wait with a name", () => {
    const { ready, waits } = readyUnits(standing);
    expect(ready.toSorted()).toEqual(["1", "3"]);
    expect(waits).toMatchObject({ 2: { for: "lock", on: ["1"] }, 4: { for: "dependency", on: ["3"] } });
  });

  it("D6 K3 K7 a diamond opens step by step", () => {
    const diamond = aPlan(
      "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1_\n- [ ] 4. D\n  - _Depends: 2, 3_\n",
    );
    const ready = (...landed: string[]): string[] =>
      readyUnits({ ...standing, plan: diamond, profile: "throughput", landed: new Set(landed) }).ready;
    expect([ready(), ready("1"), ready("1", "2"), ready("1", "2", "3"), ready("1", "2", "3", "4")]).toEqual([
      ["1"],
      ["2", "3"],
      ["3"],
      ["4"],
      [],
    ]);
  });

  it("B9 K1 K2 K4 each task of a flat file is a unit of itself", () => {
    const flat = aPlan("- [ ] 1. A\n- [x] 2. B\n- [-] 3. C\n- [ ] 4. D\n", {
      flags: { profile: "throughput" },
    });
    expect(flat.units.map(({ id, taskIds }) => [id, taskIds])).toEqual([
      ["1", ["1"]],
      ["3", ["3"]],
      ["4", ["4"]],
    ]);
    expect(readyUnits({ ...standing, plan: flat, profile: "throughput" }).ready).toEqual(["1", "3", "4"]);
  });

  it("B2 units that write apart start together, whatever they read in common", () => {
    const apart = aPlan(
      "- [ ] 1. A\n  - _writes: a_\n  - _reads: c_\n- [ ] 2. B\n  - _Depends: none_\n  - _writes: b_\n  - _reads: c_\n- [ ] 3. C\n  - _Depends: 1_\n",
    );
    expect(readyUnits({ ...standing, plan: apart }).ready).toEqual(["1", "2"]);
  });

  it.each([
    ["reads what another writes", "_reads: a_", "_writes: a_", "unit 1 reads paths that it writes"],
    ["writes what another reads", "_writes: a/_", "_reads: a/b.ts_", "unit 1 writes paths that it reads"],
  ])("B2 a unit that %s does not start beside it", (_, ...[first, second, because]) => {
    const shared = aPlan(
      `- [ ] 1. A\n  - ${first}\n  - _writes: x_\n- [ ] 2. B\n  - ${second}\n  - _writes: y_\n- [ ] 3. C\n  - _writes: z_\n`,
      {
        flags: { profile: "throughput" },
      },
    );
    const { ready, waits } = readyUnits({ ...standing, plan: shared, profile: "throughput" });
    expect(ready).toEqual(["1", "3"]);
    expect(waits).toEqual({ 2: { for: "lock", on: ["1"], because } });
    expect(shared.schedule.waves).toEqual([["1", "3"], ["2"]]);
  });

  it("B2 readers of one path wait together for its writer, and then work side by side", () => {
    const text =
      "- [ ] 1. A\n  - _writes: a_\n" +
      [2, 3].map((id) => `- [ ] ${id}. B\n  - _reads: a_\n  - _writes: b${id}_\n`).join("");
    expect(aPlan(text, { flags: { profile: "throughput" } }).schedule.waves).toEqual([["1"], ["2", "3"]]);
  });

  it("B10 slots bound it", () => {
    expect(readyUnits({ ...standing, maxParallel: 1 }).ready).toHaveLength(1);
  });

  it("B5 two units of unknown paths are kept apart", () => {
    const unknown = aPlan("- [ ] 1. A\n- [ ] 2. B\n", { flags: { profile: "throughput" } });
    expect(readyUnits({ ...standing, plan: unknown }).ready).toHaveLength(1);
    expect(readyUnits({ ...standing, plan: unknown, profile: "throughput" }).ready).toHaveLength(2);
  });
});

it("B8 sub-tasks go by number, and what one of them depends on comes first", () => {
  const text = (order: readonly string[], below = ""): string =>
    `- [ ] 1. A\n${order.map((id) => `  - [ ] 1.${id} X\n${id === "1" ? below : ""}`).join("")}`;
  expect(aPlan(text(["10", "2", "1"])).units[0]!.taskIds).toEqual(["1", "1.1", "1.2", "1.10"]);
  expect(aPlan(text(["1", "2", "10"], "    - _Depends: 1.10_\n")).units[0]!.taskIds).toEqual([
    "1",
    "1.10",
    "1.1",
    "1.2",
  ]);
});

describe("B10 K6 slugs", () => {
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

it("the same choices have the same hash, in whatever order and beside whatever else they are given", () => {
  const hash = (flags: object): string => aPlan("- [ ] 1. A\n", { flags }).hash;
  expect(hash({ maxParallel: 2, profile: "safe", dryRun: true })).toBe(
    hash({ profile: "safe", maxParallel: 2 }),
  );
  expect(hash({ includeOptional: false })).toBe(hash({}));
});

it("the hash covers what labels say to the plan, and no other label", () => {
  const hash = (...run: string[]): string => aPlan("- [ ] 1. A\n", { labels: { run } }).hash;
  expect(hash("roundtable", "decision-needed", "bug")).toBe(hash());
  expect(hash("bug", "agent:practice")).toBe(hash("agent:practice", "escalated"));
  expect(new Set([hash(), hash("agent:practice"), hash("criticality:simple"), hash("P1")]).size).toBe(4);
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
      aPlan(text, { labels: { run: ["agent:practice"] } }).hash,
    ]).size,
  ).toBe(5);
});
