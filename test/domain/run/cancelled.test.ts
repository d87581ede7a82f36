/** Workflow runs of an attempt that somebody ended are cancelled, whenever they show. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { WorkflowRunFact } from "../../../src/domain/run/facts.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";

const NAME = "roundtable 12 1 implement 1";
const run = (change: Partial<WorkflowRunFact>): WorkflowRunFact => ({
  id: 100,
  name: NAME,
  status: "in_progress",
  conclusion: null,
  createdAt: new Date("2026-01-01T00:01:00.000Z"),
  url: "",
  ...change,
});

it.each<[string, number | null, WorkflowRunFact, number[]]>([
  ["the one that its dispatch told of", 100, run({}), [100]],
  ["one that shows only now, by its name", null, run({ id: 101 }), [101]],
  ["one that waits for a runner", 100, run({ status: "queued" }), [100]],
  ["none that is over", 100, run({ status: "completed", conclusion: "success" }), []],
  ["none that another attempt is known by", null, run({ id: 99 }), []],
  ["none of another name", null, run({ id: 101, name: "roundtable 12 1 implement 2" }), []],
])("%s", (_, ...[runId, fact, cancelled]) => {
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: {
      began: { "1": "b".repeat(40) },
      dropped: { "1": { as: "cancelled", by: "you", because: "aborted by you" } },
      attempts: {
        "1/implement/1": anAttempt({ runId, outcome: "cancelled" }),
        "1/review/1": anAttempt({ runId: 99, outcome: "completed" }),
      },
    },
    runs: [fact],
  });
  const now = new Date("2026-01-01T00:06:00.000Z");
  const { effects } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
  expect(effects.flatMap((one) => (one.kind === "cancel-run" ? [one.runId] : []))).toEqual(cancelled);
});
