/** What one request stands for: edits that are asked for together, a look at what this process has written itself, and what a look hears of comments. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/problem.ts";
import { AT, commitOn, ME, openContractWorld, thrownBy, type ContractWorld } from "./contract-world.ts";
import { answered, answeredOnce, json, noted } from "./line.ts";

let world: ContractWorld;
let run: number;
beforeAll(async () => {
  world = await openContractWorld();
  run = (await world.owner.rest.issues.create({ ...AT, title: "Please" })).data.number;
  await world.owner.rest.issues.createLabel({ ...AT, name: "new", color: "ededed" });
});
afterAll(() => world.close());

const integrationBranch = "roundtable/1/main";
const lookAt = (branches: string[] = [], isOwn = false) => ({
  run,
  integrationBranch,
  branches,
  since: new Date(0),
  isOwn,
});
const anIssue = async (title: string): Promise<number> =>
  (await world.app.rest.issues.create({ ...AT, title, body: "a" })).data.number;
const issue = async (issue_number: number) =>
  (await world.owner.rest.issues.get({ ...AT, issue_number })).data;

/** A process that has looked, and what it asks for from then on. */
async function looked(line: Parameters<typeof world.connect>[0] = {}) {
  const names: string[] = [];
  const between = line.line;
  const github = world.connect({ line: (next) => noted(names)(between ? between(next) : next) });
  await github.board.look(lookAt());
  names.length = 0;
  return { board: github.board, code: github.code, names };
}

describe("edits that are asked for together", () => {
  it("go in one request", async () => {
    const [one, two] = [await anIssue("One"), await anIssue("Two")];
    const { data: comment } = await world.app.rest.issues.createComment({
      ...AT,
      issue_number: run,
      body: "Old\n\n<!-- a -->",
    });
    const { board, names } = await looked();
    const said = { issue: run, marker: "<!-- a -->", body: "New\n\n<!-- a -->" };
    const did = await Promise.all([
      board.updateIssue(one, { labels: ["new"], body: "b" }),
      board.updateIssue(two, { state: "closed", stateReason: "not_planned" }),
      board.ensureComment(said),
      board.ensureLinks({ number: two, parent: run, blockedBy: [], drops: [] }),
    ]);
    expect(did.map((each) => each.did)).toEqual(["updated", "updated", "updated", "updated"]);
    expect(names).toEqual(["POST /graphql"]);
    expect(await issue(one)).toMatchObject({ body: "b", labels: [{ name: "new" }] });
    expect(await issue(two)).toMatchObject({ state: "closed", state_reason: "not_planned" });
    expect((await issue(two)).parent_issue_url).toMatch(new RegExp(`/issues/${run}$`));
    const { data } = await world.owner.rest.issues.getComment({ ...AT, comment_id: comment.id });
    expect(data.body).toBe(said.body);
    expect(await board.ensureComment(said)).toEqual({ did: "unchanged" });
  });

  it("that are refused are done one by one, and told why; the others are done", async () => {
    const [one, two] = [await anIssue("Three"), await anIssue("Four")];
    const { board, names } = await looked();
    const [refused, did] = await Promise.all([
      thrownBy(board.updateIssue(one, { title: "x".repeat(257) })),
      board.updateIssue(two, { title: "Right" }),
    ]);
    expect(refused).toMatchObject({ status: 422 });
    expect(did).toEqual({ did: "updated" });
    expect((await issue(two)).title).toBe("Right");
    expect(names).toEqual(["POST /graphql", `PATCH /repos/octo/pull/issues/${one}`]);
  });

  it.each([
    ["does not know them", json(200, { errors: [{ message: "Field 'updateIssue' doesn't exist" }] })],
    ["forbids them", json(200, { errors: [{ type: "FORBIDDEN", message: "Resource not accessible" }] })],
  ])("go by REST where GraphQL %s", async (_why, reply) => {
    const one = await anIssue("Five");
    let isLookOver = false;
    const { board } = await looked({
      line: (next) => async (input, init) =>
        isLookOver ? answered(/graphql/, () => reply.clone())(next)(input, init) : next(input, init),
    });
    isLookOver = true;
    expect(await board.updateIssue(one, { title: "By REST" })).toEqual({ did: "updated" });
    expect((await issue(one)).title).toBe("By REST");
  });

  it("are told who is gone", async () => {
    const one = await anIssue("Six");
    let isLookOver = false;
    const { board } = await looked({
      line: (next) => async (input, init) =>
        isLookOver
          ? answeredOnce(/PATCH/, () => json(410, { message: "This issue was deleted" }))(
              answered(/graphql/, () =>
                json(200, { errors: [{ type: "NOT_FOUND", path: ["edit0"], message: "x" }] }),
              )(next),
            )(input, init)
          : next(input, init),
    });
    isLookOver = true;
    expect(await thrownBy(board.updateIssue(one, { title: "Gone" }))).toBeInstanceOf(UserError);
  });
});

