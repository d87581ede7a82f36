/** Answers of people do what they say, and what is counted is counted once and for the right thing. */
import { describe, expect, it } from "vitest";
import { pullLabels } from "../../../src/domain/board/labels.ts";
import type { HandOver } from "../../../src/domain/handover/result.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import type { JudgedFinding } from "../../../src/domain/review/rounds.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { Decision } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { MAIN, NOW, said, snapshotOf } from "../../support/asked.ts";
import { at, openOf, pass, startsOf } from "../../support/pass.ts";
import { anAttempt, aResult, aSnapshot } from "../../support/run.ts";
import { aFinding, aPull, aReview, aView, aWork, HEAD, unitOf } from "../../support/view.ts";

const OLD = "1".repeat(40);

const later = (snapshot: RunSnapshot, hour = 1): RunDecision =>
  decide(snapshot, {
    id: "p",
    now: new Date(Date.parse(NOW) + hour * 3_600_000),
    seed: "5eed",
    takesOver: false,
  });

const posted = (n: number, sha = HEAD): ReviewFact => ({
  id: n,
  author: "github-actions[bot]",
  authorIsBot: true,
  state: "COMMENTED",
  sha,
  body: `<!-- roundtable:review run=12 unit=1 n=${n} -->`,
  submittedAt: new Date(at(1)),
});
const seen = (handedOver: RunSnapshot["outcomes"][string]["handOver"]): RunSnapshot["outcomes"][string] => ({
  runId: 100,
  url: "https://github.test/runs/100",
  conclusion: "success",
  verify: null,
  tail: "",
  handOver: handedOver,
});

const decision = (kind: Decision["kind"], change: Partial<Decision> = {}): Decision => ({
  kind,
  unit: "1",
  question: "?",
  options: [{ does: "retry", text: "Again" }],
  at: at(0),
  default: null,
  deadline: null,
  answer: null,
  ...change,
});
const ANSWERED = { option: 1, by: "you", comment: 3, at: at(1) };

describe("a red checkpoint", () => {
  const GATED =
    "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Checkpoint - all tests pass\n- [ ] 3. Third\n  - _writes: src/3.js_\n";
  const red = (headSha: string, minute: number): Attempt =>
    anAttempt({ agent: null, headSha, at: at(minute), outcome: "red", result: aResult() });

  it("is verified again when a person says so, also where it was red at an earlier head too", () => {
    const first = snapshotOf({
      tasks: GATED,
      journal: {
        landed: { "1": { head: HEAD, sha: OLD } },
        integration: OLD,
        // Red, then a unit was reverted and landed anew (or the branch was repaired): red again at the new head.
        attempts: {
          "1/implement/1": aWork({ at: at(0) }),
          "_gate-2/verify/1": red(OLD, 1),
          "_gate-2/verify/2": red(MAIN, 2),
        },
      },
    });
    const asked = later(first, 0);
    expect(openOf(asked)).toMatchObject([{ kind: "checkpoint-red", options: expect.arrayContaining([]) }]);
    const after = later({
      ...first,
      state: asked.state,
      tracking: { state: "open", labels: [], comments: [said(60, "/orchestrate decide d1 1")] },
    });
    expect({ starts: startsOf(after), open: openOf(after).map(({ kind }) => kind) }).toEqual({
      starts: ["dispatch:_gate-2/verify/3"],
      open: [],
    });
  });
});

it("a review that cannot be read is asked for again once, and then a person is asked", () => {
  const { state } = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        // `lost: 1`: it was asked again already.
        "1/review/1": anAttempt({ reviewer: "correctness", headSha: HEAD, at: at(1), lost: 1 }),
      },
    },
    facts: {
      outcomes: { "1/review/1": seen({ kind: "refused", sentence: "findings.0.severity: unknown" }) },
    },
  });
  expect(Object.values(state.decisions).map(({ kind }) => kind)).toEqual(["unparsable-review"]);
});

