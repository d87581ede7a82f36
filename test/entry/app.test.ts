/** Webhooks through the real Probot middleware, signed as GitHub signs them. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, createProbot } from "probot";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/entry/app.ts";

const SECRET = "a secret";
const ME = "roundtable[bot]";
const PAYLOAD = {
  installation: { id: 7 },
  sender: { login: "octo" },
  repository: { full_name: "octo/demo", name: "demo", owner: { login: "octo" } },
  action: "created",
  comment: {},
  issue: {},
};

interface Sent {
  name: string;
  guid?: string;
  secret?: string;
  payload?: object;
}

/** What each of these deliveries brought about, and the status that the last one got. */
async function deliver(...all: Sent[]): Promise<{ told: string[]; status: number }> {
  const told: string[] = [];
  const probot = createProbot({ overrides: { githubToken: "test", secret: SECRET, logLevel: "fatal" } });
  const app = createApp({
    look: ({ key, installation }) => void told.push(`look ${key} by ${installation}`),
    welcome: (installation) => void told.push(`welcome ${installation}`),
    farewell: (installation, keys) => void told.push(`farewell ${installation} ${keys?.join() ?? "all"}`),
    me: () => ME,
    heard: () => {},
  });
  const middleware = await createNodeMiddleware(app, { probot });
  const server = createServer((request, response) => void middleware(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let status = 0;
  try {
    for (const { name, guid = "1", secret = SECRET, payload = {} } of all) {
      const body = JSON.stringify({ ...PAYLOAD, ...payload });
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`;
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-github-event": name,
          "x-github-delivery": guid,
          "x-hub-signature-256": `sha256=${signature}`,
        },
        body,
      });
      status = response.status;
    }
    return { told, status };
  } finally {
    server.close();
  }
}

const LOOK = "look octo/demo by 7";

describe("a webhook", () => {
  it.each(["issue_comment", "push", "workflow_run", "pull_request_review"])(
    "%s becomes its repository's key",
    async (name) => {
      const action = {
        issue_comment: "created",
        workflow_run: "completed",
        pull_request_review: "submitted",
      }[name];
      expect(await deliver({ name, payload: { action } })).toEqual({ told: [LOOK], status: 200 });
    },
  );

  it.each([
    ["pull_request", "opened"],
    ["pull_request", "edited"],
    ["pull_request", "ready_for_review"],
    ["issues", "deleted"],
    ["issues", "transferred"],
  ])("%s %s of a claimed unit, or of a run's issue, is news", async (name, action) => {
    expect((await deliver({ name, payload: { action } })).told).toEqual([LOOK]);
  });

  it("that nobody waits for is answered and left aside", async () => {
    expect(await deliver({ name: "star" })).toEqual({ told: [], status: 200 });
  });

  it("with a wrong signature is refused", async () => {
    expect(await deliver({ name: "push", secret: "another" })).toEqual({ told: [], status: 400 });
  });

  it("that comes twice is heard once, and both times answered", async () => {
    const sent = { name: "push", guid: "a" };
    expect(await deliver(sent, sent)).toEqual({ told: [LOOK], status: 200 });
    expect((await deliver(sent, { ...sent, guid: "b" })).told).toEqual([LOOK, LOOK]);
  });

  it("refused for its signature takes nothing from the one that follows under its GUID", async () => {
    const sent = { name: "push", guid: "a" };
    expect((await deliver({ ...sent, secret: "another" }, sent)).told).toEqual([LOOK]);
  });

  it("of our own writes is no news, of the end of a job that we began it is", async () => {
    const sender = { login: ME };
    expect((await deliver({ name: "issue_comment", payload: { sender } })).told).toEqual([]);
    const run = { name: "workflow_run", payload: { sender, action: "completed" } };
    expect((await deliver(run)).told).toEqual([LOOK]);
  });
});

describe("an installation", () => {
  it.each(["created", "unsuspend", "new_permissions_accepted"])(
    "%s: all of it is looked at",
    async (action) => {
      expect((await deliver({ name: "installation", payload: { action } })).told).toEqual(["welcome 7"]);
    },
  );

  it.each(["deleted", "suspend"])("%s: nothing of it is", async (action) => {
    expect((await deliver({ name: "installation", payload: { action } })).told).toEqual(["farewell 7 all"]);
  });

  it("gains and loses repositories", async () => {
    const change = (action: string, added: object[], removed: object[]): Sent => ({
      name: "installation_repositories",
      guid: action,
      payload: { action, repositories_added: added, repositories_removed: removed },
    });
    const told = await deliver(
      change("added", [{ full_name: "octo/new" }], []),
      change("removed", [], [{ full_name: "octo/old" }]),
    );
    expect(told.told).toEqual(["look octo/new by 7", "farewell 7 octo/old"]);
  });
});