describe("a look after an append of one's own", () => {
  it("knows what this process has written, and asks nothing", async () => {
    const one = await anIssue("Seven");
    const { board, code, names } = await looked();
    const name = `roundtable/${run}/unit-7`;
    await code.ensureBranch({ name: integrationBranch, sha: world.first, message: null });
    await code.ensureBranch({ name, sha: world.first, message: "Begin" });
    const body = `Text\n\n<!-- roundtable:pr run=${run} unit=7 -->`;
    const pull = await board.ensurePull({
      head: name,
      base: integrationBranch,
      title: "Seven",
      body,
      draft: true,
      labels: ["new"],
    });
    await board.updateIssue(one, { labels: ["new"] });
    await board.updatePull(pull.number, { ready: true });
    await board.ensureReview({
      pull: pull.number,
      sha: (await world.owner.rest.pulls.get({ ...AT, pull_number: pull.number })).data.head.sha,
      verdict: "comment",
      body: "Read.\n\n<!-- r -->",
      marker: "<!-- r -->",
    });
    const wrote = names.length;
    const own = await board.look(lookAt([name], true));
    expect(names).toHaveLength(wrote);
    const afresh = await world.connect().board.look(lookAt([name]));
    expect(own.branches).toEqual(afresh.branches);
    const [mine, theirs] = [own, afresh].map(({ board: { pulls, issues }, reviews }) => ({
      pull: pulls.find(({ number }) => number === pull.number),
      issue: issues.find(({ number }) => number === one),
      reviews: reviews[pull.number]?.map(({ body: text, author, state }) => ({ text, author, state })),
    }));
    expect(mine).toEqual(theirs);
  });

  it("knows the head of a branch that somebody else has made first", async () => {
    const name = `roundtable/${run}/unit-8`;
    const github = world.connect();
    await github.board.look(lookAt([name]));
    const theirs = await commitOn(world, { branch: name, files: { z: "z" } });
    const did = await github.code.ensureBranch({ name, sha: world.first, message: "Begin" });
    expect(did).toEqual({ did: "unchanged", sha: theirs });
    expect((await github.board.look(lookAt([name], true))).branches).toEqual({ [name]: theirs });
  });

  it("looks again where a branch was not where it should be", async () => {
    const name = `roundtable/${run}/unit-9`;
    const github = world.connect();
    const { sha } = await github.code.ensureBranch({ name, sha: world.first, message: "Begin" });
    await github.board.look(lookAt([name]));
    const theirs = await commitOn(world, { branch: "theirs-9", from: sha, files: { z: "z" } });
    await world.owner.rest.git.updateRef({ ...AT, ref: `heads/${name}`, sha: theirs });
    const commits = [{ message: "Ours", files: [] }];
    expect(await github.code.commit({ branch: name, expectedHead: sha, commits })).toBe("moved");
    expect((await github.board.look(lookAt([name], true))).branches).toEqual({ [name]: theirs });
  });

  it("asks where it is asked for a branch that it does not know", async () => {
    const { board, names } = await looked();
    await commitOn(world, { branch: "elsewhere", files: { y: "y" } });
    const found = await board.look(lookAt(["elsewhere"], true));
    expect(Object.keys(found.branches)).toEqual(["elsewhere"]);
    expect(names).toEqual(["POST /graphql"]);
  });
});

describe("comments anywhere in the repository", () => {
  const say = async (issue_number: number, body: string): Promise<void> => {
    world.later();
    await world.owner.rest.issues.createComment({ ...AT, issue_number, body });
  };

  it("are heard by a look, once they were listed", async () => {
    const other = (await world.owner.rest.issues.create({ ...AT, title: "Other" })).data.number;
    const { board, names } = await looked();
    await board.recentComments();
    await say(other, "/orchestrate .kiro/specs/x");
    names.length = 0;
    await board.look(lookAt());
    const [newest] = await board.recentComments();
    expect(newest).toMatchObject({ issue: other, body: "/orchestrate .kiro/specs/x", onPull: false });
    expect(names).toEqual(["POST /graphql"]);
    await board.recentComments();
    expect(names.at(-1)).toMatch(/^GET .*\/issues\/comments/);
  });

  it("are listed again where more was said than a look tells", async () => {
    const other = (await world.owner.rest.issues.create({ ...AT, title: "Loud" })).data.number;
    const { board, names } = await looked();
    await board.recentComments();
    for (let at = 0; at < 7; at++) await say(other, `Word ${at}`);
    names.length = 0;
    await board.look(lookAt());
    const heard = (await board.recentComments()).filter((said) => said.issue === other);
    expect(heard.map(({ body }) => body)).toEqual([6, 5, 4, 3, 2, 1, 0].map((at) => `Word ${at}`));
    expect(names.at(-1)).toMatch(/^GET .*\/issues\/comments/);
  });

  it("carry our own reaction, though nobody has read it again", async () => {
    const { board } = await looked();
    const [first] = await board.recentComments();
    await board.react({ comment: first!.id }, "eyes");
    await board.look(lookAt());
    const again = (await board.recentComments()).find(({ id }) => id === first!.id);
    expect(again?.eyes).toBe(first!.eyes + 1);
    expect(await board.eyesOn({ comment: first!.id })).toContain(ME);
  });
});
