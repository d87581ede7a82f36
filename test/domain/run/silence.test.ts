/** A workflow run that shows no sign of life is cancelled, its end taken like any other; at last it is given up. */
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { AttemptOutcome } from "../../../src/domain/run/attempt.ts";
import type { Life } from "../../../src/domain/run/snapshot.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import { anAttempt, aPlan, aSnapshot } from "../../support/run.ts";
import { NOTHING } from "../../support/pass.ts";

const BEGAN = Date.parse("2026-01-02T00:00:00.000Z");
const at = (minutes: number): string => new Date(BEGAN + minutes * 60_000).toISOString();

const TASKS = "- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n";
const PRICES = "prices: { m: { input: 1, output: 1, attempt: { input: 1, output: 1, minutes: 15 } } }";
const CONFIG = `version: 1\nagents: { mine: { backend: claude, model: m } }\n${PRICES}\n`;

interface Case {
  life?: Life;
  /** Minutes that implement attempts before it took. */
  took?: readonly number[];
  /** How those ended. */
  ended?: AttemptOutcome;
  config?: string;
}

function after(
  minutes: number,
  { life, took = [], ended = "failed", config = "version: 1\n" }: Case,
): RunDecision {
  const plan = aPlan(TASKS, { config });
  const agent = "mine";
  const past = took.map((each, n) => [
    `2/implement/${n + 1}`,
    anAttempt({ agent, at: at(-600), endedAt: at(-600 + each), outcome: ended, runId: n }),
  ]);
  const snapshot = aSnapshot(TASKS, {
    journal: {
      began: { "1": "b".repeat(40) },
      attempts: { "1/implement/1": anAttempt({ agent, at: at(0) }), ...Object.fromEntries(past) },
    },
    planFile: { v: 1, plan, config: parseConfig(config).config },
    outcomes: { "1/implement/1": { ...NOTHING, conclusion: null, life } },
  });
  return decide(snapshot, {
    id: "p",
    now: new Date(BEGAN + minutes * 60_000),
    seed: "5eed",
    takesOver: false,
  });
}

const isCancelled = ({ effects }: RunDecision): boolean =>
  effects.some(({ kind, id }) => kind === "cancel-run" && id === "cancel-run:100");
const waitOf = ({ waits }: RunDecision): string => waits.find(({ unit }) => unit === "1")!.because;

const WORKING: Life = { isQueued: false, at: "work: Agent", lastSign: at(5) };

describe("silence", () => {
  it.each<[string, Case, number]>([
    ["twice the longest that such an attempt took", { life: WORKING, took: [12, 25, 9] }, 5 + 50],
    ["never below twenty minutes", { life: WORKING, took: [1, 2, 1] }, 5 + 20],
    ["twice what the configuration says", { life: WORKING, config: CONFIG }, 5 + 30],
    ["three attempts before configuration", { life: WORKING, took: [4, 11, 8], config: CONFIG }, 5 + 22],
    ["the longer of one attempt and configuration", { life: WORKING, took: [40], config: CONFIG }, 5 + 80],
    ["and no less than that for one short attempt", { life: WORKING, took: [1], config: CONFIG }, 5 + 30],
    ["nor than the job's limit", { life: WORKING, took: [1, 2] }, 5 + 120],
    [
      "not by those that hung until then",
      { life: WORKING, took: [45], ended: "interrupted", config: CONFIG },
      5 + 30,
    ],
    ["nor by those that were cut short", { life: WORKING, took: [3, 1, 2], ended: "interrupted" }, 5 + 120],
    ["nor by those without an answer", { life: WORKING, took: [3, 1, 2], ended: "lost" }, 5 + 120],
    [
      "nor by those that others kept from working",
      { life: WORKING, took: [3, 1, 2], ended: "infra" },
      5 + 120,
    ],
    ["nor by those that a person ended", { life: WORKING, took: [3, 1, 2], ended: "cancelled" }, 5 + 120],
    ["twice the job's limit where nobody knows", { life: WORKING }, 5 + 120],
    ["from its dispatch where it never showed one", {}, 120],
  ])("%s", (_, about, minutes) => {
    const before = after(minutes - 1, about);
    expect(isCancelled(before)).toBe(false);
    expect(before.lookAgainAt!.getTime()).toBeLessThanOrEqual(BEGAN + minutes * 60_000);
    const then = after(minutes, about);
    expect(isCancelled(then)).toBe(true);
    expect(then.state.attempts["1/implement/1"]).toMatchObject({ nonce: "n1", outcome: null });
    expect(waitOf(then)).toMatch(
      /^implement 1: workflow run 100 has shown no sign of life since 2026-01-02 00:0[05] UTC; it is cancelled, and tried again$/,
    );
  });

  it("one that waits for a runner is not silent", () => {
    const queued = after(600, { life: { isQueued: true, at: null, lastSign: null } });
    expect(isCancelled(queued)).toBe(false);
    expect(waitOf(queued)).toBe(
      "implement 1 by mine is under way in workflow run 100 since 2026-01-02 00:00 UTC; no runner has taken it yet",
    );
  });

  it("one at work says where, and when it was last heard of", () => {
    expect(waitOf(after(9, { life: WORKING }))).toBe(
      "implement 1 by mine is under way in workflow run 100 since 2026-01-02 00:00 UTC, at work: Agent, last sign of life 2026-01-02 00:05 UTC",
    );
  });

  it("one that does not end by being cancelled is given up: another begins under a new nonce", () => {
    expect(after(125 + 14, { life: WORKING }).state.attempts["1/implement/1"]!.nonce).toBe("n1");
    const { state, effects } = after(125 + 15, { life: WORKING });
    const again = state.attempts["1/implement/1"]!;
    expect(again).toMatchObject({ runId: null, pastRuns: [100], lost: 1, outcome: null });
    expect(again.nonce).not.toBe("n1");
    expect(effects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["cancel-run", "dispatch"]));
  });
});
