/** What GitHub begins by itself when a run pushes or opens a pull request. */
import { describe, expect, it } from "vitest";
import { triggersOf } from "../../../src/domain/doctor/triggers.ts";

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
    expect(triggersOf(workflow)("push", "roundtable/12/train")).toBe(begins);
  });
});

describe("a workflow begins by a pull request into the integration branch", () => {
  it.each([
    ["on: pull_request", true],
    ["on: { pull_request: { types: [opened] } }", true],
    ["on: { pull_request: { branches: [main] } }", false],
    ["on: { pull_request: { branches-ignore: [main] } }", true],
    ["on: push", false],
  ])("%s: %s", (workflow, begins) => {
    expect(triggersOf(workflow)("pull_request", "roundtable/12/main")).toBe(begins);
  });
});
