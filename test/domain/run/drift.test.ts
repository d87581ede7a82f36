/** What somebody changed on the board is written again as it should be, and what is as it should be is left alone. */
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Effect } from "../../../src/domain/run/effect.ts";
import type { IssueFact, PullFact } from "../../../src/domain/run/facts.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { marker } from "../../../src/domain/run/names.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { anAttempt, aSnapshot, RUN } from "../../support/run.ts";
import { anIssue, aPull, HEAD } from "../../support/view.ts";

const BASE = "b".repeat(40);
const NOW = new Date("2026-01-01T00:02:00.000Z");

interface Board {
  issue: IssueFact;
  pull: PullFact;
  /** The body of the tracking comment. */
  tracking: string;
}

function look(
  { issue, pull, tracking }: Board,
  journal: Partial<State> = {},
  facts: Partial<RunSnapshot> = {},
): RunDecision {
  const comment = {
    id: 50,
    author: "roundtable[bot]",
    authorIsBot: true,
    body: tracking,
    createdAt: NOW,
    edited: false,
    answered: false,
    eyes: 0,
  };
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: { began: { "1": BASE }, attempts: { "1/implement/1": anAttempt() }, ...journal },
    branches: { "roundtable/12/main": BASE, "roundtable/12/unit-1": HEAD },
    board: { issues: [issue], pulls: [pull] },
    tracking: { state: "open", labels: [], comments: [comment] },
    ...facts,
  });
  return decide(snapshot, { id: "p", now: NOW, seed: "5eed", takesOver: false });
}

const writes = (shown: Board, journal?: Partial<State>): readonly Effect[] => look(shown, journal).effects;

const changeOf = (effects: readonly Effect[], number: number): object =>
  effects.find(
    (one) => (one.kind === "update-issue" || one.kind === "update-pull") && one.number === number,
  ) ?? {};
const trackingIn = (effects: readonly Effect[]): string | undefined =>
  effects.flatMap((one) => (one.kind === "ensure-comment" && one.id === "tracking" ? [one.body] : []))[0];

/** As the passes leave it. */
function settled(journal?: Partial<State>): Board {
  const bare = { issue: anIssue(), pull: aPull(), tracking: marker("run", { run: RUN }) };
  const effects = writes(bare, journal);
  return {
    issue: { ...bare.issue, ...changeOf(effects, bare.issue.number) },
    pull: { ...bare.pull, ...changeOf(effects, bare.pull.number) },
    tracking: trackingIn(effects) ?? bare.tracking,
  };
}

const board = settled();
const mine = (text: string): string => `Please soon!\n\n${text}`;

it("a board that nobody has changed is left alone, and nothing is written at all", () => {
  const labels = writes(board).flatMap((one) =>
    one.kind === "ensure-labels" ? one.labels.map(({ name }) => name) : [],
  );
  expect(look(board, {}, { labels })).toMatchObject({ effects: [], events: [], quiet: true });
});

describe("is written again", () => {
  const { issue, pull, tracking } = board;

  it.each<[string, Partial<IssueFact>]>([
    ["title", { title: "Mine" }],
    ["body", { body: mine(issue.body) }],
    ["labels", { labels: issue.labels.filter((label) => label !== "in-progress") }],
    ["labels", { labels: [...issue.labels, "completed"] }],
    ["state", { state: "closed" }],
  ])("of a unit's issue: its %s", (field, change) => {
    const effects = writes({ ...board, issue: { ...issue, ...change } });
    expect(changeOf(effects, issue.number)).toHaveProperty(field, issue[field as keyof IssueFact]);
  });

  it.each<[string, Partial<PullFact>]>([
    ["body", { body: mine(pull.body) }],
    ["labels", { labels: [] }],
  ])("of its pull request: its %s", (field, change) => {
    const effects = writes({ ...board, pull: { ...pull, ...change } });
    expect(changeOf(effects, pull.number)).toHaveProperty(field, pull[field as keyof PullFact]);
  });

  it("the tracking comment", () => {
    expect(trackingIn(writes({ ...board, tracking: mine(tracking) }))).toBe(tracking);
  });
});

it("what stands open of a unit that was skipped is closed", () => {
  const dropped: State["dropped"] = { "1": { as: "skipped", by: "you", because: "skipped by you" } };
  const effects = writes(board, { dropped, attempts: {} });
  expect(changeOf(effects, board.issue.number)).toMatchObject({
    state: "closed",
    stateReason: "not_planned",
  });
  expect(changeOf(effects, board.pull.number)).toMatchObject({ state: "closed" });
});
