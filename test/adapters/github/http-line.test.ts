/** The client at the HTTP line: redirects, conditional requests, tokens, each kind of refusal, and answers that were lost. */
import nock from "nock";
import { describe, expect, it } from "vitest";
import { createGithub } from "../../../src/adapters/github/github.ts";
import type { Github } from "../../../src/application/ports.ts";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import { createTestMachine, type TestMachine } from "../../support/machine.ts";
import { answerByNock } from "../../support/nocked.ts";
import { thrownBy } from "./contract-world.ts";

const BASE = "https://api.github.test";
const REPO = "/repos/octo/demo";
const ME = "roundtable[bot]";

function connect(machine: TestMachine = createTestMachine()): Github {
  return createGithub({
    token: "t",
    reviewerToken: null,
    fullName: "octo/demo",
    baseUrl: BASE,
    clock: machine.clock,
    me: ME,
    reviewer: ME,
  });
}

answerByNock();

const ISSUE = { marker: "<!-- m -->", title: "t", body: "b\n\n<!-- m -->", labels: [], parent: null };
const read = (): Promise<unknown> => thrownBy(connect().board.repository());

describe("a repository that was renamed", () => {
  it("is followed to its new place", async () => {
    nock(BASE)
      .get(REPO)
      .reply(301, { message: "Moved Permanently" }, { location: `${BASE}/repositories/7` })
      .get("/repositories/7")
      .reply(200, { full_name: "octo/renamed", default_branch: "main" });
    expect(await connect().board.repository()).toEqual({ fullName: "octo/renamed", defaultBranch: "main" });
  });
});

describe("what was read before", () => {
  const etag = 'W/"1"';
  const comment = (id: number) => ({
    id,
    user: { login: "octo", type: "User" },
    body: "hello",
    created_at: "2026-03-01T12:00:00Z",
    updated_at: "2026-03-01T12:00:00Z",
  });
  const list = `${REPO}/issues/1/comments?per_page=100`;

  it("and broke off is not kept: the next answer counts", async () => {
    const github = connect();
    nock(BASE).get(list).reply(200, '[{"id": 1, "us', { etag, "content-type": "application/json" });
    expect(await thrownBy(github.board.comments(1))).toBeInstanceOf(TransientError);
    nock(BASE, { badheaders: ["if-none-match"] })
      .get(list)
      .reply(200, [comment(1)], { etag });
    expect(await github.board.comments(1)).toHaveLength(1);
  });

  it("and came as a page of HTML, from whoever stands before GitHub, is not kept either", async () => {
    const github = connect();
    nock(BASE).get(list).reply(200, "<html>Please wait</html>", { etag, "content-type": "text/html" });
    await expect(github.board.comments(1)).rejects.toThrow(/out of reach.*a page of HTML/);
    nock(BASE, { badheaders: ["if-none-match"] })
      .get(list)
      .reply(200, [comment(1)], { etag });
    expect(await github.board.comments(1)).toHaveLength(1);
  });

  it("is asked for by its ETag, and is still so", async () => {
    nock(BASE)
      .get(list)
      .reply(200, [comment(1)], { etag });
    nock(BASE, { reqheaders: { "if-none-match": etag } })
      .get(list)
      .twice()
      .reply(304);
    const { board } = connect();
    const first = await board.comments(1);
    expect(await board.comments(1)).toEqual(first);
    expect(await board.comments(1)).toEqual(first);
  });

  it("is told anew where it has changed", async () => {
    nock(BASE)
      .get(list)
      .reply(200, [comment(1)], { etag });
    nock(BASE, { reqheaders: { "if-none-match": etag } })
      .get(list)
      .reply(200, [comment(1), comment(2)], { etag: 'W/"2"' });
    const { board } = connect();
    await board.comments(1);
    expect((await board.comments(1)).map(({ id }) => id)).toEqual([1, 2]);
  });

  it("is asked for whole where the page was full: the next one may have begun", async () => {
    const full = Array.from({ length: 100 }, (_, at) => comment(at + 1));
    nock(BASE, { badheaders: ["if-none-match"] })
      .get(list)
      .twice()
      .reply(200, full, { etag });
    const { board } = connect();
    await board.comments(1);
    expect(await board.comments(1)).toHaveLength(100);
  });

  it("sets the clock by the newer answer", async () => {
    const date = "Sun, 01 Mar 2026 13:00:00 GMT";
    nock(BASE).get(list).reply(200, [], { etag, date: "Sun, 01 Mar 2026 12:00:00 GMT" });
    nock(BASE).get(list).reply(304, undefined, { date });
    const github = connect();
    await github.board.comments(1);
    await github.board.comments(1);
    expect(github.now()).toEqual(new Date(date));
  });
});

