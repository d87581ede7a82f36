/** Copies of the server that look at one repository at the same moment answer each command once. */
import { describe, expect, it } from "vitest";
import { createTurns, type Turns } from "../../src/adapters/github/turns.ts";
import { takeTurns } from "../../src/entry/app/turns.ts";
import { SPEC } from "../support/shipped-run.ts";
import { APP, APP_PERMISSIONS, REPO, story, type World } from "../support/world.ts";

const HELD_BY_NOBODY: Turns = { take: async () => true, release: async () => {} };

function turnsOf({ local, machine }: World): Turns {
  const token = local.token({ login: APP, permissions: APP_PERMISSIONS });
  return createTurns({ token, fullName: REPO, baseUrl: local.origin(), clock: machine.clock });
}

/** Three copies make a pass each, at once; answers whether one left something to another. */
async function raced(world: World, turns: () => Turns): Promise<boolean> {
  const { random } = world.machine;
  const copies = Array.from({ length: 3 }, () =>
    takeTurns(world.appWith(APP_PERMISSIONS), { turns: turns(), random }),
  );
  const held = await Promise.all(
    copies.map(async ({ github, end }) => {
      await world.reconciler({ github }).pass();
      return end();
    }),
  );
  return held.some(Boolean);
}

const answersOf = async (world: World, issue: number): Promise<number> =>
  (await world.comments(issue)).filter((comment) => comment.startsWith(APP)).length;

describe.each([
  { name: "an ask in vain", command: `/orchestrate ${SPEC}/gone` },
  { name: "a command where no run is", command: "/orchestrate confirm" },
  { name: "an ask for a run", command: `/orchestrate ${SPEC} --agent practice` },
  { name: "a dry run", command: `/orchestrate ${SPEC} --agent practice --dry-run` },
])("$name", ({ command }) => {
  it("is answered by one of several copies", () =>
    story(async (world) => {
      await world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write a.txt\n" });
      const issue = await world.ask(command);
      expect(await raced(world, () => turnsOf(world))).toBe(true);
      await raced(world, () => turnsOf(world));
      expect(await answersOf(world, issue)).toBe(1);
    }));
});

it("without turns several answer: the race is one", () =>
  story(async (world) => {
    const issue = await world.ask(`/orchestrate ${SPEC}/gone`);
    await world.commit({ "a.txt": "a" });
    await raced(world, () => HELD_BY_NOBODY);
    expect(await answersOf(world, issue)).toBeGreaterThan(1);
  }));

it("a copy that died over a command leaves it to another after two minutes", () =>
  story(async (world) => {
    await world.commit({ "a.txt": "a" });
    const issue = await world.ask(`/orchestrate ${SPEC}/gone`);
    const [comment] = await world.github.board.comments(issue);
    await turnsOf(world).take(`comment-${comment!.id}`, "who died");
    expect(await raced(world, () => turnsOf(world))).toBe(true);
    expect(await answersOf(world, issue)).toBe(0);
    world.machine.clock.advance(120_000);
    await raced(world, () => turnsOf(world));
    expect(await answersOf(world, issue)).toBe(1);
  }));
