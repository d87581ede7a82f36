/** A GitHub App as GitHub has it, asked by Octokit with its own way of signing in. */
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalGithub } from "../../src/local-github/github.ts";
import { APP_KEY } from "../support/app-key.ts";
import { octokitFor, refusalOf } from "../support/local-github.ts";
import { createJudgedGithub, judgeDelivery } from "../support/judge.ts";
import { createTestMachine, type TestMachine } from "../support/machine.ts";

const AT = { owner: "octo", repo: "demo" };
const SECRET = "of the hook";
const HOUR_MS = 3_600_000;

interface Got {
  guid: string;
  event: string;
  action: unknown;
  payload: Record<string, unknown>;
  isSigned: boolean;
  target: unknown;
}

let machine: TestMachine;
let github: LocalGithub;
let folder: string;
let app: { id: number; clientId: string };
let installation: number;
let got: Got[];
/** What the receiver answers; null: nothing at all. */
let status: number | null;
let receiver: ReturnType<typeof createServer>;
let owner: Octokit;

beforeEach(async () => {
  // Octokit signs by the machine's own time.
  machine = createTestMachine(new Date().toISOString());
  folder = await mkdtemp(join(tmpdir(), "local-github-app-"));
  github = await createJudgedGithub({ machine, folder });
  for (const fullName of ["octo/demo", "octo/other"])
    await github.addRepository({ fullName, defaultBranch: "main", private: true });
  owner = octokitFor(github, github.token({ login: "octo" }));
  got = [];
  status = 200;
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const payload = JSON.parse(body.toString()) as Record<string, unknown>;
      const { "x-github-delivery": guid, "x-github-event": event } = request.headers;
      const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
      got.push({
        guid: String(guid),
        event: String(event),
        action: payload["action"],
        payload,
        isSigned: request.headers["x-hub-signature-256"] === signature,
        target: request.headers["x-github-hook-installation-target-type"],
      });
      if (status !== null) response.writeHead(status).end("heard");
      else machine.clock.advance(10_000);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  app = github.apps.register({
    slug: "roundtable",
    owner: "octo",
    publicKey: APP_KEY.publicKey,
    webhook: { url: urlOf(receiver), secret: SECRET },
    permissions: { issues: "write", contents: "read", metadata: "read" },
    events: ["issues", "issue_comment"],
  });
  installation = github.apps.install(app.id, { account: "octo", repositories: ["octo/demo"] });
  await github.settled();
  got.length = 0;
});

afterEach(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await github.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const urlOf = (server: ReturnType<typeof createServer>): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const through = { fetch: (url: string, init: RequestInit) => github.fetch(new Request(url, init)) };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** As the app itself, or as one of its installations. */
const asApp = (options: { appId?: number | string; installationId?: number } = {}): Octokit =>
  new Octokit({
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: APP_KEY.privateKey, log: quiet, ...options },
    baseUrl: github.origin(),
    request: through,
    log: quiet,
  });

/** With a token of exactly these claims. */
function withClaims(claims: object, alg = "RS256"): Octokit {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
  const signature = sign("RSA-SHA256", Buffer.from(text), APP_KEY.privateKey).toString("base64url");
  const authorization = `bearer ${text}.${signature}`;
  const octokit = new Octokit({ baseUrl: github.origin(), request: through, log: quiet });
  octokit.hook.before("request", (options) => void (options.headers.authorization = authorization));
  return octokit;
}

const seconds = (): number => Math.floor(machine.clock.now().getTime() / 1000);
const openIssue = (title = "A"): Promise<unknown> => owner.rest.issues.create({ ...AT, title });