describe("a token", () => {
  it("that expires in the middle asks for a fresh one", async () => {
    nock(BASE)
      .get(REPO)
      .reply(200, { full_name: "octo/demo", default_branch: "main" })
      .get(`${REPO}/issues/1`)
      .reply(401, { message: "Bad credentials" });
    const { board } = connect();
    await board.repository();
    const error = await thrownBy(board.issue(1));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).why).toContain("expired");
  });
});

const RESET = Date.parse("2026-03-01T12:10:00Z") / 1000;

describe("a refusal with 403", () => {
  it.each([
    {
      family: "permission",
      message: "Resource not accessible by integration",
      headers: { "x-accepted-github-permissions": "contents=read" },
      fix: "contents=read",
    },
    { family: "suspended", message: "This installation has been suspended", headers: {}, fix: "permission" },
  ])("of the family $family is a person's to mend", async ({ message, headers, fix }) => {
    nock(BASE).get(REPO).reply(403, { message }, headers);
    const error = await read();
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ why: message, fix: expect.stringContaining(fix) as string });
  });

  it.each([
    {
      family: "primary",
      message: "API rate limit exceeded for installation ID 7.",
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(RESET) },
      waits: 600_000,
    },
    {
      family: "secondary, with a time",
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      headers: { "retry-after": "90" },
      waits: 90_000,
    },
    {
      family: "secondary, without one",
      message:
        "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.",
      headers: {},
      waits: 60_000,
    },
  ])("of the family $family says when to come again, and holds everything back until then", async (given) => {
    nock(BASE).get(REPO).reply(403, { message: given.message }, given.headers);
    const machine = createTestMachine();
    const { board } = connect(machine);
    const error = await thrownBy(board.repository());
    expect(error).toBeInstanceOf(TransientError);
    expect((error as TransientError).retryAfterMs).toBe(given.waits);
    // Nothing is sent: nothing is there to answer.
    expect(await thrownBy(board.labels())).toBeInstanceOf(TransientError);
    machine.clock.advance(given.waits);
    nock(BASE).get(`${REPO}/labels?per_page=100`).reply(200, []);
    expect(await board.labels()).toEqual([]);
  });
});

describe("other refusals", () => {
  it("404 for a repository that the token cannot see: it is named", async () => {
    nock(BASE).get(REPO).reply(404, { message: "Not Found" });
    const error = await read();
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).what).toContain("octo/demo");
  });

  it("409 of a merge is a conflict, and asked once", async () => {
    nock(BASE).post(`${REPO}/merges`).reply(409, { message: "Merge conflict" });
    expect(await connect().code.merge({ base: "a", head: "b", message: "m" })).toBe("conflict");
  });

  it.each([
    ["objects", "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]],
    ["bare strings", "Unprocessable Entity", ["already_exists"]],
  ])("422 is read in both of its shapes: %s", async (_shape, message, errors) => {
    nock(BASE).post(`${REPO}/labels`).reply(422, { message, errors });
    const label = { name: "a", color: "ededed", description: "" };
    expect(await connect().board.ensureLabels([label])).toEqual({ did: "unchanged" });
  });

  it("429 says when to come again", async () => {
    nock(BASE).get(REPO).reply(429, { message: "Too many requests" }, { "retry-after": "12" });
    expect(((await read()) as TransientError).retryAfterMs).toBe(12_000);
  });

  it("GraphQL refuses with status 200, and holds everything back as well", async () => {
    nock(BASE)
      .post("/graphql")
      .reply(
        200,
        { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
        {
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": String(RESET),
          date: "Sun, 01 Mar 2026 12:00:00 GMT",
        },
      );
    const { board } = connect();
    const look = {
      run: 1,
      integrationBranch: "roundtable/1/main",
      branches: [],
      isOwn: false,
      since: new Date(0),
    };
    expect(((await thrownBy(board.look(look))) as TransientError).retryAfterMs).toBe(600_000);
    expect(await thrownBy(board.repository())).toBeInstanceOf(TransientError);
  });
});

describe("an issue that was made though the answer was a bad gateway", () => {
  it("is not made again: the next pass finds it by its marker in the list", async () => {
    nock(BASE)
      .get(/\/issues\?/)
      .reply(200, [])
      .post(`${REPO}/issues`)
      .reply(502, "<html></html>")
      .get(/\/issues\?/)
      .reply(200, [{ id: 70, number: 7, user: { login: ME }, body: ISSUE.body, state: "open" }]);
    expect(await thrownBy(connect().board.ensureIssue(ISSUE))).toBeInstanceOf(TransientError);
    expect(await connect().board.ensureIssue(ISSUE)).toEqual({ did: "unchanged", number: 7 });
  });
});
