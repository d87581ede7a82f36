/** How parallel a plan is and why, what starts first, what it may cost, and whether it is worth a run. */
import { describe, expect, it } from "vitest";
import { readyUnits } from "../../../src/domain/plan/ready.ts";
import { startOrder } from "../../../src/domain/plan/schedule.ts";
import { aPlan } from "../../support/run.ts";

const units = (...rows: [id: number, ...below: string[]][]): string =>
  rows
    .map(([id, ...below]) =>
      [`- [ ] ${id}. Unit ${id}`, ...below.map((line) => `  - ${line}`), ""].join("\n"),
    )
    .join("\n");

const FREE = units(
  [1, "_writes: a_"],
  [2, "_writes: b_", "_Depends: none_"],
  [3, "_writes: c_", "_Depends: none_"],
  [4, "_writes: d_", "_Depends: 1_"],
);
const SHARED = units(
  [1, "_writes: a_"],
  [2, "_writes: a_", "_Depends: none_"],
  [3, "_writes: a_", "_Depends: 1_"],
);

describe("the schedule", () => {
  it.each([
    [
      "workers",
      FREE,
      { maxParallel: 2 },
      "Up to 2 units work side by side; 4 units take 2 steps with 2 workers: the longest chain has 2.",
    ],
    [
      "profile safe",
      FREE,
      { profile: "safe" as const },
      "One unit at a time, because profile safe allows one worker; the spec has room for 3.",
    ],
    [
      "one worker",
      FREE,
      { maxParallel: 1 },
      "One unit at a time, because one worker is allowed; the spec has room for 3.",
    ],
    [
      "a chain",
      units([1, "_writes: a_"], [2, "_Depends: 1_"]),
      {},
      "One unit at a time, because each waits for the one before it.",
    ],
    [
      "no order",
      units([1], [2]),
      {},
      "One unit at a time, because each follows the one before: nothing says otherwise.",
    ],
    [
      "an order declared in part",
      units([1], [2, "_Depends: 1_"], [3]),
      {},
      "One unit at a time, because each waits for the one before it, some only because nothing says otherwise.",
    ],
    [
      "unknown paths",
      units([1], [2]),
      { profile: "throughput" as const, maxParallel: 1 },
      "One unit at a time, because one worker is allowed; the spec has room for 2.",
    ],
    [
      "shared paths",
      SHARED,
      {},
      "One unit at a time, because what they wait for and the paths they share leave room for no more.",
    ],
    ["one unit", units([1]), {}, "There is one unit, so nothing works beside it."],
    ["nothing", "- [x] 1. Done\n", {}, "There is nothing to do."],
  ])("says why: %s", (...[, text, flags, because]) => {
    expect(aPlan(text, { flags }).schedule.because).toBe(because);
  });

  it.each([
    ["safe", [["1"], ["2"], ["3"]]],
    ["balanced", [["1", "3"], ["2"]]],
    ["throughput", [["1", "2", "3"]]],
  ] as const)("with profile %s units of unknown paths stand so", (profile, waves) => {
    const text = units(
      [1, "_Depends: none_"],
      [2, "_Depends: none_"],
      [3, "_writes: c_", "_Depends: none_"],
      [4, "_writes: d_", "_Depends: 3_"],
    );
    const plan = aPlan(text, { flags: { profile, maxParallel: 3, only: ["1", "2", "3"] } });
    expect(plan.schedule.waves).toEqual(waves);
  });

  it("profiles allow so many at once", () =>
    expect(
      (["safe", "balanced", "throughput"] as const).map(
        (profile) => aPlan(units([1]), { flags: { profile } }).schedule.workers,
      ),
    ).toEqual([1, 3, 6]));

  it("the critical path is the longest chain", () =>
    expect(aPlan(FREE).schedule.criticalPath).toEqual(["1", "4"]));
});

