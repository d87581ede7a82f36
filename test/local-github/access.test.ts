import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ActionsEngine, ActionsHost } from "../../src/local-github/actions/host.ts";
import { createJudgedGithub } from "../support/judge.ts";
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
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  world.github.fetch(
    new Request(`${world.github.origin()}${path}`, { headers: { "user-agent": "test", ...headers } }),
  );

describe("who asks", () => {
  it.each(["token", "Token", "Bearer", "bearer"])("is told by a token after the word %s", async (word) => {
    const token = world.github.token({ login: "guest" });
    const reply = await get("/user", { authorization: `${word} ${token}` });
    expect([reply.status, await reply.json()]).toMatchObject([200, { login: "guest" }]);
  });

  it("is refused with a bad or revoked token and without a User-Agent", async () => {
    const bad = await get("/user", { authorization: "token nonsense" });
    expect([bad.status, await bad.json()]).toMatchObject([
      401,
      { message: "Bad credentials", status: "401" },
    ]);
    const token = world.github.token({ login: "guest" });
    world.github.revokeToken(token);
    expect((await get("/user", { authorization: `token ${token}` })).status).toBe(401);
    const silent = await world.github.fetch(new Request(`${world.github.origin()}/meta`));
    expect(silent.status).toBe(403);
  });

  it("gives apps long tokens and the name of a bot", async () => {
    const token = world.github.token({ login: "helper", permissions: { issues: "write" } });
    expect(token).toMatch(/^ghs_\S{200,}$/u);
    const { data } = await octokitFor(world.github, token).rest.issues.create({
      ...REPO,
      title: "From the app",
    });
    expect(data.user).toMatchObject({ login: "helper[bot]", type: "Bot" });
  });
});

describe("what they may", () => {
  it("is for an app what its permissions name, in its repositories", async () => {
    const app = world.as({
      login: "helper",
      permissions: { issues: "write", contents: "read" },
      repositories: [FULL_NAME],
    });
    const call = app.rest.git.createRef({ ...REPO, ref: "refs/heads/x", sha: world.first });
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      status: 403,
      response: {
        data: { message: "Resource not accessible by integration" },
        headers: { "x-accepted-github-permissions": "contents=write" },
      },
    });
    await world.github.addRepository({ fullName: "octo/other", defaultBranch: "main" });
    expect(
      await refusalOf(app.rest.issues.create({ owner: "octo", repo: "other", title: "A" })),
    ).toMatchObject({ status: 403 });
  });

  it("hides private repositories", async () => {
    await world.github.addRepository({ fullName: "octo/secret", private: true, defaultBranch: "main" });
    const at = { owner: "octo", repo: "secret" };
    expect(await refusalOf(world.guest.rest.repos.get(at))).toMatchObject({
      status: 404,
      message: "Not Found",
    });
    world.github.setPermission("octo/secret", "guest", "read");
    expect((await world.guest.rest.repos.get(at)).data.private).toBe(true);
    expect(
      await refusalOf(world.guest.rest.git.createRef({ ...at, ref: "refs/heads/a", sha: world.first })),
    ).toMatchObject({ status: 403 });
  });

  it.each([
    ["admin", "admin", "admin"],
    ["write", "write", "write"],
    ["triage", "read", "triage"],
    ["read", "read", "read"],
    ["none", "none", "none"],
  ] as const)("is told for a collaborator with %s", async (role, permission, roleName) => {
    world.github.setPermission(FULL_NAME, "guest", role);
    const { data } = await world.owner.rest.repos.getCollaboratorPermissionLevel({
      ...REPO,
      username: "guest",
    });
    expect(data).toMatchObject({ permission, role_name: roleName, user: { login: "guest" } });
  });

  it("is told as read for a stranger to a public repository, and 404 for nobody", async () => {
    expect((await ask("guest")).data.permission).toBe("read");
    expect(await refusalOf(ask("nobody"))).toMatchObject({ status: 404 });
  });

  it("keeps apps from bringing in workflow files without the permission for it", async () => {
    const files = { ".github/workflows/ci.yml": "on: push\n" };
    const plain = world.as({ login: "helper", permissions: { contents: "write" } });
    const refusal = await refusalOf(commitOn(plain, "w", { from: world.first, files }));
    expect(refusal.status).toBe(403);
    expect(refusal.message).toContain("without `workflows` permission");
    const trusted = world.as({ login: "helper", permissions: { contents: "write", workflows: "write" } });
    const sha = await commitOn(trusted, "w", { from: world.first, files });
    await commitOn(plain, "v", {
      from: sha,
      files: { "a.txt": "what stands on a branch already is no change\n" },
    });
  });
});

