/** The simulator finds what it is there to find: ten defects, each put into a copy of the source. */
import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { copyWith, MUTANTS, simulate, type Mutant } from "./mutants.ts";

/** What is said of the world of a mutant, in a copy with these edits. */
async function saidOf({ world }: Mutant, edits: Mutant["edits"]): Promise<string> {
  const copy = copyWith(edits);
  try {
    return await simulate(copy, world);
  } finally {
    copy.done();
  }
}

describe.concurrent("a defect of the source", { concurrent: availableParallelism() > 1 }, () => {
  it.each(MUTANTS)("breaks a promise: $name", async (mutant) => {
    const said = await saidOf(mutant, mutant.edits);
    expect(said).toContain(`BROKEN ${mutant.breaks}: `);
  });
});

it("breaks none where it is not: the same worlds", async () => {
  const worlds = new Map(MUTANTS.map((mutant) => [mutant.world.join(" "), mutant]));
  for (const [name, mutant] of worlds) {
    const said = await saidOf(mutant, []);
    expect(said, name).toMatch(/^\d+ passed, \d+ failed$|^seed \d+: /m);
    expect(said, name).not.toContain("BROKEN");
  }
});
