/** The boxes that the last train ticks. */
import { describe, expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { AttemptResult } from "../../../src/domain/run/attempt.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import { aPlan, aResult, aSnapshot } from "../../support/run.ts";
import { anIssue, aPull, aWork, HEAD } from "../../support/view.ts";

const TASKS =
  "- [ ] 1. Top\n  - [ ] 1.1 Middle\n    - [ ] 1.1.1 Deep\n    - [ ] 1.1.2 Deeper\n  - [ ] 1.2 Side\n";

const PASS = { id: "p", now: new Date("2026-01-01T01:00:00Z"), seed: "5eed", takesOver: false };

function tickedWith(tasks: AttemptResult["tasks"]): readonly string[] {
  const snapshot = aSnapshot(TASKS, {
    journal: {
      attempts: { "1/implement/1": aWork({ result: aResult({ tasks }) }) },
      began: { "1": HEAD },
      landed: { "1": { head: HEAD, sha: HEAD } },
      integration: HEAD,
    },
    branches: { "roundtable/12/main": HEAD, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull({ merged: true, state: "closed" })] },
  });
  const { effects } = decide(snapshot, PASS);
  return effects.flatMap((effect) => (effect.kind === "build-train" ? (effect.finish?.tick ?? []) : []));
}

describe("the boxes of a landed unit", () => {
  it("are all ticked where no attempt left one undone", () => {
    expect(tickedWith([])).toEqual(["1", "1.1", "1.1.1", "1.1.2", "1.2"]);
  });

  it("are left open where one was, and above it; a task of another unit is none of its business", () => {
    const undone = (id: string) => ({ id, done: false, note: "" });
    expect(tickedWith([undone("1.1.1"), undone("7")])).toEqual(["1.1.2", "1.2"]);
  });
});

it("a task's own issue stays open where its unit landed without it, and is closed where not", () => {
  const plan = aPlan(TASKS);
  const mark = (id: string): string => `<!-- roundtable:task run=12 unit=1 task=${id} -->`;
  const issueOf = (id: string, number: number) => anIssue({ number, title: id, body: mark(id) });
  const snapshot = aSnapshot(TASKS, {
    planFile: { v: 1, plan, config: { ...parseConfig("version: 1\n").config, subtasks: "sub-issues" } },
    journal: {
      attempts: {
        "1/implement/1": aWork({ result: aResult({ tasks: [{ id: "1.2", done: false, note: "" }] }) }),
      },
      began: { "1": HEAD },
      landed: { "1": { head: HEAD, sha: HEAD } },
      integration: HEAD,
    },
    branches: { "roundtable/12/main": HEAD, "roundtable/12/unit-1": HEAD },
    board: {
      issues: [anIssue({ number: 20 }), issueOf("1.1.1", 21), issueOf("1.2", 22)],
      pulls: [aPull({ merged: true, state: "closed" })],
    },
  });
  const { effects } = decide(snapshot, PASS);
  const states = effects.flatMap((effect) =>
    effect.kind === "update-issue" && effect.number > 20 ? [[effect.number, effect.state]] : [],
  );
  expect(states).toEqual([
    [21, "closed"],
    [22, undefined],
  ]);
});
