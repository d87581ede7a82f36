import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

interface Opened {
  number: number;
  sha: string;
  node_id: string;
}

async function openPull(
  options: {
    draft?: boolean;
    branch?: string;
    body?: string;
    base?: string;
    files?: Record<string, string>;
  } = {},
): Promise<Opened> {
  const branch = options.branch ?? "feature";
  const files = options.files ?? { [`${branch}.txt`]: "new\n" };
  const sha = await commitOn(world.owner, branch, { from: world.first, files });
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

async function pull(number: number): Promise<Record<string, unknown>> {
  const { data } = await world.owner.rest.pulls.get({ ...REPO, pull_number: number });
  return { ...data };
}

describe("a pull request", () => {
  it("shows its branches and numbers, and whether it can be merged at the second look", async () => {
    const sha = await commitOn(world.owner, "feature", { from: world.first, files: { "a.txt": "new\n" } });
    const first = await world.owner.rest.pulls.create({
      ...REPO,
      title: "A",
      head: "octo:feature",
      base: "main",
    });
    expect(first.data).toMatchObject({ mergeable: null, mergeable_state: "unknown" });
    expect(await pull(first.data.number)).toMatchObject({
      number: 1,
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

  it("lists by state, head and base", async () => {
    await openPull();
    await openPull({ branch: "other" });
    expect(await count({})).toBe(2);
    expect(await count({ head: "octo:other" })).toBe(1);
    expect(await count({ head: "octo:none" })).toBe(0);
    expect(await count({ base: "main" })).toBe(2);
    expect(await count({ state: "closed" })).toBe(0);
  });

  it("gives its files with patches, its commits and its diff", async () => {
    const { number, sha } = await openPull({
      files: { "README.md": "# Demo\n\none\nTWO\nthree\n", "b c.txt": "x\n" },
    });
    const files = await world.owner.rest.pulls.listFiles({ ...REPO, pull_number: number });
    expect(
      files.data.map(({ filename, status, additions, deletions }) => [
        filename,
        status,
        additions,
        deletions,
      ]),
    ).toEqual([
      ["README.md", "modified", 1, 1],
      ["b c.txt", "added", 1, 0],
    ]);
    expect(files.data[0]?.patch).toBe("@@ -1,5 +1,5 @@\n # Demo\n \n one\n-two\n+TWO\n three");
    const commits = await world.owner.rest.pulls.listCommits({ ...REPO, pull_number: number });
    expect(commits.data.map((commit) => [commit.sha, commit.author?.login])).toEqual([[sha, "octo"]]);
    const diff = await world.owner.rest.pulls.get({
      ...REPO,
      pull_number: number,
      mediaType: { format: "diff" },
    });
    expect(diff.data).toEqual(expect.stringContaining("diff --git a/README.md b/README.md"));
  });

  const refusedCreations = [
    ["an unknown head", { head: "nowhere", base: "main" }, { field: "head", code: "invalid" }],
    ["an unknown base", { head: "feature", base: "nowhere" }, { field: "base", code: "invalid" }],
    [
      "no commits",
      { head: "same", base: "main" },
      { code: "custom", message: "No commits between main and same" },
    ],
    [
      "a second one",
      { head: "feature", base: "main" },
      { message: "A pull request already exists for octo:feature." },
    ],
    [
      "a long title",
      { head: "x", base: "main", title: "t".repeat(257) },
      { message: "title is too long (maximum is 256 characters)" },
    ],
    ["a long body", { head: "x", base: "main", body: "b".repeat(65_537) }, { field: "body", code: "custom" }],
  ] as const;
  it.each(refusedCreations)("is refused with %s", async (_name, input, error) => {
    await openPull();
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/heads/same", sha: world.first });
    const refusal = await refusalOf(world.owner.rest.pulls.create({ ...REPO, title: "A", ...input }));
    expect(refusal).toMatchObject({
      status: 422,
      message: "Validation Failed",
      errors: [{ resource: "PullRequest", ...error }],
    });
  });

  it("is refused as a draft where the repository has none", async () => {
    await world.close();
    world = await createTestWorld("in a folder");
    await world.github.addRepository({
      fullName: "octo/free",
      defaultBranch: "main",
      private: true,
      refusesDrafts: true,
      adopt: world.repository,
    });
    await commitOn(world.owner, "feature", { from: world.first, files: { a: "a" } });
    await world.github.refresh("octo/free");
    const open = (draft: boolean): Promise<{ data: { draft?: boolean | undefined } }> =>
      world.owner.rest.pulls.create({
        owner: "octo",
        repo: "free",
        title: "A",
        head: "feature",
        base: "main",
        draft,
      });
    expect(await refusalOf(open(true))).toMatchObject({
      status: 422,
      errors: [{ code: "custom", message: "Draft pull requests are not supported in this repository." }],
    });
    expect((await open(false)).data.draft).toBe(false);
  });

  it("leaves draft by GraphQL alone", async () => {
    const { number, node_id } = await openPull({ draft: true });
    await world.owner.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...REPO,
      pull_number: number,
      draft: false,
    });
    expect(await pull(number)).toMatchObject({ draft: true });
    const mark = `mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft number } } }`;
    expect(await world.owner.graphql(mark, { id: node_id })).toEqual({
      markPullRequestReadyForReview: { pullRequest: { isDraft: false, number } },
    });
    expect(await pull(number)).toMatchObject({ draft: false });
    const back = `mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`;
    await world.owner.graphql(back, { id: node_id });
    expect(await pull(number)).toMatchObject({ draft: true });
  });
});

describe("merging a pull request", () => {
  it("is refused for a draft, another head and a conflict", async () => {
    const draft = await openPull({ draft: true });
    const merge = { ...REPO, pull_number: draft.number };
    expect(await refusalOf(world.owner.rest.pulls.merge(merge))).toMatchObject({
      status: 405,
      message: "Pull Request is still a draft",
    });
    const plain = await openPull({ branch: "plain", files: { "README.md": "mine\n" } });
    const stale = { ...REPO, pull_number: plain.number, sha: world.first };
    expect(await refusalOf(world.owner.rest.pulls.merge(stale))).toMatchObject({
      status: 409,
      message: "Head branch was modified. Review and try the merge again.",
    });
    await commitOn(world.owner, "main", { from: world.first, files: { "README.md": "theirs\n" } });
    await pull(plain.number);
    expect(await pull(plain.number)).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    const conflict = { ...REPO, pull_number: plain.number };
    expect(await refusalOf(world.owner.rest.pulls.merge(conflict))).toMatchObject({
      status: 405,
      message: "Pull Request is not mergeable",
    });
  });

  it("is refused, for now, while another one moves the base", async () => {
    const [one, other] = [
      await openPull({ branch: "one", files: { "one.txt": "1" } }),
      await openPull({ branch: "other", files: { "other.txt": "2" } }),
    ];
    const merge = (pull_number: number) => world.owner.rest.pulls.merge({ ...REPO, pull_number });
    const outcomes = await Promise.allSettled([merge(one.number), merge(other.number)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const late = outcomes[0].status === "rejected" ? one : other;
    const [refused] = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused!.reason).toMatchObject({
      status: 405,
      response: { data: { message: "Base branch was modified. Review and try the merge again." } },
    });
    expect((await merge(late.number)).data.merged).toBe(true);
  });

  it.each(["merge", "squash", "rebase"] as const)("brings the change into the base by %s", async (method) => {
    const { number, sha } = await openPull();
    await commitOn(world.owner, "main", { from: world.first, files: { "other.txt": "x\n" } });
    const check = { ...REPO, pull_number: number };
    expect(await refusalOf(world.owner.rest.pulls.checkIfMerged(check))).toMatchObject({ status: 404 });
    const { data } = await world.owner.rest.pulls.merge({
      ...REPO,
      pull_number: number,
      sha,
      merge_method: method,
    });
    expect(data).toMatchObject({ merged: true, message: "Pull Request successfully merged" });
    expect(await pull(number)).toMatchObject({
      merged: true,
      state: "closed",
      merge_commit_sha: data.sha,
      merged_by: { login: "octo" },
    });
    expect((await world.owner.rest.pulls.checkIfMerged(check)).status).toBe(204);
    const file = await world.owner.rest.repos.getContent({ ...REPO, path: "feature.txt" });
    expect(file.data).toMatchObject({ type: "file" });
    const { data: commit } = await world.owner.rest.git.getCommit({ ...REPO, commit_sha: data.sha });
    expect(commit.parents).toHaveLength(method === "merge" ? 2 : 1);
    expect(await refusalOf(world.owner.rest.pulls.merge(check))).toMatchObject({ status: 405 });
  });

  it("happens when the head becomes reachable from the base by a moved ref", async () => {
    const { number, sha } = await openPull();
    await world.owner.rest.git.updateRef({ ...REPO, ref: "heads/main", sha });
    expect(await pull(number)).toMatchObject({ merged: true, state: "closed", merge_commit_sha: sha });
    expect(
      await refusalOf(world.owner.rest.pulls.update({ ...REPO, pull_number: number, state: "open" })),
    ).toMatchObject({ status: 422 });
  });

  it("closes the issues it names only when the base is the default branch", async () => {
    await world.owner.rest.issues.create({ ...REPO, title: "One" });
    await world.owner.rest.issues.create({ ...REPO, title: "Two" });
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/heads/next", sha: world.first });
    const aside = await openPull({ branch: "a", base: "next", body: "Closes #1" });
    const main = await openPull({ branch: "b", body: "fixes #2" });
    await world.owner.rest.pulls.merge({ ...REPO, pull_number: aside.number });
    await world.owner.rest.pulls.merge({ ...REPO, pull_number: main.number });
    const stateOf = async (issue_number: number): Promise<string> =>
      (await world.owner.rest.issues.get({ ...REPO, issue_number })).data.state;
    expect([await stateOf(1), await stateOf(2)]).toEqual(["open", "closed"]);
  });
});

describe("a review", () => {
  it("is answered with 200 and kept", async () => {
    const { number, sha } = await openPull();
    const reply = await review(world.guest, number, { event: "APPROVE", body: "Good" });
    expect(reply).toMatchObject({
      status: 200,
      data: { state: "APPROVED", commit_id: sha, user: { login: "guest" } },
    });
    const { data } = await world.owner.rest.pulls.listReviews({ ...REPO, pull_number: number });
    expect(data.map((one) => [one.user?.login, one.state, one.body])).toEqual([
      ["guest", "APPROVED", "Good"],
    ]);
  });

  it.each([
    [{ event: "APPROVE" }, "Review Can not approve your own pull request"],
    [{ event: "REQUEST_CHANGES", body: "No" }, "Review Can not request changes on your own pull request"],
  ])("of one's own pull request is refused: %j", async (input, message) => {
    const { number } = await openPull();
    expect(await refusalOf(review(world.owner, number, input))).toEqual({
      status: 422,
      message: "Unprocessable Entity",
      errors: [message],
    });
    expect((await review(world.owner, number, { event: "COMMENT", body: "Note" })).status).toBe(200);
  });

  it("needs a body to comment or to ask for changes, and is refused whole for a line outside the diff", async () => {
    const { number } = await openPull();
    expect(await refusalOf(review(world.guest, number, { event: "COMMENT" }))).toMatchObject({ status: 422 });
    expect(
      await refusalOf(review(world.guest, number, { event: "REQUEST_CHANGES", body: " " })),
    ).toMatchObject({ status: 422 });
    const comments = [
      { path: "feature.txt", line: 1, body: "On it" },
      { path: "feature.txt", line: 9, body: "Off it" },
    ];
    const refusal = await refusalOf(review(world.guest, number, { event: "COMMENT", body: "x", comments }));
    expect(refusal).toEqual({
      status: 422,
      message: "Unprocessable Entity",
      errors: ["Line could not be resolved"],
    });
    expect((await world.owner.rest.pulls.listReviews({ ...REPO, pull_number: number })).data).toEqual([]);
    await review(world.guest, number, { event: "COMMENT", body: "x", comments: comments.slice(0, 1) });
    const kept = await world.owner.rest.pulls.listReviewComments({ ...REPO, pull_number: number });
    expect(kept.data.map((one) => [one.path, one.line, one.body])).toEqual([["feature.txt", 1, "On it"]]);
  });

  it("may wait unsent, one at a time, seen by its author alone", async () => {
    const { number } = await openPull();
    const { data } = await world.guest.rest.pulls.createReview({
      ...REPO,
      pull_number: number,
      body: "later",
    });
    expect(data.state).toBe("PENDING");
    expect(data.submitted_at).toBeUndefined();
    expect(await refusalOf(review(world.guest, number, { body: "again" }))).toMatchObject({
      errors: ["User can only have one pending review per pull request"],
    });
    expect((await world.owner.rest.pulls.listReviews({ ...REPO, pull_number: number })).data).toEqual([]);
    const sent = await world.guest.rest.pulls.submitReview({
      ...REPO,
      pull_number: number,
      review_id: data.id,
      event: "COMMENT",
    });
    expect(sent.data.state).toBe("COMMENTED");
  });

  it("may be asked only of collaborators", async () => {
    const { number } = await openPull();
    const ask = { ...REPO, pull_number: number, reviewers: ["guest"] };
    expect(await refusalOf(world.owner.rest.pulls.requestReviewers(ask))).toMatchObject({ status: 422 });
    world.github.setPermission("octo/demo", "guest", "write");
    const { data } = await world.owner.rest.pulls.requestReviewers(ask);
    expect(data.requested_reviewers?.map((one) => one.login)).toEqual(["guest"]);
  });
});

const count = async (query: Record<string, string>): Promise<number> =>
  (await world.owner.request("GET /repos/{owner}/{repo}/pulls", { ...REPO, ...query })).data.length;

const review = (
  octokit: TestWorld["owner"],
  pull_number: number,
  input: object,
): Promise<{ status: number; data: unknown }> =>
  octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...REPO,
    pull_number,
    ...input,
  });
