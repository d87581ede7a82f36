/** A ceiling on money: when it holds, for what, and what is said where nobody knows the cost. */
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { costOf, isSpent } from "../../../src/domain/run/budget.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { aResult, anAttempt } from "../../support/run.ts";
import { NOW, snapshotOf, WORLDS, type World } from "../../support/asked.ts";
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
    expect(trackingBody(view, waits)).toContain(
      "- Money: at least 2 USD, not known of 1 attempt, of up to 20 USD; what no agent tells cannot be held to that",
    );
  });
});
