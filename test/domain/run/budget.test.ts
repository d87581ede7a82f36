/** A ceiling on money: when it holds, for what, and what is said where nobody knows the cost. */
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { WorkResult, type Usage } from "../../../src/domain/handover/result.ts";
import { allowanceFor, costOf, dollars, isSpent } from "../../../src/domain/run/budget.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import { Draft } from "../../../src/domain/run/draft.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { costOfAttempt } from "../../../src/domain/run/money.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { aResult, anAttempt } from "../../support/run.ts";
import { NOW, snapshotOf, withMoney, WORLDS, type World } from "../../support/asked.ts";
import { aWork } from "../../support/view.ts";

const broke: World = WORLDS.budget;
const consent = broke.journal.consent!;

const pass = (change: Partial<State>, facts: Partial<RunSnapshot> = {}): RunDecision =>
  decide(
    { ...snapshotOf({ ...broke, journal: { ...broke.journal, ...change } }), ...facts },
    { id: "p", now: new Date(NOW), seed: "5eed", takesOver: false },
  );
const spend = (usd: number | null, ceiling: number | null = null): State["spend"] => ({
  usd,
  attempts: 1,
  ceiling,
  units: {},
});
const asks = ({ state }: RunDecision): string[] => Object.values(state.decisions).map(({ kind }) => kind);
const dispatched = ({ effects }: RunDecision): string[] =>
  effects.flatMap((effect) => (effect.kind === "dispatch" ? [effect.attempt] : []));

it.each([
  { what: "less than the ceiling", usd: 19.99, ceiling: null, maxCost: 20, is: false },
  { what: "just the ceiling", usd: 20, ceiling: null, maxCost: 20, is: true },
  { what: "the ceiling, which was raised", usd: 20, ceiling: 41, maxCost: 20, is: false },
  { what: "the raised ceiling", usd: 41, ceiling: 41, maxCost: 20, is: true },
  { what: "nobody knows how much", usd: null, ceiling: null, maxCost: 20, is: false },
  { what: "nothing, with a ceiling of nothing", usd: 0, ceiling: null, maxCost: 0, is: false },
  { what: "a cent, with a ceiling of nothing", usd: 0.01, ceiling: null, maxCost: 0, is: true },
  { what: "much, without a ceiling", usd: 900, ceiling: null, maxCost: null, is: false },
])("$what spent: $is", ({ usd, ceiling, maxCost, is }) => {
  expect(isSpent({ consent: { ...consent, maxCost }, spend: spend(usd, ceiling) })).toBe(is);
});

describe("money that is spent", () => {
  it("starts no agent and begins no unit, and each that waits for it says so", () => {
    const decision = pass({});
    expect(dispatched(decision)).toEqual([]);
    expect(Object.keys(decision.state.began)).toEqual(["1"]);
    expect(decision.waits).toContainEqual(expect.objectContaining({ unit: "1", for: "budget" }));
    expect(decision.waits).toContainEqual(expect.objectContaining({ unit: "2", for: "decision" }));
    const { state, view } = decision;
    const quiet = pass({ ...state, intents: [] }, { labels: view.snapshot.labels });
    expect(asks(quiet)).toEqual(["budget"]);
  });

  it("still has verified what is done already: that costs no agent", () => {
    const unverified = aWork({ result: aResult({ verified: false }) });
    expect(dispatched(pass({ attempts: { "1/implement/1": unverified } }))).toEqual(["1/verify/1"]);
  });

  it("is raised from what is spent by then: it is not asked again at once", () => {
    const asked = pass({ spend: spend(75) });
    const comments = snapshotOf({ ...broke, command: "/orchestrate decide d1 1" }).tracking.comments;
    const after = pass(asked.state, { tracking: { state: "open", labels: [], comments } });
    expect(after.state.spend.ceiling).toBe(95);
    expect(dispatched(after)).toEqual(["1/fix/1"]);
    expect(asks(after)).toEqual(["budget"]);
    const again = pass({ ...after.state, spend: { ...after.state.spend, usd: 96 } });
    expect(asks(again)).toEqual(["budget", "budget"]);
  });

  it("asks nothing once everything is over", () => {
    const landed = Object.fromEntries(["1", "2", "3", "4"].map((id) => [id, { head: "a", sha: "b" }]));
    expect(asks(pass({ landed }))).toEqual([]);
  });
});

