import { createServer } from "node:http";
import { join } from "node:path";

import type { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createJudgedGithub } from "../support/judge.ts";
import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import type { Delivery } from "../../src/local-github/webhooks.ts";
import { signatureOf } from "../../src/local-github/deliveries.ts";
import {
  commitOn,
  createTestWorld,
  FULL_NAME,
  octokitFor,
  refusalOf,
  REPO,
} from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
let seen: Delivery[];
beforeEach(async () => {
  world = await createTestWorld();
  seen = [];
  world.github.onDelivery((delivery) => void seen.push(delivery));
});
afterEach(() => world.close());

const names = (): string[] =>
  seen.map(({ name, payload }) => [name, payload["action"]].filter(Boolean).join("."));

describe("webhooks", () => {
  it("tell of what people do, in order", async () => {
    const { number } = (await world.owner.rest.issues.create({ ...REPO, title: "A", labels: ["bug"] })).data;
    await world.guest.rest.issues.createComment({ ...REPO, issue_number: number, body: "hello" });
    await world.owner.rest.issues.update({ ...REPO, issue_number: number, title: "B", state: "closed" });
    await commitOn(world.owner, "x", { from: world.first, files: { x: "x" } });
    await world.owner.rest.pulls.create({ ...REPO, title: "P", head: "x", base: "main", draft: true });
    await world.guest.rest.pulls.createReview({ ...REPO, pull_number: 2, event: "COMMENT", body: "seen" });
    await world.owner.rest.repos.merge({ ...REPO, base: "main", head: "x" });
    await world.owner.rest.git.deleteRef({ ...REPO, ref: "heads/x" });
    expect(names()).toEqual([
      "issues.opened",
      "issues.labeled",
      "issue_comment.created",
      "issues.edited",
      "issues.closed",
      "create",
      "push",
      "pull_request.opened",
      "pull_request_review.submitted",
      "push",
      "pull_request.closed",
      "push",
      "delete",
    ]);
    expect(seen[2]?.payload).toMatchObject({
      action: "created",
      comment: { body: "hello" },
      issue: { number },
      repository: { full_name: FULL_NAME },
      sender: { login: "guest", type: "User" },
    });
    expect(seen[8]?.payload).toMatchObject({ review: { state: "commented" } });
    expect(seen[10]?.payload).toMatchObject({ pull_request: { merged_at: "2026-03-01T12:00:00Z" } });
  });

  it("are lost where the filter says so", async () => {
    world.github.deliveryFilter = (delivery) => delivery.name !== "issues";
    await world.owner.rest.issues.create({ ...REPO, title: "A" });
    await world.owner.rest.issues.createComment({ ...REPO, issue_number: 1, body: "b" });
    expect(names()).toEqual(["issue_comment.created"]);
  });

  it("are signed as GitHub documents it", () => {
    expect(signatureOf("It's a Secret to Everybody", "Hello, World!")).toBe(
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    );
  });

  it("arrive signed at a URL", async () => {
    const got: { body: string; signature: unknown; event: unknown }[] = [];
    const receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        got.push({
          body,
          signature: request.headers["x-hub-signature-256"],
          event: request.headers["x-github-event"],
        });
        response.end("ok");
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const address = receiver.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    world.github.addHook({ url: `http://127.0.0.1:${port}/`, secret: "s" });
    await world.owner.rest.issues.create({ ...REPO, title: "A" });
    await world.github.settled();
    receiver.close();
    expect(got.map(({ event }) => event)).toEqual(["issues"]);
    expect(got[0]?.signature).toBe(signatureOf("s", got[0]?.body ?? ""));
  });
});

it("a world in memory is forked: each copy goes on alone from what was saved", async () => {
  const [folder, memory] = [join(world.folder, "own"), createMemoryGit()];
  const { machine } = world;
  const first = await createJudgedGithub({ machine, folder, memory });
  await first.addRepository({ fullName: FULL_NAME, defaultBranch: "main" });
  const ownerOf = (github: LocalGithub): Octokit => octokitFor(github, github.token({ login: "octo" }));
  const put = async (github: LocalGithub, path: string): Promise<void> => {
    const file = { ...REPO, path, message: path, content: "" };
    await ownerOf(github).rest.repos.createOrUpdateFileContents(file);
  };
  await put(first, "a");
  await first.save();
  const fork = memory.fork();
  await put(first, "b");
  const second = await createJudgedGithub({ machine, folder, memory: fork });
  await put(second, "c");
  const namesIn = async (github: LocalGithub): Promise<unknown> => {
    const { data } = await ownerOf(github).rest.repos.getContent({ ...REPO, path: "" });
    return Array.isArray(data) ? data.map(({ name }) => name) : data;
  };
  expect([await namesIn(first), await namesIn(second)]).toEqual([
    ["a", "b"],
    ["a", "c"],
  ]);
  const request = new Request(`${second.origin()}/${FULL_NAME}.git/info/refs?service=git-upload-pack`);
  expect((await second.fetch(request)).status).toBe(501);
  await first.close();
  await second.close();
  const without = createJudgedGithub({ machine, folder });
  await expect(without).rejects.toThrow("octo/demo lay in a memory that is not given.");
});

