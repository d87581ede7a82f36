/** Each option of each question has a whole run that answers it. Some are told here; all are, in test/long/answers-*.test.ts. */
import { describe, expect, it } from "vitest";
import { answering, kindOf } from "../support/answer-story.ts";
import { STORIES } from "../support/answers.ts";
import { WORLDS } from "../support/asked.ts";
import { openOf, pass } from "../support/pass.ts";

const NAMES = Object.keys(WORLDS) as (keyof typeof WORLDS)[];

it.each(NAMES)("%s: no option is without its story", (name) => {
  const asked = openOf(pass(WORLDS[name])).find(({ kind }) => kind === kindOf(name))!;
  expect(Object.keys(STORIES[name].after)).toEqual(asked.options.map(({ does }) => does));
});

describe("a whole run", () => {
  it.each([
    ["person", "proceed"],
    ["dependency-skipped", "skip"],
    ["unparsable-review", "retry"],
    ["spec-changed", "abort"],
  ] as const)("asked %s and answered with %s", async (name, does) => {
    expect(await answering(name, STORIES[name], does)).toBe(STORIES[name].after[does]);
  });

  it("in which three units failed is paused at the deadline", async () => {
    const told = STORIES["failed-units"];
    expect(await answering("failed-units", told, null)).toBe(told.after.pause);
  });
});
