/** The judge that every other test's local GitHub stands before must itself be able to find fault. */
import { expect, it } from "vitest";

import { judgeDelivery, judgeResponse } from "../support/judge.ts";
import { createTestWorld, FULL_NAME, REPO } from "../support/local-github.ts";

const at = `https://github.local/repos/${FULL_NAME}`;

function verdict(method: string, path: string, answer: { status: number; body: unknown }): Promise<string[]> {
  return judgeResponse(
    new Request(at + path, { method }),
    Response.json(answer.body, { status: answer.status }),
  );
}

it("names route, field and sentence of an answer that is not as described", async () => {
  expect(
    await verdict("GET", "/labels/bug", { status: 200, body: { id: "1", name: "bug", color: null } }),
  ).toEqual([
    "GET /repos/octo/demo/labels/bug 200: / must have required property 'node_id'",
    "GET /repos/octo/demo/labels/bug 200: / must have required property 'url'",
    "GET /repos/octo/demo/labels/bug 200: / must have required property 'description'",
    "GET /repos/octo/demo/labels/bug 200: / must have required property 'default'",
    "GET /repos/octo/demo/labels/bug 200: /id must be integer",
    "GET /repos/octo/demo/labels/bug 200: /color must be string",
  ]);
});

it("finds routes and statuses that GitHub does not describe", async () => {
  expect(await verdict("GET", "/no-such-thing", { status: 200, body: {} })).toEqual([
    "GET /repos/octo/demo/no-such-thing 200: GitHub describes no such route",
  ]);
  expect(await verdict("POST", "/pulls/1/reviews", { status: 201, body: {} })).toEqual([
    "POST /repos/octo/demo/pulls/1/reviews 201: GitHub describes no such status for POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  ]);
});

it("wants a message, an address and the status as text of every refusal", async () => {
  expect(
    await verdict("GET", "/labels/none", { status: 404, body: { message: "Not Found", status: 404 } }),
  ).toEqual([
    "GET /repos/octo/demo/labels/none 404: / must have required property 'documentation_url'",
    "GET /repos/octo/demo/labels/none 404: /status must be string",
  ]);
});

it("finds webhooks with fields missing, and those that do not exist", () => {
  expect(judgeDelivery({ name: "label", payload: { action: "created", label: {} } })).toContain(
    "webhook label created: / must have required property 'repository'",
  );
  expect(judgeDelivery({ name: "label", payload: { action: "painted" } })).toEqual([
    "webhook label painted: GitHub describes no such event",
  ]);
});

it("fails the test whose local GitHub answered wrongly, when that is closed", async () => {
  const world = await createTestWorld();
  const { witness } = world.github;
  world.github.witness = (request, response) =>
    witness?.(request, response.status === 201 ? Response.json({}, { status: 201 }) : response);
  await world.owner.rest.issues.createLabel({ ...REPO, name: "wrong", color: "000000" });
  await expect(world.close()).rejects.toThrow(
    "POST /repos/octo/demo/labels 201: / must have required property 'id'",
  );
});
