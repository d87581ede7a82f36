import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

async function openPull(): Promise<{ number: number; sha: string }> {
  const sha = await commitOn(world.owner, "feature", { from: world.first, files: { "feature.txt": "f\n" } });
  const pull = { ...REPO, title: "A change", head: "feature", base: "main" };
  return { number: (await world.owner.rest.pulls.create(pull)).data.number, sha };
}

describe("updating a pull request's branch", () => {
  const update = (number: number, expected_head_sha?: string) =>
    world.owner.rest.pulls.updateBranch({
      ...REPO,
      pull_number: number,
      ...(expected_head_sha === undefined ? {} : { expected_head_sha }),
    });

  it("merges the base into it", async () => {
    const { number, sha } = await openPull();
    const base = await commitOn(world.owner, "main", { from: world.first, files: { "new.txt": "new\n" } });
    const reply = await update(number, sha);
    expect(reply).toMatchObject({ status: 202, data: { message: "Updating pull request branch." } });
    await world.github.settled();
    const { data: after } = await world.owner.rest.pulls.get({ ...REPO, pull_number: number });
    const { data: merged } = await world.owner.rest.git.getCommit({ ...REPO, commit_sha: after.head.sha });
    expect(merged.parents.map((parent) => parent.sha)).toEqual([sha, base]);
    expect(merged.message).toBe("Merge branch 'main' into feature");
    expect(await refusalOf(update(number))).toMatchObject({
      status: 422,
      message: "There are no new commits on the base branch.",
    });
  });

  it("is refused for another head, for a conflict, and to who may not write there", async () => {
    const { number, sha } = await openPull();
    expect(await refusalOf(update(number, world.first))).toMatchObject({
      status: 422,
      message: "expected head sha didn't match current head ref.",
    });
    await commitOn(world.owner, "main", { from: world.first, files: { "README.md": "theirs\n" } });
    const ours = await commitOn(world.owner, "feature", { from: sha, files: { "README.md": "ours\n" } });
    expect(await refusalOf(update(number))).toMatchObject({
      status: 422,
      message: "merge conflict between base and head",
    });
    const app = world.as({ login: "app", permissions: { pull_requests: "write", contents: "read" } });
    const call = app.rest.pulls.updateBranch({ ...REPO, pull_number: number });
    expect(await refusalOf(call)).toMatchObject({ status: 403 });
    await world.github.settled();
    const { data: after } = await world.owner.rest.pulls.get({ ...REPO, pull_number: number });
    expect(after.head.sha).toBe(ours);
  });
});
