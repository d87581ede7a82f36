/** How much of a thing GitHub takes, and how much of it a page shows. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createTestWorld, FULL_NAME, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

interface Opened {
  id: number;
  number: number;
}

async function open(count: number): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (let index = 0; index < count; index++)
    opened.push((await world.owner.rest.issues.create({ ...REPO, title: `Issue ${index}` })).data);
  return opened;
}

const add = (parent: Opened | undefined, child: Opened | undefined): Promise<unknown> =>
  world.owner.rest.issues.addSubIssue({
    ...REPO,
    issue_number: parent?.number ?? 0,
    sub_issue_id: child?.id ?? 0,
  });

describe("sub-issues", () => {
  it("are at most a hundred of one parent", async () => {
    const [parent, ...children] = await open(102);
    for (const child of children.slice(0, 100)) await add(parent, child);
    expect((await refusalOf(add(parent, children[100]))).status).toBe(422);
  });

  it("are at most eight levels deep, wherever a level is put in", async () => {
    const issues = await open(11);
    for (let level = 0; level < 8; level++) await add(issues[level], issues[level + 1]);
    expect((await refusalOf(add(issues[8], issues[9]))).status).toBe(422);
    expect((await refusalOf(add(issues[9], issues[0]))).status).toBe(422);
    await add(issues[7], issues[10]);
  });
});

describe("dependencies", () => {
  const block = (one: Opened | undefined, by: Opened | undefined): Promise<unknown> =>
    world.owner.rest.issues.addBlockedByDependency({
      ...REPO,
      issue_number: one?.number ?? 0,
      issue_id: by?.id ?? 0,
    });

  it("are at most fifty of an issue, each way", async () => {
    const [one, other, ...rest] = await open(53);
    for (const blocker of rest.slice(0, 50)) await block(one, blocker);
    expect((await refusalOf(block(one, rest[50]))).status).toBe(422);
    for (const blocked of rest.slice(0, 50)) await block(blocked, other);
    expect((await refusalOf(block(rest[50], other))).status).toBe(422);
    await block(rest[50], rest[0]);
  });
});

it("an issue has at most a hundred labels", async () => {
  const [issue] = await open(1);
  const labels = Array.from({ length: 100 }, (_, index) => `label-${index}`);
  const at = { ...REPO, issue_number: issue?.number ?? 0 };
  expect((await world.owner.rest.issues.addLabels({ ...at, labels })).data).toHaveLength(100);
  expect(await refusalOf(world.owner.rest.issues.addLabels({ ...at, labels: ["bug"] }))).toMatchObject({
    status: 422,
    errors: [{ code: "custom", message: "Issues cannot have more than 100 labels" }],
  });
});

it("lists have 30 on a page unless asked, 100 at most, and say where the next one is", async () => {
  await open(101);
  const list = (per_page?: number): ReturnType<typeof world.owner.rest.issues.listForRepo> =>
    world.owner.rest.issues.listForRepo({ ...REPO, ...(per_page === undefined ? {} : { per_page }) });
  const usual = await list();
  expect(usual.data).toHaveLength(30);
  expect(usual.headers.link).toBe(
    `<${world.github.origin()}/repos/${FULL_NAME}/issues?page=2>; rel="next", <${world.github.origin()}/repos/${FULL_NAME}/issues?page=4>; rel="last"`,
  );
  expect((await list(1000)).data).toHaveLength(100);
  expect(await world.owner.paginate(world.owner.rest.issues.listForRepo, REPO)).toHaveLength(101);
});
