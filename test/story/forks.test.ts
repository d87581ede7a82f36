/** The Action form and a fork; with a process for each step: test/long. */
import { it } from "vitest";
import { forkStory } from "../support/fork-story.ts";
import { playedStory } from "../support/world.ts";

it("its pull requests, records and commands change nothing; its workflow, even approved, gets and does nothing", () =>
  forkStory(playedStory));
