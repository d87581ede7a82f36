/** The simulator finds what it is there to find: ten defects, each put into a copy of the source. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { argsOf, copySource, MUTANTS, type Copy } from "./mutants.ts";
import { playWorld } from "./single-faults.ts";

let copy: Copy;
beforeAll(() => {
  copy = copySource();
});
afterAll(() => copy.done());

describe("a defect of the source breaks a promise", () => {
  it.each(MUTANTS)("$name", async ({ edits, world, breaks }) => {
    expect(await copy.simulate(edits, argsOf(world))).toContain(`BROKEN ${breaks}: `);
  });
});

it("without them the same worlds break none", async () => {
  for (const world of new Map(MUTANTS.map((one) => [argsOf(one.world).join(" "), one.world])).values())
    expect((await playWorld(world)).violations, argsOf(world).join(" ")).toEqual([]);
});
