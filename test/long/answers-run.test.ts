/** Questions about the run as a whole, each answered with each of its options: the world after. */
import { describe, expect, it } from "vitest";
import { answering, optionsOf, type AnswerStory } from "../support/answer-story.ts";
import { RUN_STORIES } from "../support/answers-run.ts";

describe.each(Object.entries<AnswerStory>(RUN_STORIES))("%s", (name, told) => {
  it.each(optionsOf(told))("answered with %s", async (does) => {
    expect(await answering(name, told, does)).toBe(told.after[does]);
  });
});
