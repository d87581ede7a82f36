/** The contract of `BoardWriter` for pull requests and reviews: what is true on GitHub after a call, after a second one, and after a refusal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import {
  AT,
  commitOn,
  HOSTILE,
  ME,
  openContractWorld,
  thrownBy,
  type ContractWorld,
} from "./contract-world.ts";
import { answeredOnce, answerLost, json, noted, overtaken } from "./line.ts";

let world: ContractWorld;
let names = 0;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const unique = (word: string): string => `${word}-${++names}`;

describe("ensurePull", () => {
  const wanted = (head: string, change: { base?: string; draft?: boolean } = {}) => ({
    head,
    base: change.base ?? "main",
    title: "Unit 3",
    body: `${HOSTILE}\n<!-- roundtable:pr run=1 unit=3 -->`,
    draft: change.draft ?? true,
    labels: ["roundtable"],
  });
  const branch = async (): Promise<string> => {
    const name = unique("roundtable/1/unit");
    await commitOn(world, { files: { [`${name}.txt`]: "x\n" }, branch: name });
    return name;
  };
  const pullsOf = async (head: string) =>
    (await world.owner.rest.pulls.list({ ...AT, head: `${AT.owner}:${head}`, state: "all" })).data;

  it("opens a draft with its labels, then finds it", async () => {
    const head = await branch();
    const { did, number } = await world.github.board.ensurePull(wanted(head));
    expect(did).toBe("created");
    const { data } = await world.owner.rest.pulls.get({ ...AT, pull_number: number });
    expect(data).toMatchObject({
      draft: true,
      state: "open",
      body: wanted(head).body,
      user: { login: ME },
      base: { ref: "main" },
    });
    expect(data.labels.map((label) => label.name)).toEqual(["roundtable"]);
    expect(await world.github.board.ensurePull(wanted(head))).toEqual({ did: "unchanged", number });
    expect(await pullsOf(head)).toHaveLength(1);
  });

  it("opens another one after the first was closed", async () => {
    const head = await branch();
    const { number } = await world.github.board.ensurePull(wanted(head));
    await world.owner.rest.pulls.update({ ...AT, pull_number: number, state: "closed" });
    expect(await world.github.board.ensurePull(wanted(head))).toMatchObject({ did: "created" });
    expect(await pullsOf(head)).toHaveLength(2);
  });

  it("takes the one that another pass has just opened", async () => {
    const head = await branch();
    const race = overtaken(/^POST .*\/pulls$/, () => world.github.board.ensurePull(wanted(head)));
    expect(await world.connect({ line: race }).board.ensurePull(wanted(head))).toMatchObject({
      did: "unchanged",
    });
    expect(await pullsOf(head)).toHaveLength(1);
  });

  it("opens one though GitHub's answer was lost", async () => {
    const head = await branch();
    const { board } = world.connect({ line: answerLost(/^POST .*\/pulls$/) });
    expect(await thrownBy(board.ensurePull(wanted(head)))).toBeInstanceOf(TransientError);
    expect(await board.ensurePull(wanted(head))).toMatchObject({ did: "unchanged" });
    expect(await pullsOf(head)).toHaveLength(1);
  });

  it("waits for GitHub to see commits that were pushed a moment ago", async () => {
    const head = await branch();
    const refusal = json(422, {
      message: "Validation Failed",
      errors: [{ resource: "PullRequest", code: "custom", message: `No commits between main and ${head}` }],
    });
    const { board } = world.connect({ line: answeredOnce(/^POST .*\/pulls$/, () => refusal) });
    expect(await thrownBy(board.ensurePull(wanted(head)))).toMatchObject({
      name: "TransientError",
      retryAfterMs: 5000,
    });
    expect(await board.ensurePull(wanted(head))).toMatchObject({ did: "created" });
  });

  it("opens a plain one where the repository has no drafts", async () => {
    await world.addRepository("free", { private: true });
    const at = { owner: AT.owner, repo: "free" };
    const write = (path: string, to: string): Promise<unknown> =>
      world.owner.rest.repos.createOrUpdateFileContents({
        ...at,
        path,
        branch: to,
        message: "m",
        content: "eA==",
      });
    await write("a.txt", "main");
    const { data: main } = await world.owner.rest.git.getRef({ ...at, ref: "heads/main" });
    await world.owner.rest.git.createRef({ ...at, ref: "refs/heads/head", sha: main.object.sha });
    await write("b.txt", "head");
    const { board } = world.connect({ repo: "free" });
    const { number } = await board.ensurePull(wanted("head"));
    const { data } = await world.owner.rest.pulls.get({ ...at, pull_number: number });
    expect([data.draft, data.labels.map((label) => label.name)]).toEqual([false, ["roundtable"]]);
  });

  it("says that there is nothing to propose, or no such branch", async () => {
    const same = unique("same");
    await world.owner.rest.git.createRef({ ...AT, ref: `refs/heads/${same}`, sha: world.first });
    const head = await branch();
    for (const pull of [wanted(same), wanted("not-there"), wanted(head, { base: "not-there" })])
      expect(await thrownBy(world.github.board.ensurePull(pull))).toBeInstanceOf(UserError);
    expect(await pullsOf(same)).toEqual([]);
  });
});

describe("updatePull", () => {
  const aPull = async (): Promise<number> => {
    const head = unique("roundtable/1/unit");
    await commitOn(world, { files: { [`${head}.txt`]: "x\n" }, branch: head });
    const pull = { head, base: "main", title: "P", body: "b", draft: true, labels: ["roundtable"] };
    return (await world.github.board.ensurePull(pull)).number;
  };
  const pullOf = async (pull_number: number) =>
    (await world.owner.rest.pulls.get({ ...AT, pull_number })).data;

  it("takes it out of draft, changes text and labels, and writes nothing the second time", async () => {
    const number = await aPull();
    const requests: string[] = [];
    const { board } = world.connect({ line: noted(requests) });
    const change = { body: HOSTILE, labels: ["roundtable", "fix-required"], ready: true } as const;
    expect(await board.updatePull(number, change)).toEqual({ did: "updated" });
    const after = await pullOf(number);
    expect(after).toMatchObject({ draft: false, body: HOSTILE, state: "open", title: "P" });
    expect(after.labels.map((label) => label.name).toSorted()).toEqual(["fix-required", "roundtable"]);
    requests.length = 0;
    expect(await board.updatePull(number, change)).toEqual({ did: "unchanged" });
    expect(requests.filter((name) => !name.startsWith("GET "))).toEqual([]);
  });

  it("closes", async () => {
    const number = await aPull();
    expect(await world.github.board.updatePull(number, { state: "closed" })).toEqual({ did: "updated" });
    expect(await world.github.board.updatePull(number, { state: "closed" })).toEqual({ did: "unchanged" });
    expect(await pullOf(number)).toMatchObject({ state: "closed", merged: false, draft: true });
  });

  it("says that there is no such pull request", async () => {
    expect(await thrownBy(world.github.board.updatePull(999_999, { ready: true }))).toBeInstanceOf(UserError);
  });
});

describe("ensureReview", () => {
  const mayApprove = (may: boolean): Promise<unknown> =>
    world.owner.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
      ...AT,
      can_approve_pull_request_reviews: may,
    });
  beforeAll(() => mayApprove(true));

  const pullBy = async (by: "app" | "reviewer"): Promise<{ pull: number; sha: string }> => {
    const head = unique("reviewed");
    const sha = await commitOn(world, { files: { [`${head}.txt`]: "x\n" }, branch: head });
    const { data } = await world[by].rest.pulls.create({ ...AT, title: "P", head, base: "main" });
    return { pull: data.number, sha };
  };
  const statesOf = async (pull_number: number) =>
    (await world.owner.rest.pulls.listReviews({ ...AT, pull_number })).data.map((review) => [
      review.state,
      review.user?.login,
      review.commit_id,
    ]);
  const reviewOf = (
    change: { pull: number; sha: string },
    verdict: "approve" | "request-changes" | "comment",
  ) => {
    const marker = `<!-- roundtable:review run=1 unit=3 role=${verdict} -->`;
    return { ...change, verdict, body: `${HOSTILE}\n\n${marker}`, marker };
  };

  it.each([
    ["approve", "APPROVED"],
    ["request-changes", "CHANGES_REQUESTED"],
    ["comment", "COMMENTED"],
  ] as const)("%s is a review at that head by the reviewer, once", async (verdict, state) => {
    const change = await pullBy("app");
    const review = reviewOf(change, verdict);
    expect(await world.github.board.ensureReview(review)).toEqual({ did: "created" });
    expect(await world.github.board.ensureReview(review)).toEqual({ did: "unchanged" });
    expect(await statesOf(change.pull)).toEqual([[state, "github-actions[bot]", change.sha]]);
  });

  it.each(["approve", "request-changes"] as const)(
    "%s is a comment where the reviewer is the author, or is the only account",
    async (verdict) => {
      const own = await pullBy("reviewer");
      await world.github.board.ensureReview(reviewOf(own, verdict));
      const alone = await pullBy("app");
      await world.connect({ reviewer: null }).board.ensureReview(reviewOf(alone, verdict));
      expect([await statesOf(own.pull), await statesOf(alone.pull)]).toEqual([
        [["COMMENTED", "github-actions[bot]", own.sha]],
        [["COMMENTED", ME, alone.sha]],
      ]);
    },
  );

  it("approves by a comment where the repository lets no job approve", async () => {
    const change = await pullBy("app");
    await mayApprove(false);
    expect(await world.github.board.ensureReview(reviewOf(change, "approve"))).toEqual({ did: "created" });
    await mayApprove(true);
    expect(await statesOf(change.pull)).toEqual([["COMMENTED", "github-actions[bot]", change.sha]]);
  });

  it("says what belongs to a line at that line, which the pull request's diff shows", async () => {
    const change = await pullBy("app");
    const [file] = await world.github.board.changedFiles(change.pull);
    expect(file).toEqual({ path: expect.stringMatching(/^reviewed.*\.txt$/), patch: "@@ -0,0 +1 @@\n+x" });
    const comment = { path: file!.path, line: 1, body: "Why x?" };
    const review = { ...reviewOf(change, "approve"), comments: [comment] };
    expect(await world.github.board.ensureReview(review)).toEqual({ did: "created" });
    const { data } = await world.owner.rest.pulls.listReviewComments({ ...AT, pull_number: change.pull });
    expect(data).toEqual([expect.objectContaining({ ...comment, side: "RIGHT", commit_id: change.sha })]);
  });

  it.each([
    { what: "a line", place: (path: string) => ({ path, line: 2 }) },
    { what: "a file", place: () => ({ path: "other.txt", line: 1 }) },
  ])("posts nothing when the diff does not show $what that is named", async ({ place }) => {
    const change = await pullBy("app");
    const [file] = await world.github.board.changedFiles(change.pull);
    const comments = [{ ...place(file!.path), body: "Why?" }];
    const review = { ...reviewOf(change, "approve"), comments };
    expect(await world.github.board.ensureReview(review)).toBe("misplaced");
    expect(await statesOf(change.pull)).toEqual([]);
  });

  it("stands on the commit that was reviewed, after the head has moved on", async () => {
    const change = await pullBy("app");
    const { data } = await world.owner.rest.pulls.get({ ...AT, pull_number: change.pull });
    const next = await commitOn(world, { files: { "next.txt": "x\n" }, from: change.sha });
    await world.owner.rest.git.updateRef({ ...AT, ref: `heads/${data.head.ref}`, sha: next });
    await world.github.board.ensureReview(reviewOf(change, "approve"));
    expect(await statesOf(change.pull)).toEqual([["APPROVED", "github-actions[bot]", change.sha]]);
  });

  it("is not hidden by a review that somebody else copied", async () => {
    const change = await pullBy("app");
    const review = reviewOf(change, "comment");
    await world.owner.rest.pulls.createReview({
      ...AT,
      pull_number: change.pull,
      event: "COMMENT",
      body: review.body,
    });
    expect(await world.github.board.ensureReview(review)).toEqual({ did: "created" });
  });

  it("is one though GitHub's answer was lost", async () => {
    const change = await pullBy("app");
    const line = answerLost(/^POST .*\/reviews$/);
    const { board } = world.connect({ line });
    const review = reviewOf(change, "request-changes");
    expect(await thrownBy(board.ensureReview(review))).toBeInstanceOf(TransientError);
    expect(await board.ensureReview(review)).toEqual({ did: "unchanged" });
    expect(await statesOf(change.pull)).toHaveLength(1);
  });
});