it.each(["rate_limited", "infra"] as const)(
  "an attempt that ended as %s takes none of the three fixes",
  (outcome) => {
    const nothing = (minute: number): Attempt =>
      anAttempt({ headSha: HEAD, at: at(minute), outcome, result: aResult({ files: [] }) });
    const decided = pass({
      journal: {
        attempts: {
          "1/implement/1": nothing(0),
          "1/fix/1": nothing(1),
          "1/fix/2": nothing(2),
          "1/fix/3": nothing(3),
        },
      },
    });
    expect(openOf(decided).map(({ kind }) => kind)).not.toContain("fixes-used-up");
  },
);

it("failed units count for the whole run: three more stop it again, though the first three have landed", () => {
  const ids = [1, 2, 3, 4, 5, 6, 7];
  const tasks = ids
    .map((n) => `- [ ] ${n}. Unit ${n}\n  - _writes: src/${n}.js_\n`)
    .join("")
    .concat(`\n\`\`\`json\n{"waves": [[${ids.map((n) => `"${n}"`).join(", ")}]]}\n\`\`\`\n`);
  const decisions = Object.fromEntries([
    ...[1, 2, 3].map(
      (n) => [`d${n}`, decision("fixes-used-up", { unit: String(n), answer: ANSWERED })] as const,
    ),
    [
      "d4",
      decision("failed-units", {
        unit: null,
        options: [{ does: "proceed", text: "Go on" }],
        answer: ANSWERED,
      }),
    ] as const,
    ...[4, 5, 6].map((n) => [`d${n + 1}`, decision("fixes-used-up", { unit: String(n) })] as const),
  ]);
  const decided = pass({
    tasks,
    journal: {
      began: Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [String(n), MAIN])),
      landed: Object.fromEntries([1, 2, 3].map((n) => [String(n), { head: HEAD, sha: MAIN }])),
      integration: MAIN,
      attempts: Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((n) => [
          `${n}/implement/1`,
          n < 4 ? aWork({ at: at(0) }) : aWork({ at: at(0), outcome: "red" }),
        ]),
      ),
      decisions,
    },
  });
  expect(openOf(decided).map(({ kind }) => kind)).toContain("failed-units");
  expect(startsOf(decided)).toEqual([]);
});

it("a reopened pull request grants no fourth fix", () => {
  const fixes = [1, 2, 3].map((n) => [`1/fix/${n}`, aWork({ at: at(n) })] as const);
  const decided = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        ...Object.fromEntries(fixes),
        "1/review/1": aReview([aFinding()], { at: at(20) }),
      },
      decisions: {
        d1: decision("pull-closed", { options: [{ does: "retry", text: "I have reopened it: go on" }] }),
      },
    },
    facts: { reviews: { "1": [posted(1)] } },
    command: "/orchestrate decide d1 1",
  });
  expect(startsOf(decided)).toEqual([]);
  expect(openOf(decided).map(({ kind }) => kind)).toEqual(["fixes-used-up"]);
});

it("a locked unit is not done again by the plain `one more fix attempt` of another decision", () => {
  const decided = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        "1/fix/1": aWork({ at: at(1) }),
        "1/fix/2": aWork({ at: at(2) }),
        "1/fix/3": aWork({ at: at(3) }),
        "1/fix/4": aWork({ at: at(4) }),
        "1/fix/5": aWork({ at: at(5) }),
        "1/review/1": aReview([aFinding()], { at: at(20) }),
      },
      granted: { "1": 2 },
      redone: { "1": 2 },
      decisions: {
        d1: decision("respecify", {
          unit: null,
          options: [{ does: "proceed", text: "Go on" }],
          answer: ANSWERED,
        }),
        d2: decision("fixes-used-up", { options: [{ does: "retry", text: "Give it one more fix attempt" }] }),
      },
    },
    facts: { reviews: { "1": [posted(1)] } },
    command: "/orchestrate decide d2 1",
  });
  expect(startsOf(decided)).toEqual([]);
  expect(openOf(decided).map(({ kind }) => kind)).toContain("scope-lock");
});

