/** What one pass decides about a plan that a model refines. */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import type { HandOver } from "../../../src/domain/handover/result.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Planning, State } from "../../../src/domain/run/journal.ts";
import { fittingProposal } from "../../../src/domain/run/planning.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { anAttempt, aPlan, aSnapshot, RUN } from "../../support/run.ts";

const TASKS = "- [ ] 1. One\n- [ ] 2. Two\n";
const CONFIG = `version: 1
planner: model
agents: { thinker: { backend: claude, model: m } }
routing: { plan: thinker }
budget: { plan: 1 }
prices: { m: { input: 1, output: 1 } }
`;
const PLANNING: Planning = {
  agent: "thinker",
  consents: false,
  ended: null,
};
const KEY = "_plan/plan/1";
const NOW = new Date("2026-01-01T00:02:00Z");
const { config } = parseConfig(CONFIG);
const refined = { v: 1 as const, plan: aPlan("- [ ] 1. Another\n"), config };

function seen(journal: Partial<State>, change: Partial<RunSnapshot> = {}): RunSnapshot {
  const planFile = { v: 1 as const, plan: aPlan(TASKS), config };
  return aSnapshot(TASKS, {
    planFile,
    journal: { consent: null, planning: PLANNING, ...journal },
    ...change,
  });
}
const decided = (snapshot: RunSnapshot, now = NOW): RunDecision =>
  decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });

const UNDER_WAY = { [KEY]: anAttempt({ agent: "thinker", at: NOW.toISOString() }) };
const bound = { v: 1, run: RUN, unit: "_plan", role: "plan", attempt: 1 } as const;
const said = (more: Partial<HandOver>): HandOver =>
  ({
    ...bound,
    nonce: "n1",
    baseSha: "b",
    headSha: "b",
    outcome: "completed",
    summary: "Said.",
    usage: null,
    ...more,
  }) as HandOver;
function answered(more: Partial<HandOver>, change: Partial<RunSnapshot> = {}): RunSnapshot {
  const outcomes = {
    [KEY]: {
      runId: 100,
      url: "",
      conclusion: "success",
      verify: null,
      tail: "",
      handOver: { kind: "accepted" as const, content: said(more) },
    },
  };
  return seen({ attempts: UNDER_WAY }, { outcomes, ...change });
}
const GOOD = { proposal: { units: [{ id: "1", writes: [], dependsOn: [] }] } };
const BAD = { proposal: { units: [{ id: "7", writes: [], dependsOn: [] }] } };

const USED = { model: "m", input: 1, output: 1, cached: 0 };

const dispatched = ({ effects }: RunDecision): string[] =>
  effects.flatMap((effect) => (effect.kind === "dispatch" ? [effect.attempt] : []));

describe("before anybody may agree", () => {
  it("the agent is asked at the commit of the plan, held to what is set aside", () => {
    const decision = decided(seen({}));
    expect(dispatched(decision)).toEqual([KEY]);
    expect(decision.state.attempts[KEY]).toMatchObject({
      agent: "thinker",
      headSha: "b".repeat(40),
      allowance: 1,
      outcome: null,
    });
    expect(decision).toMatchObject({ outcome: "running", planFile: null });
  });

  it.each<[string, RunSnapshot, string]>([
    ["while it is under way", seen({ attempts: UNDER_WAY }), "running"],
    ["while the run is paused", seen({ paused: true }), "decision"],
    [
      "when it has ended",
      seen({ planning: { ...PLANNING, ended: { isRefined: false, why: "" } } }),
      "decision",
    ],
    ["without a planning model", seen({ planning: null }), "decision"],
  ])("%s nobody is asked anew", (_, snapshot, outcome) => {
    const decision = decided(snapshot);
    expect(dispatched(decision)).toEqual([]);
    expect(decision).toMatchObject({ outcome, planFile: null });
    expect(decision.state.consent).toBeNull();
  });

  it("what fits takes the place of the plan: both hash and plan are written at once, and shown by the next decision", () => {
    const decision = decided(answered(GOOD, { refined }));
    expect(decision.planFile).toBe(refined);
    expect(decision.state.planHash).toBe(refined.plan.hash);
    expect(decision.state.planning!.ended).toEqual({
      isRefined: true,
      why: "It had something to propose about 1 unit.",
    });
    expect(decision.effects).toEqual([]);
    const next = decided({ ...seen({}), state: decision.state, planFile: refined });
    expect(next.effects).toEqual([{ id: `show-plan:${refined.plan.hash.slice(0, 12)}`, kind: "show-plan" }]);
    expect(next.planFile).toBeNull();
  });

  it.each<[string, RunSnapshot, string]>([
    ["does not fit", answered(BAD), 'There is no unit "7".'],
    ["is a review", answered({ verdict: "pass", findings: [] }), "Said."],
    ["is nothing", answered({}), "Said."],
    ["has not its form", answered({ outcome: "failed", summary: "No JSON." }), "No JSON."],
  ])("what %s is asked for once more", (_, snapshot, why) => {
    const decision = decided(snapshot);
    expect(dispatched(decision)).toEqual(["_plan/plan/2"]);
    expect(decision.state.attempts[KEY]).toMatchObject({ outcome: "refused", result: { summary: why } });
    expect(decision.state.planning!.ended).toBeNull();
  });

  it.each<[string, RunSnapshot, string]>([
    ["limits the rate", answered({ outcome: "rate_limited" }), "Said."],
    ["asks a question", answered({ outcome: "needs_info", ...GOOD }), "Said."],
    ["has used up the budget", answered({ ...BAD, usage: { ...USED, usd: 1 } }), "0 USD of the 1 USD"],
  ])("who %s is not asked again, and no person is asked", (_, snapshot, why) => {
    const decision = decided(snapshot);
    expect(dispatched(decision)).toEqual([]);
    expect(decision.state.planning!.ended).toMatchObject({ isRefined: false });
    expect(decision.state.planning!.ended!.why).toContain(why);
    expect(decision.state.planHash).toBe(aPlan(TASKS).hash);
    expect(decision.state.decisions).toEqual({});
  });

  it("a dispatch that GitHub refuses stands in nobody's way", () => {
    const refusals = {
      [`dispatch:${KEY}:n1`]: { what: "No workflow.", fix: "Copy it.", at: NOW.toISOString() },
    };
    const { state } = decided(seen({ attempts: UNDER_WAY, refusals }));
    expect(state.planning!.ended).toEqual({ isRefined: false, why: "No workflow. Copy it." });
    expect([state.refusals, state.decisions]).toEqual([{}, {}]);
  });

  it("a run that does not show within two minutes has cost nothing", () => {
    const { state } = decided(seen({ attempts: UNDER_WAY }), new Date(NOW.getTime() + 120_000));
    expect(state.planning!.ended!.why).toContain("its workflow run was not found");
    expect(state.spend.usd).toBeNull();
  });

  it("money counts for the run, whatever came of it", () => {
    const { state } = decided(answered({ ...BAD, usage: { ...USED, usd: 0.25 } }));
    expect(state.spend.usd).toBe(0.25);
    expect(state.attempts["_plan/plan/2"]!.allowance).toBe(0.75);
  });

  it("who agreed by dispatch has agreed to the plan that comes of it, and not before it is there", () => {
    const planning = { ...PLANNING, consents: true };
    const journal = { planning, ask: { by: "you", at: NOW.toISOString(), comment: 0, maxCost: 5 } };
    expect(decided(seen(journal)).state.consent).toBeNull();
    const ended = { ...planning, ended: { isRefined: true, why: "" } };
    const { state } = decided(seen({ ...journal, planning: ended }));
    expect(state.consent).toMatchObject({ by: "you", planHash: state.planHash, maxCost: 5 });
  });
});

