/** What becomes of work that changes other files than the plan expected: by decision of one pass on a made snapshot. */
import { describe, expect, it } from "vitest";
import { pullBody } from "../../../src/domain/board/pull.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";

const DECLARED = "- [ ] 1. One\n  - _writes: src/one.js_\n- [ ] 2. Two\n  - _writes: src/two.js_\n";
const INFERRED = "- [ ] 1. Write `src/one.js`\n- [ ] 2. Write `src/two.js`\n- [ ] 3. Write `src/three.js`\n";

const HEAD = "1".repeat(40);
const pass = { id: "p", now: new Date("2026-01-01T01:00:00Z"), seed: "5eed", takesOver: false };

const handedOver = (paths: string[], change: Partial<Attempt> = {}): Attempt =>
  anAttempt({
    outcome: "completed",
    result: aResult({ files: paths.map((path) => ({ path, lines: 12 })) }),
    ...change,
  });

/** Units have begun; the attempts are as told; others have not begun. */
function decided(
  tasks: string,
  attempts: Record<string, Attempt>,
  journal: Partial<State> = {},
): RunDecision {
  const units = Object.keys(attempts).map((key) => key.split("/")[0]!);
  const branches = Object.fromEntries(units.map((unit) => [`roundtable/12/unit-${unit}`, HEAD]));
  const snapshot = aSnapshot(tasks, {
    branches: { "roundtable/12/main": "b".repeat(40), ...branches },
    journal: { began: Object.fromEntries(units.map((unit) => [unit, HEAD])), attempts, ...journal },
  });
  return decide(snapshot, pass);
}

const written = (decision: RunDecision): string[] =>
  decision.effects.flatMap((effect) => (effect.kind === "commit-hand-over" ? [effect.attempt] : []));
const waits = (decision: RunDecision, unit: string): string[] =>
  decision.waits.filter((wait) => wait.unit === unit).map((wait) => `${wait.for}: ${wait.because}`);

describe("a declared write set is hard", () => {
  const attempts = { "1/implement/1": handedOver(["src/one.js", "lib/other.js"]) };

  it("work within it goes to its branch", () => {
    expect(written(decided(DECLARED, { "1/implement/1": handedOver(["src/one.js"]) }))).toEqual([
      "1/implement/1",
    ]);
  });

  it("work outside it goes to its branch where a sub-task that declares nothing names a path", () => {
    const tasks =
      "- [ ] 1. One\n  - [ ] 1.1 A\n    - _writes: src/one.js_\n  - [ ] 1.2 Update `src/two.js`\n";
    const decision = decided(tasks, { "1/implement/1": handedOver(["src/two.js", "lib/other.js"]) });
    expect(written(decision)).toEqual(["1/implement/1"]);
    expect(decision.state.writeSets).toEqual({ "1": ["lib/other.js"] });
  });

  it.each([
    ["another file", ["lib/other.js"]],
    ["a sibling by prefix", ["src/one.js.bak"]],
    ["the practice file of another unit", ["practice/unit-2.md"]],
  ])("%s is a question to a person, with what was changed", (_, paths) => {
    const decision = decided(DECLARED, { "1/implement/1": handedOver(paths) });
    expect(written(decision)).toEqual([]);
    expect(decision.state.decisions["d1"]).toMatchObject({ kind: "outside-write-set", unit: "1" });
    expect(decision.state.decisions["d1"]!.question).toContain(`${paths[0]} (12 lines)`);
    expect(decision.view.phases.get("1")!.kind).toBe("blocked");
  });

  const answered = (option: number): Partial<State> => {
    const { decisions } = decided(DECLARED, attempts).state;
    const answer = { option, by: "you", comment: 9, at: "2026-01-01T01:00:00Z" };
    return { decisions: { d1: { ...decisions["d1"]!, answer } } };
  };

  it("taken: it goes to the branch, the unit holds the file from now on, and its pull request says so", () => {
    const decision = decided(DECLARED, attempts, answered(1));
    expect(written(decision)).toEqual(["1/implement/1"]);
    expect(decision.state.writeSets).toEqual({ "1": ["lib/other.js"] });
    expect(pullBody(decision.view, decision.view.byId.get("1")!)).toMatch(
      /beyond the files .*lib\/other\.js/,
    );
  });

  it("an answer about earlier work says nothing of later work", () => {
    const later = { "1/implement/1": { ...attempts["1/implement/1"], at: "2026-01-01T02:00:00.000Z" } };
    expect(written(decided(DECLARED, later, answered(1)))).toEqual([]);
  });
});

