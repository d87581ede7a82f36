/** A train between its first member and its landing: what becomes of it when the world changes under it. */
import { describe, expect, it } from "vitest";
import { absorb, decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";
import { anIssue, aPull, aReview, aWork, HEAD } from "../../support/view.ts";

const BASE = "b".repeat(40);
const BUILT = "9".repeat(40);
const PUSHED = "7".repeat(40);
const AT = "2026-01-01T00:00:00.000Z";
const NOW = new Date(AT);

const train = {
  n: 3,
  on: BASE,
  members: [{ unit: "1", sha: HEAD }],
  finish: false,
  built: BUILT,
  notes: [],
  reverts: null,
};
const onTrain = (verify: Partial<Attempt>): Partial<State> => ({
  train,
  trains: 3,
  attempts: {
    "1/implement/1": aWork(),
    "1/review/1": aReview([]),
    "_train/verify/3": anAttempt({ at: AT, headSha: BUILT, ...verify }),
  },
});

function pass(journal: Partial<State>, facts: Partial<RunSnapshot> = {}): RunDecision {
  const snapshot = aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n", {
    journal: { began: { "1": BASE }, ...journal },
    branches: { "roundtable/12/main": BASE, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull()] },
    ...facts,
  });
  return decide(snapshot, { id: "p", now: NOW, seed: "5eed", takesOver: false });
}

describe("a train that is dropped", () => {
  const journal = onTrain({ runId: 77 });

  it("is waited for no longer: its job is cancelled", () => {
    const running = {
      id: 77,
      name: "",
      status: "in_progress",
      conclusion: null,
      createdAt: NOW,
      url: "",
    };
    const decision = pass(journal, {
      branches: { "roundtable/12/main": BUILT.replace("9", "8"), "roundtable/12/unit-1": HEAD },
      runs: [running as never],
    });
    expect(decision.state.attempts["_train/verify/3"]!.outcome).toBe("cancelled");
    expect(decision.effects).toContainEqual(expect.objectContaining({ kind: "cancel-run", runId: 77 }));
  });

  it("takes no result of another train", () => {
    const { state } = pass({ ...journal, train: { ...train, built: null } });
    const built = (n: number) =>
      absorb(state, [{ kind: "train-built", n, sha: BUILT, notes: [] }], NOW).train!.built;
    expect([built(2), built(3)]).toEqual([null, BUILT]);
    const conflict = (n: number) => absorb(state, [{ kind: "train-conflict", n, unit: "1" }], NOW);
    expect(conflict(2).train).not.toBeNull();
    expect(conflict(3)).toMatchObject({ train: null, conflicts: { "1": { head: HEAD } } });
  });
});

describe("a train that is green", () => {
  const journal = onTrain({ outcome: "green" });
  const verdict = (change: object): ReviewFact => ({
    id: 4,
    author: "github-actions[bot]",
    authorIsBot: true,
    state: "APPROVED",
    sha: HEAD,
    body: "<!-- roundtable:review run=12 unit=1 n=1 -->",
    submittedAt: NOW,
    ...change,
  });
  const posted = verdict({});
  const asksForChanges = verdict({
    author: "kim",
    authorIsBot: false,
    state: "CHANGES_REQUESTED",
    body: "No.",
  });
  const facts = { reviews: { "1": [posted] } };
  const held = ["roundtable:hold"];
  const pulls = (change: object) => ({ board: { issues: [], pulls: [aPull(change)] } });

  it.each<[string, Partial<State>, Partial<RunSnapshot>, "lands" | "waits" | "is dropped"]>([
    ["nothing has changed", {}, {}, "lands"],
    ["its review is not to be seen yet", {}, { reviews: {} }, "waits"],
    ["somebody has pushed", {}, pulls({ headSha: PUSHED }), "is dropped"],
    [
      "somebody has pushed, and a writer approves that",
      { approvals: { "1": { head: PUSHED, at: AT } } },
      pulls({ headSha: PUSHED }),
      "is dropped",
    ],
    ["its pull request is held", {}, pulls({ labels: held }), "is dropped"],
    [
      "its issue is held",
      {},
      { board: { issues: [anIssue({ labels: held })], pulls: [aPull()] } },
      "is dropped",
    ],
    ["its pull request is closed", {}, pulls({ state: "closed" }), "is dropped"],
    ["somebody asks for changes", {}, { reviews: { "1": [posted, asksForChanges] } }, "is dropped"],
    ["the run is paused", { paused: true }, {}, "is dropped"],
  ])("%s", (_, ...[change, seen, becomes]) => {
    const { state, effects } = pass({ ...journal, ...change }, { ...facts, ...seen });
    expect(effects.some(({ kind }) => kind === "advance")).toBe(becomes === "lands");
    expect(state.train === null).toBe(becomes === "is dropped");
  });
});
