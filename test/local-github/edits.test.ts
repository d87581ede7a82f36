import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const anIssue = async (): Promise<string> =>
  (await world.owner.rest.issues.create({ ...REPO, title: "A", body: "a", labels: ["old"] })).data.node_id;
const issue = async (issue_number = 1) => (await world.owner.rest.issues.get({ ...REPO, issue_number })).data;
const names = (labels: readonly (string | { name?: string })[]): string[] =>
  labels.map((label) => (typeof label === "string" ? label : label.name!));
const aLabel = async (name: string): Promise<string> =>
  (await world.owner.rest.issues.createLabel({ ...REPO, name, color: "ededed" })).data.node_id;
const errorsOf = (error: unknown): unknown => (error as { errors: unknown }).errors;
const thrown = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe("mutations that edit", () => {
  it("replace title, text and labels of an issue", async () => {
    const [id, label] = [await anIssue(), await aLabel("new")];
    await world.owner.graphql(
      "mutation($input: UpdateIssueInput!) { updateIssue(input: $input) { issue { title } } }",
      { input: { id, title: "B", body: "b", labelIds: [label] } },
    );
    const after = await issue();
    expect(after).toMatchObject({ title: "B", body: "b", state: "open" });
    expect(names(after.labels)).toEqual(["new"]);
  });

  it("close an issue with a reason, and open it again", async () => {
    const id = await anIssue();
    await world.owner.graphql(
      "mutation($id: ID!) { closeIssue(input: {issueId: $id, stateReason: NOT_PLANNED}) { issue { state } } }",
      { id },
    );
    expect(await issue()).toMatchObject({ state: "closed", state_reason: "not_planned" });
    await world.owner.graphql(
      "mutation($id: ID!) { reopenIssue(input: {issueId: $id}) { issue { state } } }",
      {
        id,
      },
    );
    expect(await issue()).toMatchObject({ state: "open", state_reason: "reopened" });
  });

  it("change a pull request and a comment", async () => {
    await commitOn(world.owner, "x", { from: world.first, files: { x: "x" } });
    const pull = await world.owner.rest.pulls.create({ ...REPO, title: "P", head: "x", base: "main" });
    const comment = await world.owner.rest.issues.createComment({ ...REPO, issue_number: 1, body: "one" });
    const label = await aLabel("new");
    await world.owner.graphql(
      `mutation($pull: ID!, $comment: ID!, $label: ID!) {
        updatePullRequest(input: {pullRequestId: $pull, body: "b", labelIds: [$label]}) { pullRequest { body } }
        closePullRequest(input: {pullRequestId: $pull}) { pullRequest { state } }
        updateIssueComment(input: {id: $comment, body: "two"}) { issueComment { body } } }`,
      { pull: pull.data.node_id, comment: comment.data.node_id, label },
    );
    const after = await issue();
    expect(after).toMatchObject({ body: "b", state: "closed" });
    expect(names(after.labels)).toEqual(["new"]);
    const { data } = await world.owner.rest.issues.getComment({ ...REPO, comment_id: comment.data.id });
    expect(data.body).toBe("two");
  });

  it("are done one after another; who is refused is named by its path, and the others are done", async () => {
    const [id, other] = [await anIssue(), await anIssue()];
    const error = await thrown(
      world.owner.graphql(
        `mutation($id: ID!, $other: ID!) {
          one: updateIssue(input: {id: $id, title: "B"}) { clientMutationId }
          two: updateIssue(input: {id: "I_999", title: "B"}) { clientMutationId }
          three: updateIssue(input: {id: $other, title: "C"}) { clientMutationId } }`,
        { id, other },
      ),
    );
    expect(errorsOf(error)).toEqual([
      expect.objectContaining({
        type: "NOT_FOUND",
        path: ["two"],
        message: "Could not resolve to a node with the global id of 'I_999'",
      }),
    ]);
    expect([(await issue(1)).title, (await issue(2)).title]).toEqual(["B", "C"]);
  });

  it("keep a text to GitHub's length, and let nobody edit who may not", async () => {
    const id = await anIssue();
    const edit = "mutation($input: UpdateIssueInput!) { updateIssue(input: $input) { clientMutationId } }";
    const long = await thrown(world.owner.graphql(edit, { input: { id, body: "x".repeat(65_537) } }));
    expect(errorsOf(long)).toHaveLength(1);
    const refused = await thrown(world.guest.graphql(edit, { input: { id, title: "Mine" } }));
    expect(errorsOf(refused)).toEqual([expect.objectContaining({ type: "FORBIDDEN" })]);
    expect(await issue()).toMatchObject({ title: "A", body: "a" });
  });
});
