/** What counts as a correction, and what does not: by one pass on a made snapshot. */
import { describe, expect, it } from "vitest";
import { debtOf } from "../../../src/domain/run/debt.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { CommentFact } from "../../../src/domain/run/facts.ts";
import type { Decision, State } from "../../../src/domain/run/journal.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { aFinding, aPull, aReview } from "../../support/view.ts";

const AT = "2026-01-01T00:00:00.000Z";
const HEAD = "f".repeat(40);
const MAIN = "9".repeat(40);

const comment = (id: number, body: string): CommentFact => ({
  id,
  author: "you",
  authorIsBot: false,
  body,
  createdAt: new Date(AT),
  edited: false,
  answered: false,
  eyes: 0,
});

/** Unit 1 was reviewed at its head, which has a fault. */
function pass(commands: readonly string[], journal: Partial<State> = {}): RunDecision {
  const snapshot = aSnapshot("- [ ] 1. Write a\n  - _writes: src/1.js_\n", {
    journal: {
      began: { "1": MAIN },
      attempts: {
        "1/implement/1": anAttempt({ outcome: "completed", result: aResult(), committed: HEAD }),
        "1/review/1": aReview([aFinding()], { headSha: HEAD }),
      },
      ...journal,
    },
    branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull({ headSha: HEAD })] },
    permissions: { you: "write" },
    tracking: { state: "open", labels: [], comments: commands.map((body, at) => comment(50 + at, body)) },
  });
  return decide(snapshot, {
    id: "p",
    now: new Date("2026-01-01T01:00:00.000Z"),
    seed: "5eed",
    takesOver: false,
  });
}

const open = (kind: Decision["kind"], options: Decision["options"]): Partial<State> => ({
  decisions: {
    d1: { kind, unit: "1", question: "What?", options, at: AT, default: null, deadline: null, answer: null },
  },
});
const AGAIN: Decision["options"] = [
  { does: "retry", text: "Again" },
  { does: "skip", text: "Skip it" },
];

describe("a correction", () => {
  it.each([
    { what: "an answered question", kind: "question", command: "decide d1 1", points: 10 },
    { what: "a question answered by a command", kind: "question", command: "retry 1", points: 10 },
    { what: "a question about a unit left out", kind: "question", command: "decide d1 2", points: 0 },
    { what: "reviewed work done again", kind: "fixes-used-up", command: "decide d1 1", points: 40 },
    { what: "reviewed work done again by a command", kind: "fixes-used-up", command: "retry 1", points: 40 },
    { what: "a unit left out", kind: "fixes-used-up", command: "skip 1", points: 0 },
    { what: "a lost run tried again", kind: "lost", command: "retry 1", points: 0 },
    { what: "a reopened pull request", kind: "pull-closed", command: "decide d1 1", points: 0 },
  ] as const)("$what counts $points", ({ kind, command, points }) => {
    const { state } = pass([`/orchestrate ${command}`], open(kind, AGAIN));
    expect(state.decisions["d1"]!.answer).not.toBeNull();
    expect(debtOf(state).points).toBe(points);
  });

  it("is no retry of work that nobody has judged", () => {
    const attempts = { "1/implement/1": anAttempt({ outcome: "failed", result: aResult({ files: [] }) }) };
    const { state } = pass(["/orchestrate retry 1"], { ...open("fixes-used-up", AGAIN), attempts });
    expect(state.granted).toEqual({ "1": 1 });
    expect(debtOf(state).points).toBe(0);
  });
});

describe("a locked unit", () => {
  const locked: Partial<State> = { redone: { "1": 2 }, paused: true, ...respecified() };

  /** A person has said that the run goes on. */
  function respecified(): Partial<State> {
    const answer = { option: 1, by: "you", comment: 40, at: AT };
    const { decisions } = open("respecify", [{ does: "proceed", text: "Go on" }]);
    return { decisions: { d1: { ...decisions!["d1"]!, unit: null, answer } } };
  }

  it("takes no `retry`, and asks what shall be different where nothing was asked yet", () => {
    const { state } = pass(["/orchestrate retry 1"], locked);
    expect(state.commands["50"]).toMatchObject({ did: "answered" });
    expect(state.commands["50"]!.say).toMatch(/scope is locked.*Answer decision d2/);
    expect(state.decisions["d2"]).toMatchObject({ kind: "scope-lock", unit: "1", default: null });
    expect(state.granted).toEqual({});
  });

  it.each([
    { option: 1, granted: 1, phase: "fix_required" },
    { option: 2, granted: undefined, phase: "in_progress" },
    { option: 3, granted: undefined, phase: "skipped" },
    { option: 4, granted: undefined, phase: "cancelled" },
  ])("whose decision is answered with $option is $phase", ({ option, granted, phase }) => {
    const { state, view } = pass(["/orchestrate retry 1", `/orchestrate decide d2 ${option}`], locked);
    expect(state.granted["1"]).toBe(granted);
    expect(view.phases.get("1")!.kind).toBe(phase);
    expect(state.redone["1"]).toBe(option === 1 ? 3 : 2);
  });
});