describe("a job's token", () => {
  it("may open and approve pull requests only where the repository allows it", async () => {
    await world.close();
    world = await createTestWorld("in a folder");
    let host: ActionsHost | null = null;
    const engine: ActionsEngine = {
      routes: [],
      notice: async () => {},
      settled: async () => {},
      close: async () => {},
      snapshot: () => null,
      restore: () => {},
      renamed: () => {},
      runs: () => [],
    };
    const github = await createJudgedGithub({
      machine: world.machine,
      folder: `${world.folder}/second`,
      actions: (given) => {
        host = given;
        return engine;
      },
    });
    await github.addRepository({
      fullName: FULL_NAME,
      defaultBranch: "main",
      adopt: world.repository,
    });
    const permissions = { contents: "write", "pull-requests": "write" } as const;
    const token =
      (host as ActionsHost | null)?.mintJobToken({ fullName: FULL_NAME, runId: 7, permissions }) ?? "";
    const job = octokitFor(github, token);
    await commitOn(job, "feature", { from: world.first, files: { a: "a" } });
    const open = (): Promise<{ data: { user: { login: string } } }> =>
      job.rest.pulls.create({ ...REPO, title: "A", head: "other", base: "main" });
    expect(await refusalOf(open())).toMatchObject({
      status: 403,
      message: "GitHub Actions is not permitted to create or approve pull requests",
    });
    const { data: pull } = await octokitFor(github, github.token({ login: "octo" })).rest.pulls.create({
      ...REPO,
      title: "B",
      head: "feature",
      base: "main",
    });
    const approve = (): Promise<{ data: { state: string } }> =>
      job.rest.pulls.createReview({ ...REPO, pull_number: pull.number, event: "APPROVE" });
    expect(await refusalOf(approve())).toMatchObject({
      status: 422,
      message: "Unprocessable Entity",
      errors: ["GitHub Actions is not permitted to approve pull requests."],
    });
    github.setActionsMayApprove(FULL_NAME, true);
    expect((await approve()).data.state).toBe("APPROVED");
    await commitOn(job, "other", { from: world.first, files: { b: "b" } });
    expect((await open()).data.user.login).toBe("github-actions[bot]");
    await github.close();
  });
});

describe("a request", () => {
  it("that no route knows is answered 404, named and listed", async () => {
    const refusal = await refusalOf(world.owner.request("GET /repos/{owner}/{repo}/stargazers", REPO));
    expect(refusal).toMatchObject({ status: 404 });
    expect(refusal.message).toContain("GET /repos/octo/demo/stargazers");
    expect(world.github.unknownRoutes).toEqual(["GET /repos/octo/demo/stargazers"]);
  });

  it("bears the clock's date, and nothing when nothing changed", async () => {
    const first = await get("/repos/octo/demo");
    expect(first.headers.get("date")).toBe("Sun, 01 Mar 2026 12:00:00 GMT");
    const again = await get("/repos/octo/demo", { "if-none-match": first.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("is refused when its body is no JSON object", async () => {
    expect((await post("{")).status).toBe(400);
    expect((await post("3")).status).toBe(400);
  });

  it("is counted by kind", async () => {
    const before = { ...world.github.counters };
    await world.owner.rest.issues.create({ ...REPO, title: "A" });
    await world.owner.rest.issues.createComment({ ...REPO, issue_number: 1, body: "b" });
    await world.owner.rest.issues.addLabels({ ...REPO, issue_number: 1, labels: ["bug"] });
    await world.owner.rest.issues.get({ ...REPO, issue_number: 1 });
    await world.owner.graphql("{ viewer { login } }");
    const { data } = await world.owner.rest.issues.get({ ...REPO, issue_number: 1 });
    const add = `mutation($id: ID!) { addComment(input: {subjectId: $id, body: "c"}) { clientMutationId } }`;
    await world.owner.graphql(add, { id: data.node_id });
    const after = world.github.counters;
    expect({
      rest: after.rest - before.rest,
      graphql: after.graphql - before.graphql,
      contentWrites: after.contentWrites - before.contentWrites,
      writes: after.writes - before.writes,
    }).toEqual({ rest: 5, graphql: 2, contentWrites: 3, writes: 4 });
  });
});

const ask = (username: string): Promise<{ data: { permission: string } }> =>
  world.owner.rest.repos.getCollaboratorPermissionLevel({ ...REPO, username });

const post = (body: string): Promise<Response> =>
  world.github.fetch(
    new Request(`${world.github.origin()}/repos/octo/demo/issues`, {
      method: "POST",
      body,
      headers: { "user-agent": "test", authorization: `token ${world.github.token({ login: "octo" })}` },
    }),
  );

describe("limits", () => {
  it("are told with every answer, refusals too, and when asked for", async () => {
    const { data, headers } = await world.owner.rest.rateLimit.get();
    expect(data.rate).toEqual(data.resources.core);
    expect(data.rate.reset).toBe(Date.parse("2026-03-01T13:00:00Z") / 1000);
    const shown = {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "5000",
      "x-ratelimit-used": "0",
      "x-ratelimit-reset": String(data.rate.reset),
      "x-ratelimit-resource": "core",
    };
    expect(headers).toMatchObject(shown);
    const newest = { "x-github-api-version": "2026-03-10" };
    expect(await (await get("/rate_limit", newest)).json()).not.toHaveProperty("rate");
    const nobodys = { "x-ratelimit-limit": "60", "x-ratelimit-remaining": "60" };
    expect(Object.fromEntries((await get("/repos/octo/none")).headers)).toMatchObject({
      ...shown,
      ...nobodys,
    });
    const query = await world.owner.request("POST /graphql", { query: "{ viewer { login } }" });
    expect(query.headers).toMatchObject({ ...shown, "x-ratelimit-resource": "graphql" });
  });
});

it("tells the scopes of a person's token, and none of an app's", async () => {
  const told = async (token: string): Promise<unknown> =>
    (await octokitFor(world.github, token).rest.rateLimit.get()).headers["x-oauth-scopes"];
  expect(await told(world.github.token({ login: "octo", scopes: ["repo", "gist"] }))).toBe("repo, gist");
  expect(await told(world.github.token({ login: "helper", permissions: { issues: "read" } }))).toBe(
    undefined,
  );
});
