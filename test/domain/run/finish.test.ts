/** When a run ends, and the pull requests that it leaves for people. */
import { expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import type { PullFact } from "../../../src/domain/run/facts.ts";
import { integrationBranch, OWN_LABEL } from "../../../src/domain/run/names.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aResult, anAttempt, aPlan, aSnapshot, RUN } from "../../support/run.ts";
import { aPull, aWork, HEAD, NOW } from "../../support/view.ts";

const ended: State["ended"] = { at: "2026-01-01T02:05:00.000Z", outcome: "complete", reason: "done" };

/** The labels that a pass gives a final pull request of which this is known. */
function labelled(change: Partial<PullFact>): readonly string[] | undefined {
  const final = aPull({ number: 40, head: integrationBranch(RUN), base: "main", ...change });
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: { ended, landed: { "1": { head: HEAD, sha: HEAD } } },
    board: { issues: [], pulls: [aPull({ merged: true, state: "closed" }), final] },
  });
  const { effects } = decide(snapshot, { id: "p", now: new Date(ended!.at), seed: "5eed", takesOver: false });
  const update = effects.find((effect) => effect.kind === "update-pull" && effect.number === 40);
  return update?.kind === "update-pull" ? update.labels : undefined;
}

it.each([
  ["was made by a pass that ended before it was labelled", { labels: [] }, [OWN_LABEL]],
  ["has another label only", { labels: ["urgent"] }, ["urgent", OWN_LABEL]],
  ["is labelled, in the repository's own spelling", { labels: ["Roundtable"] }, undefined],
  ["is closed", { labels: [], state: "closed" as const }, undefined],
])("a final pull request that %s", (_, change, expected) => {
  expect(labelled(change)).toEqual(expected);
});

it("a run does not end while one review is at work and another one of its unit waits for money", () => {
  const tasks = "- [ ] 1. First\n- [ ] 2. Second\n";
  const config = `version: 1
agents: { paid: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
reviewers: { standard: [correctness, tests] }
budget: { unit: 3 }
`;
  const review = anAttempt({ agent: "paid", reviewer: "correctness", headSha: HEAD, allowance: 3 });
  const atWork = { runId: 100, url: "", conclusion: null, verify: null, tail: "" };
  const snapshot = aSnapshot(tasks, {
    planFile: { v: 1, plan: aPlan(tasks, { config }), config: parseConfig(config).config },
    journal: {
      attempts: { "1/implement/1": aWork(), "1/review/1": review },
      began: { "1": "b".repeat(40) },
      dropped: { "2": { as: "cancelled", by: "you", because: "you ended it" } },
    },
    branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull()] },
    outcomes: { "1/review/1": { ...atWork, handOver: { kind: "none" } } },
  });
  const { state, waits } = decide(snapshot, { id: "p", now: NOW, seed: "5eed", takesOver: false });
  expect(waits).toContainEqual(expect.objectContaining({ unit: "1", for: "budget" }));
  expect(state.ended).toBeNull();
});

it("a run does not end before work that was handed over stands on its branch", () => {
  const handedOver = anAttempt({ outcome: "completed", result: aResult() });
  const snapshot = aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n", {
    journal: {
      attempts: { "1/implement/1": handedOver },
      began: { "1": "b".repeat(40) },
      dropped: { "2": { as: "cancelled", by: "you", because: "you ended it" } },
    },
    branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": handedOver.headSha },
    board: { issues: [], pulls: [aPull()] },
  });
  const { state, effects } = decide(snapshot, { id: "p", now: NOW, seed: "5eed", takesOver: false });
  expect(effects.map(({ kind }) => kind)).toContain("commit-hand-over");
  expect(state.ended).toBeNull();
});
