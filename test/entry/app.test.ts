/** Webhooks through the real Probot middleware, signed as GitHub signs them. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, createProbot } from "probot";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/entry/app.ts";

const SECRET = "a secret";
const PAYLOAD = {
  repository: { full_name: "octo/demo", name: "demo", owner: { login: "octo" } },
  action: "created",
  comment: {},
  issue: {},
};

/** What was looked at, and the status that the delivery got. */
async function deliver(
  name: string,
  change: { secret?: string; payload?: object } = {},
): Promise<{ looked: string[]; status: number }> {
  const looked: string[] = [];
  const probot = createProbot({ overrides: { githubToken: "test", secret: SECRET, logLevel: "fatal" } });
  const middleware = await createNodeMiddleware(
    createApp((key) => looked.push(key)),
    { probot },
  );
  const server = createServer((request, response) => void middleware(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const body = JSON.stringify(change.payload ?? PAYLOAD);
    const signature = createHmac("sha256", change.secret ?? SECRET)
      .update(body)
      .digest("hex");
    const response = await fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-github-event": name,
          "x-github-delivery": "1",
          "x-hub-signature-256": `sha256=${signature}`,
        },
        body,
      },
    );
    return { looked, status: response.status };
  } finally {
    server.close();
  }
}

describe("a webhook", () => {
  it.each(["issue_comment", "push", "workflow_run", "pull_request_review"])(
    "%s becomes its repository's key",
    async (name) => {
      const action = {
        issue_comment: "created",
        workflow_run: "completed",
        pull_request_review: "submitted",
      }[name];
      expect(await deliver(name, { payload: { ...PAYLOAD, action } })).toEqual({
        looked: ["octo/demo"],
        status: 200,
      });
    },
  );

  it("that nobody waits for is answered and left aside", async () => {
    expect(await deliver("star")).toEqual({ looked: [], status: 200 });
  });

  it("with a wrong signature is refused", async () => {
    expect(await deliver("push", { secret: "another" })).toEqual({ looked: [], status: 400 });
  });
});
