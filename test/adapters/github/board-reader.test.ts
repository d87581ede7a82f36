/** The contract of `BoardReader`: what it makes of what is true on GitHub. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { AT, commitOn, ME, openContractWorld, REVIEWER, type ContractWorld } from "./contract-world.ts";

let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const issueBy = async (who: "app" | "owner", body?: string): Promise<number> =>
  (await world[who].rest.issues.create({ ...AT, title: "A", ...(body === undefined ? {} : { body }) })).data
    .number;

const pullBy = async (who: "app" | "owner", head: string, base: string): Promise<number> => {
  await commitOn(world, { files: { [`${head}.txt`]: "new\n" }, branch: head });
  return (await world[who].rest.pulls.create({ ...AT, title: "P", head, base })).data.number;
};

describe("who and where", () => {
  it("names both accounts and the repository", async () => {
    const { board } = world.github;
    expect([await board.me(), await board.reviewer()]).toEqual([ME, REVIEWER]);
    expect(await board.repository()).toEqual({ fullName: "octo/pull", defaultBranch: "main" });
  });

  it("has one account where there is one token", async () => {
    expect(await world.connect({ reviewer: null }).board.reviewer()).toBe(ME);
  });
});

describe("the board", () => {
  it("is our issues of any state and our pull requests into and from the integration branch", async () => {
    await commitOn(world, { files: { "main.txt": "x\n" }, branch: "roundtable/1/main" });
    const own = await issueBy("app", "body\n<!-- m -->");
    await world.owner.rest.issues.update({ ...AT, issue_number: own, labels: ["bug"], state: "closed" });
    await issueBy("owner", "body\n<!-- m -->");
    const unit = await pullBy("app", "unit-1", "roundtable/1/main");
    await world.owner.rest.pulls.update({ ...AT, pull_number: unit, state: "closed" });
    const { data: final } = await world.app.rest.pulls.create({
      ...AT,
      title: "Final",
      head: "roundtable/1/main",
      base: "main",
      draft: true,
    });
    await pullBy("owner", "stranger", "roundtable/1/main");
    await pullBy("app", "elsewhere", "main");

    const board = await world.github.board.board("roundtable/1/main");
    expect(board.issues).toEqual([
      {
        number: own,
        title: "A",
        body: "body\n<!-- m -->",
        labels: ["bug"],
        state: "closed",
        links: expect.objectContaining({ parent: null, blockedBy: 0 }),
      },
    ]);
    expect(board.pulls.map(({ number, state, draft, merged }) => ({ number, state, draft, merged }))).toEqual(
      [
        { number: unit, state: "closed", draft: false, merged: false },
        { number: final.number, state: "open", draft: true, merged: false },
      ],
    );
    expect(board.pulls[0]).toMatchObject({ head: "unit-1", base: "roundtable/1/main", body: "" });
  });

  it.each([
    { from: "a branch of the repository", run: 7, head: (repo: object) => repo, isTold: true },
    { from: "a fork", run: 8, head: (repo: object) => ({ ...repo, id: 999_999 }), isTold: false },
    { from: "a fork that is gone", run: 9, head: () => null, isTold: false },
  ])(
    "tells of pull requests of others into the integration branch: from $from",
    async ({ run, head, isTold }) => {
      const base = `roundtable/${run}/main`;
      await commitOn(world, { files: { "main.txt": "x\n" }, branch: base });
      const branch = `theirs-${run}`;
      const number = await pullBy("owner", branch, base);
      const line =
        (next: Line): Line =>
        async (input, init) => {
          const response = await next(input, init);
          const { pathname } = new URL(response.url || new Request(input, init).url);
          if (!pathname.endsWith("/pulls")) return response;
          const pulls = (await response.json()) as { head: { repo: object } }[];
          const told = pulls.map((pull) => ({ ...pull, head: { ...pull.head, repo: head(pull.head.repo) } }));
          return Response.json(told);
        };
      const { outside, pulls } = await world.connect({ line }).board.board(base);
      expect(pulls).toEqual([]);
      expect(outside).toEqual(
        isTold ? [expect.objectContaining({ number, head: branch, author: "octo", authorIsBot: false })] : [],
      );
    },
  );

  it("finds our newest pull request from one branch into another, open or closed", async () => {
    const { board } = world.github;
    const first = await pullBy("app", "learned", "main");
    await world.owner.rest.pulls.update({ ...AT, pull_number: first, state: "closed" });
    expect(await board.pullFrom("learned", "main")).toMatchObject({ number: first, state: "closed" });
    const again = { ...AT, title: "P", head: "learned", base: "main" };
    const { number } = (await world.app.rest.pulls.create(again)).data;
    expect(await board.pullFrom("learned", "main")).toMatchObject({ number, state: "open", head: "learned" });
    expect(await board.pullFrom("learned", "roundtable/1/main")).toBeNull();
    await pullBy("owner", "foreign", "main");
    expect(await board.pullFrom("foreign", "main")).toBeNull();
  });

  it("shows a pull request as merged when its head has landed by a moved branch", async () => {
    const number = await pullBy("app", "landing", "roundtable/1/main");
    const head = (await world.app.rest.pulls.get({ ...AT, pull_number: number })).data.head.sha;
    await world.app.rest.repos.merge({ ...AT, base: "roundtable/1/main", head });
    const { pulls } = await world.github.board.board("roundtable/1/main");
    expect(pulls.find((pull) => pull.number === number)).toMatchObject({
      state: "closed",
      merged: true,
      headSha: head,
    });
  });

  it("has more than a page of issues", async () => {
    const before = (await world.github.board.board("roundtable/1/main")).issues.length;
    for (let made = 0; made < 101; made++) await issueBy("app");
    const numbers = (await world.github.board.board("roundtable/1/main")).issues.map((one) => one.number);
    expect(new Set(numbers).size).toBe(before + 101);
  });
});

describe("comments", () => {
  it("say who wrote them, whether they were edited, and how they were answered", async () => {
    const issue = await issueBy("owner");
    const say = async (who: "app" | "owner", body: string): Promise<number> =>
      (await world[who].rest.issues.createComment({ ...AT, issue_number: issue, body })).data.id;
    const first = await say("owner", "/orchestrate status");
    const second = await say("app", "Done.");
    for (const content of ["eyes", "rocket"] as const)
      await world.app.rest.reactions.createForIssueComment({ ...AT, comment_id: first, content });
    const { createdAt } = (await world.github.board.comments(issue))[0]!;
    expect(createdAt.toISOString()).toBe(
      new Date(
        (await world.owner.rest.issues.getComment({ ...AT, comment_id: first })).data.created_at,
      ).toISOString(),
    );
    expect(await world.github.board.comments(issue)).toMatchObject([
      {
        id: first,
        author: "octo",
        authorIsBot: false,
        body: "/orchestrate status",
        edited: false,
        eyes: 1,
        answered: true,
      },
      { id: second, author: ME, authorIsBot: true, body: "Done.", edited: false, eyes: 0, answered: false },
    ]);
  });

  it("have more than a page, in the order in which they were made", async () => {
    const issue = await issueBy("owner");
    for (let made = 1; made <= 101; made++)
      await world.owner.rest.issues.createComment({ ...AT, issue_number: issue, body: `${made}` });
    const bodies = (await world.github.board.comments(issue)).map((comment) => comment.body);
    expect(bodies).toEqual(Array.from({ length: 101 }, (_, index) => `${index + 1}`));
    // What was said behind a hundred others is found as well.
    const recent = (await world.github.board.recentComments()).map((comment) => comment.body);
    expect(recent.slice(0, 101)).toEqual(bodies.toReversed());
  });

  it("of the whole repository are known by issue and kind, newest first", async () => {
    const issue = await issueBy("owner");
    const pull = await pullBy("owner", "commented", "main");
    for (const issue_number of [issue, pull])
      await world.owner.rest.issues.createComment({ ...AT, issue_number, body: `on ${issue_number}` });
    expect((await world.github.board.recentComments()).slice(0, 2)).toMatchObject([
      { issue: pull, onPull: true, body: `on ${pull}` },
      { issue, onPull: false, body: `on ${issue}` },
    ]);
  });
});

describe("one issue", () => {
  it("is told with its author, and whether it is a pull request", async () => {
    const issue = await issueBy("owner");
    const pull = await pullBy("app", "told", "main");
    expect(await world.github.board.issue(issue)).toEqual({
      number: issue,
      state: "open",
      isPull: false,
      title: "A",
      body: "",
      author: "octo",
      labels: [],
    });
    expect(await world.github.board.issue(pull)).toMatchObject({ isPull: true, author: ME });
  });

  it("is null when there is none", async () => {
    expect(await world.github.board.issue(999_999)).toBeNull();
  });
});

describe("issues of an account", () => {
  const ofOwner = (since = new Date(0)) => world.github.board.issuesOf("octo", since);

  it("are its own, open and closed, oldest first, with the eyes on them", async () => {
    const [first, second] = [await issueBy("owner", "one"), await issueBy("owner")];
    await issueBy("app");
    await pullBy("owner", "not-an-issue", "main");
    await world.owner.rest.issues.update({ ...AT, issue_number: first, state: "closed" });
    await world.app.rest.reactions.createForIssue({ ...AT, issue_number: second, content: "eyes" });
    await world.app.rest.reactions.createForIssue({ ...AT, issue_number: second, content: "rocket" });
    expect((await ofOwner()).slice(-2)).toEqual([
      { number: first, body: "one", state: "closed", eyes: 0 },
      { number: second, body: "", state: "open", eyes: 1 },
    ]);
  });

  it("are those changed at or after a moment", async () => {
    const old = await issueBy("owner");
    world.later();
    const [fresh, since] = [await issueBy("owner"), world.github.now()];
    const found = async () => (await ofOwner(since)).map((one) => one.number);
    expect(await found()).toEqual([fresh]);
    await world.owner.rest.issues.update({ ...AT, issue_number: old, body: "again" });
    expect(await found()).toEqual([old, fresh]);
  });

  it("are more than a page", async () => {
    const before = (await ofOwner()).length;
    for (let made = 0; made < 101; made++) await issueBy("owner");
    expect(new Set((await ofOwner()).map((one) => one.number)).size).toBe(before + 101);
  });
});

describe("eyes", () => {
  it("are told by who they are, on an issue and on a comment, and no other reactions", async () => {
    const issue = await issueBy("owner");
    const comment = (await world.owner.rest.issues.createComment({ ...AT, issue_number: issue, body: "c" }))
      .data.id;
    const { board } = world.github;
    expect([await board.eyesOn({ issue }), await board.eyesOn({ comment })]).toEqual([[], []]);
    for (const who of [world.owner, world.app]) {
      await who.rest.reactions.createForIssue({ ...AT, issue_number: issue, content: "eyes" });
      await who.rest.reactions.createForIssueComment({ ...AT, comment_id: comment, content: "rocket" });
    }
    await board.react({ comment }, "eyes");
    expect([await board.eyesOn({ issue }), await board.eyesOn({ comment })]).toEqual([["octo", ME], [ME]]);
  });
});

describe("reviews", () => {
  it("come with their commit and state, dismissed ones too; what is pending is its author's own", async () => {
    const pull = await pullBy("app", "reviewed", "main");
    const sha = (await world.app.rest.pulls.get({ ...AT, pull_number: pull })).data.head.sha;
    const review = (event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT") =>
      world.owner.rest.pulls.createReview({
        ...AT,
        pull_number: pull,
        body: event ?? "later",
        ...(event ? { event } : {}),
      });
    await review("COMMENT");
    const { data: dismissed } = await review("REQUEST_CHANGES");
    await world.owner.rest.pulls.dismissReview({
      ...AT,
      pull_number: pull,
      review_id: dismissed.id,
      message: "Settled",
    });
    await review("APPROVE");
    await review();
    const reviews = await world.github.board.reviews(pull);
    expect(reviews.map(({ state, body }) => [state, body])).toEqual([
      ["COMMENTED", "COMMENT"],
      ["DISMISSED", "REQUEST_CHANGES"],
      ["APPROVED", "APPROVE"],
    ]);
    expect(reviews[0]).toMatchObject({ author: "octo", authorIsBot: false, sha });
    expect(reviews[0]!.submittedAt).toBeInstanceOf(Date);
  });

  it("say things at lines, or of a whole file", async () => {
    const pull = await pullBy("app", "line-reviewed", "main");
    const path = "line-reviewed.txt";
    const { data: review } = await world.owner.rest.pulls.createReview({
      ...AT,
      pull_number: pull,
      event: "REQUEST_CHANGES",
      comments: [{ path, line: 1, side: "RIGHT", body: "Why new?" }],
    });
    const sha = (await world.app.rest.pulls.get({ ...AT, pull_number: pull })).data.head.sha;
    await world.owner.rest.pulls.createReviewComment({
      ...AT,
      pull_number: pull,
      commit_id: sha,
      path,
      subject_type: "file",
      body: "Too long",
    });
    const reviews = await world.github.board.reviews(pull);
    expect(reviews.map(({ state, body }) => [state, body])).toEqual([
      ["CHANGES_REQUESTED", ""],
      ["COMMENTED", ""],
    ]);
    expect(await world.github.board.lineComments(pull)).toEqual([
      { review: review.id, path, line: 1, body: "Why new?" },
      { review: reviews[1]!.id, path, line: null, body: "Too long" },
    ]);
  });

  it("have more than a page", async () => {
    const pull = await pullBy("app", "much-reviewed", "main");
    for (let made = 0; made < 101; made++)
      await world.owner.rest.pulls.createReview({ ...AT, pull_number: pull, event: "COMMENT", body: "x" });
    expect(await world.github.board.reviews(pull)).toHaveLength(101);
  });
});

describe("labels", () => {
  it("are all that the repository has, more than a page", async () => {
    for (let made = 0; made < 101; made++)
      await world.owner.rest.issues.createLabel({ ...AT, name: `label ${made}`, color: "ededed" });
    const labels = await world.github.board.labels();
    expect(labels.filter((name) => name.startsWith("label "))).toHaveLength(101);
  });
});

describe("permission", () => {
  it.each([
    ["admin", "admin"],
    ["write", "write"],
    ["triage", "read"],
    ["read", "read"],
    ["none", "none"],
  ] as const)("with the role %s is %s", async (role, level) => {
    world.giveRole("kim", role);
    expect(await world.github.board.permission("kim")).toBe(level);
  });

  it("of somebody unknown is none", async () => {
    expect(await world.github.board.permission("nobody-of-that-name")).toBe("none");
  });
});

it("the rules of a branch are those of active rulesets that name it, whether it is there or not", async () => {
  const rulesets = [
    { name: "On", enforcement: "active" as const, exclude: ["refs/heads/roundtable/**/*"] },
    { name: "Off", enforcement: "disabled" as const, exclude: [] },
  ];
  const [on] = await Promise.all(
    rulesets.map(async ({ name, enforcement, exclude }) => {
      const { data } = await world.owner.rest.repos.createRepoRuleset({
        ...AT,
        name,
        enforcement,
        conditions: { ref_name: { include: ["refs/heads/**/*"], exclude } },
        rules: [{ type: "creation" }, { type: "non_fast_forward" }],
      });
      return data.id;
    }),
  );
  const { board } = world.github;
  expect(await board.rules("feature/nowhere")).toEqual([
    { type: "creation", source: "octo/pull", ruleset: on, mayBypass: false },
    { type: "non_fast_forward", source: "octo/pull", ruleset: on, mayBypass: false },
  ]);
  expect(await board.rules("roundtable/1/unit-1")).toEqual([]);
});

it.each([
  { told: "always", mayBypass: true },
  { told: "exempt", mayBypass: true },
  { told: "pull_requests_only", mayBypass: false },
  { told: undefined, mayBypass: null },
])("of a ruleset that we may bypass: $told, we may: $mayBypass", async ({ told, mayBypass }) => {
  const rule = { type: "update", ruleset_source: "octo", ruleset_id: 5 };
  const { board } = world.connect({
    line: (next) => async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (/\/rules\/branches\//.test(url)) return Response.json([rule]);
      return /\/rulesets\/5/.test(url)
        ? Response.json({ id: 5, name: "R", ...(told && { current_user_can_bypass: told }) })
        : next(input, init);
    },
  });
  expect(await board.rules("x")).toEqual([{ type: "update", source: "octo", ruleset: 5, mayBypass }]);
});

it.each([403, 404])("where GitHub answers %i, no rules are known", async (status) => {
  const { board } = world.connect({
    line: (next) => async (input, init) =>
      /\/rules\/branches\//.test(input instanceof Request ? input.url : String(input))
        ? Response.json({ message: "Upgrade to use rulesets" }, { status })
        : next(input, init),
  });
  expect(await board.rules("x")).toEqual([]);
});
