/** What the pass takes a hand-over for: what it holds counts, not what it says of itself. */
import { expect, it } from "vitest";
import { WorkResult } from "../../../src/domain/handover/result.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";

const HEAD = "2".repeat(40);
const CHANGE = { message: "m", task: null, files: [{ path: "src/a.ts", mode: "100644", content: "1\n" }] };

it.each([
  { says: "completed", verify: "success", commits: [CHANGE], is: "completed" },
  { says: "completed", verify: "failure", commits: [CHANGE], is: "red" },
  { says: "completed", verify: "success", commits: [], is: "no_change" },
  { says: "no_change", verify: "success", commits: [], is: "no_change" },
  { says: "no_change", verify: "success", commits: [CHANGE], is: "completed" },
  { says: "no_change", verify: "failure", commits: [CHANGE], is: "red" },
  { says: "timed_out", verify: "failure", commits: [CHANGE], is: "timed_out" },
] as const)(
  "$says with $commits.length commits, verified as $verify: $is",
  ({ says, verify, commits, is }) => {
    const open = anAttempt({ headSha: HEAD });
    const content = WorkResult.parse({
      v: 1,
      run: 12,
      unit: "1",
      role: "implement",
      attempt: 1,
      nonce: open.nonce,
      baseSha: open.baseSha,
      headSha: open.headSha,
      outcome: says,
      summary: "",
      commits,
    });
    const seen = { runId: 100, url: "", conclusion: "success", verify, tail: "" };
    const snapshot = aSnapshot("- [ ] 1. A\n", {
      branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
      journal: { attempts: { "1/implement/1": open }, began: { "1": "b".repeat(40) } },
      outcomes: { "1/implement/1": { ...seen, handOver: { kind: "accepted", content } } },
    });
    const now = new Date("2026-01-01T00:06:00.000Z");
    const { state } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
    expect(state.attempts["1/implement/1"]).toMatchObject({ outcome: is });
  },
);
