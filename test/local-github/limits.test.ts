import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Octokit } from "@octokit/rest";

import { createActions } from "../../src/local-github/actions/engine.ts";
import type { ActionsHost } from "../../src/local-github/actions/host.ts";
import { GITHUB_LIMITS } from "../../src/local-github/limits.ts";
import { createJudgedGithub } from "../support/judge.ts";
import { createTestWorld, FULL_NAME, octokitFor, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

interface Answer {
  status: number;
  message: string | undefined;
  remaining: string | null;
  retryAfter: string | null;
  body: { errors?: { type?: string; message: string; path?: string[] }[]; data?: unknown };
}

/** `route` is the method and the path. */
async function send(token: string, route: string, body?: object): Promise<Answer> {
  const [method = "", path = ""] = route.split(" ");
  const response = await world.github.fetch(
    new Request(`https://api.local${path}`, {
      method,
      headers: { authorization: `token ${token}`, "user-agent": "test" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const found = (await response.json()) as Answer["body"] & { message?: string };
  return {
    status: response.status,
    message: found.message,
    remaining: response.headers.get("x-ratelimit-remaining"),
    retryAfter: response.headers.get("retry-after"),
    body: found,
  };
}

const person = (): string => world.github.token({ login: "octo" });
const app = (): string =>
  world.github.token({ login: "helper", permissions: { issues: "write", contents: "read" } });
const look = (token: string): Promise<Answer> => send(token, `GET /repos/${FULL_NAME}`);
const open = (token: string): Promise<Answer> =>
  send(token, `POST /repos/${FULL_NAME}/issues`, { title: "One" });
const ask = (token: string, query: string): Promise<Answer> => send(token, "POST /graphql", { query });

async function times(count: number, act: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < count; index++) answers.push(await act());
  return answers;
}

describe("the hourly limit", () => {
  it.each([
    [403, person, /^API rate limit exceeded for user ID \d+\.$/u],
    [429, person, /^API rate limit exceeded for user ID \d+\.$/u],
    [403, app, /^API rate limit exceeded for installation ID \d+\.$/u],
  ] as const)("is refused with %s, nothing remaining and no retry-after", async (status, who, text) => {
    world.github.limits = { ...GITHUB_LIMITS, rest: 2, status };
    const token = who();
    const answers = await times(3, () => look(token));
    expect(answers.map((one) => [one.status, one.remaining])).toEqual([
      [200, "1"],
      [200, "0"],
      [status, "0"],
    ]);
    expect(answers[2]).toMatchObject({ retryAfter: null, message: expect.stringMatching(text) });
  });

  it("begins anew an hour after its first request, and is each account's own", async () => {
    world.github.limits = { ...GITHUB_LIMITS, rest: 1 };
    const token = person();
    await look(token);
    expect((await look(token)).status).toBe(403);
    expect((await look(app())).status).toBe(200);
    world.machine.clock.advance(3_600_000);
    expect((await look(token)).status).toBe(200);
  });

  it("is 60 for nobody", async () => {
    const answer = await world.github.fetch(
      new Request(`https://api.local/repos/${FULL_NAME}`, { headers: { "user-agent": "test" } }),
    );
    expect(answer.headers.get("x-ratelimit-limit")).toBe("60");
  });

  it("is 1,000 for jobs' tokens, by REST and by GraphQL, and one for all jobs of a repository", async () => {
    let host: ActionsHost | null = null;
    const engine = createActions({ folder: `${world.folder}/jobs`, actionsAt: {} });
    const github = await createJudgedGithub({
      machine: world.machine,
      folder: `${world.folder}/jobs`,
      actions: (own) => engine((host = own)),
    });
    await github.addRepository({ fullName: FULL_NAME, defaultBranch: "main" });
    const job = (runId: number): Octokit =>
      octokitFor(github, host?.mintJobToken({ fullName: FULL_NAME, runId, permissions: {} }) ?? "");
    github.limits = GITHUB_LIMITS;
    await job(1).rest.repos.get(REPO);
    await job(2).rest.repos.get(REPO);
    const { data } = await job(2).rest.rateLimit.get();
    await github.close();
    expect(data.resources.core).toMatchObject({ limit: 1000, used: 2 });
    expect(data.resources.graphql).toMatchObject({ limit: 1000, used: 0 });
  });

  it("tells what remains for nothing, and when it begins anew", async () => {
    world.github.limits = { ...GITHUB_LIMITS, rest: 2 };
    const at = Math.floor(world.machine.clock.now().getTime() / 1000) + 3600;
    const octokit = world.as({ login: "octo" });
    await octokit.rest.repos.get(REPO);
    for (let index = 0; index < 3; index++) await octokit.rest.rateLimit.get();
    const { data } = await octokit.rest.rateLimit.get();
    expect(data.resources.core).toEqual({ limit: 2, used: 1, remaining: 1, reset: at });
    expect(data.resources.graphql).toMatchObject({ limit: 5000, used: 0 });
    expect(data.rate).toEqual(data.resources.core);
  });

  it("does not count what has not changed", async () => {
    world.github.limits = GITHUB_LIMITS;
    const octokit = world.as({ login: "octo" });
    const first = await octokit.rest.repos.get(REPO);
    const again = await octokit.rest.repos
      .get({ ...REPO, headers: { "if-none-match": first.headers.etag ?? "" } })
      .catch((error: unknown) => error as { status: number; response: { headers: Record<string, string> } });
    expect(again.status).toBe(304);
    const { data } = await octokit.rest.rateLimit.get();
    expect(data.resources.core.used).toBe(1);
  });

  it("of GraphQL is apart, and is told with 200 and RATE_LIMITED", async () => {
    world.github.limits = { ...GITHUB_LIMITS, graphql: 1 };
    const token = person();
    const [first, second] = await times(2, () => ask(token, "{ rateLimit { limit used remaining } }"));
    expect(first?.body.data).toEqual({ rateLimit: { limit: 1, used: 1, remaining: 0 } });
    expect(second).toMatchObject({ status: 200, remaining: "0" });
    expect(second?.body.errors).toEqual([
      {
        type: "RATE_LIMITED",
        message: expect.stringMatching(/^API rate limit exceeded for user ID \d+\.$/u),
      },
    ]);
    expect((await look(token)).status).toBe(200);
  });
});

describe("the secondary limits", () => {
  const TEXT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const BLOCKED =
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.";

  it.each([
    [true, "60"],
    [false, null],
  ])("refuse more points than a minute has, with retry-after: %s", async (hasRetryAfter, retryAfter) => {
    world.github.limits = { ...GITHUB_LIMITS, pointsPerMinute: 7, hasRetryAfter };
    const token = person();
    const label = (name: string): Promise<Answer> =>
      send(token, `POST /repos/${FULL_NAME}/labels`, { name, color: "000000" });
    expect((await label("a")).status).toBe(201);
    expect((await look(token)).status).toBe(200);
    expect((await look(token)).status).toBe(200);
    const refused = await look(token);
    expect(refused).toMatchObject({ status: 403, message: TEXT, retryAfter });
    expect(Number(refused.remaining)).toBeGreaterThan(0);
    world.machine.clock.advance(60_000);
    expect((await look(token)).status).toBe(200);
  });

  it("refuse more than so many requests at the same time", async () => {
    world.github.limits = { ...GITHUB_LIMITS, concurrent: 2 };
    const token = person();
    const answers = await Promise.all([look(token), look(token), look(token)]);
    expect(answers.map((one) => one.status)).toEqual([200, 200, 403]);
    expect((await look(token)).status).toBe(200);
  });

  it("refuse the 81st thing made in a minute and the 501st in an hour", async () => {
    world.github.limits = { ...GITHUB_LIMITS, pointsPerMinute: Infinity };
    const token = person();
    const statuses: number[] = [];
    for (let minute = 0; minute < 7; minute++) {
      const answers = await times(81, () => open(token));
      statuses.push(answers.filter((one) => one.status === 201).length);
      expect(answers.at(-1)).toMatchObject({ status: 403, message: BLOCKED });
      world.machine.clock.advance(60_000);
    }
    expect(statuses).toEqual([80, 80, 80, 80, 80, 80, 20]);
    expect((await open(token)).retryAfter).toBe(String(3600 - 7 * 60));
    expect(
      (await send(token, `POST /repos/${FULL_NAME}/labels`, { name: "free", color: "000000" })).status,
    ).toBe(201);
  });

  it("by GraphQL end a request with 403, or one mutation among others that were done", async () => {
    world.github.limits = { ...GITHUB_LIMITS, graphqlPointsPerMinute: 6, contentPerMinute: 1 };
    const token = person();
    const { data } = await world.owner.rest.repos.get(REPO);
    const create = (alias: string): string =>
      `${alias}: createIssue(input: {repositoryId: "${data.node_id}", title: "${alias}"}) { issue { title } }`;
    const both = await ask(token, `mutation { ${create("a")} ${create("b")} }`);
    expect(both.status).toBe(200);
    expect(both.body.data).toEqual({ a: { issue: { title: "a" } }, b: null });
    expect(both.body.errors).toMatchObject([{ message: "was submitted too quickly", path: ["b"] }]);
    expect((await ask(token, "{ viewer { login } }")).status).toBe(200);
    expect(await ask(token, "{ viewer { login } }")).toMatchObject({ status: 403, message: TEXT });
  });
});

it("nothing is refused for being too much where no rules are set", async () => {
  const token = person();
  const answers = await times(90, () => open(token));
  expect(new Set(answers.map((one) => one.status))).toEqual(new Set([201]));
  expect(answers.at(-1)?.remaining).toBe("5000");
});
