/** What a pass does about a base branch that conflicts with what has landed (design 2.10). */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { absorb, decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { aPlan, aResult, aSnapshot, aState, anAttempt } from "../../support/run.ts";
import { aWork } from "../../support/view.ts";

const NOW = new Date("2026-01-01T01:00:00.000Z");
const LANDED = "9".repeat(40);
const BASE = "8".repeat(40);
const MERGE = "7".repeat(40);
const OTHER = "6".repeat(40);
const TASKS = "- [ ] 1. First\n";

const conflict = { on: LANDED, base: BASE, isLeft: false };
const attempt = (change: Partial<Attempt> = {}): Attempt =>
  anAttempt({ headSha: LANDED, baseSha: BASE, at: NOW.toISOString(), ...change });
const underWay = attempt();
const handedOver = attempt({ outcome: "completed", result: aResult() });
const solved = attempt({ outcome: "completed", result: aResult(), committed: MERGE });
const failed = (change: Partial<Attempt> = {}): Attempt =>
  attempt({ outcome: "refused", result: aResult({ summary: "It holds markers.", files: [] }), ...change });

const train: NonNullable<State["train"]> = {
  n: 1,
  on: LANDED,
  members: [],
  finish: true,
  reverts: null,
  built: null,
  notes: [],
};

interface Case {
  tries?: readonly Attempt[];
  journal?: Partial<State>;
  facts?: Partial<RunSnapshot>;
}

const journalOf = ({ tries = [], journal = {} }: Case): Partial<State> => ({
  landed: { "1": { head: "2".repeat(40), sha: LANDED } },
  began: { "1": "b".repeat(40) },
  integration: LANDED,
  trains: 1,
  baseConflict: conflict,
  attempts: {
    "1/implement/1": aWork(),
    ...Object.fromEntries(tries.map((one, at) => [`_base/resolve/${at + 1}`, one])),
  },
  ...journal,
});

const passOver = (one: Case): RunDecision =>
  decide(
    aSnapshot(TASKS, {
      journal: journalOf(one),
      branches: { "roundtable/12/main": LANDED },
      baseHead: BASE,
      ...one.facts,
    }),
    { id: "p", now: NOW, seed: "5eed", takesOver: false },
  );

const starts = ({ effects }: RunDecision): string[] =>
  effects
    .filter(({ kind }) => ["dispatch", "ensure-branch", "build-train", "commit-hand-over"].includes(kind))
    .map(({ id }) => id.replace(/:(5eed|n1)\w*$/, ""));
const asks = ({ state }: RunDecision): string[] =>
  Object.values(state.decisions).flatMap(({ kind, answer }) => (answer === null ? [kind] : []));

const BRANCH = "roundtable/12/base-1";

describe("a base branch that conflicts", () => {
  it.each<[string, Case, string[]]>([
    ["gets an agent", {}, ["dispatch:_base/resolve/1"]],
    ["is waited for", { tries: [underWay] }, []],
    ["gets a branch for what was handed over", { tries: [handedOver] }, [`branch:${BRANCH}`]],
    [
      "is written there",
      {
        tries: [handedOver],
        facts: { branches: { "roundtable/12/main": LANDED, [BRANCH]: LANDED } },
      },
      ["commit:_base/resolve/1"],
    ],
    ["goes with the last train when it is written", { tries: [solved] }, ["train:2"]],
    ["is tried again", { tries: [failed()] }, ["dispatch:_base/resolve/2"]],
    [
      "is tried again when red, with nothing written",
      { tries: [failed({ outcome: "red", result: aResult() })] },
      ["dispatch:_base/resolve/2"],
    ],
    [
      "is not counted as tried by what was lost",
      { tries: [failed(), failed({ outcome: "lost" })] },
      ["dispatch:_base/resolve/3"],
    ],
    ["asks after two attempts", { tries: [failed(), failed()] }, []],
    [
      "is tried once more at a person's word",
      { tries: [failed(), failed()], journal: { granted: { _base: 1 } } },
      ["dispatch:_base/resolve/3"],
    ],
    [
      "is tried anew on another integration head",
      { tries: [failed({ headSha: OTHER }), failed({ headSha: OTHER })] },
      ["dispatch:_base/resolve/3"],
    ],
    [
      "meets a train first when it has moved on",
      { tries: [failed()], facts: { baseHead: OTHER } },
      ["train:2"],
    ],
    [
      "meets a train first when the integration branch has moved",
      { journal: { baseConflict: { ...conflict, on: OTHER } } },
      ["train:2"],
    ],
    [
      "conflicts again after it was solved: the solution is of no use",
      {
        tries: [solved],
        journal: { baseConflict: { ...conflict, base: OTHER } },
        facts: { baseHead: OTHER },
      },
      ["dispatch:_base/resolve/2"],
    ],
    [
      "is left to the final pull request",
      { journal: { baseConflict: { ...conflict, isLeft: true } } },
      ["train:2"],
    ],
    ["waits while the run is paused", { journal: { paused: true } }, []],
  ])("%s", (_, one, expected) => expect(starts(passOver(one))).toEqual(expected));

  it("asks a person, with the last refusal", () => {
    const decision = passOver({ tries: [failed(), failed()] });
    expect(asks(decision)).toEqual(["base-conflict"]);
    expect(decision.state.decisions["d1"]!.question).toMatch(
      /2 attempts did not .* refused\. It holds markers\. What now/,
    );
  });

  it.each([
    { what: "carries the merge", one: { tries: [solved] }, brought: { sha: MERGE }, leavesConflict: false },
    {
      what: "notes the conflict that is left",
      one: { journal: { baseConflict: { ...conflict, isLeft: true } } },
      brought: null,
      leavesConflict: true,
    },
    {
      what: "tries a base branch of which nothing is known",
      one: { journal: { baseConflict: null } },
      brought: null,
      leavesConflict: false,
    },
  ])("the last train $what", ({ one, brought, leavesConflict }) => {
    const built = passOver(one).effects.find(({ kind }) => kind === "build-train");
    expect(built).toMatchObject({ members: [], finish: { brought, leavesConflict } });
  });

  it.each([
    { what: "nothing", files: ["a.txt"], told: /read by no reviewer\.$/ },
    {
      what: "what no unit had changed",
      files: ["a.txt", "b.txt"],
      told: /files that no unit did: b\.txt\.$/,
    },
  ])(
    "says of its merge that no reviewer read it, and beyond the units it changes $what",
    ({ files, told }) => {
      const result = aResult({ files: files.map((path) => ({ path, lines: 1 })) });
      const built = passOver({ tries: [{ ...solved, result }] }).effects.find(
        ({ kind }) => kind === "build-train",
      );
      expect(built).toMatchObject({ finish: { brought: { note: expect.stringMatching(told) } } });
    },
  );

  it("is bound to both heads, and brings the run onto the base", () => {
    const { state } = passOver({});
    expect(state.attempts["_base/resolve/1"]).toMatchObject({ headSha: LANDED, baseSha: BASE });
    const { effects } = passOver({
      tries: [handedOver],
      facts: { branches: { "roundtable/12/main": LANDED, [BRANCH]: LANDED } },
    });
    expect(effects.find(({ kind }) => kind === "commit-hand-over")).toMatchObject({
      branch: BRANCH,
      expectedHead: LANDED,
      merges: BASE,
    });
  });

  it("gives up the attempt under way when the integration branch moves", () => {
    const { state } = passOver({
      tries: [underWay],
      facts: { branches: { "roundtable/12/main": OTHER } },
    });
    expect(state.attempts["_base/resolve/1"]).toMatchObject({ outcome: "cancelled" });
  });

  it("does not end the run while an agent works on it and something else is asked", () => {
    const decisions: State["decisions"] = {
      d1: {
        kind: "spec-changed",
        unit: null,
        question: "?",
        options: [],
        at: NOW.toISOString(),
        default: null,
        deadline: null,
        answer: null,
      },
    };
    expect(passOver({ tries: [underWay], journal: { decisions } }).outcome).toBe("running");
  });

  it.each([
    ["ann", "version: 1\nagents: {ann: {backend: claude}}\n"],
    ["bob", "version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}}\n"],
    [
      "cid",
      "version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}, cid: {backend: gemini}}\nrouting: {escalation: cid}\n",
    ],
  ])("goes to %s", (agent, config) => {
    const planFile = { v: 1 as const, plan: aPlan(TASKS, { config }), config: parseConfig(config).config };
    const { state } = passOver({ facts: { planFile } });
    expect(state.attempts["_base/resolve/1"]).toMatchObject({ agent });
  });
});

describe("a last train", () => {
  const before = (change: Case): State =>
    aState(aPlan(TASKS), journalOf({ ...change, journal: { train, ...change.journal } }));

  it("that met a conflict with the base branch says with which commits, and is gone", () => {
    const after = absorb(
      before({ journal: { baseConflict: null } }),
      [{ kind: "base-conflict", n: 1, base: BASE }],
      NOW,
    );
    expect(after).toMatchObject({ train: null, baseConflict: conflict });
  });

  it("of before says nothing", () => {
    const state = before({ journal: { baseConflict: null } });
    expect(absorb(state, [{ kind: "base-conflict", n: 7, base: BASE }], NOW)).toEqual(state);
  });

  it("that is red with the merge sends it back, with what was red", () => {
    const verify = anAttempt({ headSha: OTHER, outcome: "red", result: aResult({ tail: "not ok 1" }) });
    const { state } = passOver({
      journal: {
        train: { ...train, built: OTHER },
        attempts: { "1/implement/1": aWork(), "_base/resolve/1": solved, "_train/verify/1": verify },
      },
    });
    expect(state.attempts["_base/resolve/1"]).toMatchObject({ outcome: "red", result: { tail: "not ok 1" } });
    expect(state).toMatchObject({ train: null, decisions: {}, finished: null });
  });

  it.each([
    { what: "a verified integration head arrives", integration: LANDED, finished: LANDED, starts: [] },
    {
      what: "one that a person moved is verified first",
      integration: OTHER,
      finished: null,
      starts: ["dispatch:_train/verify/1"],
    },
  ])("that adds nothing to $what", ({ integration, finished, starts: expected }) => {
    const decision = passOver({
      journal: { integration, baseConflict: null, train: { ...train, built: LANDED } },
    });
    expect(decision.state).toMatchObject({ finished });
    expect(starts(decision)).toEqual(expected);
  });

  it("leaves the conflict to a person where GitHub refuses to write the merge", () => {
    const effect = "commit:_base/resolve/1:n1";
    const refused = { kind: "refused", effect, what: "GitHub refused: workflow files.", fix: "" } as const;
    const after = absorb(before({ tries: [handedOver] }), [refused], NOW);
    expect(after).toMatchObject({ refusals: {}, baseConflict: { ...conflict, isLeft: true } });
  });
});
