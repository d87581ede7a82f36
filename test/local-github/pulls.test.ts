import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

async function openPull(
  options: { draft?: boolean; branch?: string; body?: string; base?: string } = {},
): Promise<{ number: number; sha: string; node_id: string }> {
  const branch = options.branch ?? "feature";
  const sha = await commitOn(world.owner, branch, {
    from: world.first,
    files: { [`${branch}.txt`]: "new\n" },
  });
  const { data } = await world.owner.rest.pulls.create({
    ...REPO,
    title: "A change",
    head: branch,
    base: options.base ?? "main",
    draft: options.draft ?? false,
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  return { number: data.number, sha, node_id: data.node_id };
}

describe("a pull request", () => {
  it("shows its branches, its numbers and, at the second look, whether it can be merged", async () => {
    const { number, sha } = await openPull();
    const second = await world.guest.rest.pulls.get({ ...REPO, pull_number: number });
    expect(second.data).toMatchObject({
      number,
      state: "open",
      draft: false,
      merged: false,
      mergeable: true,
      mergeable_state: "clean",
      commits: 1,
      additions: 1,
      deletions: 0,
      changed_files: 1,
      head: { ref: "feature", label: "octo:feature", sha },
      base: { ref: "main", sha: world.first },
    });
  });
});
