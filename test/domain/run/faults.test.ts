/** What goes wrong around a run: refused and unsent dispatches, branches moved by others, trains that are dropped. */
import { describe, expect, it } from "vitest";
import { absorb, decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { LOST_AFTER_MS } from "../../../src/domain/run/draft.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { WorkResult } from "../../../src/domain/handover/result.ts";
import { bound, ended } from "../../support/ended-jobs.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { aFinding, aPull, aReview, aWork, HEAD } from "../../support/view.ts";

const TASKS = "- [ ] 1. First\n- [ ] 2. Second\n";
const BASE = "b".repeat(40);
const LANDED = "9".repeat(40);
const AT = "2026-01-01T00:00:00.000Z";
const later = (ms: number): Date => new Date(Date.parse(AT) + ms);

function pass(
  journal: Partial<State>,
  { facts = {}, say, after = 0 }: { facts?: Partial<RunSnapshot>; say?: string; after?: number } = {},
): RunDecision {
  const comments = say
    ? [
        {
          id: 50,
          author: "you",
          authorIsBot: false,
          body: say,
          createdAt: new Date(AT),
          edited: false,
          answered: false,
          eyes: 0,
        },
      ]
    : [];
  const snapshot = aSnapshot(TASKS, {
    journal: { began: { "1": BASE }, ...journal },
    branches: { "roundtable/12/main": BASE, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull()] },
    permissions: { you: "write" },
    tracking: { state: "open", labels: [], comments },
    ...facts,
  });
  return decide(snapshot, { id: "p", now: later(after), seed: "5eed", takesOver: false });
}

const dispatched = (decision: RunDecision): string[] =>
  decision.effects.flatMap((effect) => (effect.kind === "dispatch" ? [effect.attempt] : []));
const asked = ({ state }: RunDecision): string[] =>
  Object.values(state.decisions).flatMap(({ kind, answer }) => (answer === null ? [kind] : []));
const open = (change = {}): State["attempts"] => ({ "1/implement/1": anAttempt({ at: AT, ...change }) });

describe("a dispatch that GitHub refused", () => {
  const refusals = { "dispatch:1/implement/1:n1": { what: "No such workflow.", fix: "Copy it.", at: AT } };
  const journal = { attempts: open({ nonce: "n1", sent: false }), refusals };
  const asking = pass(journal, { after: 10 * LOST_AFTER_MS });

  it("is not sent again by itself, however long it waits", () => {
    expect(dispatched(asking)).toEqual([]);
    expect(asked(asking)).toEqual(["refused"]);
    expect(asking.waits).toContainEqual({ unit: "1", for: "refused", because: "No such workflow. Copy it." });
  });

  it("is sent at once when a person says that it is put right", () => {
    const answered = pass(asking.state, { say: "/orchestrate decide d1 1", after: 11 * LOST_AFTER_MS });
    expect(dispatched(answered)).toEqual(["1/implement/1"]);
    expect(answered.state.attempts["1/implement/1"]).toMatchObject({ lost: 0, sent: false });
  });
});

describe("a dispatch whose run does not show", () => {
  it.each([
    { what: "was taken by GitHub: it counts as lost", sent: true, lost: 1 },
    { what: "was never sent: it costs nothing", sent: false, lost: 0 },
  ])("$what", ({ sent, lost }) => {
    const decision = pass({ attempts: open({ sent }) }, { after: LOST_AFTER_MS });
    expect(dispatched(decision)).toEqual(["1/implement/1"]);
    expect(decision.state.attempts["1/implement/1"]).toMatchObject({ lost, sent: false });
  });

  it("is known as sent by GitHub's answer to this very nonce", () => {
    const { state } = pass({ attempts: open({ nonce: "n2", sent: false }) });
    const sent = (nonce: string): boolean =>
      absorb(state, [{ kind: "dispatched", attempt: "1/implement/1", nonce, runId: null }], later(0))
        .attempts["1/implement/1"]!.sent;
    expect([sent("n2"), sent("n1")]).toEqual([true, false]);
  });
});

