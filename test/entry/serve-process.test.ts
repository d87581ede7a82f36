/** `roundtable serve` as people start it: a process that logs JSON, and goes when it is told to. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LocalGithub } from "../../src/local-github/github.ts";
import { APP_KEY } from "../support/app-key.ts";
import { registerApp } from "../support/app-world.ts";
import { ROOT } from "../support/local-run.ts";
import { createJudgedGithub } from "../support/judge.ts";
import { createTestMachine } from "../support/machine.ts";
import { serveProcess, type ServeProcess } from "../support/serve-process.ts";
import { AT, REPO } from "../support/world.ts";

const SECRET = "hush-of-the-webhooks";
const CLI = join(ROOT, "src/entry/cli.ts");

let local: LocalGithub;
let folder: string;
let app: number;
let server: ServeProcess | null;

beforeEach(async () => {
  server = null;
  folder = await mkdtemp(join(tmpdir(), "roundtable-serve-"));
  // The process has its own clock: this one begins with it.
  local = await createJudgedGithub({ machine: createTestMachine(new Date().toISOString()), folder });
  await local.addRepository({ fullName: REPO, defaultBranch: "main" });
  await local.listen({ port: 0 });
  app = registerApp(local);
  local.apps.install(app, { account: "octo" });
});

afterEach(async () => {
  await server?.end("SIGKILL");
  await local.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function begin(env: Record<string, string> = {}): Promise<ServeProcess> {
  server = serveProcess(CLI, ["serve", "--port", "0"], {
    APP_ID: String(app),
    PRIVATE_KEY: APP_KEY.privateKey.replaceAll("\n", "\\n"),
    WEBHOOK_SECRET: SECRET,
    GITHUB_API_URL: local.origin(),
    LOG_LEVEL: "trace",
    ...env,
  });
  return server;
}

it("answers a command, logs delivery and pass in JSON without any secret, and ends at SIGTERM with 0", async () => {
  const process = await begin();
  const { port } = await process.line(({ msg }) => msg === "listening");
  const url = `http://127.0.0.1:${Number(port)}/api/github/webhooks`;
  local.apps.setHook(app, { url, secret: SECRET });
  await process.line(({ msg }) => msg === "look ends");

  const token = local.token({ login: "octo" });
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ auth: token, baseUrl: local.origin(), log: quiet });
  await octokit.rest.repos.createOrUpdateFileContents({ ...AT, path: "a", message: "A", content: "YQ==" });
  const { data: issue } = await octokit.rest.issues.create({ ...AT, title: "Please" });
  await octokit.rest.issues.createComment({
    ...AT,
    issue_number: issue.number,
    body: "/orchestrate .kiro/specs/x",
  });
  const heard = await process.line(({ msg, event }) => msg === "webhook" && event === "issue_comment");
  const answered = await process.line(({ msg }) => msg === "ask answered");
  expect(answered).toMatchObject({ level: "info", repository: REPO, issue: issue.number, accepted: false });
  const looked = await process.line(
    ({ msg, reasons }) => msg === "look begins" && (reasons as string[]).includes(String(heard["delivery"])),
  );
  expect(looked["look"]).toBe(answered["look"]);

  expect(await process.end("SIGTERM")).toBe(0);
  expect(process.lines.filter((line) => !line.startsWith("{"))).toEqual([]);
  const text = process.lines.join("\n");
  expect(text).toContain('"msg":"stopped"');
  for (const secret of [SECRET, "PRIVATE KEY", "ghs_", "bearer ey", APP_KEY.privateKey.split("\n")[2]!])
    expect(text).not.toContain(secret);
});

it("ends with 1 and a sentence where GitHub does not know its App", async () => {
  const process = await begin({ APP_ID: "1" });
  expect(await process.ended).toBe(1);
  const said = process.lines.filter((line) => !line.startsWith("{"));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^GitHub does not know this App: there is none with the id 1\. /u);
});

it("does not start without a secret, and opens no port", async () => {
  const process = await begin({ WEBHOOK_SECRET: "" });
  expect(await process.ended).toBe(1);
  expect(process.lines).toHaveLength(1);
  expect(process.lines[0]).toMatch(/^The App does not start: WEBHOOK_SECRET is not set\. .*openssl rand/u);
});
