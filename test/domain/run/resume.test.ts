/** An attempt that finds nothing left to do: done, where one before it was cut short; else it did nothing. */
import { expect, it } from "vitest";
import type { AttemptOutcome } from "../../../src/domain/run/attempt.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import { WorkResult } from "../../../src/domain/handover/result.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { bound, ended } from "../../support/ended-jobs.ts";
import { MAIN } from "../../support/asked.ts";
import { HEAD } from "../../support/view.ts";

it.each<[AttemptOutcome, string]>([
  ["interrupted", "completed"],
  ["timed_out", "completed"],
  ["rate_limited", "completed"],
  ["infra", "completed"],
  ["needs_info", "completed"],
  ["blocked", "completed"],
  ["red", "no_change"],
  ["failed", "no_change"],
])("after one that ended as %s it has %s", (before, outcome) => {
  const content = WorkResult.parse({ ...bound("fix"), outcome: "no_change", commits: [] });
  const completed = { ...content, outcome: "completed" as const };
  const snapshot = aSnapshot("- [ ] 1. A\n", {
    branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": HEAD },
    journal: {
      began: { "1": MAIN },
      attempts: {
        "1/implement/1": anAttempt({ outcome: before, committed: HEAD, result: aResult() }),
        "1/fix/1": anAttempt({ headSha: HEAD, baseSha: MAIN, at: "2026-01-01T00:02:00.000Z" }),
      },
    },
    outcomes: { "1/fix/1": ended({ kind: "accepted", content: completed }) },
  });
  const now = new Date("2026-01-01T00:06:00.000Z");
  const { state } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
  expect(state.attempts["1/fix/1"]).toMatchObject({
    outcome,
    committed: outcome === "completed" ? HEAD : null,
  });
});