describe("an integration branch that others moved", () => {
  const journal = {
    landed: { "1": { head: HEAD, sha: LANDED } },
    integration: LANDED,
    attempts: { "1/implement/1": aWork() },
  };

  it("is put back to what has landed when it is gone; nothing begins on the base", () => {
    const decision = pass(journal, { facts: { branches: {}, integrationHolds: false } });
    expect(decision.effects.filter(({ kind }) => kind === "ensure-branch")).toEqual([
      expect.objectContaining({ branch: "roundtable/12/main", sha: LANDED }),
    ]);
    expect(decision.state.began).toEqual({ "1": BASE });
  });

  it("and lacks what has landed: nothing begins, lands or ends before a person has put it right", () => {
    const decision = pass(journal, { facts: { integrationHolds: false } });
    expect(asked(decision)).toEqual(["integration-moved"]);
    expect(decision.state).toMatchObject({ began: { "1": BASE }, train: null, ended: null });
    const whole = {
      ...journal,
      landed: { ...journal.landed, "2": { head: HEAD, sha: LANDED } },
      finished: LANDED,
    };
    const end = pass(whole, { facts: { integrationHolds: false } });
    expect(end.effects.filter(({ id }) => id === "pull:final")).toEqual([]);
  });

  it("and holds it: the run goes on", () => {
    expect(pass(journal).state.began).toHaveProperty("2");
  });
});

describe("an approval", () => {
  it.each<{ what: string; journal: Partial<State> }>([
    { what: "of red work", journal: { attempts: { "1/implement/1": aWork({ outcome: "red" }) } } },
    {
      what: "of a conflict",
      journal: { attempts: { "1/implement/1": aWork() }, conflicts: { "1": { head: HEAD, on: LANDED } } },
    },
    {
      what: "of what was red on the train",
      journal: { attempts: { "1/implement/1": aWork() }, rejected: { "1": { head: HEAD, because: "boom" } } },
    },
  ])("$what is refused with the reason: it overrules reviews only", ({ journal }) => {
    const { state } = pass(journal, { say: "/orchestrate approve 1" });
    expect(state.approvals).toEqual({});
    expect(state.commands["50"]).toMatchObject({ did: "answered" });
    expect(state.commands["50"]!.say).toMatch(
      /^Unit 1 is not approved: .+ An approval overrules the reviews before it, and nothing/,
    );
  });

  it.each([
    { when: "before it", ms: -60_000, phase: "final_review", starts: [] },
    // Also where one pass sees both, and the request is the later one.
    { when: "after it", ms: 60_000, phase: "in_progress", starts: ["1/fix/1"] },
  ])("overrules what a person asked for $when or not: $phase", ({ ms, phase, starts }) => {
    const request = {
      id: 9,
      author: "kim",
      authorIsBot: false,
      state: "CHANGES_REQUESTED" as const,
      sha: HEAD,
      body: "This loses data.",
      submittedAt: later(ms),
    };
    const journal = { attempts: { "1/implement/1": aWork(), "1/review/1": aReview([aFinding()]) } };
    const facts = { reviews: { "1": [request] } };
    const both = pass(journal, { facts, say: "/orchestrate approve 1", after: 120_000 });
    expect(both.view.phases.get("1")!.kind).toBe(phase);
    expect(dispatched(both)).toEqual(starts);
    const approved = pass(journal, { say: "/orchestrate approve 1" });
    expect(approved.view.phases.get("1")!.kind).toBe("final_review");
    const next = pass({ ...journal, approvals: approved.state.approvals }, { facts, after: 120_000 });
    expect(next.view.phases.get("1")!.kind).toBe(phase);
    expect(dispatched(next)).toEqual(starts);
  });

  it.each([
    { when: "before it", ms: -1000, approvals: { "1": { head: HEAD } } },
    { when: "in the second of it", ms: 0, approvals: { "1": { head: HEAD } } },
    { when: "after it, unseen by its author", ms: 1000, approvals: {} },
  ])("of work that was handed over $when", ({ ms, approvals }) => {
    const work = aWork({ endedAt: later(ms).toISOString() });
    const { state } = pass(
      { attempts: { "1/implement/1": work } },
      { say: "/orchestrate approve 1", after: 120_000 },
    );
    expect(state.approvals).toMatchObject(approvals);
    expect(Object.keys(state.approvals)).toEqual(Object.keys(approvals));
    if (ms > 0)
      expect(state.commands["50"]!.say).toBe(
        `Unit 1 is not approved: what stands on its branch now, ${HEAD.slice(0, 7)}, was handed over after that was said. Look at it, and approve it again.`,
      );
  });

  it("leaves a question that it does not answer open", () => {
    const question = {
      kind: "fixes-used-up" as const,
      unit: "1",
      question: "q",
      at: AT,
      default: null,
      deadline: null,
    };
    const decisions = { d1: { ...question, options: [], answer: null } };
    const red = pass(
      { attempts: { "1/implement/1": aWork({ outcome: "red" }) }, decisions },
      { say: "/orchestrate approve 1" },
    );
    expect(asked(red)).toEqual(["fixes-used-up"]);
    const reviewed = pass(
      { attempts: { "1/implement/1": aWork(), "1/review/1": aReview([]) }, decisions },
      { say: "/orchestrate approve 1" },
    );
    expect(reviewed.state).toMatchObject({
      approvals: { "1": { head: HEAD } },
      decisions: { d1: { answer: { option: 0 } } },
    });
  });
});

