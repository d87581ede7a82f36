/** What has landed is known, said, reverted and verified for what it is. */
import { expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { MAIN, NOW, said, snapshotOf, type World } from "../../support/asked.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { aPull, aReview, anIssue, aWork, HEAD } from "../../support/view.ts";

const passAt = (hour: number, snapshot: RunSnapshot): RunDecision =>
  decide(snapshot, {
    id: "p",
    now: new Date(Date.parse(NOW) + hour * 3_600_000),
    seed: "5eed",
    takesOver: false,
  });

const BUILT = "4".repeat(40);
const OTHER = "6".repeat(40);
const TWO = "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Second\n  - _writes: src/2.js_\n";
const GATED =
  "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Checkpoint - all tests pass\n- [ ] 3. Third\n  - _writes: src/3.js_\n";
/** Two that do not wait for each other. */
const APART = `${TWO}\n\`\`\`json\n{"waves": [["1", "2"]]}\n\`\`\`\n`;

const work = (change = {}) => aWork({ at: "2026-01-04T23:00:00.000Z", ...change });
const gateJob = (n: number, headSha: string) =>
  [
    `_gate-2/verify/${n}`,
    anAttempt({
      agent: null,
      at: `2026-01-04T23:0${n}:00.000Z`,
      headSha,
      outcome: "red",
      result: aResult(),
    }),
  ] as const;
const merged = aPull({ merged: true, state: "closed" });
const kindsOf = ({ view }: RunDecision): string[] => [...view.phases.values()].map(({ kind }) => kind);

it("a run does not end because one unit is aborted while another waits for a person's review", () => {
  const world: World = {
    tasks: APART,
    journal: {
      attempts: { "1/implement/1": work(), "1/review/1": aReview([], { at: NOW }) },
      changeRequests: [{ unit: "1", by: "kim", sha: HEAD }],
      decisions: {},
    },
    facts: {
      reviews: {
        "1": [
          {
            id: 4,
            author: "github-actions[bot]",
            authorIsBot: true,
            state: "COMMENTED",
            sha: HEAD,
            body: "<!-- roundtable:review run=12 unit=1 n=1 -->",
            submittedAt: new Date(NOW),
          },
          {
            id: 5,
            author: "kim",
            authorIsBot: false,
            state: "CHANGES_REQUESTED",
            sha: "3".repeat(40),
            body: "No.",
            submittedAt: new Date("2026-01-04T22:00:00.000Z"),
          },
        ],
      },
    },
  };
  // At rest: nothing to write for unit 1 but a person's word.
  const waiting = passAt(0, { ...snapshotOf(world) });
  expect(kindsOf(waiting)[0]).toBe("under_review");
  expect(waiting.state.ended).toBeNull();
  const first = passAt(0.1, {
    ...snapshotOf({ ...world, command: "/orchestrate abort 2" }),
  });
  // The board's writes of that pass are done; the next one looks again.
  const settled = decideUntilEnd(first, world);
  expect(settled.view.phases.get("1")!.kind).toBe("under_review");
  expect(settled.state.ended, "the run waits for kim").toBeNull();
});

/** Takes the board's writes as done: nothing is left but what a person must do. */
function decideUntilEnd(first: RunDecision, world: World): RunDecision {
  const { issues, pulls, comments, labels } = boardAfter(first);
  return passAt(0.2, {
    ...snapshotOf(world),
    state: { ...first.state, intents: [] },
    board: { issues, pulls },
    labels,
    tracking: { state: "open", labels: [], comments },
  });
}

function boardAfter({ effects }: RunDecision) {
  const issues = effects.flatMap((effect, at) =>
    effect.kind === "ensure-issue"
      ? [
          {
            number: 100 + at,
            title: effect.title,
            body: effect.body,
            labels: [...effect.labels],
            state: "open" as const,
          },
        ]
      : [],
  );
  const pull = effects.find((effect) => effect.kind === "update-pull" && effect.body !== undefined);
  const pulls = [
    aPull({
      ...(pull?.kind === "update-pull" && pull.body !== undefined ? { body: pull.body } : {}),
      ...(pull?.kind === "update-pull" && pull.labels !== undefined ? { labels: [...pull.labels] } : {}),
    }),
  ];
  const comments = effects.flatMap((effect, at) =>
    effect.kind === "ensure-comment"
      ? [{ ...said(200 + at, effect.body), author: "roundtable[bot]", authorIsBot: true }]
      : [],
  );
  comments.push({ ...said(50, "/orchestrate abort 2"), answered: true });
  const labels = effects.flatMap((effect) =>
    effect.kind === "ensure-labels" ? effect.labels.map(({ name }) => name) : [],
  );
  return { issues, pulls, comments, labels };
}

it("'verify again' at a red checkpoint verifies again, also after the integration branch has moved", () => {
  const journal: Partial<State> = {
    began: { "1": MAIN },
    landed: { "1": { head: HEAD, sha: OTHER } },
    integration: MAIN,
    // Red at an older head, repaired by a person's push, red at that too.
    attempts: { "1/implement/1": work(), ...Object.fromEntries([gateJob(1, OTHER), gateJob(2, MAIN)]) },
  };
  const facts = { board: { issues: [], pulls: [merged] } };
  const asked = passAt(0, snapshotOf({ tasks: GATED, journal, facts }));
  expect(Object.values(asked.state.decisions).map(({ kind }) => kind)).toEqual(["checkpoint-red"]);
  const after = passAt(1, {
    ...snapshotOf({ tasks: GATED, journal, facts, command: "/orchestrate decide d1 1" }),
    state: asked.state,
  });
  expect(after.effects.map(({ id }) => id.split(":5eed")[0])).toContain("dispatch:_gate-2/verify/3");
  expect(Object.values(after.state.decisions).filter(({ answer }) => answer === null)).toEqual([]);
});

it.each([
  ["skip 1", "skipped"],
  ["cancel", "cancelled"],
])("what the integration branch already stands on has landed, though a person says %s then", (command) => {
  const after = passAt(
    1,
    snapshotOf({
      tasks: APART,
      command: `/orchestrate ${command}`,
      journal: {
        began: { "1": MAIN },
        attempts: {
          "1/implement/1": work(),
          "1/review/1": aReview([], { at: NOW }),
          "_train/verify/1": anAttempt({ agent: null, headSha: BUILT, outcome: "green", result: aResult() }),
        },
        train: {
          n: 1,
          on: MAIN,
          members: [{ unit: "1", sha: HEAD }],
          finish: false,
          reverts: null,
          built: BUILT,
          notes: [],
        },
        trains: 1,
      },
      // Advanced; GitHub has not marked the pull request as merged yet.
      facts: { branches: { "roundtable/12/main": BUILT, "roundtable/12/unit-1": HEAD } },
    }),
  );
  expect(after.state.landed["1"]).toEqual({ head: HEAD, sha: BUILT });
  expect(
    after.effects.filter((effect) => effect.kind === "update-pull" && effect.state === "closed"),
  ).toEqual([]);
});

it("the final pull request is not opened on a head that the last verification did not see", () => {
  const base = snapshotOf({
    tasks: TWO,
    journal: {
      began: { "1": MAIN, "2": MAIN },
      attempts: { "1/implement/1": work() },
      landed: { "1": { head: HEAD, sha: MAIN }, "2": { head: HEAD, sha: MAIN } },
      integration: MAIN,
      finished: MAIN,
    },
    // A person pushed to the integration branch while opening the pull request was refused.
    facts: {
      branches: { "roundtable/12/main": BUILT, "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [merged] },
    },
  });
  const config = { ...base.planFile.config, verify: ["npm test"] };
  const after = passAt(0, { ...base, planFile: { ...base.planFile, config } });
  const final = after.effects.find(({ id }) => id === "pull:final");
  const claims =
    final?.kind === "ensure-pull" && final.body.includes("exactly the commit that the last verification saw");
  expect(claims ?? false, "it claims what is not so").toBe(false);
});

const LEAFS = "- [ ] 1. Top\n  - [ ] 1.1 Left\n  - [ ] 1.2 Right\n";
it.each([
  ["resolve", "1/resolve/1"],
  ["fix", "1/fix/1"],
])("a task left undone stays unticked when a later %s attempt says nothing of it", (_role, key) => {
  const { effects } = passAt(
    0,
    aSnapshot(LEAFS, {
      journal: {
        attempts: {
          "1/implement/1": work({
            at: "2026-01-04T22:00:00.000Z",
            result: aResult({ tasks: [{ id: "1.2", done: false, note: "needs a key" }] }),
          }),
          [key]: work({ result: aResult({ tasks: [] }) }),
        },
        began: { "1": HEAD },
        landed: { "1": { head: HEAD, sha: HEAD } },
        integration: HEAD,
      },
      branches: { "roundtable/12/main": HEAD, "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [merged] },
    }),
  );
  const ticks = effects.flatMap((effect) =>
    effect.kind === "build-train" ? (effect.finish?.tick ?? []) : [],
  );
  expect(ticks).toEqual(["1.1"]);
});

it("a red checkpoint names a unit that a person merged onto the integration branch", () => {
  const asked = passAt(
    0,
    snapshotOf({
      tasks: GATED,
      journal: {
        began: { "1": MAIN },
        attempts: { "1/implement/1": work(), ...Object.fromEntries([gateJob(1, MAIN)]) },
      },
      facts: { board: { issues: [], pulls: [merged] } },
    }),
  );
  const { question } = Object.values(asked.state.decisions)[0]!;
  expect(question).toContain("Landed since the last green checkpoint: 1.");
});

it.each(["skipped", "cancelled"] as const)(
  "a unit that was %s, and that a person merged before its pull request was closed, has landed",
  (as) => {
    const { state, view } = passAt(
      0,
      snapshotOf({
        tasks: TWO,
        journal: {
          attempts: { "1/implement/1": work() },
          dropped: { "1": { as, by: "you", because: `${as} by you` } },
        },
        facts: { board: { issues: [], pulls: [merged] } },
      }),
    );
    expect(state).toMatchObject({ landed: { "1": { head: HEAD, sha: MAIN } }, integration: MAIN });
    expect(view.phases.get("1")).toMatchObject({ kind: "completed" });
  },
);

it("'take what has landed' begins nothing again: a revert that was asked for is not carried out", () => {
  const world: World = {
    tasks: GATED,
    journal: {
      began: { "1": MAIN },
      landed: { "1": { head: HEAD, sha: OTHER } },
      integration: OTHER,
      attempts: { "1/implement/1": work(), ...Object.fromEntries([gateJob(1, OTHER)]) },
      reverts: { "1": { because: "Checkpoint 2 was red", failed: null } },
      decisions: {
        d1: {
          kind: "failed-units",
          unit: null,
          question: "?",
          options: [{ does: "skip", text: "Take what has landed" }],
          at: NOW,
          default: null,
          deadline: null,
          answer: null,
        },
      },
    },
    facts: {
      branches: { "roundtable/12/main": OTHER, "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [merged] },
    },
    command: "/orchestrate decide d1 1",
  };
  const after = passAt(1, snapshotOf(world));
  expect(kindsOf(after)).toEqual(["completed", "skipped", "skipped"]);
  expect(after.effects.filter((effect) => effect.kind === "build-train")).toMatchObject([{ reverts: null }]);
});

it("checks: required holds also for a candidate that adds nothing to where a person moved the branch", () => {
  const base = snapshotOf({
    tasks: TWO,
    journal: {
      began: { "1": MAIN, "2": MAIN },
      attempts: {
        "1/implement/1": work(),
        "_train/verify/2": anAttempt({ agent: null, headSha: BUILT, outcome: "green", result: aResult() }),
      },
      landed: { "1": { head: HEAD, sha: MAIN }, "2": { head: HEAD, sha: MAIN } },
      integration: MAIN,
      train: { n: 2, on: BUILT, members: [], finish: true, reverts: null, built: BUILT, notes: [] },
      trains: 2,
    },
    facts: {
      branches: { "roundtable/12/main": BUILT, "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [merged] },
      checks: [{ name: "test", state: "red" }],
    },
  });
  const { config, ...rest } = base.planFile;
  const after = passAt(0, { ...base, planFile: { ...rest, config: { ...config, checks: "required" } } });
  expect(after.state.finished, "finished over a red check").toBeNull();
});

it.each<[string, Partial<State>]>([
  ["a person merged while it waited for its first review", {}],
  [
    "a person approved before any reviewer had answered",
    { approvals: { "1": { head: HEAD, at: NOW } }, landed: { "1": { head: HEAD, sha: MAIN } } },
  ],
])("the final report says that a unit is not reviewed which %s", (_how, more) => {
  const after = passAt(
    0,
    snapshotOf({
      tasks: "- [ ] 1. First\n  - _writes: src/1.js_\n",
      journal: {
        began: { "1": MAIN },
        attempts: { "1/implement/1": work() },
        finished: MAIN,
        integration: MAIN,
        ...more,
      },
      facts: { board: { issues: [], pulls: [merged] } },
    }),
  );
  const final = after.effects.find(({ id }) => id === "pull:final");
  expect(final?.kind === "ensure-pull" && final.body).toMatch(/not reviewed|unreviewed|no review/i);
});

it("what was reverted of a person's pull request has not landed again because they take the unit anew", () => {
  const theirs = aPull({ number: 9, head: "mine", body: "Closes #13", merged: true, state: "closed" });
  const world: World = {
    tasks: TWO,
    command: "/orchestrate claim 1",
    journal: { reverted: { "1": { times: 1, on: OTHER, because: "Red." } }, revertedPulls: [9] },
    facts: {
      board: { issues: [anIssue({ number: 13 })], pulls: [] },
      outside: [{ ...theirs, author: "you", authorIsBot: false }],
    },
  };
  const taken = passAt(0, snapshotOf(world));
  expect(taken.state.claims["1"]).toMatchObject({ by: "you", ended: null });
  const after = passAt(1, { ...snapshotOf(world), state: { ...taken.state, intents: [] } });
  expect(after.state.landed).toEqual({});
  expect(kindsOf(after)[0]).toBe("not_started");
});