describe("a world opened again", () => {
  beforeEach(async () => {
    await world.close();
    world = await createTestWorld("in a folder");
  });

  it("goes on with its numbers, issues, comments and pull requests", async () => {
    await world.owner.rest.issues.create({ ...REPO, title: "A", labels: ["bug"] });
    await world.owner.rest.issues.createComment({ ...REPO, issue_number: 1, body: "hello" });
    const sha = await commitOn(world.owner, "x", { from: world.first, files: { x: "x" } });
    await world.owner.rest.pulls.create({ ...REPO, title: "P", head: "x", base: "main" });
    await world.owner.rest.pulls.createReview({ ...REPO, pull_number: 2, event: "COMMENT", body: "seen" });
    await world.github.close();
    // While nobody served it, somebody brought the branch in.
    const env = { PATH: process.env["PATH"] ?? "" };
    await world.machine.processes.run({
      command: "git",
      args: ["update-ref", "refs/heads/main", sha],
      cwd: world.repository,
      env,
    });
    const again = await createJudgedGithub({ machine: world.machine, folder: world.folder });
    const octokit = octokitFor(again, again.token({ login: "octo" }));
    expect((await octokit.rest.issues.listComments({ ...REPO, issue_number: 1 })).data).toMatchObject([
      { body: "hello" },
    ]);
    expect((await octokit.rest.pulls.get({ ...REPO, pull_number: 2 })).data).toMatchObject({ merged: true });
    expect((await octokit.rest.pulls.listReviews({ ...REPO, pull_number: 2 })).data).toMatchObject([
      { body: "seen" },
    ]);
    expect((await octokit.rest.issues.create({ ...REPO, title: "Next" })).data.number).toBe(3);
    await again.close();
  });

  it("has what was changed a moment before", async () => {
    await world.owner.rest.issues.create({ ...REPO, title: "A" });
    world.machine.clock.advance(1000);
    await world.github.save();
    const again = await createJudgedGithub({ machine: world.machine, folder: world.folder });
    expect(
      (await octokitFor(again, again.token({ login: "octo" })).rest.issues.listForRepo(REPO)).data,
    ).toHaveLength(1);
    await again.close();
  });
});

describe("GraphQL", () => {
  it("answers what is asked of issues and pull requests", async () => {
    await world.owner.rest.issues.create({ ...REPO, title: "A", labels: ["bug"] });
    const query = `{ viewer { login } repository(owner: "octo", name: "demo") { nameWithOwner defaultBranchRef { name target { oid } }
      issue(number: 1) { title state author { login __typename } labels(first: 5) { totalCount nodes { name } } } } }`;
    expect(await world.owner.graphql(query)).toEqual({
      viewer: { login: "octo" },
      repository: {
        nameWithOwner: FULL_NAME,
        defaultBranchRef: { name: "main", target: { oid: world.first } },
        issue: {
          title: "A",
          state: "OPEN",
          author: { login: "octo", __typename: "User" },
          labels: { totalCount: 1, nodes: [{ name: "bug" }] },
        },
      },
    });
  });

  it("commits onto a branch only when it is where the caller believes", async () => {
    const commit = `mutation($head: GitObjectID!) { createCommitOnBranch(input: {
      branch: {repositoryNameWithOwner: "octo/demo", branchName: "main"}, expectedHeadOid: $head,
      message: {headline: "By GraphQL"}, fileChanges: {additions: [{path: "n.txt", contents: "bgo="}]} }) { commit { oid } } }`;
    await world.owner.graphql(commit, { head: world.first });
    expect((await world.owner.rest.repos.getContent({ ...REPO, path: "n.txt" })).data).toMatchObject({
      size: 2,
    });
    const stale: unknown = await world.owner
      .graphql(commit, { head: world.first })
      .catch((error: unknown) => error);
    expect(stale).toMatchObject({
      errors: [
        {
          type: "STALE_DATA",
          path: ["createCommitOnBranch"],
          message: `Expected branch to point to "${world.first}" but it did not.  Pull and try again.`,
        },
      ],
    });
  });

  it.each([
    [
      "a field that GitHub does not have",
      "{ viewer { logn } }",
      'Cannot query field "logn" on type "User". Did you mean "login"?',
    ],
    [
      "a mutation that is not served",
      `mutation { addStar(input: {starrableId: "R_1"}) { clientMutationId } }`,
      "The local GitHub does not serve the field Mutation.addStar.",
    ],
    [
      "an unknown node",
      `{ node(id: "I_99") { id } }`,
      "Could not resolve to a node with the global id of 'I_99'",
    ],
  ])("refuses %s", async (_name, query, message) => {
    const error: unknown = await world.owner.graphql(query).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errors: [{ message }] });
  });

  it("refuses what the caller may not", async () => {
    await commitOn(world.owner, "x", { from: world.first, files: { x: "x" } });
    const { data } = await world.owner.rest.pulls.create({
      ...REPO,
      title: "P",
      head: "x",
      base: "main",
      draft: true,
    });
    const mark = `mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }`;
    const error: unknown = await world.guest
      .graphql(mark, { id: data.node_id })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errors: [{ type: "FORBIDDEN" }] });
    expect((await world.owner.rest.pulls.get({ ...REPO, pull_number: 1 })).data.draft).toBe(true);
    expect(await refusalOf(world.owner.rest.pulls.merge({ ...REPO, pull_number: 1 }))).toMatchObject({
      status: 405,
    });
  });
});
