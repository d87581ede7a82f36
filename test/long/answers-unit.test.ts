/** Questions about one unit, each answered with each of its options: the world after. */
import { describe, expect, it } from "vitest";
import { answering, optionsOf, type AnswerStory } from "../support/answer-story.ts";
import { UNIT_STORIES } from "../support/answers-unit.ts";

describe.each(Object.entries<AnswerStory>(UNIT_STORIES))("%s", (name, told) => {
  it.each(optionsOf(told))("answered with %s", async (does) => {
    expect(await answering(name, told, does)).toBe(told.after[does]);
  });
});
