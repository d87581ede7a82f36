/**
 * Every question that a person may be asked, and what each answer does: a made world in which a pass asks, the answer as
 * a comment, and the world after the pass that obeys it. A kind or an option without a row fails. What takes more than
 * one pass is told in test/long/decisions.test.ts and test/long/run-decisions.test.ts; whole runs with each answer in
 * test/long/answers-*.test.ts.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import { DecisionKind } from "../../../src/domain/run/decision-kind.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { NOW, said, snapshotOf, WORLDS, type World } from "../../support/asked.ts";

type Row = readonly [
  /** What the option does; rows stand in the order of the options. */
  does: string,
  /** The units' phases then, in the order of the plan. */
  phases: string,
  /** What the pass starts of itself: attempts, branches of units that begin, trains, commits, runs cancelled. */
  starts: string,
  /** How the run stands, and what is asked then. */
  run: string,
];

const SKIPPED_ASKS_THE_NEXT: Row = ["skip", "skipped blocked", "", "open dependency-skipped"];
const ABORTED: Row = ["abort", "cancelled blocked", "", "halted"];
const RUN_ENDED: Row = ["abort", "cancelled cancelled", "", "halted"];
const NOTHING_LANDED: Row = ["skip", "skipped skipped", "", "complete"];

/** By kind of decision; in brackets under which circumstances it is another question. */
const ROWS: Record<keyof typeof WORLDS, readonly Row[]> = {
  "fixes-used-up": [
    ["resume", "in_progress blocked", "dispatch:1/verify/1", "open"],
    ["retry", "in_progress blocked", "dispatch:1/fix/4", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "review-rounds": [
    ["accept", "final_review not_started", "train:1", "open"],
    ["retry", "under_review not_started", "dispatch:1/review/6", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  conflict: [
    ["resume", "in_progress blocked", "dispatch:1/verify/1", "open"],
    ["retry", "in_progress blocked", "dispatch:1/resolve/3", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  question: [["retry", "in_progress blocked", "dispatch:1/fix/1", "open"], SKIPPED_ASKS_THE_NEXT, ABORTED],
  "outside-write-set": [
    ["proceed", "in_progress not_started", "commit:1/implement/1", "open"],
    ["retry", "in_progress blocked", "dispatch:1/fix/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "unparsable-review": [
    ["retry", "under_review not_started", "dispatch:1/review/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  lost: [
    ["retry", "in_progress not_started", "dispatch:1/implement/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "lost (the train)": [
    ["retry", "completed completed", "train:2", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  "lost (the moved base branch)": [
    ["retry", "completed completed", "dispatch:_base/resolve/2", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  person: [["proceed", "skipped not_started", "branch:2", "open"], SKIPPED_ASKS_THE_NEXT, ABORTED],
  "pull-closed": [
    ["retry", "under_review not_started", "dispatch:1/review/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "dependency-skipped": [
    ["proceed", "skipped not_started", "branch:2", "open"],
    NOTHING_LANDED,
    ["abort", "skipped cancelled", "", "halted"],
  ],
  "scope-lock": [
    ["retry", "in_progress blocked", "dispatch:1/fix/1", "open"],
    ["resume", "in_progress blocked", "dispatch:1/verify/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "checkpoint-red": [
    ["retry", "completed in_progress not_started", "dispatch:_gate-2/verify/2", "open"],
    ["skip", "completed skipped not_started", "branch:3", "open"],
    ["abort", "completed cancelled blocked", "", "halted"],
    ["revert", "completed not_started not_started", "train:1", "open"],
  ],
  "failed-units": [
    [
      "proceed",
      "blocked blocked blocked not_started",
      "branch:4",
      "open fixes-used-up fixes-used-up fixes-used-up",
    ],
    [
      "retry",
      "in_progress in_progress in_progress not_started",
      "dispatch:1/fix/1 dispatch:2/fix/1 dispatch:3/fix/1",
      "open",
    ],
    ["pause", "blocked blocked blocked not_started", "", "paused fixes-used-up fixes-used-up fixes-used-up"],
    ["skip", "skipped skipped skipped skipped", "", "complete"],
    ["abort", "cancelled cancelled cancelled cancelled", "", "halted"],
  ],
  respecify: [["proceed", "in_progress blocked", "dispatch:1/fix/1", "open"], RUN_ENDED],
  "spec-changed": [
    ["proceed", "in_progress not_started not_started not_started", "branch:2 branch:3", "open"],
    ["skip", "skipped skipped skipped skipped", "", "complete"],
    ["abort", "cancelled cancelled cancelled cancelled", "", "halted"],
    // The new plan is made and shown before anything comes of it: test/story/replan.test.ts.
    ["replan", "in_progress not_started not_started not_started", "", "open"],
  ],
  budget: [
    [
      "proceed",
      "in_progress not_started not_started not_started",
      "branch:2 branch:3 dispatch:1/fix/1",
      "open",
    ],
    ["resume", "in_progress skipped skipped skipped", "dispatch:1/fix/1", "open"],
    ["skip", "skipped skipped skipped skipped", "", "complete"],
    ["abort", "cancelled cancelled cancelled cancelled", "", "halted"],
  ],
  "budget (of nothing)": [NOTHING_LANDED, RUN_ENDED],
  "budget (too little is left)": [
    [
      "proceed",
      "in_progress not_started not_started not_started",
      "branch:2 branch:3 dispatch:1/fix/1",
      "open",
    ],
    ["resume", "in_progress skipped skipped skipped", "dispatch:1/fix/1", "open"],
    ["skip", "skipped skipped skipped skipped", "", "complete"],
    ["abort", "cancelled cancelled cancelled cancelled", "", "halted"],
  ],
  "budget (of a unit)": [
    ["proceed", "in_progress blocked", "dispatch:1/fix/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "budget (of a unit that may spend nothing)": [SKIPPED_ASKS_THE_NEXT, ABORTED],
  "budget (of an attempt)": [
    ["retry", "in_progress blocked", "dispatch:1/fix/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  "budget (of a review)": [
    ["retry", "under_review not_started", "dispatch:1/review/1", "open"],
    SKIPPED_ASKS_THE_NEXT,
    ABORTED,
  ],
  stalled: [
    ["proceed", "in_progress not_started", "", "open"],
    ["retry", "in_progress not_started", "cancel-run:100", "open"],
    NOTHING_LANDED,
    RUN_ENDED,
  ],
  "stalled (the moved base branch)": [
    ["proceed", "completed completed", "", "open"],
    ["retry", "completed completed", "cancel-run:100", "open"],
    ["skip", "completed completed", "train:2", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  "stalled (waits alone)": [["proceed", "not_started not_started", "", "open"], NOTHING_LANDED, RUN_ENDED],
  "stalled (a person)": [["proceed", "under_review not_started", "", "open"], NOTHING_LANDED, RUN_ENDED],
  "finish-red": [
    ["retry", "completed completed", "train:2", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  "base-conflict": [
    ["resume", "completed completed", "train:2", "open"],
    ["retry", "completed completed", "dispatch:_base/resolve/3", "open"],
    ["proceed", "completed completed", "train:2", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  "no-checks": [
    ["retry", "completed completed", "train:2", "open"],
    ["accept", "completed completed", "advance:1", "open"],
    ["abort", "completed completed", "", "halted"],
  ],
  "integration-moved": [
    ["retry", "completed not_started", "branch:2", "open"],
    ["abort", "completed cancelled", "", "halted"],
  ],
  refused: [["retry", "under_review not_started", "dispatch:1/review/1", "open"], RUN_ENDED],
};

const KINDS = Object.keys(WORLDS) as (keyof typeof WORLDS)[];
const kindOf = (name: string): string => name.replace(/ \(.*/, "");

const passAt = (hour: number, snapshot: RunSnapshot): RunDecision =>
  decide(snapshot, {
    id: "p",
    now: new Date(Date.parse(NOW) + hour * 3_600_000),
    seed: "5eed",
    takesOver: false,
  });

const openOf = ({ state }: RunDecision): [id: string, kind: string][] =>
  Object.entries(state.decisions).flatMap(([id, { kind, answer }]) => (answer === null ? [[id, kind]] : []));

/** The pass that asks, and the id of its question. */
function ask(name: keyof typeof WORLDS): { asked: RunDecision; id: string } {
  const asked = passAt(0, snapshotOf(WORLDS[name]));
  const id = openOf(asked).find(([, kind]) => kind === kindOf(name))?.[0];
  expect(id, `asked: ${openOf(asked).join(", ")}`).toBeDefined();
  return { asked, id: id! };
}

function obeyed(name: keyof typeof WORLDS, option: number): RunDecision {
  const { asked, id } = ask(name);
  const world: World = WORLDS[name];
  const comments = [said(60, `/orchestrate decide ${id} ${option}`)];
  const after = passAt(1, {
    ...snapshotOf(world),
    ...world.later,
    state: asked.state,
    tracking: { state: "open", labels: [], comments },
  });
  expect(after.state.commands["60"]).toMatchObject({ did: "obeyed" });
  expect(after.state.decisions[id]!.answer).toMatchObject({ option, by: "you" });
  return after;
}

function worldAfter(decision: RunDecision): string[] {
  const { view, effects, state } = decision;
  const starts = effects
    .filter(({ kind }) =>
      ["dispatch", "ensure-branch", "build-train", "advance", "commit-hand-over", "cancel-run"].includes(
        kind,
      ),
    )
    .map(({ id }) => id.replace(/:(5eed|n1)\w*$/, ""));
  const run = state.ended?.outcome ?? (state.paused ? "paused" : "open");
  return [
    [...view.phases.values()].map(({ kind }) => kind).join(" "),
    starts.toSorted().join(" "),
    [run, ...openOf(decision).map(([, kind]) => kind)].join(" "),
  ];
}

describe.each(KINDS)("%s", (name) => {
  it("is asked once and offers what the table says", () => {
    const { asked, id } = ask(name);
    expect(asked.state.decisions[id]!.options.map(({ does }) => does)).toEqual(
      ROWS[name].map(([does]) => does),
    );
    const again = passAt(1, { ...snapshotOf(WORLDS[name]), state: asked.state });
    expect(openOf(again)).toEqual(openOf(asked));
  });

  it.each(ROWS[name].map((row, at) => [at + 1, ...row] as const))(
    "answered with %i, %s: %s",
    (option, _does, ...expected) => {
      expect(worldAfter(obeyed(name, option))).toEqual(expected);
    },
  );
});

it("each kind has its rows here and its line in docs/action.md", () => {
  expect([...new Set(KINDS.map(kindOf))].toSorted()).toEqual(DecisionKind.options.toSorted());
  const [, section = ""] = readFileSync("docs/action.md", "utf8").split("## What a person is asked\n");
  const lines = section.split("\n## ")[0]!.split("\n");
  const told = lines.flatMap((line) => /^\| `([a-z-]+)` \|/.exec(line)?.[1] ?? []);
  expect(told.toSorted()).toEqual(DecisionKind.options.toSorted());
});
