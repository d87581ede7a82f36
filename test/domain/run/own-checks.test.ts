/** What the repository's own checks say of a commit, and whether they could begin at all. */
import { describe, expect, it } from "vitest";
import type { CheckFact } from "../../../src/domain/run/facts.ts";
import { checksFaults, standingOf } from "../../../src/domain/run/own-checks.ts";

describe("checks of one commit", () => {
  const check = (state: CheckFact["state"], at: number): CheckFact => ({ name: `${state}-${at}`, state });
  it.each<[CheckFact["state"][], ReturnType<typeof standingOf>]>([
    [[], { is: "none", names: [] }],
    [["green", "green"], { is: "green", names: ["green-0", "green-1"] }],
    [["green", "pending"], { is: "pending", names: ["pending-1"] }],
    [["pending", "red", "green"], { is: "red", names: ["red-1"] }],
  ])("%j", (states, standing) => expect(standingOf(states.map(check))).toEqual(standing));
});

describe("a workflow begins by the push of a train", () => {
  it.each([
    ["on: push", true],
    ["on: [pull_request, push]", true],
    ["on: { push: }", true],
    ["on: { push: { paths: [src/**] } }", true],
    ["on: { push: { branches: [roundtable/*/train] } }", true],
    ["on: { push: { branches: ['roundtable/**'] } }", true],
    ["on: { push: { branches: ['**'] } }", true],
    ["on: { push: { branches: roundtable/1?2/train } }", true],
    ["on: { push: { branches: ['roundtable/[0-9]+/train'] } }", true],
    ["on: { push: { branches-ignore: [main] } }", true],
    ["on: { push: { branches: ['*'] } }", false],
    ["on: { push: { branches: [main, 'roundtable/*'] } }", false],
    ["on: { push: { branches: ['**', '!roundtable/**'] } }", false],
    ["on: { push: { branches: ['!roundtable/**', '**'] } }", true],
    ["on: { push: { branches: ['[z-a'] } }", false],
    ["on: { push: { branches-ignore: ['roundtable/**'] } }", false],
    ["on: { push: { tags: [v1] } }", false],
    ["on: { pull_request: }", false],
    ["on: [", false],
    ["just text", false],
    [`on: { push: { branches: ['${"*a".repeat(60)}'] } }`, false],
  ])("%s: %s", (workflow, begins) => {
    expect(checksFaults(12, { me: "roundtable[bot]", workflows: [workflow] })).toHaveLength(begins ? 0 : 1);
  });

  it("but never where GITHUB_TOKEN pushes", () => {
    expect(checksFaults(12, { me: "github-actions[bot]", workflows: ["on: push"] })).toEqual([
      expect.stringContaining("Give the pass an App's token"),
    ]);
  });
});
