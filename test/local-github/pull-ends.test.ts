/** What becomes of pull requests when branches go, and once they are merged. */
import { afterEach, beforeEach, expect, it } from "vitest";

import { commitOn, createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

async function open(branch: string, base = "main"): Promise<number> {
  const { data: from } = await world.owner.rest.git.getRef({ ...REPO, ref: `heads/${base}` });
  await commitOn(world.owner, branch, { from: from.object.sha, files: { [`${branch}.txt`]: "new\n" } });
  const { data } = await world.owner.rest.pulls.create({ ...REPO, title: branch, head: branch, base });
  return data.number;
}

const get = async (pull_number: number) => (await world.owner.rest.pulls.get({ ...REPO, pull_number })).data;
const remove = (branch: string): Promise<unknown> =>
  world.owner.rest.git.deleteRef({ ...REPO, ref: `heads/${branch}` });

it("those into a merged pull request's deleted branch go to its base; that of a deleted branch is closed", async () => {
  const first = await open("first");
  const onTop = await open("second", "first");
  await world.owner.rest.pulls.merge({ ...REPO, pull_number: first });
  await remove("first");
  expect(await get(onTop)).toMatchObject({ state: "open", base: { ref: "main" } });
  await remove("second");
  expect(await get(onTop)).toMatchObject({ state: "closed", merged: false });
});

it("a merged one says so with 204, is not merged twice, and is never opened again", async () => {
  const pull = { ...REPO, pull_number: await open("first") };
  expect((await refusalOf(world.owner.rest.pulls.checkIfMerged(pull))).status).toBe(404);
  await world.owner.rest.pulls.merge(pull);
  expect((await world.owner.rest.pulls.checkIfMerged(pull)).status).toBe(204);
  expect(await refusalOf(world.owner.rest.pulls.merge(pull))).toMatchObject({
    status: 405,
    message: "Pull Request is not mergeable",
  });
  expect((await refusalOf(world.owner.rest.pulls.update({ ...pull, state: "open" }))).status).toBe(422);
});

it("lists do not say whether one can be merged, and issues count with pull requests", async () => {
  const { data: issue } = await world.owner.rest.issues.create({ ...REPO, title: "One" });
  const number = await open("first");
  expect(number).toBe(issue.number + 1);
  const [listed] = (await world.owner.rest.pulls.list(REPO)).data;
  for (const field of ["mergeable", "mergeable_state", "merged"]) expect(listed).not.toHaveProperty(field);
  const { data: all } = await world.owner.rest.issues.listForRepo(REPO);
  expect(all.map((one) => [one.number, one.pull_request !== undefined])).toEqual([
    [number, true],
    [issue.number, false],
  ]);
});