it("work is written onto the commit that it was made on, whatever was pushed since", () => {
  const work = anAttempt({ at: AT, outcome: "completed", result: aResult() });
  const { effects } = pass({ attempts: { "1/implement/1": work } });
  expect(work.headSha).not.toBe(HEAD);
  expect(effects).toContainEqual(
    expect.objectContaining({ kind: "commit-hand-over", expectedHead: work.headSha }),
  );
});

it("a review is posted at the head that was read, whatever was pushed since", () => {
  const { effects } = pass(
    { attempts: { "1/implement/1": aWork(), "1/review/1": aReview([]) } },
    { facts: { board: { issues: [], pulls: [aPull({ headSha: LANDED })] } } },
  );
  expect(effects).toContainEqual(expect.objectContaining({ kind: "ensure-review", sha: HEAD }));
});

describe("a pause", () => {
  it.each([
    { what: "no review", attempts: { "1/implement/1": aWork() } },
    { what: "no second try of a lost run", attempts: open({ sent: true }) },
    { what: "no fix", attempts: { "1/implement/1": aWork({ outcome: "red" }) } },
    {
      what: "no verify run",
      attempts: { "1/implement/1": aWork({ result: aResult({ verified: false }) }) },
    },
  ])("lets $what begin, says so, and waits for a person", ({ attempts }) => {
    const decision = pass({ attempts, paused: true }, { after: LOST_AFTER_MS });
    expect(dispatched(decision)).toEqual([]);
    expect(decision.waits).toContainEqual({ unit: "1", for: "pause", because: "the run is paused" });
    expect(decision.effects.filter(({ kind }) => kind === "dispatch")).toEqual([]);
  });
});

it("a pause does not take away how long an agent waits that its vendor kept from working", () => {
  const content = WorkResult.parse({
    ...bound("implement"),
    headSha: "1".repeat(40),
    baseSha: BASE,
    outcome: "rate_limited",
  });
  const { state, effects } = pass(
    { attempts: open(), paused: true },
    { facts: { outcomes: { "1/implement/1": ended({ kind: "accepted", content }) } } },
  );
  expect(effects.filter(({ kind }) => kind === "dispatch")).toEqual([]);
  expect(state.attempts["1/implement/1"]).toMatchObject({
    outcome: null,
    after: later(5 * 60_000).toISOString(),
    hindered: { rate_limited: 1 },
  });
});

describe("a checkpoint that is red", () => {
  it("names what has landed since the last green one", () => {
    const tasks =
      "- [ ] 1. A\n- [ ] 2. Checkpoint - tests pass\n- [ ] 3. B\n- [ ] 4. C\n- [ ] 5. Checkpoint - tests pass\n";
    const landed = { head: HEAD, sha: LANDED };
    const red = anAttempt({ at: AT, outcome: "red", headSha: LANDED, result: aResult() });
    const snapshot = aSnapshot(tasks, {
      journal: {
        landed: { "1": landed, "2": landed, "3": landed, "4": landed },
        integration: LANDED,
        attempts: { "_gate-5/verify/1": red },
      },
      branches: { "roundtable/12/main": LANDED },
    });
    const decision = decide(snapshot, { id: "p", now: later(0), seed: "5eed", takesOver: false });
    expect(decision.state.decisions["d1"]).toMatchObject({
      kind: "checkpoint-red",
      question: expect.stringContaining("Landed since the last green checkpoint: 3, 4."),
    });
  });
});