describe("what starts first", () => {
  const order = (text: string): string[] => startOrder(aPlan(text).units).map(({ id }) => id);

  it.each([
    [
      "the longer chain",
      units([1, "_writes: a_"], [2, "_writes: b_", "_Depends: none_"], [3, "_Depends: 2_"]),
      ["2", "1", "3"],
    ],
    [
      "more dependents",
      units(
        [1, "_writes: a_"],
        [2, "_writes: b_", "_Depends: none_"],
        [3, "_Depends: 1, 2_"],
        [4, "_Depends: 2_"],
      ),
      ["2", "1", "3", "4"],
    ],
    [
      "priority",
      units([1], [2, "**Priority:** High", "_Depends: none_"], [3, "_Depends: 1_"], [4, "_Depends: 2_"]),
      ["2", "1", "3", "4"],
    ],
    ["the document", units([1], [2], [3, "_Depends: 1, 2_"]), ["1", "2", "3"]],
  ])("%s", (_, text, expected) => {
    expect(order(text)).toEqual(expected);
  });

  it("a run starts in that order too", () => {
    const plan = aPlan(
      units(
        [1, "_writes: a_"],
        [2, "_writes: b_", "Priority: P0", "_Depends: none_"],
        [3, "_Depends: 1, 2_"],
      ),
    );
    const standing = { landed: new Set<string>(), cancelled: new Set<string>(), active: new Set<string>() };
    const { ready } = readyUnits({ ...standing, plan, profile: "balanced", maxParallel: 1, writeSets: {} });
    expect(ready).toEqual(["2"]);
  });

  it.each([
    ["(HIGH PRIORITY)", 1],
    ["P0", 0],
    ["[P3]", 3],
    ["(P)", 2],
    ["P2P protocol", 2],
    ["优先级: 高", 1],
    ["Low priority: tidy up", 3],
    ["Compute the priority queue", 2],
  ])("the title says %s: %i", (words, priority) =>
    expect(aPlan(`- [ ] 1. Do it ${words}\n`).units[0]!.priority).toBe(priority),
  );
});

describe("the estimate", () => {
  const PRICED = `version: 1
agents:
  a: {backend: claude, model: big}
prices:
  big: {input: 3, output: 15, attempt: {input: 100000, output: 20000, minutes: 8}}
`;
  const text = units([1, "_writes: a_"], [2, "_writes: b_", "_Depends: 1_"]);

  it("counts jobs, tokens, minutes and money of a price table", () => {
    // Two units, each worked on once and read once: four attempts; a verify run for each and one at the end.
    expect(aPlan(text, { config: PRICED }).estimate).toEqual({
      jobs: 7,
      minutes: 32,
      tokens: 480_000,
      usd: 2.4,
      because:
        "An estimate: each unit done once and reviewed once, without fixes; tokens, minutes and money by `prices` of the configuration.",
    });
  });

  it("what nobody gave is null, and the sentence says so", () => {
    const { tokens, usd, minutes, because } = aPlan(text, {
      config: "version: 1\nagents:\n  a: {backend: claude}\n",
    }).estimate;
    expect([tokens, usd, minutes]).toEqual([null, null, null]);
    expect(because).toContain("tokens and money are not known");
  });

  it("agents without a model cost nothing", () => {
    const { tokens, usd, because } = aPlan(text).estimate;
    expect([tokens, usd]).toEqual([0, 0]);
    expect(because).toContain("no model takes part (practice)");
  });
});

describe("advice", () => {
  const codes = (tasks: string): string[] => aPlan(tasks).diagnostics.map(({ code }) => code);

  it.each([
    ["one unit", "- [ ] 1. A\n  - [ ] 1.1 X\n- [ ] 2. Checkpoint\n", "one-unit"],
    ["a strict sequence", units([1], [2, "_Depends: 1_"], [3, "_Depends: 2_"]), "sequential"],
    ["work that is marked as begun", "- [-] 1. A\n- [~] 2. B\n", "begun"],
  ])("%s", (_, text, code) => expect(codes(text)).toContain(code));

  it("none where units can work side by side", () =>
    expect(codes(FREE)).toEqual(codes(FREE).filter((code) => !["one-unit", "sequential"].includes(code))));
});
