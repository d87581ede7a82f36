import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

async function open(title: string): Promise<{ number: number; id: number }> {
  const { data } = await world.owner.rest.issues.create({ ...REPO, title });
  return { number: data.number, id: data.id };
}

describe("an issue", () => {
  it("is made with labels and assignees by those who may, without them by others", async () => {
    const input = {
      ...REPO,
      title: "A",
      body: "text",
      labels: ["bug", "brand new"],
      assignees: ["octo", "nobody"],
    };
    const mine = await world.owner.rest.issues.create(input);
    expect(mine.status).toBe(201);
    expect(mine.headers.location).toBe(mine.data.url);
    expect(mine.data.labels.map((label) => (typeof label === "string" ? label : label.name))).toEqual([
      "bug",
      "brand new",
    ]);
    expect(mine.data.assignees?.map((one) => one.login)).toEqual(["octo"]);
    const theirs = await world.guest.rest.issues.create(input);
    expect(theirs.data).toMatchObject({
      number: 2,
      labels: [],
      assignees: [],
      user: { login: "guest" },
      author_association: "NONE",
    });
  });

  it("changes title, body, labels and state, with a reason", async () => {
    const { number } = await open("A");
    const change = { ...REPO, issue_number: number };
    await world.owner.rest.issues.update({ ...change, title: "B", body: "b", labels: ["bug"] });
    const closed = await world.owner.rest.issues.update({
      ...change,
      state: "closed",
      state_reason: "not_planned",
      labels: ["question"],
    });
    expect(closed.data).toMatchObject({
      title: "B",
      body: "b",
      state: "closed",
      state_reason: "not_planned",
      labels: [{ name: "question" }],
    });
    expect(closed.data.closed_at).not.toBeNull();
    const again = await world.owner.rest.issues.update({ ...change, state: "open" });
    expect(again.data).toMatchObject({ state: "open", state_reason: "reopened", closed_at: null });
    expect(await refusalOf(world.guest.rest.issues.update({ ...change, title: "C" }))).toMatchObject({
      status: 403,
    });
  });

  it("is found by state and labels, page by page", async () => {
    for (let n = 0; n < 35; n += 1) {
      // oxlint-disable-next-line no-await-in-loop -- numbers in order
      await world.owner.rest.issues.create({
        ...REPO,
        title: `${n}`,
        labels: n % 5 === 0 ? ["bug", "question"] : ["bug"],
      });
    }
    const page = await world.owner.rest.issues.listForRepo(REPO);
    expect(page.data).toHaveLength(30);
    expect(page.headers.link).toContain('rel="next"');
    expect(
      await world.owner.paginate(world.owner.rest.issues.listForRepo, { ...REPO, per_page: 10 }),
    ).toHaveLength(35);
    const both = await world.owner.rest.issues.listForRepo({ ...REPO, labels: "bug,question" });
    expect(both.data).toHaveLength(7);
    expect((await world.owner.rest.issues.listForRepo({ ...REPO, state: "closed" })).data).toEqual([]);
  });

  it.each([
    ["no title", {}, 'Invalid request.\n\n"title" wasn\'t supplied.'],
    ["a title of another type", { title: ["x"] }, /^Invalid request\./u],
  ])("is refused with %s", async (_name, body, message) => {
    const call = world.owner.request("POST /repos/octo/demo/issues", body);
    const refusal = await refusalOf(call);
    expect(refusal.status).toBe(422);
    expect(refusal.message).toMatch(message);
  });

  it("holds at most 256 characters of title and 65,536 of body", async () => {
    const { number } = await open("A");
    const long = "x".repeat(65_537);
    expect(await errors(world.owner.rest.issues.create({ ...REPO, title: "t".repeat(257) }))).toMatchObject([
      { resource: "Issue", message: "title is too long (maximum is 256 characters)" },
    ]);
    expect(await errors(world.owner.rest.issues.create({ ...REPO, title: "t", body: long }))).toMatchObject([
      { field: "body" },
    ]);
    expect(
      await errors(world.owner.rest.issues.createComment({ ...REPO, issue_number: number, body: long })),
    ).toEqual([
      {
        resource: "IssueComment",
        field: "data",
        code: "unprocessable",
        message: "Body is too long (maximum is 65536 characters)",
      },
    ]);
  });
});

