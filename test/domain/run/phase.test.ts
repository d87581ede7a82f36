/** The phase of a unit is a function of journal and facts: one row a combination. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/handover/result.ts";
import type { PullFact } from "../../../src/domain/run/facts.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { viewOf } from "../../../src/domain/run/view.ts";
import { aResult, anAttempt, aSnapshot, RUN } from "../../support/run.ts";
import { aFinding } from "../../support/view.ts";

const HEAD = "2".repeat(40);
const done = anAttempt({ outcome: "completed", result: aResult(), committed: HEAD });
const review = (severity: Finding["severity"], headSha = HEAD) =>
  anAttempt({
    outcome: "completed",
    reviewer: "correctness",
    headSha,
    at: "2026-01-01T00:02:00.000Z",
    result: aResult({
      severity,
      findings: [aFinding({ severity })],
    }),
  });
const pull = (change: Partial<PullFact> = {}): PullFact => ({
  number: 14,
  title: "t",
  body: `<!-- roundtable:pr run=${RUN} unit=1 -->`,
  labels: [],
  head: "roundtable/12/unit-1",
  headSha: HEAD,
  base: "roundtable/12/main",
  draft: false,
  state: "open",
  merged: false,
  ...change,
});
const question = {
  kind: "question" as const,
  unit: "1",
  question: "q?",
  options: [],
  at: "2026-01-01T00:00:00Z",
  default: null,
  deadline: null,
  answer: null,
};

interface Row {
  name: string;
  journal: Partial<State>;
  pulls?: PullFact[];
  phase: string;
}

const ROWS: readonly Row[] = [
  { name: "nothing has happened", journal: {}, phase: "not_started" },
  {
    name: "an attempt is under way",
    journal: { attempts: { "1/implement/1": anAttempt() } },
    phase: "in_progress",
  },
  {
    name: "work is handed over, not yet on the branch",
    journal: { attempts: { "1/implement/1": { ...done, committed: null } } },
    phase: "in_progress",
  },
  {
    name: "work is on the branch",
    journal: { attempts: { "1/implement/1": done } },
    pulls: [pull()],
    phase: "pending_review",
  },
  {
    name: "work without the verify job's word",
    journal: { attempts: { "1/implement/1": { ...done, result: aResult({ verified: false }) } } },
    pulls: [pull()],
    phase: "in_progress",
  },
  {
    name: "that word came later and is red",
    journal: {
      attempts: {
        "1/implement/1": { ...done, result: aResult({ verified: false }) },
        "1/verify/1": anAttempt({ headSha: HEAD, outcome: "red", result: aResult() }),
      },
    },
    pulls: [pull()],
    phase: "fix_required",
  },
  {
    name: "verify is red",
    journal: { attempts: { "1/implement/1": { ...done, outcome: "red" } } },
    pulls: [pull()],
    phase: "fix_required",
  },
  {
    name: "the hand-over was refused",
    journal: { attempts: { "1/implement/1": anAttempt({ outcome: "refused", result: aResult() }) } },
    phase: "fix_required",
  },
  {
    name: "the agent changed nothing",
    journal: { attempts: { "1/implement/1": anAttempt({ outcome: "no_change", result: aResult() }) } },
    phase: "fix_required",
  },
  {
    name: "a reviewer is at work",
    journal: {
      attempts: {
        "1/implement/1": done,
        "1/review/1": anAttempt({ headSha: HEAD, reviewer: "correctness" }),
      },
    },
    pulls: [pull()],
    phase: "under_review",
  },
  {
    name: "the review passes",
    journal: { attempts: { "1/implement/1": done, "1/review/1": review("none") } },
    pulls: [pull()],
    phase: "final_review",
  },
  {
    name: "the review has a minor finding",
    journal: { attempts: { "1/implement/1": done, "1/review/1": review("minor") } },
    pulls: [pull()],
    phase: "final_review",
  },
  {
    name: "the review has a major finding",
    journal: { attempts: { "1/implement/1": done, "1/review/1": review("major") } },
    pulls: [pull()],
    phase: "fix_required",
  },
  {
    name: "a passing review of an older head",
    journal: { attempts: { "1/implement/1": done, "1/review/1": review("none", "3".repeat(40)) } },
    pulls: [pull()],
    phase: "pending_review",
  },
  {
    name: "a person pushed after the review",
    journal: { attempts: { "1/implement/1": done, "1/review/1": review("none") } },
    pulls: [pull({ headSha: "4".repeat(40) })],
    phase: "pending_review",
  },
  {
    name: "a writer approved this head",
    journal: {
      attempts: { "1/implement/1": done, "1/review/1": review("major") },
      approvals: { "1": { head: HEAD, at: "2026-01-01T00:05:00.000Z" } },
    },
    pulls: [pull()],
    phase: "final_review",
  },
  {
    name: "a writer approved another head",
    journal: {
      attempts: { "1/implement/1": done, "1/review/1": review("major") },
      approvals: { "1": { head: "5".repeat(40), at: "2026-01-01T00:05:00.000Z" } },
    },
    pulls: [pull()],
    phase: "fix_required",
  },
  {
    name: "the train was red with this head",
    journal: {
      attempts: { "1/implement/1": done, "1/review/1": review("none") },
      rejected: { "1": { head: HEAD, because: "red" } },
    },
    pulls: [pull()],
    phase: "fix_required",
  },
  {
    name: "a fix is under way",
    journal: {
      attempts: {
        "1/implement/1": { ...done, outcome: "red" },
        "1/fix/1": anAttempt({ at: "2026-01-01T00:03:00.000Z" }),
      },
    },
    pulls: [pull()],
    phase: "in_progress",
  },
  { name: "a decision is open", journal: { decisions: { d1: question } }, phase: "blocked" },
  {
    name: "it landed",
    journal: { landed: { "1": { head: HEAD, sha: HEAD } } },
    pulls: [pull({ merged: true })],
    phase: "completed",
  },
  {
    name: "GitHub shows it as merged",
    journal: { attempts: { "1/implement/1": done } },
    pulls: [pull({ merged: true, state: "closed" })],
    phase: "completed",
  },
  {
    name: "a person skipped it",
    journal: { dropped: { "1": { as: "skipped", by: "you", because: "b" } } },
    phase: "skipped",
  },
  {
    name: "a person aborted it",
    journal: { dropped: { "1": { as: "cancelled", by: "you", because: "b" } } },
    phase: "cancelled",
  },
];

describe("the phase of unit 1", () => {
  it.each(ROWS)("is $phase when $name", ({ journal, pulls, phase }) => {
    const snapshot = aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n  - _Depends: 1_\n", {
      journal,
      board: { issues: [], pulls: pulls ?? [] },
    });
    expect(viewOf(snapshot, snapshot.state).phases.get("1")?.kind).toBe(phase);
  });
});

describe("the phase of a unit that depends on it", () => {
  it.each([
    {
      name: "it is being worked on for the first time",
      journal: { attempts: { "1/implement/1": anAttempt() } },
      phase: "not_started",
    },
    {
      name: "it must be fixed",
      journal: { attempts: { "1/implement/1": { ...done, outcome: "red" as const } } },
      phase: "blocked",
    },
    {
      name: "its fix is under way",
      journal: {
        attempts: {
          "1/implement/1": { ...done, outcome: "red" as const },
          "1/fix/1": anAttempt({ at: "2026-01-01T00:03:00.000Z" }),
        },
      },
      phase: "blocked",
    },
    {
      name: "it was aborted",
      journal: { dropped: { "1": { as: "cancelled" as const, by: "you", because: "b" } } },
      phase: "blocked",
    },
    {
      name: "it was skipped",
      journal: { dropped: { "1": { as: "skipped" as const, by: "you", because: "b" } } },
      phase: "not_started",
    },
  ])("is $phase when $name", ({ journal, phase }) => {
    const snapshot = aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n  - _Depends: 1_\n", { journal });
    expect(viewOf(snapshot, snapshot.state).phases.get("2")?.kind).toBe(phase);
  });
});

it("says of a job that was cut off both that may have done it: the journal does not know which", () => {
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: { attempts: { "1/implement/1": { ...done, outcome: "interrupted" } } },
    board: { issues: [], pulls: [pull()] },
  });
  expect(viewOf(snapshot, snapshot.state).phases.get("1")).toMatchObject({
    kind: "fix_required",
    because:
      "The job of implement 1 was cancelled, or met its own limit; what was done by then is kept, and the next attempt goes on from it",
  });
});
