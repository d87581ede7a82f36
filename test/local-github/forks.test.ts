import type { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Delivery } from "../../src/local-github/webhooks.ts";
import { commitOn, createTestWorld, octokitFor, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

const FORK = { owner: "stranger", repo: "demo" };

let world: TestWorld;
let stranger: Octokit;
beforeEach(() => begin("in a folder"));
afterEach(() => world.close());

async function begin(lies: "in a folder" | "in memory"): Promise<void> {
  world = await createTestWorld(lies);
  world.github.addAccount({ login: "stranger", type: "User" });
  stranger = world.as({ login: "stranger" });
}

const fork = async () => (await stranger.rest.repos.createFork(REPO)).data;

/** A file on a branch of the fork. */
async function write(branch: string, text: string): Promise<string> {
  const ref = `heads/${branch}`;
  const { data: known } = await stranger.rest.git.listMatchingRefs({ ...FORK, ref });
  if (!known.some((one) => one.ref === `refs/${ref}`))
    await stranger.rest.git.createRef({ ...FORK, ref: `refs/${ref}`, sha: world.first });
  const path = `${text}.txt`;
  const content = Buffer.from(text).toString("base64");
  const { data } = await stranger.rest.repos.createOrUpdateFileContents({
    ...FORK,
    path,
    branch,
    message: text,
    content,
  });
  return data.commit.sha ?? "";
}

async function open(branch = "work"): Promise<number> {
  const head = `stranger:${branch}`;
  const { data } = await stranger.rest.pulls.create({ ...REPO, title: "Theirs", head, base: "main" });
  return data.number;
}

const pull = async (pull_number: number) => (await world.owner.rest.pulls.get({ ...REPO, pull_number })).data;

describe("a fork", () => {
  it("is made by anybody who may read, once, with all branches, and knows where it comes from", async () => {
    await commitOn(world.owner, "side", { from: world.first, files: { side: "1" } });
    const made = await fork();
    expect(made).toMatchObject({
      full_name: "stranger/demo",
      fork: true,
      parent: { full_name: "octo/demo" },
      source: { full_name: "octo/demo" },
    });
    expect((await fork()).id).toBe(made.id);
    expect((await world.owner.rest.repos.get(REPO)).data).toMatchObject({ fork: false, forks_count: 1 });
    const { data: branches } = await stranger.rest.repos.listBranches(FORK);
    expect(branches.map(({ name }) => name)).toEqual(["main", "side"]);
  });

  it("is its owner's alone: neither the source's people nor its apps may write there", async () => {
    await fork();
    const ref = { ...FORK, ref: "refs/heads/x", sha: world.first };
    expect((await refusalOf(world.owner.rest.git.createRef(ref))).status).toBe(403);
    const app = world.as({
      login: "helper[bot]",
      permissions: { contents: "write" },
      repositories: ["octo/demo"],
    });
    expect((await refusalOf(app.rest.git.createRef(ref))).status).toBe(403);
    expect((await refusalOf(app.rest.repos.createFork(REPO))).status).toBe(403);
  });
});

describe("a fork's pull request", () => {
  it("is of the fork's branch: owner, repository, label; its author is a first-time contributor", async () => {
    await fork();
    const sha = await write("work", "theirs");
    const number = await open();
    expect(await pull(number)).toMatchObject({
      head: {
        label: "stranger:work",
        ref: "work",
        sha,
        user: { login: "stranger" },
        repo: { full_name: "stranger/demo", fork: true },
      },
      base: { label: "octo:main", repo: { full_name: "octo/demo" } },
      author_association: "FIRST_TIME_CONTRIBUTOR",
      maintainer_can_modify: false,
      commits: 1,
      changed_files: 1,
    });
    await stranger.rest.issues.createComment({ ...REPO, issue_number: number, body: "Please" });
    const { data: said } = await world.owner.rest.issues.listComments({ ...REPO, issue_number: number });
    expect(said.map((one) => one.author_association)).toEqual(["NONE"]);
    const asked = await world.owner.graphql(
      `{ repository(owner: "octo", name: "demo") { pullRequest(number: ${number}) {
        isCrossRepository headRefName maintainerCanModify authorAssociation
        headRepository { nameWithOwner isFork } headRepositoryOwner { login } } } }`,
    );
    expect(asked).toEqual({
      repository: {
        pullRequest: {
          isCrossRepository: true,
          headRefName: "work",
          maintainerCanModify: false,
          authorAssociation: "FIRST_TIME_CONTRIBUTOR",
          headRepository: { nameWithOwner: "stranger/demo", isFork: true },
          headRepositoryOwner: { login: "stranger" },
        },
      },
    });
  });

  it("brings its commits into the base's repository, at refs/pull/<number>/head", async () => {
    await fork();
    const first = await write("work", "theirs");
    const number = await open();
    const headOf = async () =>
      (await world.owner.rest.git.getRef({ ...REPO, ref: `pull/${number}/head` })).data.object.sha;
    expect(await headOf()).toBe(first);
    const second = await write("work", "more");
    expect(await headOf()).toBe(second);
    expect((await world.owner.rest.repos.getCommit({ ...REPO, ref: second })).data.sha).toBe(second);
    const { data: branches } = await world.owner.rest.repos.listBranches(REPO);
    expect(branches.map(({ name }) => name)).toEqual(["main"]);
  });

  it("follows the fork's branch, and no branch of that name in the base", async () => {
    await fork();
    const sha = await write("work", "theirs");
    const number = await open();
    const seen: Delivery[] = [];
    world.github.onDelivery((delivery) => void seen.push(delivery));
    await commitOn(world.owner, "work", { from: world.first, files: { own: "1" } });
    expect((await pull(number)).head.sha).toBe(sha);
    const next = await write("work", "more");
    expect((await pull(number)).head.sha).toBe(next);
    await world.owner.rest.git.deleteRef({ ...REPO, ref: "heads/work" });
    expect((await pull(number)).state).toBe("open");
    const told = seen.filter(({ name }) => name === "pull_request").map(({ payload }) => payload);
    expect(told).toMatchObject([
      { action: "synchronize", repository: { full_name: "octo/demo" }, sender: { login: "stranger" } },
    ]);
    await stranger.rest.git.deleteRef({ ...FORK, ref: "heads/work" });
    expect((await pull(number)).state).toBe("closed");
  });

  it("stands beside one of the same branch name, and is found by its owner", async () => {
    await fork();
    await write("work", "theirs");
    const theirs = await open();
    await commitOn(world.owner, "work", { from: world.first, files: { own: "1" } });
    const { data: own } = await world.owner.rest.pulls.create({
      ...REPO,
      title: "Ours",
      head: "work",
      base: "main",
    });
    const numbers = async (head: string) =>
      (await world.owner.rest.pulls.list({ ...REPO, head })).data.map(({ number }) => number);
    expect(await numbers("octo:work")).toEqual([own.number]);
    expect(await numbers("stranger:work")).toEqual([theirs]);
    expect(await refusalOf(open())).toMatchObject({
      status: 422,
      errors: [{ message: "A pull request already exists for stranger:work." }],
    });
  });

  it.each(["nobody:work", "guest:work", "stranger:elsewhere"])("is refused from %s", async (head) => {
    await fork();
    await write("work", "theirs");
    const made = stranger.rest.pulls.create({ ...REPO, title: "No", head, base: "main" });
    expect(await refusalOf(made)).toMatchObject({
      status: 422,
      errors: [{ resource: "PullRequest", field: "head", code: "invalid" }],
    });
  });

  it("is merged by who may write; its author is a contributor from then on", async () => {
    await fork();
    await write("work", "theirs");
    const number = await open();
    expect((await refusalOf(stranger.rest.pulls.merge({ ...REPO, pull_number: number }))).status).toBe(403);
    const { data: merged } = await world.owner.rest.pulls.merge({ ...REPO, pull_number: number });
    const { data: commit } = await world.owner.rest.git.getCommit({ ...REPO, commit_sha: merged.sha });
    expect(commit.message).toContain(`Merge pull request #${number} from stranger/work`);
    await write("again", "again");
    expect((await pull(await open("again"))).author_association).toBe("CONTRIBUTOR");
  });

  it("has its branch brought up to date by maintainers only where its author allows it, and by no app", async () => {
    await fork();
    await write("work", "theirs");
    const number = await open();
    const allowed = await stranger.rest.pulls.create({
      ...REPO,
      title: "Open to you",
      head: "stranger:work",
      base: await side(),
      maintainer_can_modify: true,
    });
    const app = world.as({
      login: "helper[bot]",
      permissions: { contents: "write", pull_requests: "write" },
    });
    await commitOn(world.owner, "main", { from: world.first, files: { later: "1" } });
    const update = (by: Octokit, pull_number: number) => by.rest.pulls.updateBranch({ ...REPO, pull_number });
    expect((await refusalOf(update(world.owner, number))).status).toBe(403);
    expect((await refusalOf(update(app, allowed.data.number))).status).toBe(403);
    expect((await update(world.owner, allowed.data.number)).status).toBe(202);
    await world.github.settled();
    expect(
      (await stranger.rest.repos.getBranch({ ...FORK, branch: "work" })).data.commit.commit.message,
    ).toBe("Merge branch 'side' into work");
  });

  it("outlives its fork, which it then no longer names", async () => {
    await fork();
    const sha = await write("work", "theirs");
    const number = await open();
    expect((await refusalOf(world.owner.rest.repos.delete(FORK))).status).toBe(403);
    expect((await stranger.rest.repos.delete(FORK)).status).toBe(204);
    expect((await pull(number)).head).toMatchObject({ label: "stranger:work", sha, repo: null });
    const { data: files } = await world.owner.rest.pulls.listFiles({ ...REPO, pull_number: number });
    expect(files.map(({ filename }) => filename)).toEqual(["theirs.txt"]);
    expect(
      await world.owner.graphql(
        `{ repository(owner: "octo", name: "demo") { pullRequest(number: ${number}) { isCrossRepository headRepository { id } } } }`,
      ),
    ).toEqual({ repository: { pullRequest: { isCrossRepository: true, headRepository: null } } });
  });

  it("shares what it is made of in memory, too", async () => {
    await world.close();
    await begin("in memory");
    await fork();
    const sha = await write("work", "theirs");
    const number = await open();
    expect((await world.owner.rest.git.getCommit({ ...REPO, commit_sha: sha })).data.sha).toBe(sha);
    await world.owner.rest.pulls.merge({ ...REPO, pull_number: number });
    expect((await pull(number)).merged).toBe(true);
  });

  it("is followed again when the world is opened again", async () => {
    await fork();
    await write("work", "theirs");
    const number = await open();
    await world.github.save();
    const { createJudgedGithub } = await import("../support/judge.ts");
    const again = await createJudgedGithub({ machine: world.machine, folder: world.folder });
    const octokit = octokitFor(again, again.token({ login: "stranger" }));
    const { data } = await octokit.rest.repos.createOrUpdateFileContents({
      ...FORK,
      path: "more.txt",
      branch: "work",
      message: "more",
      content: "",
    });
    expect((await octokit.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha).toBe(
      data.commit.sha,
    );
    await again.close();
  });
});

/** A branch of the base that has gone on. */
async function side(): Promise<string> {
  await commitOn(world.owner, "side", { from: world.first, files: { side: "1" } });
  return "side";
}
