/** Who makes which fix, who reads it, and where that is said (design 2.7, 2.9). */
import { describe, expect, it } from "vitest";
import { issueLabels, labelsForRun } from "../../../src/domain/board/labels.ts";
import { pullBody } from "../../../src/domain/board/pull.ts";
import { unitIssueBody } from "../../../src/domain/board/unit-issue.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import { attemptsOf } from "../../../src/domain/run/attempts.ts";
import { aPlan, aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { aPull } from "../../support/view.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n";
const HEAD = "2".repeat(40);
const AGENTS =
  "version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}, cid: {backend: gemini}}\n";

const at = (minute: number): string => `2026-01-01T00:${10 + minute}:00.000Z`;

interface Past {
  /** Agents of the fixes so far. */
  fixes: readonly string[];
  /** Of the last work. */
  outcome?: Attempt["outcome"];
  config?: string;
  attempts?: Readonly<Record<string, Attempt>>;
}

function passAfter({ fixes, outcome = "red", config = AGENTS, attempts = {} }: Past) {
  const plan = aPlan(TASKS, { config });
  const work = ["ann", ...fixes].map((agent, n): [string, Attempt] => [
    n === 0 ? "1/implement/1" : `1/fix/${n}`,
    anAttempt({
      agent,
      at: at(n),
      outcome: n === fixes.length ? outcome : "red",
      committed: HEAD,
      result: aResult({ tail: "not ok" }),
    }),
  ]);
  const snapshot = aSnapshot(TASKS, {
    planFile: { v: 1, plan, config: parseConfig(config).config },
    branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull({ headSha: HEAD })] },
    journal: {
      attempts: { ...Object.fromEntries(work), ...attempts },
      began: { "1": "b".repeat(40) },
    },
  });
  return decide(snapshot, { id: "p", now: new Date(at(40)), seed: "5eed", takesOver: false });
}

const dispatched = ({ state }: ReturnType<typeof decide>): string[] =>
  attemptsOf(state)
    .filter(({ outcome }) => outcome === null)
    .map(({ role, n, reviewer, agent }) => `${role} ${n}${reviewer ? ` (${reviewer})` : ""}: ${agent}`);

describe("a fix is made by", () => {
  it.each<[string, Past, string[]]>([
    ["the unit's agent first", { fixes: [] }, ["fix 1: ann"]],
    ["the unit's agent once more", { fixes: ["ann"] }, ["fix 2: ann"]],
    ["another agent then", { fixes: ["ann", "ann"] }, ["fix 3: bob"]],
    [
      "the configured one",
      { fixes: ["ann", "ann"], config: `${AGENTS}routing: {escalation: cid}\n` },
      ["fix 3: cid"],
    ],
    [
      "the unit's agent, where there is no other",
      { fixes: ["ann", "ann"], config: "version: 1\nagents: {ann: {backend: claude}}\n" },
      ["fix 3: ann"],
    ],
    ["nobody after three", { fixes: ["ann", "ann", "bob"] }, []],
  ])("%s", (_, past, expected) => expect(dispatched(passAfter(past))).toEqual(expected));

  it("stays with the escalation agent when a person grants one more, and when it conflicts", () => {
    const fixes = ["ann", "ann", "bob"];
    const plan = aPlan(TASKS, { config: AGENTS });
    const snapshotOf = (journal: object) =>
      aSnapshot(TASKS, {
        planFile: { v: 1, plan, config: parseConfig(AGENTS).config },
        branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
        journal: { ...passAfter({ fixes }).state, decisions: {}, intents: [], ...journal },
      });
    const next = (journal: object): string[] =>
      dispatched(
        decide(snapshotOf(journal), { id: "q", now: new Date(at(41)), seed: "5eee", takesOver: false }),
      );
    expect(next({ granted: { "1": 1 } })).toEqual(["fix 4: bob"]);
    const { attempts } = passAfter({ fixes, outcome: "completed" }).state;
    const conflicts = { "1": { head: HEAD, on: "9".repeat(40) } };
    const work = Object.fromEntries(Object.entries(attempts).filter(([key]) => !key.includes("review")));
    expect(next({ attempts: work, conflicts })).toEqual(["resolve 1: bob"]);
  });
});

describe("what the escalation agent did is read by", () => {
  it.each<[string, Past, string[]]>([
    [
      "another backend before that",
      { fixes: ["ann"], outcome: "completed" },
      ["review 1 (correctness): bob"],
    ],
    [
      "not by that agent alone, where another is configured",
      { fixes: ["ann", "ann", "bob"], outcome: "completed" },
      ["review 1 (correctness): ann"],
    ],
    [
      "also where a person put it in order after that",
      {
        fixes: ["ann", "ann", "bob"],
        outcome: "completed",
        attempts: {
          "1/resolve/1": anAttempt({
            agent: "bob",
            runId: null,
            at: at(9),
            outcome: "completed",
            result: aResult(),
            committed: HEAD,
          }),
        },
      },
      ["review 1 (correctness): ann"],
    ],
  ])("%s", (_, past, expected) => expect(dispatched(passAfter(past))).toEqual(expected));
});

describe("issue and pull request", () => {
  const before = passAfter({ fixes: ["ann"] }).view;
  const after = passAfter({ fixes: ["ann", "ann"] }).view;
  const alone = passAfter({
    fixes: ["ann", "ann"],
    config: "version: 1\nagents: {ann: {backend: claude}}\n",
  }).view;
  const bodies = (view: typeof before): string[] =>
    [unitIssueBody, pullBody].map((body) => body(view, view.byId.get("1")!));

  it("E11 say who goes on and why, from that fix on", () => {
    const said =
      "> Escalated: The fixes of ann did not get it in order; bob tries a different approach (it is of another backend than ann).";
    for (const body of bodies(before)) expect(body).not.toContain("Escalated");
    for (const body of bodies(after)) expect(body).toContain(said);
    for (const body of bodies(alone))
      expect(body).toContain(
        "ann tries a different approach (the same agent: no agent of another backend is configured)",
      );
  });

  it("bear the label of the agent that is at work", () => {
    const labels = (view: typeof before): string[] => issueLabels(view, view.byId.get("1")!);
    expect(labels(before)).toContain("agent:ann");
    expect(labels(after)).toContain("agent:bob");
    expect(labels(after)).not.toContain("agent:ann");
    expect(labelsForRun(after).map(({ name }) => name)).toContain("agent:bob");
  });
});