describe("an app as itself", () => {
  it("is known by its id or its client id", async () => {
    for (const appId of [app.id, app.clientId]) {
      const { data } = await asApp({ appId }).rest.apps.getAuthenticated();
      expect(data).toMatchObject({ id: app.id, slug: "roundtable", installations_count: 1 });
    }
  });

  it("sees its installations, and the one of a repository", async () => {
    const { data: all } = await asApp().rest.apps.listInstallations();
    expect(
      all.map(({ id, repository_selection, app_slug }) => ({ id, repository_selection, app_slug })),
    ).toEqual([{ id: installation, repository_selection: "selected", app_slug: "roundtable" }]);
    const { data: here } = await asApp().rest.apps.getRepoInstallation(AT);
    expect(here).toMatchObject({ id: installation, account: { login: "octo" }, suspended_at: null });
    const elsewhere = asApp().rest.apps.getRepoInstallation({ owner: "octo", repo: "other" });
    expect(await refusalOf(elsewhere)).toMatchObject({ status: 404 });
  });

  it.each<[string, () => object, string]>([
    [
      "that ends too late",
      () => ({ iat: seconds(), exp: seconds() + 660 }),
      "'Expiration time' claim ('exp') is too far in the future",
    ],
    [
      "that has ended",
      () => ({ iat: seconds() - 700, exp: seconds() - 100 }),
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    ],
    [
      "of the future",
      () => ({ iat: seconds() + 120, exp: seconds() + 500 }),
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    ],
    [
      "that names no app",
      () => ({ iat: seconds(), exp: seconds() + 60, iss: undefined }),
      "'Issuer' claim ('iss') must be an Integer",
    ],
  ])("is refused with a token %s", async (_, claims, message) => {
    const asked = withClaims({ iss: app.id, ...claims() }).rest.apps.getAuthenticated();
    expect(await refusalOf(asked)).toMatchObject({ status: 401, message });
  });

  it("is refused with a token that another signed, that is not signed, or that is none", async () => {
    const message = "A JSON web token could not be decoded";
    const claims = { iss: app.id, iat: seconds(), exp: seconds() + 60 };
    const unsigned = withClaims(claims, "none").rest.apps.getAuthenticated();
    expect(await refusalOf(unsigned)).toMatchObject({ status: 401, message });
    const token = octokitFor(github, github.token({ login: "octo" })).rest.apps.getAuthenticated();
    expect(await refusalOf(token)).toMatchObject({ status: 401, message });
    const another = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = github.apps.register({
      slug: "other",
      owner: "octo",
      publicKey: another.publicKey.export({ type: "spki", format: "pem" }).toString(),
      webhook: null,
      permissions: {},
      events: [],
    });
    const forged = withClaims({ ...claims, iss: foreign.id }).rest.apps.getAuthenticated();
    expect(await refusalOf(forged)).toMatchObject({ status: 401, message });
  });

  it("with a clock that is wrong is told so, and Octokit puts it right", async () => {
    machine.clock.advance(-2 * HOUR_MS);
    expect((await asApp().rest.apps.getAuthenticated()).data).toMatchObject({ slug: "roundtable" });
  });
});

describe("an installation's token", () => {
  it("is long, lasts an hour, and reaches the chosen repositories only", async () => {
    const as = asApp({ installationId: installation });
    const { data } = await asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    expect(data.token).toMatch(/^ghs_.{100,}/u);
    expect(Date.parse(data.expires_at) - machine.clock.now().getTime()).toBeGreaterThan(HOUR_MS - 2000);
    expect(data).toMatchObject({ repository_selection: "selected", permissions: { issues: "write" } });
    const { data: reach } = await as.rest.apps.listReposAccessibleToInstallation();
    expect(reach.repositories.map(({ full_name }) => full_name)).toEqual(["octo/demo"]);
    const elsewhere = as.rest.repos.get({ owner: "octo", repo: "other" });
    expect(await refusalOf(elsewhere)).toMatchObject({ status: 404, message: "Not Found" });
  });

  it("writes as the app's bot, and no more than was granted", async () => {
    const as = asApp({ installationId: installation });
    const { data } = await as.rest.issues.create({ ...AT, title: "By the app" });
    expect(data.user).toMatchObject({ login: "roundtable[bot]", type: "Bot" });
    const pull = as.rest.git.createRef({ ...AT, ref: "refs/heads/x", sha: "0".repeat(40) });
    expect(await refusalOf(pull)).toMatchObject({
      status: 403,
      message: "Resource not accessible by integration",
    });
  });

  it("may be narrowed to some permissions and repositories, not widened", async () => {
    const mint = asApp().rest.apps.createInstallationAccessToken;
    const { data } = await mint({
      installation_id: installation,
      repositories: ["demo"],
      permissions: { issues: "read" },
    });
    const write = octokitFor(github, data.token).rest.issues.create({ ...AT, title: "A" });
    expect(await refusalOf(write)).toMatchObject({ status: 403 });
    const more = mint({ installation_id: installation, permissions: { pull_requests: "write" } });
    expect(await refusalOf(more)).toMatchObject({ status: 422 });
    const other = mint({ installation_id: installation, repositories: ["other"] });
    expect(await refusalOf(other)).toMatchObject({ status: 422 });
  });

  it("is refused after an hour", async () => {
    const { data } = await asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    machine.clock.advance(HOUR_MS);
    const asked = octokitFor(github, data.token).rest.repos.get(AT);
    expect(await refusalOf(asked)).toMatchObject({ status: 401, message: "Bad credentials" });
  });

  it("is neither given nor taken while the installation is suspended", async () => {
    const message = "This installation has been suspended";
    const mint = (): Promise<unknown> =>
      asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    const as = asApp({ installationId: installation });
    await as.rest.repos.get(AT);
    github.apps.suspend(installation);
    expect(await refusalOf(mint())).toMatchObject({ status: 403, message });
    expect(await refusalOf(as.rest.repos.get(AT))).toMatchObject({ status: 403, message });
    github.apps.unsuspend(installation);
    await mint();
  });

  it("has no permission that the app asks for later, before an owner has accepted it", async () => {
    const { permissions: before } = (await asApp().rest.apps.getAuthenticated()).data!;
    github.apps.askFor(app.id, { ...before, organization_projects: "write" } as Record<string, "write">);
    const { data: own } = await asApp().rest.apps.getAuthenticated();
    expect(own!.permissions).toMatchObject({ organization_projects: "write" });
    const { data } = await asApp().rest.apps.getInstallation({ installation_id: installation });
    expect(data.permissions).toEqual(before);
    const mint = asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    expect((await mint).data.permissions).toEqual(before);
  });

  it("ends with the installation", async () => {
    const { data } = await asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    github.apps.uninstall(installation);
    const mint = asApp().rest.apps.createInstallationAccessToken({ installation_id: installation });
    expect(await refusalOf(mint)).toMatchObject({ status: 404 });
    const asked = octokitFor(github, data.token).rest.repos.get(AT);
    expect(await refusalOf(asked)).toMatchObject({ status: 401 });
  });
});

