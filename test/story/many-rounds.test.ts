/** A pass that comes to no rest is ended and says so; what it has done stands, and the next one goes on from it. */
import { expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import { doubles } from "../support/doubles.ts";
import { scriptedRun } from "../support/scripted-run.ts";
import { story } from "../support/world.ts";

const TASKS = [1, 2, 3].map((id) => `- [ ] ${id}. Write\n  - In \`src/${id}.txt\`\n`).join("");

it("is bounded by the units of its run, and loses nothing", () =>
  story(async (world) => {
    let isForgetful = true;
    const { board } = world.github;
    const github: Github = {
      ...world.github,
      board: {
        ...board,
        updateIssue: (number, change) =>
          isForgetful ? Promise.resolve({ did: "updated" }) : board.updateIssue(number, change),
      },
    };
    const { step, rest } = await scriptedRun(world, { tasks: TASKS, github });
    await expect(step()).rejects.toThrow(/^run \d+ did not come to rest in 103 rounds; next: .*issue/);
    isForgetful = false;
    expect(await rest()).toMatchObject({ outcome: "complete" });
    expect(await doubles(world)).toEqual([]);
  }));
