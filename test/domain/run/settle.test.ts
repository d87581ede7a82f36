/** What the pass takes a hand-over for: what it holds counts, not what it says of itself. */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { WorkResult, type WorkOutcome } from "../../../src/domain/handover/result.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import { MAX_HINDERED } from "../../../src/domain/run/hindered.ts";
import { emptyResult, type Attempt } from "../../../src/domain/run/attempt.ts";
import type { Role } from "../../../src/domain/run/names.ts";
import { bound, ended } from "../../support/ended-jobs.ts";
import { anAttempt, aPlan, aSnapshot } from "../../support/run.ts";

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

describe("a job that was cancelled, by whoever it was, or met its own limit", () => {
  const at = { began: { "1": "b".repeat(40) } };
  const done = anAttempt({ headSha: "1".repeat(40), outcome: "completed", committed: HEAD });

  function after({
    role = "implement",
    conclusion = "cancelled",
    outcome = "timed_out",
    commits = [CHANGE],
  }: Partial<{ role: Role; conclusion: string; outcome: WorkOutcome; commits: (typeof CHANGE)[] }>) {
    // Whoever has dispatched it went before it could say so.
    const open = anAttempt({
      headSha: HEAD,
      sent: false,
      reviewer: role === "review" ? "correctness" : null,
    });
    const { nonce, baseSha, headSha } = open;
    const of = { v: 1, run: 12, unit: "1", role, attempt: 1, nonce, baseSha, headSha } as const;
    const content = WorkResult.parse({ ...of, outcome, summary: "Stopped.", commits });
    const key = `1/${role}/1`;
    const seen = { runId: 100, url: "", conclusion, verify: null, tail: "" };
    const snapshot = aSnapshot("- [ ] 1. A\n", {
      branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
      journal: {
        ...at,
        attempts: role === "implement" ? { [key]: open } : { "1/implement/1": done, [key]: open },
      },
      outcomes: { [key]: { ...seen, handOver: { kind: "accepted", content } } },
    });
    const now = new Date("2026-01-01T00:06:00.000Z");
    const { state, effects } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
    const writes = effects.some(({ kind }) => kind === "commit-hand-over");
    return { ...state.attempts[key]!, writes };
  }

  it.each([
    { what: "what was done by then is written to its branch, as unfinished work", is: "interrupted" },
    { what: "so it is at the job's limit", conclusion: "timed_out", is: "interrupted" },
    { what: "also of a fix", role: "fix", is: "interrupted" },
    { what: "what was whole by then is whole", outcome: "completed", is: "completed" },
    { what: "at the agent's own deadline its time was up", conclusion: "success", is: "timed_out" },
  ] as const)("$what: $is", ({ is, ...how }) => {
    expect(after(how)).toMatchObject({ outcome: is, writes: true, lost: 0, again: null });
  });

  it.each([
    { what: "nothing was done by then", commits: [] },
    { what: "half a review says nothing", role: "review", commits: [] },
    { what: "a conflict is solved whole or not at all", role: "resolve" },
  ] as const)("is begun again where $what, and that is said", (how) => {
    expect(after({ ...how, commits: [...("commits" in how ? how.commits : [CHANGE])] })).toMatchObject({
      outcome: null,
      writes: false,
      lost: 1,
      pastRuns: [100],
      again: "workflow run 100 ended as cancelled and handed over nothing that can be gone on from",
    });
  });

  it.each([
    { cancelled: 3, fails: 2, is: "fix" },
    { cancelled: 3, fails: 3, is: "asked" },
    { cancelled: 6, fails: 0, is: "asked" },
  ])(
    "$cancelled times, beside $fails fixes that failed, it is $is: few are no try",
    ({ cancelled, fails, is }) => {
      const fix = (outcome: "interrupted" | "failed") =>
        anAttempt({ outcome, headSha: HEAD, committed: HEAD, result: emptyResult("x") });
      const fixes = [
        ...Array.from({ length: cancelled }, () => fix("interrupted")),
        ...Array.from({ length: fails }, () => fix("failed")),
      ];
      const attempts = Object.fromEntries([
        ["1/implement/1", done],
        ...fixes.map((each, n) => [`1/fix/${n + 1}`, each]),
      ]);
      const snapshot = aSnapshot("- [ ] 1. A\n", {
        branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
        journal: { ...at, attempts },
      });
      const now = new Date("2026-01-01T00:06:00.000Z");
      const { state } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
      expect([
        state.attempts[`1/fix/${fixes.length + 1}`] !== undefined,
        Object.keys(state.decisions).length,
      ]).toEqual(is === "fix" ? [true, 0] : [false, 1]);
    },
  );
});

it.each([
  { says: "green", verify: "success", outcome: "completed", verified: true },
  { says: "red", verify: "failure", outcome: "red", verified: true },
  { says: "nothing", verify: null, outcome: "completed", verified: false },
] as const)("work of which the verify job says $says", ({ verify, outcome, verified }) => {
  const content = WorkResult.parse({ ...bound("implement"), outcome: "completed", commits: [CHANGE] });
  const snapshot = aSnapshot("- [ ] 1. A\n", {
    branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
    journal: { began: { "1": "b".repeat(40) }, attempts: { "1/implement/1": anAttempt({ headSha: HEAD }) } },
    outcomes: { "1/implement/1": { ...ended({ kind: "accepted", content }), verify } },
  });
  const now = new Date("2026-01-01T00:06:00.000Z");
  const { state } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
  expect(state.attempts["1/implement/1"]).toMatchObject({ outcome, result: { verified } });
});