describe("a comment", () => {
  it("is made, read, changed and removed, by its author or a writer", async () => {
    const { number } = await open("A");
    const { data } = await world.owner.rest.issues.createComment({
      ...REPO,
      issue_number: number,
      body: "one",
    });
    const at = { ...REPO, comment_id: data.id };
    expect(await refusalOf(world.guest.rest.issues.updateComment({ ...at, body: "two" }))).toMatchObject({
      status: 403,
    });
    world.machine.clock.advance(5000);
    const changed = await world.owner.rest.issues.updateComment({ ...at, body: "two" });
    expect(changed.data).toMatchObject({
      body: "two",
      created_at: "2026-03-01T12:00:00Z",
      updated_at: "2026-03-01T12:00:05Z",
    });
    expect((await world.owner.rest.issues.listComments({ ...REPO, issue_number: number })).data).toHaveLength(
      1,
    );
    expect(
      (await world.owner.rest.issues.listCommentsForRepo({ ...REPO, since: "2026-03-01T12:00:05Z" })).data,
    ).toHaveLength(1);
    expect(
      (await world.owner.rest.issues.listCommentsForRepo({ ...REPO, since: "2026-03-01T12:00:06Z" })).data,
    ).toEqual([]);
    await world.owner.rest.issues.deleteComment(at);
    expect(await refusalOf(world.owner.rest.issues.getComment(at))).toMatchObject({
      status: 404,
      message: "Not Found",
    });
  });

  it("takes each reaction of a person once", async () => {
    const { number } = await open("A");
    const { data } = await world.owner.rest.issues.createComment({
      ...REPO,
      issue_number: number,
      body: "one",
    });
    const react = { ...REPO, comment_id: data.id, content: "eyes" } as const;
    expect((await world.owner.rest.reactions.createForIssueComment(react)).status).toBe(201);
    expect((await world.owner.rest.reactions.createForIssueComment(react)).status).toBe(200);
    expect((await world.guest.rest.reactions.createForIssueComment(react)).status).toBe(201);
    expect((await world.owner.rest.reactions.listForIssueComment(react)).data).toHaveLength(2);
    const { data: comment } = await world.owner.rest.issues.getComment(react);
    expect(comment.reactions).toMatchObject({ total_count: 2, eyes: 2, rocket: 0 });
  });
});

describe("labels", () => {
  it("are made once, changed, set, added and taken from an issue", async () => {
    const label = { ...REPO, name: "roundtable: new", color: "ABCDEF", description: "d" };
    expect((await world.owner.rest.issues.createLabel(label)).data).toMatchObject({ color: "abcdef" });
    expect(
      await refusalOf(world.owner.rest.issues.createLabel({ ...label, name: "ROUNDTABLE: new" })),
    ).toMatchObject({
      status: 422,
      errors: [{ resource: "Label", code: "already_exists", field: "name" }],
    });
    expect((await world.owner.rest.issues.getLabel({ ...REPO, name: label.name })).data.name).toBe(
      label.name,
    );
    await world.owner.rest.issues.updateLabel({ ...REPO, name: label.name, description: "other" });
    const { number } = await open("A");
    const issue = { ...REPO, issue_number: number };
    await world.owner.rest.issues.addLabels({ ...issue, labels: [label.name] });
    await world.owner.rest.issues.setLabels({ ...issue, labels: ["bug", "question"] });
    const { data } = await world.owner.rest.issues.addLabels({ ...issue, labels: ["bug", "unheard of"] });
    expect(data.map((one) => one.name)).toEqual(["bug", "question", "unheard of"]);
    const left = await world.owner.rest.issues.removeLabel({ ...issue, name: "question" });
    expect(left.data.map((one) => one.name)).toEqual(["bug", "unheard of"]);
    expect(
      await refusalOf(world.owner.rest.issues.removeLabel({ ...issue, name: "question" })),
    ).toMatchObject({ status: 404 });
    expect(await refusalOf(world.guest.rest.issues.addLabels({ ...issue, labels: ["bug"] }))).toMatchObject({
      status: 403,
    });
  });
});

describe("links between issues", () => {
  it("make one issue the parent of another, by database id", async () => {
    const [parent, child, other] = [await open("parent"), await open("child"), await open("other")];
    const add = (issue_number: number, replace = false): Promise<{ status: number }> =>
      world.owner.request("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
        ...REPO,
        issue_number,
        sub_issue_id: child.id,
        replace_parent: replace,
      });
    expect((await add(parent.number)).status).toBe(201);
    expect((await refusalOf(add(other.number))).message).toContain("Sub issue may only have one parent");
    expect((await refusalOf(add(parent.number))).message).toContain("duplicate sub-issues");
    expect((await add(other.number, true)).status).toBe(201);
    const at = { ...REPO, issue_number: other.number };
    const list = await world.owner.request("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", at);
    expect(list.data.map((issue) => issue.number)).toEqual([child.number]);
    const up = await world.owner.request("GET /repos/{owner}/{repo}/issues/{issue_number}/parent", {
      ...REPO,
      issue_number: child.number,
    });
    expect(up.data.number).toBe(other.number);
    await world.owner.rest.issues.update({ ...REPO, issue_number: child.number, state: "closed" });
    const { data } = await world.owner.rest.issues.get(at);
    expect(data.sub_issues_summary).toEqual({ total: 1, completed: 1, percent_completed: 100 });
    await world.owner.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue", {
      ...at,
      sub_issue_id: child.id,
    });
    expect((await world.owner.rest.issues.get(at)).data.sub_issues_summary).toMatchObject({ total: 0 });
  });

  it("block one by another", async () => {
    const [blocked, blocker] = [await open("blocked"), await open("blocker")];
    const at = { ...REPO, issue_number: blocked.number };
    const path = "/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by";
    const added = await world.owner.request(`POST ${path}`, { ...at, issue_id: blocker.id });
    expect(added).toMatchObject({
      status: 201,
      data: { issue_dependencies_summary: { blocked_by: 1, total_blocked_by: 1 } },
    });
    expect((await world.owner.request(`GET ${path}`, at)).data).toMatchObject([{ number: blocker.number }]);
    await world.owner.request(`DELETE ${path}/{issue_id}`, { ...at, issue_id: blocker.id });
    expect((await world.owner.request(`GET ${path}`, at)).data).toEqual([]);
  });
});

const errors = async (call: Promise<unknown>): Promise<unknown> => (await refusalOf(call)).errors;