describe("a confirm", () => {
  const ME = "roundtable[bot]";
  const comment = (id: number, author: string, body: string) => ({
    id,
    author,
    body,
    authorIsBot: author === ME,
    edited: false,
    eyes: 0,
    answered: false,
    createdAt: NOW,
  });
  const ended = { ...PLANNING, ended: { isRefined: true, why: "" } };
  const { hash } = aPlan(TASKS);
  const shown = (id: number) =>
    comment(id, ME, `x\n<!-- roundtable:run run=12 plan=${hash.slice(0, 12)} -->`);
  const confirm = comment(9, "you", "/orchestrate confirm");
  it.each<[string, Planning, { comments: ReturnType<typeof comment>[]; counts: boolean }]>([
    ["while the plan is refined", PLANNING, { comments: [confirm], counts: false }],
    ["before the refined plan is shown", ended, { comments: [confirm], counts: false }],
    ["older than the plan that is shown", ended, { comments: [confirm, shown(10)], counts: false }],
    ["of the plan that is shown", ended, { comments: [shown(8), confirm], counts: true }],
  ])("%s", (_, planning, { comments, counts }) => {
    const tracking = { state: "open" as const, labels: [], comments };
    const attempts = planning.ended === null ? UNDER_WAY : {};
    const { state } = decided(seen({ planning, attempts }, { tracking, permissions: { you: "write" } }));
    expect(state.consent !== null).toBe(counts);
    expect(state.commands["9"]!.did).toBe(counts ? "obeyed" : "answered");
  });

  it("is all that is waited for once the plan is shown", () => {
    const tracking = { state: "open" as const, labels: [], comments: [shown(8)] };
    const decision = decided(seen({ planning: ended }, { tracking }));
    expect(decision).toMatchObject({ quiet: true, outcome: "decision", planFile: null });
  });
});

it.each<[string, Partial<HandOver>, boolean]>([
  ["fits", GOOD, true],
  ["does not fit", BAD, false],
  ["comes with a question", { ...GOOD, outcome: "needs_info" }, false],
  ["is not there", {}, false],
])("the plan is made anew with a proposal that %s: %o %s", (_, more, fits) => {
  expect(fittingProposal(answered(more)) !== null).toBe(fits);
});

it.each([
  ["budget: { plan: 1 }\n", ["routing.plan"]],
  ["routing: { plan: practice }\n", ["budget.plan"]],
  ["", ["routing.plan", "budget.plan"]],
  ["routing: { plan: practice }\nbudget: { plan: 0 }\n", []],
])("`planner: model` with %j lacks %j", (more, lacks) => {
  const { diagnostics } = parseConfig(`version: 1\nplanner: model\n${more}`);
  expect(diagnostics.map(({ severity, line, what }) => ({ severity, line, what }))).toEqual(
    lacks.map((key) => ({ severity: "error", line: 2, what: `\`planner: model\` takes \`${key}\`` })),
  );
});
