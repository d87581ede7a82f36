/** Rulesets as they are told for the name of a branch. */
import { afterEach, beforeEach, expect, it } from "vitest";

import { createTestWorld, FULL_NAME, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const add = (include: string[], enforcement: "active" | "evaluate" = "active") =>
  world.owner.rest.repos.createRepoRuleset({
    ...REPO,
    name: "R",
    enforcement,
    conditions: { ref_name: { include, exclude: ["refs/heads/free/*"] } },
    rules: [{ type: "update" }],
  });

it.each([
  { include: ["~ALL"], bound: ["main", "a/b"] },
  { include: ["~DEFAULT_BRANCH"], bound: ["main"] },
  { include: ["refs/heads/*"], bound: ["main"] },
  { include: ["refs/heads/a/**/*"], bound: ["a/b"] },
])("$include binds $bound", async ({ include, bound }) => {
  const { data: ruleset } = await add(include);
  await add(["~ALL"], "evaluate");
  for (const branch of ["main", "a/b", "free/x"]) {
    const { data } = await world.guest.rest.repos.getBranchRules({ ...REPO, branch });
    const rule = {
      type: "update",
      ruleset_source_type: "Repository",
      ruleset_source: FULL_NAME,
      ruleset_id: ruleset.id,
    };
    expect(data, branch).toEqual(bound.includes(branch) ? [rule] : []);
  }
});

it("only who administers the repository makes one", async () => {
  await expect(
    world.guest.rest.repos.createRepoRuleset({ ...REPO, name: "R", enforcement: "active" }),
  ).rejects.toMatchObject({ status: expect.toBeOneOf([403, 404]) as number });
});
