/** The client at the HTTP line: which answers are whose, and that nothing that creates is repeated. */
import nock from "nock";
import { describe, expect, it } from "vitest";
import { createGithub } from "../../../src/adapters/github/github.ts";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import { createTestMachine } from "../../support/machine.ts";
import { answerByNock } from "../../support/nocked.ts";

const BASE = "https://api.github.test";

function connect() {
  return createGithub({
    token: "t",
    reviewerToken: null,
    fullName: "octo/demo",
    baseUrl: BASE,
    clock: createTestMachine().clock,
    me: "roundtable[bot]",
    reviewer: "roundtable[bot]",
  });
}

const thrownBy = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => null,
    (error: unknown) => error,
  );

answerByNock();

describe("answers that are nobody's fault", () => {
  it.each([
    {
      name: "secondary limit with retry-after",
      status: 403,
      headers: { "retry-after": "30" },
      message: "You have exceeded a secondary rate limit.",
      waits: 30_000,
    },
    {
      name: "content creation block",
      status: 403,
      headers: {},
      message: "You have been temporarily blocked from content creation.",
      waits: 60_000,
    },
    {
      name: "primary limit",
      status: 403,
      headers: {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Date.parse("2026-03-01T12:10:00Z") / 1000),
      },
      message: "API rate limit exceeded",
      waits: 600_000,
    },
    { name: "429", status: 429, headers: {}, message: "slow down", waits: 60_000 },
    { name: "403 with a time", status: 403, headers: { "retry-after": "5" }, message: "no", waits: 5000 },
    { name: "502", status: 502, headers: {}, message: "", waits: 60_000 },
  ])(
    "$name: tried again after $waits ms, and the call that creates is made once",
    async ({ status, headers, message, waits }) => {
      nock(BASE).get(/.*/).reply(200, []).post("/repos/octo/demo/issues").reply(status, { message }, headers);
      const error = await thrownBy(
        connect().board.ensureIssue({
          marker: "<!-- m -->",
          title: "t",
          body: "b",
          labels: [],
          parent: null,
        }),
      );
      expect(error).toBeInstanceOf(TransientError);
      expect((error as TransientError).retryAfterMs).toBe(waits);
    },
  );
});

describe("answers that a person must mend", () => {
  it("a missing permission names the one that is needed", async () => {
    nock(BASE)
      .get("/repos/octo/demo/issues/5")
      .reply(200, { state: "open", labels: [], body: "" })
      .patch("/repos/octo/demo/issues/5")
      .reply(
        403,
        { message: "Resource not accessible by integration" },
        { "x-accepted-github-permissions": "issues=write" },
      );
    const error = await thrownBy(connect().board.updateIssue(5, { state: "closed" }));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).fix).toContain("issues=write");
  });

  it("pull requests of Actions that a setting forbids: the setting is named", async () => {
    const message = "GitHub Actions is not permitted to create or approve pull requests.";
    nock(BASE)
      .get(/\/pulls\?/)
      .reply(200, [])
      .post("/repos/octo/demo/pulls")
      .reply(403, { message });
    const pull = { head: "h", base: "b", title: "t", body: "", draft: true, labels: [] };
    const error = await thrownBy(connect().board.ensurePull(pull));
    expect((error as UserError).fix).toContain("Allow GitHub Actions to create and approve pull requests");
  });

  it("a token that is not known", async () => {
    nock(BASE).get("/repos/octo/demo").reply(401, { message: "Bad credentials" });
    expect(await thrownBy(connect().board.repository())).toBeInstanceOf(UserError);
  });
});

describe("answers that mean something", () => {
  it("an unknown login has no permission", async () => {
    nock(BASE).get("/repos/octo/demo/collaborators/ghost/permission").reply(404, { message: "Not Found" });
    expect(await connect().board.permission("ghost")).toBe("none");
  });

  it.each([
    ["admin", "admin"],
    ["write", "write"],
    ["maintain", "write"],
    ["read", "read"],
    ["triage", "read"],
    ["none", "none"],
  ])("the permission %s is %s", async (permission, level) => {
    nock(BASE).get("/repos/octo/demo/collaborators/kim/permission").reply(200, { permission });
    expect(await connect().board.permission("kim")).toBe(level);
  });

  it("a missing branch is null, a missing workflow is missing, a conflict is a conflict", async () => {
    nock(BASE)
      .get("/repos/octo/demo/git/ref/heads%2Fx")
      .reply(404, { message: "Not Found" })
      .get("/repos/octo/demo")
      .reply(200, { full_name: "octo/demo", default_branch: "main" })
      .post("/repos/octo/demo/actions/workflows/w.yml/dispatches")
      .reply(404, { message: "Not Found" })
      .post("/repos/octo/demo/merges")
      .reply(409, { message: "Merge conflict" });
    const { code, workflows } = connect();
    expect(await code.branch("x")).toBeNull();
    expect(await workflows.dispatch("w.yml", {})).toBe("missing");
    expect(await code.merge({ base: "a", head: "b", message: "m" })).toBe("conflict");
  });

  it("lists are read to their last page", async () => {
    nock(BASE)
      .get("/repos/octo/demo/labels?per_page=100")
      .reply(200, [{ name: "a" }], {
        link: `<${BASE}/repos/octo/demo/labels?per_page=100&page=2>; rel="next"`,
      })
      .get("/repos/octo/demo/labels?per_page=100&page=2")
      .reply(200, [{ name: "b" }]);
    expect(await connect().board.labels()).toEqual(["a", "b"]);
  });

  it("a refused draft becomes a plain pull request", async () => {
    nock(BASE)
      .get(/\/pulls\?/)
      .reply(200, [])
      .post("/repos/octo/demo/pulls", (body: { draft: boolean }) => body.draft)
      .reply(422, {
        message: "Validation Failed",
        errors: [
          {
            resource: "PullRequest",
            code: "custom",
            message: "Draft pull requests are not supported in this repository.",
          },
        ],
      })
      .post("/repos/octo/demo/pulls", (body: { draft: boolean }) => !body.draft)
      .reply(201, { number: 7 });
    expect(
      await connect().board.ensurePull({
        head: "h",
        base: "b",
        title: "t",
        body: "b",
        draft: true,
        labels: [],
      }),
    ).toMatchObject({ number: 7 });
  });

  it("an artifact larger than allowed is not downloaded", async () => {
    nock(BASE)
      .get(/\/artifacts\?/)
      .reply(200, {
        total_count: 1,
        artifacts: [{ id: 1, name: "n", expired: false, size_in_bytes: 10_000 }],
      });
    expect(
      await connect().workflows.artifact({ runId: 1, name: "n", file: "result.json", maxBytes: 100 }),
    ).toBe("too-large");
  });
});
