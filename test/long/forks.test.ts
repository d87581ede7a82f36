/** The Action form and a fork, with a process for each step. */
import { it } from "vitest";
import { forkStory } from "../support/fork-story.ts";
import { wholeStory } from "../support/world.ts";

it(
  "its pull requests, records and commands change nothing; its workflow, even approved, gets and does nothing",
  { timeout: 300_000 },
  () => forkStory(wholeStory),
);