describe("what nobody tells the cost of", () => {
  const paid = { ...anAttempt({ outcome: "completed" }), agent: "claude" };
  const attempts = {
    "1/implement/1": { ...paid, result: aResult({ usd: 2.254 }) },
    "1/fix/1": { ...paid, result: aResult() },
    "1/fix/2": { ...anAttempt({ outcome: "completed" }), result: aResult() },
  };

  it("is said with the sum of what is known; agents without a model cost nothing", () => {
    const { state, planFile } = snapshotOf({ journal: { attempts, spend: spend(2.254) } });
    expect(costOf(state, planFile)).toBe("at least 2.25 USD, not known of 1 attempt");
    expect(costOf({ ...state, spend: spend(null) }, planFile)).toBe("not known");
  });

  it("is told in the tracking comment beside the ceiling", () => {
    const { view, waits } = pass({ attempts, spend: spend(2) });
    expect(trackingBody(view, waits, new Date(NOW))).toContain(
      "- Money: at least 2 USD, not known of 1 attempt, of up to 20 USD; what no agent tells cannot be held to that",
    );
  });
});

describe("what an attempt may take", () => {
  const begun = { agent: "paid", runId: null, headSha: "2".repeat(40) };
  const underWay = (allowance: number) => anAttempt({ ...begun, allowance });
  const cost = (usd: number) => anAttempt({ ...begun, outcome: "completed", result: aResult({ usd }) });
  const lost = (usd: number) => anAttempt({ ...begun, before: { usd, isEstimate: true }, outcome: "lost" });

  /** For the work of unit 1, of four, three of them at once; by estimate it takes 2 USD. */
  function allowed(
    budget: string,
    {
      maxCost = null,
      attempts = {},
      usd = null,
      units = {},
      role = "fix",
    }: {
      maxCost?: number | null;
      attempts?: State["attempts"];
      usd?: number | null;
      units?: Record<string, number>;
      role?: "fix" | "review";
    } = {},
  ): number | string | null {
    const planFile = withMoney(broke.tasks!, budget);
    const journal = { attempts, consent: { ...consent, maxCost }, spend: { ...spend(usd), units } };
    const draft = new Draft(snapshotOf({ ...broke, journal, facts: { planFile } }), {
      id: "p",
      now: new Date(NOW),
      seed: "5eed",
      takesOver: false,
    });
    const given = allowanceFor(draft, { key: `1/${role}/1`, role, agent: "paid", unit: "1" });
    if (given.may) return given.usd;
    return `${given.because}${given.question ? `, asked: ${given.question.unit ?? "run"}` : ""}`;
  }

  it.each<[what: string, is: number | string | null, ...Parameters<typeof allowed>]>([
    ["anything, where nothing limits it", null, "{}"],
    ["the attempt's ceiling", 3, "{ attempt: 3 }"],
    ["what is left of the unit", 2.5, "{ attempt: 3, unit: 8 }", { attempts: { "1/fix/2": cost(5.5) } }],
    [
      "what a person has added to the unit",
      3,
      "{ attempt: 3, unit: 8 }",
      { attempts: { "1/fix/2": cost(5.5) }, units: { "1": 13.5 } },
    ],
    ["what is left of the run", 2.5, "{ attempt: 3 }", { maxCost: 10, usd: 7.5 }],
    ["a share of the run, where attempts have no ceiling", 3, "{}", { maxCost: 10, usd: 1 }],
    ["its estimate, where a share is less", 2, "{}", { maxCost: 10, usd: 6 }],
    [
      "a share of the unit for each of its reviewers",
      4,
      "{ unit: 8 }\nreviewers: { standard: [correctness, tests] }",
      { role: "review" },
    ],
    ["all of a ceiling that is below its estimate", 1, "{}", { maxCost: 1 }],
    [
      "nothing while others may take the rest",
      "1 USD of the run's 10 USD are free; attempts under way may take 9 USD",
      "{}",
      { maxCost: 10, attempts: { "2/implement/1": underWay(9) } },
    ],
    [
      "what an earlier dispatch of it has reserved",
      3.3333333333333335,
      "{}",
      { maxCost: 10, attempts: { "1/fix/1": underWay(9) } },
    ],
    [
      "nothing where the rest of the run is too little",
      "1 USD of the run's 10 USD are free, asked: run",
      "{}",
      { maxCost: 10, usd: 9 },
    ],
    [
      "nothing where the rest of the unit is too little",
      "0.5 USD of the unit's 8 USD are free, asked: 1",
      "{ unit: 8 }",
      { attempts: { "1/fix/2": cost(4), "1/review/1": lost(3.5) } },
    ],
    [
      "nothing while a reviewer of its unit may take the rest",
      "0 USD of the unit's 8 USD are free; attempts under way may take 8 USD",
      "{ unit: 8 }",
      { attempts: { "1/review/1": underWay(8) } },
    ],
    [
      "nothing of a ceiling of nothing",
      "0 USD of the run's 0 USD are free, asked: run",
      "{}",
      { maxCost: 0 },
    ],
  ])("%s", (_what, is, ...given) => {
    expect(allowed(...given)).toBe(is);
  });
});

