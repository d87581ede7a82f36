/** What attempts took is settled before anything else is reckoned with it. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseConfig } from "../../../src/domain/config.ts";
import { ReviewResult, WorkResult } from "../../../src/domain/handover/result.ts";
import type { Decision, State } from "../../../src/domain/run/journal.ts";
import { spentOn } from "../../../src/domain/run/money.ts";
import type { Role } from "../../../src/domain/run/names.ts";
import type { RunOutcome } from "../../../src/domain/run/snapshot.ts";
import { MAIN, NOW, snapshotOf, withMoney } from "../../support/asked.ts";
import { bound, dispatched, ended, pass, TASKS } from "../../support/ended-jobs.ts";
import { aPlan, aResult, anAttempt, aState } from "../../support/run.ts";
import { aWork, HEAD } from "../../support/view.ts";

const consent = (maxCost: number | null): State["consent"] => ({ ...aState(aPlan(TASKS)).consent!, maxCost });
const usage = (usd: number) => ({ model: "m", input: 10, output: 10, cached: 0, usd });

describe("what a dispatch has taken and what the next may take stay below the ceiling", () => {
  it("of a unit, for a review without a verdict", () => {
    const content = WorkResult.parse({ ...bound("review"), outcome: "failed", usage: usage(7) });
    const d = pass(
      snapshotOf({
        tasks: TASKS,
        journal: {
          attempts: {
            "1/implement/1": aWork({ agent: "practice" }),
            "1/review/1": anAttempt({
              agent: "paid",
              reviewer: "correctness",
              headSha: HEAD,
              baseSha: MAIN,
              allowance: 8,
            }),
          },
          spend: { usd: null, attempts: 1, ceiling: null, units: {} },
        },
        facts: {
          planFile: withMoney(TASKS, "{ unit: 8 }"),
          outcomes: { "1/review/1": ended({ kind: "accepted", content }) },
        },
      }),
    );
    const a = d.state.attempts["1/review/1"]!;
    expect((a.before?.usd ?? 0) + (a.allowance ?? 0)).toBeLessThanOrEqual(8);
  });
  it("of a run, for an attempt that goes to another vendor", () => {
    const config = `version: 1
agents: { paid: { backend: claude, model: m }, other: { backend: codex, model: m } }
routing: { default: paid, rate_limited: other }
max_parallel: 1
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
`;
    const content = WorkResult.parse({ ...bound("implement"), outcome: "rate_limited", usage: usage(9) });
    const d = pass(
      snapshotOf({
        tasks: TASKS,
        journal: {
          consent: consent(10),
          attempts: {
            "1/implement/1": anAttempt({ agent: "paid", headSha: HEAD, baseSha: MAIN, allowance: 10 }),
          },
          spend: { usd: null, attempts: 1, ceiling: null, units: {} },
        },
        facts: {
          planFile: { v: 1, plan: aPlan(TASKS, { config }), config: parseConfig(config).config },
          outcomes: { "1/implement/1": ended({ kind: "accepted", content }) },
        },
      }),
    );
    const a = d.state.attempts["1/implement/1"]!;
    expect((a.before?.usd ?? 0) + (a.allowance ?? 0)).toBeLessThanOrEqual(10);
  });
});

it("attempts whose runs have ended reserve nothing: a person is asked, or one goes on", () => {
  const open = (n: number) =>
    anAttempt({ agent: "paid", runId: 100 + n, headSha: HEAD, baseSha: MAIN, allowance: 3.4, at: NOW });
  let s = snapshotOf({
    tasks: TASKS,
    journal: {
      consent: consent(10),
      began: { "1": MAIN, "2": MAIN },
      attempts: { "1/implement/1": open(1), "2/implement/1": open(2) },
      spend: { usd: 6, attempts: 3, ceiling: null, units: {} },
    },
    facts: {
      planFile: withMoney(TASKS, "{}"),
      outcomes: {
        "1/implement/1": { ...ended({ kind: "none" }), runId: 101 },
        "2/implement/1": { ...ended({ kind: "none" }), runId: 102 },
      },
      branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": HEAD, "roundtable/12/unit-2": HEAD },
    },
  });
  let d = pass(s);
  for (let i = 0; i < 3; i++)
    d = pass({ ...s, state: { ...d.state, intents: [] } }, "2026-01-05T20:00:00.000Z");
  expect(dispatched(d).length + Object.keys(d.state.decisions).length).toBeGreaterThan(0);
});

describe("what an attempt took is charged once, and stands with it", () => {
  const told = (role: Role, change: object): RunOutcome["handOver"] => ({
    kind: "accepted",
    content: handOver.parse({ ...bound(role), usage: usage(7), ...change }),
  });
  const handOver = z.union([ReviewResult, WorkResult]);
  const commits = [{ message: "x", task: null, files: [{ path: "src/1.js", content: "x\n" }] }];
  const review = { verdict: "pass", findings: [] };

  it.each<[string, Role, RunOutcome["handOver"], number]>([
    ["work, by its own word", "implement", told("implement", { outcome: "completed", commits }), 7],
    ["work that failed", "implement", told("implement", { outcome: "failed" }), 7],
    ["a review", "review", told("review", { outcome: "completed", ...review }), 7],
    ["a review without a verdict", "review", told("review", { outcome: "failed" }), 7],
    ["one that handed nothing over, by estimate", "implement", { kind: "none" }, 2],
    ["one whose hand-over is refused", "implement", { kind: "refused", sentence: "No." }, 2],
    ["a review that is refused", "review", { kind: "refused", sentence: "No." }, 2],
  ])("%s", (_, ...[role, seen, usd]) => {
    const key = `1/${role}/1`;
    const one = anAttempt({ agent: "paid", reviewer: "correctness", headSha: HEAD, baseSha: MAIN });
    const work = role === "review" ? { "1/implement/1": aWork({ agent: "practice" }) } : {};
    const { state } = pass(
      snapshotOf({
        tasks: TASKS,
        journal: {
          attempts: { ...work, [key]: one },
          spend: { usd: 1, attempts: 1, ceiling: null, units: {} },
        },
        facts: { planFile: withMoney(TASKS, "{}"), outcomes: { [key]: ended(seen) } },
      }),
    );
    expect(state.spend.usd).toBe(1 + usd);
    expect(spentOn(state.attempts[key]!)).toBe(usd);
  });
});

it("an attempt that a person has sent again keeps what it took before", () => {
  const result = { ...aResult({ files: [] }), usd: 2 };
  const lost = anAttempt({ agent: "paid", headSha: HEAD, baseSha: MAIN, outcome: "lost", result });
  const { state } = pass(
    snapshotOf({
      tasks: TASKS,
      command: "/orchestrate retry 1",
      journal: {
        attempts: { "1/implement/1": lost },
        spend: { usd: 2, attempts: 1, ceiling: null, units: {} },
      },
      facts: { planFile: withMoney(TASKS, "{}") },
    }),
  );
  expect(state.attempts["1/implement/1"]).toMatchObject({ outcome: null, result: null });
  expect(spentOn(state.attempts["1/implement/1"]!)).toBe(2);
  expect(state.spend.usd).toBe(2);
});

it("what a cancelled attempt told in the same pass is charged", () => {
  const content = WorkResult.parse({ ...bound("implement"), outcome: "completed", usage: usage(7) });
  const d = pass(
    snapshotOf({
      tasks: TASKS,
      command: "/orchestrate abort 1",
      journal: {
        attempts: { "1/implement/1": anAttempt({ agent: "paid", runId: 100, headSha: HEAD, baseSha: MAIN }) },
        spend: { usd: 1, attempts: 1, ceiling: null, units: {} },
      },
      facts: {
        planFile: withMoney(TASKS, "{}"),
        outcomes: { "1/implement/1": ended({ kind: "accepted", content }) },
      },
    }),
  );
  expect(d.state.spend.usd).toBe(8);
});

it("a run that is given up is charged by estimate", () => {
  const stalled: Decision = {
    kind: "stalled",
    unit: null,
    question: "?",
    options: [{ does: "retry", text: "x" }],
    at: NOW,
    default: null,
    deadline: null,
    answer: null,
  };
  const d = pass(
    snapshotOf({
      tasks: TASKS,
      command: "/orchestrate decide d1 1",
      journal: {
        decisions: { d1: stalled },
        attempts: {
          "1/implement/1": anAttempt({
            agent: "paid",
            runId: 100,
            headSha: HEAD,
            baseSha: MAIN,
            at: "2026-01-01T00:00:00.000Z",
          }),
        },
        spend: { usd: 1, attempts: 1, ceiling: null, units: {} },
      },
      facts: {
        planFile: withMoney(TASKS, "{}"),
        runs: [
          {
            id: 100,
            name: "x",
            status: "in_progress",
            conclusion: null,
            createdAt: new Date(NOW),
            url: "",
          },
        ],
        outcomes: { "1/implement/1": { ...ended({ kind: "none" }), conclusion: null } },
      },
    }),
  );
  expect(d.state.spend.usd).toBe(3);
});

it("a review that was stopped at its ceiling keeps nothing, and does not say so", () => {
  const content = WorkResult.parse({
    ...bound("review"),
    outcome: "blocked",
    usage: { ...usage(2), isAtCap: true },
  });
  const d = pass(
    snapshotOf({
      tasks: TASKS,
      journal: {
        attempts: {
          "1/implement/1": aWork({ agent: "practice" }),
          "1/review/1": anAttempt({
            agent: "paid",
            reviewer: "correctness",
            headSha: HEAD,
            baseSha: MAIN,
            allowance: 2,
          }),
        },
      },
      facts: {
        planFile: withMoney(TASKS, "{ attempt: 2 }"),
        outcomes: { "1/review/1": ended({ kind: "accepted", content }) },
      },
    }),
  );
  const q = Object.values(d.state.decisions)[0]!;
  expect(q.question).not.toContain("what it did is kept");
});