describe("an inferred write set is a guess", () => {
  it("grows, and says so, when no running unit holds the path", () => {
    const decision = decided(INFERRED, { "1/implement/1": handedOver(["src/one.js", "src/more.js"]) });
    expect(written(decision)).toEqual(["1/implement/1"]);
    expect(decision.state.writeSets).toEqual({ "1": ["src/more.js"] });
  });

  it("waits while a running unit holds it, in the plan or by growth", () => {
    const work = handedOver(["src/one.js", "src/two.js"]);
    const held = decided(INFERRED, { "1/implement/1": work, "2/implement/1": anAttempt() });
    expect(written(held)).toEqual([]);
    expect(waits(held, "1")).toEqual(["lock: its work also changes src/two.js; unit 2 holds that"]);
    const grown = decided(
      INFERRED,
      { "1/implement/1": handedOver(["src/new.js"]), "2/implement/1": anAttempt() },
      { writeSets: { "2": ["src/new.js"] } },
    );
    expect(waits(grown, "1")).toEqual(["lock: its work also changes src/new.js; unit 2 holds that"]);
  });

  it.each(["fix", "resolve"])("waits for it with the work of a %s too", (role) => {
    const key = `1/${role}/1`;
    const attempts = {
      "1/implement/1": handedOver(["src/one.js"], { committed: HEAD, at: "2026-01-01T00:00:00.000Z" }),
      [key]: handedOver(["src/one.js", "src/two.js"]),
    };
    expect(written(decided(INFERRED, attempts))).toEqual([key]);
    const held = decided(INFERRED, { ...attempts, "2/implement/1": anAttempt() });
    expect(written(held)).toEqual([]);
    expect(waits(held, "1")).toEqual(["lock: its work also changes src/two.js; unit 2 holds that"]);
  });

  it("waits while a running unit reads it", () => {
    const tasks = `${INFERRED}  - _reads: lib/base.js_\n`;
    const work = { "1/implement/1": handedOver(["src/one.js", "lib/base.js"]), "3/implement/1": anAttempt() };
    const read = decided(tasks, work);
    expect(written(read)).toEqual([]);
    expect(waits(read, "1")).toEqual(["lock: its work also changes lib/base.js; unit 3 reads that"]);
    expect(written(decided(tasks, work, { landed: { "3": { head: HEAD, sha: HEAD } } }))).toEqual([
      "1/implement/1",
    ]);
  });

  it("does not wait for a unit that has landed or was dropped", () => {
    const work = { "1/implement/1": handedOver(["src/two.js"]), "2/implement/1": anAttempt() };
    const landed = decided(INFERRED, work, { landed: { "2": { head: HEAD, sha: HEAD } } });
    expect(written(landed)).toEqual(["1/implement/1"]);
  });

  it("two that wait for each other's paths: the earlier in the plan goes, the later waits", () => {
    const both = handedOver(["src/one.js", "src/two.js", "src/three.js"]);
    const decision = decided(INFERRED, {
      "1/implement/1": both,
      "2/implement/1": both,
      "3/implement/1": both,
    });
    expect(written(decision)).toEqual(["1/implement/1"]);
    expect(waits(decision, "2")).toHaveLength(1);
    expect(waits(decision, "3")).toHaveLength(1);
  });

  it("a unit that has not begun waits for the lock of one that grew over its paths", () => {
    const decision = decided(
      "- [ ] 1. Write `src/one.js`\n- [ ] 2. Write `src/two.js`\n  - _Depends: 3_\n- [ ] 3. Write `src/three.js`\n  - _Depends: none_\n",
      { "1/implement/1": handedOver(["src/one.js"], { committed: HEAD }) },
      { writeSets: { "1": ["src/three.js"] } },
    );
    expect(waits(decision, "3")).toEqual(["lock: unit 1 holds paths that it writes too"]);
  });
});

describe("unfinished work", () => {
  it.each(["timed_out", "needs_info", "blocked", "rate_limited", "infra", "failed"] as const)(
    "%s: what there is goes to the branch, and the next attempt begins from it",
    (outcome) => {
      const work = handedOver(["src/one.js"], { outcome });
      expect(written(decided(DECLARED, { "1/implement/1": work }))).toEqual(["1/implement/1"]);
      const next = decided(DECLARED, { "1/implement/1": { ...work, committed: HEAD } });
      expect(next.state.attempts["1/fix/1"]).toMatchObject({ headSha: HEAD });
    },
  );

  it.each(["refused", "lost", "cancelled"] as const)("%s work is not written", (outcome) => {
    expect(written(decided(DECLARED, { "1/implement/1": handedOver(["src/one.js"], { outcome }) }))).toEqual(
      [],
    );
  });
});