it("`I fixed it: verify and review it again` verifies again, also where the fault was not on the branch", () => {
  const resumed = aWork({
    agent: "you",
    runId: null,
    at: at(5),
    result: { ...aResult({ files: [] }), verified: false },
  });
  const decided = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0), outcome: "red" }),
        "1/fix/1": aWork({ at: at(1), outcome: "red" }),
        "1/fix/2": aWork({ at: at(2), outcome: "red" }),
        "1/fix/3": aWork({ at: at(3), outcome: "red" }),
        "1/resolve/1": resumed,
        "1/verify/1": anAttempt({ agent: null, headSha: HEAD, at: at(6), outcome: "red", result: aResult() }),
      },
      decisions: {
        d1: decision("fixes-used-up", { options: [{ does: "resume", text: "I fixed it" }] }),
      },
    },
    command: "/orchestrate decide d1 1",
  });
  expect(startsOf(decided)).toEqual(["dispatch:1/verify/2"]);
});

it("an overdue decision about the run is labelled, as one about a unit is", () => {
  const world = snapshotOf({
    journal: { attempts: { "1/implement/1": aWork({ outcome: "red", at: at(0) }) }, redone: { "1": 2 } },
  });
  const asked = later(world, 0);
  expect(openOf(asked)).toMatchObject([{ kind: "respecify", unit: null }]);
  const mark = "<!-- roundtable:run run=12 reminder=d1 -->";
  const reminder = later({ ...world, state: asked.state }, 25).effects.find(({ id }) => id === "reminder:d1");
  expect(reminder, mark).toBeDefined();
  const comments = [
    {
      ...said(70, reminder?.kind === "ensure-comment" ? reminder.body : ""),
      author: "roundtable[bot]",
      authorIsBot: true,
    },
  ];
  const after = later(
    { ...world, state: asked.state, tracking: { state: "open", labels: [], comments } },
    26,
  );
  const labelled = after.effects.filter(
    (effect) =>
      "labels" in effect &&
      JSON.stringify(effect.labels).includes("escalated") &&
      effect.kind !== "ensure-labels",
  );
  expect(labelled).not.toEqual([]);
});

describe("findings over rounds", () => {
  const review = (findings: Partial<JudgedFinding>[]): HandOver => ({
    v: 1,
    run: 12,
    unit: "1",
    role: "review",
    attempt: 2,
    nonce: "n1",
    baseSha: MAIN,
    headSha: HEAD,
    outcome: "completed",
    summary: "",
    verdict: "fail",
    findings: findings.map((change) => {
      const { standing: _, ...finding } = { ...aFinding(), ...change };
      return finding;
    }),
    usage: null,
  });
  const judged = (first: Parameters<typeof aReview>[0][], now: Partial<JudgedFinding>[], changed: string[]) =>
    pass({
      journal: {
        attempts: {
          "1/implement/1": aWork({ at: at(0), committed: OLD }),
          ...Object.fromEntries(
            first.map((findings, n) => [
              `1/review/${n + 1}`,
              aReview(findings, { at: at(1 + 2 * n), headSha: [OLD, "3".repeat(40)][n]! }),
            ]),
          ),
          ...(first.length > 1
            ? { "1/fix/1": aWork({ at: at(2), headSha: OLD, committed: "3".repeat(40) }) }
            : {}),
          [`1/fix/${first.length}`]: aWork({
            at: at(10),
            headSha: first.length > 1 ? "3".repeat(40) : OLD,
            result: aResult({ files: changed.map((path) => ({ path, lines: 1 })) }),
          }),
          [`1/review/${first.length + 1}`]: anAttempt({ reviewer: "correctness", headSha: HEAD, at: at(11) }),
        },
      },
      facts: {
        outcomes: { [`1/review/${first.length + 1}`]: seen({ kind: "accepted", content: review(now) }) },
      },
    }).state.attempts[`1/review/${first.length + 1}`]!.result!.findings;

  it("have ids of their own, also beside remarks of no weight", () => {
    const found = judged(
      [
        [
          aFinding({ id: "correctness-1", severity: "none", summary: "Well named" }),
          aFinding({ id: "correctness-2" }),
        ],
      ],
      [{ id: "correctness-2" }, { summary: "Another fault" }],
      ["src/a.js"],
    );
    const ids = found.map(({ id }) => id);
    expect(new Set(ids).size, ids.join(", ")).toBe(ids.length);
  });

  it("that were closed are not reopened with a graver word where nothing has changed", () => {
    const closed = aFinding({ id: "correctness-1", severity: "minor" });
    const found = judged([[closed], []], [{ id: "correctness-1", severity: "critical" }], ["src/other.js"]);
    expect(found).toMatchObject([{ id: "correctness-1", severity: "minor", standing: "late" }]);
  });
});