describe("an app's webhook", () => {
  it("carries the installation and is signed; that of a repository knows of none", async () => {
    github.addHook({ url: urlOf(receiver), secret: SECRET });
    await openIssue();
    await github.settled();
    const [own, repositorys] = [
      got.find(({ target }) => target === "integration"),
      got.find(({ target }) => target === "repository"),
    ];
    expect(own).toMatchObject({
      event: "issues",
      isSigned: true,
      payload: { installation: { id: installation } },
    });
    expect(repositorys?.payload).not.toHaveProperty("installation");
    expect(own?.guid).toBe(repositorys?.guid);
    expect(judgeDelivery({ name: "issues", payload: own!.payload })).toEqual([]);
  });

  it("comes for chosen events of chosen repositories, while the installation is not suspended", async () => {
    await owner.rest.issues.create({ owner: "octo", repo: "other", title: "Elsewhere" });
    await owner.rest.repos.createOrUpdateFileContents({ ...AT, path: "a", message: "Push", content: "YQ==" });
    github.apps.suspend(installation);
    await openIssue();
    await github.settled();
    expect(got.map(({ event, action }) => `${event}.${String(action)}`)).toEqual(["installation.suspend"]);
  });

  it("tells of the installation's own life, whatever is subscribed", async () => {
    github.apps.addRepositories(installation, ["octo/other"]);
    github.apps.removeRepositories(installation, ["octo/other"]);
    github.apps.uninstall(installation);
    await github.settled();
    expect(got.map(({ event, action }) => `${event}.${String(action)}`)).toEqual([
      "installation_repositories.added",
      "installation_repositories.removed",
      "installation.deleted",
    ]);
    expect(got[0]?.payload).toMatchObject({ repositories_added: [{ full_name: "octo/other" }] });
    expect(got.flatMap(({ event, payload }) => judgeDelivery({ name: event, payload }))).toEqual([]);
  });

  it("may be lost, arrive twice, late and in another order", async () => {
    const fates = ["lost", "twice", "late", "late", "once"] as const;
    let n = 0;
    github.deliveryFate = () => fates[n++]!;
    for (const title of ["A", "B", "C", "D", "E"]) await openIssue(title);
    await github.settled();
    github.deliverLate();
    await github.settled();
    const titles = got.map(({ payload }) => (payload["issue"] as { title: string }).title);
    expect(titles.slice(0, 3).toSorted()).toEqual(["B", "B", "E"]);
    expect(titles.slice(3).toSorted()).toEqual(["C", "D"]);
    expect(new Set(got.map(({ guid }) => guid)).size).toBe(4);
  });

  it("that fails is listed, not tried again, and sent once more on demand under the same GUID", async () => {
    status = 500;
    await openIssue();
    await github.settled();
    status = 200;
    await openIssue();
    await github.settled();
    const list = async (query: { status?: "failure" } = {}): Promise<Listed[]> =>
      (await asApp().request("GET /app/hook/deliveries", query)).data as Listed[];
    const [failed] = await list({ status: "failure" });
    expect(failed).toMatchObject({
      event: "issues",
      status_code: 500,
      redelivery: false,
      installation_id: installation,
      repository_id: (await owner.rest.repos.get(AT)).data.id,
    });
    const { data: whole } = await asApp().rest.apps.getWebhookDelivery({ delivery_id: failed!.id });
    expect(whole.request.payload).toMatchObject({ action: "opened" });
    expect(whole.response.payload).toBe("heard");
    const { status: answer } = await asApp().rest.apps.redeliverWebhookDelivery({ delivery_id: failed!.id });
    expect(answer).toBe(202);
    await github.settled();
    expect(got.filter(({ guid }) => guid === failed!.guid)).toHaveLength(2);
    expect((await list()).map(({ guid, redelivery }) => guid === failed!.guid && redelivery)).toContain(true);
  });

  it("fails when it is not answered within ten seconds, or nobody is there", async () => {
    status = null;
    await openIssue();
    await github.settled();
    receiver.close();
    receiver.closeAllConnections();
    await openIssue();
    await github.settled();
    const { data } = await asApp().rest.apps.listWebhookDeliveries();
    expect(data.slice(0, 2).map((one) => one.status)).toEqual(["failed to connect to host", "timed out"]);
  });

  it("are listed by pages with a cursor", async () => {
    for (const title of ["A", "B", "C"]) await openIssue(title);
    await github.settled();
    const all = await asApp().paginate("GET /app/hook/deliveries", { per_page: 2 });
    expect(all).toHaveLength(4);
  });
});

interface Listed {
  id: number;
  guid: string;
  redelivery: boolean;
}
