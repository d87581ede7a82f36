/** A dispatch of the Action form; with a process for each step: test/long. */
import { it } from "vitest";
import { dispatchStory } from "../support/dispatch-story.ts";
import { playedStory } from "../support/world.ts";

it("a dispatch with consent becomes a run of an App; one that asks for nothing says so, a forged one too", () =>
  dispatchStory(playedStory));
