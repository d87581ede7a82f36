/** Which workflow run is an attempt's: what an earlier dispatch of it began is not. */
import { expect, it } from "vitest";
import { runOf } from "../../src/application/workflow-runs.ts";
import type { WorkflowRunFact } from "../../src/domain/run/facts.ts";
import { attemptOf } from "../../src/domain/run/attempts.ts";
import type { Attempt } from "../../src/domain/run/attempt.ts";
import { anAttempt, aSnapshot } from "../support/run.ts";

const AT = "2026-01-01T00:10:00.000Z";
const run = (id: number, seconds: number, name = "roundtable 12 1 implement 1"): WorkflowRunFact => ({
  id,
  name,
  status: "in_progress",
  conclusion: null,
  createdAt: new Date(Date.parse(AT) + seconds * 1000),
  url: "",
});

it.each<[string, Partial<Attempt>, WorkflowRunFact[], number | null]>([
  ["the one that its dispatch told of", { runId: 7 }, [run(7, 1), run(8, 2)], 7],
  ["no other one where that does not show", { runId: 7 }, [run(8, 2)], null],
  ["the newest of its name, where none was told of", { runId: null }, [run(7, 1), run(8, 2)], 8],
  ["one that began a little before, by its clock", { runId: null }, [run(7, -9)], 7],
  ["none from long before", { runId: null }, [run(7, -60)], null],
  ["none of an earlier dispatch", { runId: null, pastRuns: [7] }, [run(7, 1)], null],
  ["none of another name", { runId: null }, [run(7, 1, "roundtable 12 1 implement 2")], null],
])("%s", (_, ...[change, runs, id]) => {
  const attempts = { "1/implement/1": anAttempt({ at: AT, ...change }) };
  const snapshot = aSnapshot("- [ ] 1. First\n", { journal: { attempts }, runs });
  expect(runOf(snapshot, attemptOf(snapshot.state, "1/implement/1"))?.id ?? null).toBe(id);
});
