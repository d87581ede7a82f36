/** For every question its story: one that is missing is a fault of types, a missing option fails test/story/answers.test.ts. */
import type { AnswerStory } from "./answer-story.ts";
import { RUN_STORIES } from "./answers-run.ts";
import { UNIT_STORIES } from "./answers-unit.ts";
import type { WORLDS } from "./asked.ts";

export const STORIES: Readonly<Record<keyof typeof WORLDS, AnswerStory>> = {
  ...UNIT_STORIES,
  ...RUN_STORIES,
};