describe("an agent that cannot begin before a person mends something", () => {
  const WHY = "npm cannot be started: it is not there. See that the runner has it.";

  it.each([
    {
      role: "implement",
      asks: "question",
      says: `Unit 1 cannot go on without an answer: ${WHY}`,
    },
    {
      role: "review",
      asks: "unparsable-review",
      says: `Unit 1: review 1 was tried once without an answer, because the reviewer gave no verdict: ${WHY}. What now?`,
    },
  ] as const)("is no $role that failed: the sentence is asked at once", ({ role, asks, says }) => {
    const reviewer = role === "review" ? "correctness" : null;
    const open = anAttempt({ headSha: HEAD, agent: "practice", reviewer });
    const { nonce, baseSha, headSha } = open;
    const of = { v: 1, run: 12, unit: "1", attempt: 1, nonce, baseSha, headSha } as const;
    const content = WorkResult.parse({ ...of, role, outcome: "blocked", summary: WHY });
    const key = `1/${role}/1`;
    const done = anAttempt({ headSha: "1".repeat(40), outcome: "completed", committed: HEAD });
    const seen = { runId: 100, url: "", conclusion: "success", verify: null, tail: "" } as const;
    const snapshot = aSnapshot("- [ ] 1. A\n", {
      branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
      journal: {
        attempts: role === "review" ? { "1/implement/1": done, [key]: open } : { [key]: open },
        began: { "1": "b".repeat(40) },
      },
      outcomes: { [key]: { ...seen, handOver: { kind: "accepted", content } } },
    });
    const now = new Date("2026-01-01T00:06:00.000Z");
    const { state, effects } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
    expect(Object.values(state.decisions)).toMatchObject([{ kind: asks, question: says, answer: null }]);
    expect(effects.filter(({ kind }) => kind === "dispatch")).toEqual([]);
    expect(Object.keys(state.attempts).filter((name) => name.includes("fix"))).toEqual([]);
  });
});

describe("an agent that others keep from working", () => {
  const routed = "version: 1\nagents: { a: { backend: command, command: a }, b: { backend: codex } }\n";
  const start = new Date("2026-01-01T00:06:00.000Z");

  /** The attempt of unit 1 after its job has ended so, and what is dispatched. */
  function after(
    outcome: string,
    {
      before = {},
      config = routed,
      files = [] as unknown[],
    }: { before?: Partial<Attempt>; config?: string; files?: unknown[] } = {},
  ) {
    const open = anAttempt({ headSha: HEAD, agent: "a", ...before });
    const { nonce, baseSha, headSha } = open;
    const content = WorkResult.parse({
      v: 1,
      run: 12,
      unit: "1",
      role: "implement",
      attempt: 1,
      nonce,
      baseSha,
      headSha,
      outcome,
      summary: "429 Too Many Requests",
      commits: files.length === 0 ? [] : [{ message: "m", task: null, files }],
    });
    const seen = { runId: 100, url: "", conclusion: "success", verify: null, tail: "" };
    const snapshot = aSnapshot("- [ ] 1. A\n", {
      planFile: { v: 1, plan: aPlan("- [ ] 1. A\n"), config: parseConfig(config).config },
      branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
      journal: { attempts: { "1/implement/1": open }, began: { "1": "b".repeat(40) } },
      outcomes: { "1/implement/1": { ...seen, handOver: { kind: "accepted", content } } },
    });
    const pass = { id: "p", now: start, seed: "5eed", takesOver: false };
    return decide(snapshot, pass);
  }

  it.each([
    { outcome: "rate_limited", times: 0, minutes: 5 },
    { outcome: "rate_limited", times: 2, minutes: 20 },
    { outcome: "infra", times: 0, minutes: 1 },
    { outcome: "infra", times: 1, minutes: 2 },
  ] as const)(
    "$outcome after $times: the same attempt in $minutes minutes",
    ({ outcome, times, minutes }) => {
      const hindered = { rate_limited: 0, infra: 0, [outcome]: times };
      const decided = after(outcome, { before: { hindered } });
      const due = new Date(start.getTime() + minutes * 60_000);
      expect(decided.state.attempts["1/implement/1"]).toMatchObject({
        outcome: null,
        agent: "a",
        after: due.toISOString(),
        hindered: { ...hindered, [outcome]: times + 1 },
      });
      expect(decided.effects.filter(({ kind }) => kind === "dispatch")).toEqual([]);
      expect(decided.lookAgainAt).toEqual(due);
      expect(decided.waits).toContainEqual({
        unit: "1",
        for: "back-off",
        because: expect.stringContaining(
          `implement 1 begins again, from ${due.toISOString().slice(0, 16).replace("T", " ")} UTC`,
        ),
      });
    },
  );

  it("goes on at once with another vendor's agent where the configuration names one", () => {
    const config = `${routed}routing: { default: a, rate_limited: b }\n`;
    const decided = after("rate_limited", { config });
    expect(decided.state.attempts["1/implement/1"]).toMatchObject({ agent: "b", outcome: null, after: null });
    expect(decided.effects).toContainEqual(
      expect.objectContaining({ kind: "dispatch", attempt: "1/implement/1" }),
    );
  });

  it("is asked about when that does not end", () => {
    const { state } = after("infra", { before: { hindered: { rate_limited: 0, infra: MAX_HINDERED } } });
    expect(state.attempts["1/implement/1"]).toMatchObject({ outcome: "infra" });
    expect(Object.values(state.decisions)).toMatchObject([{ kind: "lost", unit: "1", answer: null }]);
  });

  it("keeps what it has done so far", () => {
    const { state } = after("rate_limited", { files: CHANGE.files });
    expect(state.attempts["1/implement/1"]).toMatchObject({ outcome: "rate_limited", after: null });
  });
});
