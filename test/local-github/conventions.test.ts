/** What every endpoint shares, and what GitHub knows late. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, FULL_NAME, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const NEWEST = { headers: { "x-github-api-version": "2026-03-10" } };

function raw(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `token ${world.github.token({ login: "octo" })}`, "user-agent": "test" };
  return world.github.fetch(
    new Request(world.github.origin() + path, {
      redirect: "manual",
      ...init,
      headers: { ...headers, ...init.headers },
    }),
  );
}

async function open(): Promise<number> {
  await commitOn(world.owner, "feature", { from: world.first, files: { "a.txt": "new\n" } });
  const { data } = await world.owner.rest.pulls.create({
    ...REPO,
    title: "A",
    head: "feature",
    base: "main",
  });
  return data.number;
}

describe("versions", () => {
  it("are 2022-11-28 unless asked otherwise, and unknown ones are refused with 400", async () => {
    const usual = await world.owner.rest.repos.get(REPO);
    expect(usual.headers["x-github-api-version-selected"]).toBe("2022-11-28");
    const newest = await world.owner.rest.repos.get({ ...REPO, ...NEWEST });
    expect(newest.headers["x-github-api-version-selected"]).toBe("2026-03-10");
    const unknown = { headers: { "x-github-api-version": "2020-01-01" } };
    expect((await refusalOf(world.owner.rest.repos.get({ ...REPO, ...unknown }))).status).toBe(400);
  });

  it("of 2026-03-10 have no merge_commit_sha, no single assignee and no downloads", async () => {
    const pull = { ...REPO, pull_number: await open() };
    const [before, after] = await Promise.all([
      world.owner.rest.pulls.get(pull),
      world.owner.rest.pulls.get({ ...pull, ...NEWEST }),
    ]);
    expect(before.data).toMatchObject({ merge_commit_sha: null, assignee: null, assignees: [] });
    expect(after.data).toMatchObject({ assignees: [] });
    expect(after.data).not.toHaveProperty("merge_commit_sha");
    expect(after.data).not.toHaveProperty("assignee");
    expect((await world.owner.rest.repos.get({ ...REPO, ...NEWEST })).data).not.toHaveProperty(
      "has_downloads",
    );
  });
});

describe("requests", () => {
  it.each([
    { what: "a slash at the end", path: "/repos/octo/demo/", status: 404 },
    { what: "a page that is none", path: `/repos/${FULL_NAME}/issues?page=x`, status: 200 },
    { what: "the prefix of GitHub Enterprise", path: `/api/v3/repos/${FULL_NAME}`, status: 200 },
  ])("with $what are answered $status", async ({ path, status }) => {
    expect((await raw(path)).status).toBe(status);
  });

  it("of wrong types are refused with 422, of no JSON with 400", async () => {
    const send = async (body: string): Promise<[number, string]> => {
      const answer = await raw(`/repos/${FULL_NAME}/labels`, { method: "POST", body });
      const { message } = (await answer.json()) as { message: string };
      return [answer.status, message.split("\n")[0] ?? ""];
    };
    expect(await send('{"name": 1}')).toEqual([422, "Invalid request."]);
    expect(await send("{")).toEqual([400, "Problems parsing JSON"]);
    expect(await send('"text"')).toEqual([400, "Body should be a JSON object"]);
  });

  it("to a renamed repository are redirected by its id: 301 to read, 307 to write", async () => {
    await world.owner.rest.repos.update({ ...REPO, name: "renamed" });
    const { data } = await world.owner.rest.repos.get(REPO);
    expect(data.full_name).toBe("octo/renamed");
    const read = await raw(`/repos/${FULL_NAME}/issues?state=all`);
    expect(read.status).toBe(301);
    expect(read.headers.get("location")).toBe(
      `${world.github.origin()}/repositories/${data.id}/issues?state=all`,
    );
    const body = JSON.stringify({ title: "Still here" });
    const write = await raw(`/repos/${FULL_NAME}/issues`, { method: "POST", body });
    expect(write.status).toBe(307);
    const again = await raw(new URL(write.headers.get("location") ?? "").pathname, { method: "POST", body });
    expect(again.status).toBe(201);
    expect((await world.owner.rest.issues.listForRepo({ owner: "octo", repo: "renamed" })).data).toHaveLength(
      1,
    );
  });

  it("that write by a former name are sent on with their body", async () => {
    await world.owner.rest.repos.update({ ...REPO, name: "renamed" });
    const { data: made } = await world.owner.rest.issues.create({ ...REPO, title: "Sent on" });
    expect(made).toMatchObject({ title: "Sent on", number: 1 });
  });

  it("by a former name find the repository by GraphQL, unless asked not to, and its webhook tells that name", async () => {
    const heard: unknown[] = [];
    world.github.onDelivery(
      ({ name, payload }) => void heard.push([name, payload["action"], payload["changes"]]),
    );
    await world.owner.rest.repos.update({ ...REPO, name: "renamed" });
    const nameOf = (how: string): Promise<unknown> =>
      world.owner.graphql(`{ repository(owner: "octo", name: "demo"${how}) { nameWithOwner } }`);
    expect(await nameOf("")).toEqual({ repository: { nameWithOwner: "octo/renamed" } });
    await expect(nameOf(", followRenames: false")).rejects.toThrow("Could not resolve to a Repository");
    expect(heard).toContainEqual(["repository", "renamed", { repository: { name: { from: "demo" } } }]);
  });

  it("for issues where there are none are refused with 410", async () => {
    await world.owner.rest.repos.update({ ...REPO, has_issues: false });
    const refused = { status: 410, message: "Issues are disabled for this repo" };
    expect(await refusalOf(world.owner.rest.issues.create({ ...REPO, title: "A" }))).toMatchObject(refused);
    expect(await refusalOf(world.owner.rest.issues.listForRepo(REPO))).toMatchObject(refused);
    const number = await open();
    await world.owner.rest.issues.addLabels({ ...REPO, issue_number: number, labels: ["bug"] });
  });
});

describe("lags, where a test sets them", () => {
  it("pushed commits are unknown to pull requests for a while", async () => {
    world.github.lag = { pushes: 3000, lists: 0 };
    await commitOn(world.owner, "feature", { from: world.first, files: { "a.txt": "new\n" } });
    const create = (): Promise<unknown> =>
      world.owner.rest.pulls.create({ ...REPO, title: "A", head: "feature", base: "main" });
    expect(await refusalOf(create())).toMatchObject({
      status: 422,
      errors: [{ resource: "PullRequest", field: "head", code: "invalid" }],
    });
    world.machine.clock.advance(3000);
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/heads/second", sha: world.first });
    world.machine.clock.advance(3000);
    await commitOn(world.owner, "second", { from: world.first, files: { "b.txt": "new\n" } });
    const second = (): Promise<unknown> =>
      world.owner.rest.pulls.create({ ...REPO, title: "B", head: "second", base: "main" });
    expect((await refusalOf(second())).errors).toMatchObject([
      { code: "custom", message: "No commits between main and second" },
    ]);
    world.machine.clock.advance(3000);
    await second();
    await create();
  });

  it("new issues, comments and pull requests are not yet in lists, but are found by number", async () => {
    const number = await open();
    world.machine.clock.advance(5000);
    world.github.lag = { pushes: 0, lists: 5000 };
    const { data: issue } = await world.owner.rest.issues.create({ ...REPO, title: "New" });
    await world.owner.rest.issues.createComment({ ...REPO, issue_number: number, body: "New" });
    const seen = async (): Promise<number[]> => [
      (await world.owner.rest.issues.listForRepo(REPO)).data.length,
      (await world.owner.rest.pulls.list(REPO)).data.length,
      (await world.owner.rest.issues.listComments({ ...REPO, issue_number: number })).data.length,
    ];
    expect(await seen()).toEqual([1, 1, 0]);
    expect((await world.owner.rest.issues.get({ ...REPO, issue_number: issue.number })).status).toBe(200);
    world.machine.clock.advance(5000);
    expect(await seen()).toEqual([2, 1, 1]);
  });
});