describe("what an attempt has cost", () => {
  const { config } = withMoney(broke.tasks!, "{}");
  const bound = WorkResult.parse({
    v: 1,
    run: 12,
    unit: "1",
    role: "implement",
    attempt: 1,
    nonce: "n1",
    baseSha: "b",
    headSha: "h",
    outcome: "completed",
    summary: "",
  });
  const told = { model: "m", input: 900_000, output: 100_000, cached: 0, usd: 7 };
  it.each<[what: string, usage: Usage | null, agent: string, cost: object]>([
    [
      "is what the hand-over tells",
      told,
      "paid",
      { usd: 7, isEstimate: false, tokens: { input: 900_000, output: 100_000, cached: 0 } },
    ],
    [
      "is what was counted by length, marked",
      { ...told, isEstimate: true },
      "paid",
      { usd: 7, isEstimate: true },
    ],
    ["is reckoned from its tokens", { ...told, usd: null }, "paid", { usd: 1, isEstimate: false }],
    [
      "is the estimate, marked, where there are no tokens",
      { ...told, usd: null, output: null },
      "paid",
      { usd: 2, isEstimate: true, tokens: null },
    ],
    [
      "is the estimate, marked, where nothing is told",
      null,
      "paid",
      { usd: 2, isEstimate: true, model: null },
    ],
    ["is nothing for a script", null, "practice", { usd: null, isEstimate: false }],
    ["is not known of one without a price", null, "gone", { usd: null, isEstimate: false }],
  ])("%s", (_what, usage, ...[agent, cost]) => {
    expect(costOfAttempt(usage, agent, config)).toMatchObject(cost);
  });

  it("is the estimate, once, where a person ended it under way; nothing where it never began", () => {
    const ended = { agent: "paid", outcome: "cancelled" } as const;
    const attempts = {
      "1/implement/1": anAttempt({ ...ended, runId: 7 }),
      "2/implement/1": anAttempt({ ...ended, runId: null }),
    };
    const facts = { planFile: withMoney(broke.tasks!, "{}") };
    const after = pass({ attempts, spend: spend(1) }, facts);
    expect(after.state.spend.usd).toBe(3);
    expect(after.state.attempts["1/implement/1"]!.result).toMatchObject({ usd: 2, isEstimate: true });
    expect(pass({ ...after.state, intents: [] }, facts).state.spend.usd).toBe(3);
  });

  it("is nothing for one that its vendor kept from working, and is charged once for each try that took something", () => {
    const hindered = (usage: Usage | null): RunSnapshot["outcomes"] => ({
      "1/implement/1": {
        runId: 7,
        url: "",
        conclusion: "success",
        verify: null,
        tail: "",
        handOver: {
          kind: "accepted",
          content: { ...bound, outcome: "rate_limited", summary: "429", usage },
        },
      },
    });
    const attempts = { "1/implement/1": anAttempt({ agent: "paid" }) };
    const facts = (usage: Usage | null) => ({
      planFile: withMoney(broke.tasks!, "{}"),
      outcomes: hindered(usage),
    });
    expect(pass({ attempts, spend: spend(1) }, facts(null)).state.spend.usd).toBe(1);
    const charged = pass({ attempts, spend: spend(1) }, facts(told)).state;
    expect(charged.spend.usd).toBe(8);
    expect(charged.attempts["1/implement/1"]!.before).toEqual({ usd: 7, isEstimate: false });
    const paused = pass({ attempts, spend: spend(1), paused: true }, facts(told)).state;
    expect([paused.spend.usd, paused.attempts["1/implement/1"]!.before?.usd]).toEqual([8, 7]);
    // That workflow run is past: it is not settled again.
    expect(paused.attempts["1/implement/1"]).toMatchObject({ runId: null, sent: false, allowance: null });
    expect(paused.attempts["1/implement/1"]!.pastRuns).toHaveLength(1);
  });

  it("is said with what of it is an estimate", () => {
    const attempts = {
      "1/implement/1": anAttempt({ before: { usd: 2, isEstimate: true }, result: aResult({ usd: 1 }) }),
      "1/fix/1": anAttempt({ result: aResult({ usd: 0.25, isEstimate: true }) }),
    };
    const { state, planFile } = snapshotOf({ journal: { attempts, spend: spend(3.25) } });
    expect(costOf(state, planFile)).toBe("3.25 USD, 2.25 USD of it by estimate");
  });

  it.each([
    [0, "0 USD"],
    [0.0004, "0.0004 USD"],
    [1.005, "1 USD"],
    [12.346, "12.35 USD"],
  ])("%d is said as %s", (usd, text) => {
    expect(dollars(usd)).toBe(text);
  });
});