it("a task that the agent left undone is not ticked because a later fix does not speak of it", () => {
  const tasks = "- [ ] 1. First\n  - [ ] 1.1 One\n  - [ ] 1.2 Two\n  - _writes: src/1.js_\n";
  const snapshot = aSnapshot(tasks, {
    journal: {
      began: { "1": MAIN },
      landed: { "1": { head: HEAD, sha: MAIN } },
      integration: MAIN,
      attempts: {
        "1/implement/1": aWork({
          at: at(0),
          result: aResult({
            tasks: [
              { id: "1.1", done: true, note: "" },
              { id: "1.2", done: false, note: "no time" },
            ],
          }),
        }),
        "1/fix/1": aWork({ at: at(1), result: aResult({ tasks: [] }) }),
      },
    },
    branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull({ merged: true, state: "closed" })] },
  });
  const train = later(snapshot).effects.find(({ kind }) => kind === "build-train");
  expect(train?.kind === "build-train" ? train.finish?.tick : null).toEqual(["1.1"]);
});

it("what a review without a verdict has cost counts towards the agreed money", () => {
  const answer: HandOver = {
    v: 1,
    run: 12,
    unit: "1",
    role: "review",
    attempt: 1,
    nonce: "n1",
    baseSha: MAIN,
    headSha: HEAD,
    outcome: "failed",
    summary: "The answer did not have its form.",
    tasks: [],
    commits: [],
    verify: [],
    selfChecks: 0,
    questions: [],
    outOfScope: [],
    learnings: [],
    handover: null,
    usage: { model: "m", input: 1, output: 1, cached: 0, usd: 5 },
  };
  const { state } = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        "1/review/1": anAttempt({ reviewer: "correctness", headSha: HEAD, at: at(1) }),
      },
    },
    facts: { outcomes: { "1/review/1": seen({ kind: "accepted", content: answer }) } },
  });
  expect(state.spend.usd).toBe(5);
});

it("a question about a refusal is taken back once a `retry` of a unit has cleared it", () => {
  const red = (n: number): Attempt => aWork({ at: at(n), outcome: "red", result: aResult({ files: [] }) });
  const world = snapshotOf({
    journal: {
      attempts: { "1/implement/1": red(0), "1/fix/1": red(1), "1/fix/2": red(2), "1/fix/3": red(3) },
      refusals: { labels: { what: "GitHub refused the labels.", fix: "Allow it.", at: at(4) } },
    },
  });
  const asked = later(world, 0);
  expect(
    openOf(asked)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["fixes-used-up", "refused"]);
  const after = later({
    ...world,
    state: asked.state,
    tracking: { state: "open", labels: [], comments: [said(60, "/orchestrate retry 1")] },
  });
  expect(after.state.refusals).toEqual({});
  expect(openOf(after).map(({ kind }) => kind)).toEqual([]);
});

it("a unit whose fifth review accepts it has converged: it is not labelled as one that did not", () => {
  const heads = ["3", "4", "5", "6", "2"].map((digit) => digit.repeat(40));
  const view = aView({
    pulls: [aPull()],
    journal: {
      began: { "1": MAIN },
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        ...Object.fromEntries(
          heads.map((headSha, n) => [
            `1/review/${n + 1}`,
            aReview(n === 4 ? [] : [aFinding()], { headSha, at: at(1 + n) }),
          ]),
        ),
      },
    },
  });
  expect(view.phases.get("1")!.kind).toBe("final_review");
  expect(pullLabels(view, unitOf(view))).not.toContain("quality-warning");
});
