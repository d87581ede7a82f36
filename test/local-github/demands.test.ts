/** What protected branches and rulesets keep from happening, by whichever way it is tried. */
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, FULL_NAME, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
let next: string;
beforeEach(async () => {
  world = await createTestWorld("in a folder");
  world.github.setPermission(FULL_NAME, "writer", "write");
  next = await commitOn(world.owner, "feature", { from: world.first, files: { "a.txt": "new\n" } });
});
afterEach(() => world.close());

const FREE = {
  required_status_checks: null,
  enforce_admins: true,
  required_pull_request_reviews: null,
  restrictions: null,
};

const protect = (more: object): Promise<unknown> =>
  world.owner.rest.repos.updateBranchProtection({ ...REPO, branch: "main", ...FREE, ...more });

const rule = (
  rules: { type: string; parameters?: object }[],
  include = ["~DEFAULT_BRANCH"],
): Promise<unknown> =>
  world.owner.request("POST /repos/{owner}/{repo}/rulesets", {
    ...REPO,
    name: "Rules",
    enforcement: "active",
    conditions: { ref_name: { include, exclude: [] } },
    rules: rules as never,
  });

const move = (sha: string, force = false): Promise<unknown> =>
  world.owner.rest.git.updateRef({ ...REPO, ref: "heads/main", sha, force });

const open = async (): Promise<number> =>
  (await world.owner.rest.pulls.create({ ...REPO, title: "A", head: "feature", base: "main" })).data.number;

const merge = (number: number): Promise<unknown> =>
  world.owner.rest.pulls.merge({ ...REPO, pull_number: number, sha: next });

const state = async (number: number): Promise<string> => {
  await world.owner.rest.pulls.get({ ...REPO, pull_number: number });
  return (await world.owner.rest.pulls.get({ ...REPO, pull_number: number })).data.mergeable_state;
};

describe("a protected branch", () => {
  it("says that it is one, and what it demands to who administers it", async () => {
    const reviews = { required_approving_review_count: 2 };
    await protect({
      required_status_checks: { strict: false, contexts: ["ci"] },
      required_pull_request_reviews: reviews,
    });
    const branch = { ...REPO, branch: "main" };
    expect((await world.guest.rest.repos.getBranch(branch)).data.protected).toBe(true);
    expect((await world.owner.rest.repos.getBranchProtection(branch)).data).toMatchObject({
      enforce_admins: { enabled: true },
      allow_force_pushes: { enabled: false },
      required_status_checks: { contexts: ["ci"] },
      required_pull_request_reviews: reviews,
    });
    expect((await refusalOf(world.guest.rest.repos.getBranchProtection(branch))).status).toBe(403);
    await world.owner.rest.repos.deleteBranchProtection(branch);
    expect(await refusalOf(world.owner.rest.repos.getBranchProtection(branch))).toMatchObject({
      status: 404,
      message: "Branch not protected",
    });
  });

  it("is moved through a pull request alone, by the API, by contents, by a merge and by a push", async () => {
    await protect({ required_pull_request_reviews: { required_approving_review_count: 0 } });
    const message =
      "Protected branch update failed for refs/heads/main.\n\nChanges must be made through a pull request.";
    expect(await refusalOf(move(next))).toMatchObject({ status: 422, message });
    const content = Buffer.from("x").toString("base64");
    expect(
      await refusalOf(
        world.owner.rest.repos.createOrUpdateFileContents({ ...REPO, path: "x", message: "x", content }),
      ),
    ).toMatchObject({ status: 409, message });
    expect(
      await refusalOf(world.owner.rest.repos.merge({ ...REPO, base: "main", head: "feature" })),
    ).toMatchObject({ status: 409, message });
    expect(await push()).toContain(
      "remote: error: GH006: Protected branch update failed for refs/heads/main. Changes must be made through a pull request.",
    );
    await merge(await open());
    expect((await world.owner.rest.git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha).not.toBe(
      world.first,
    );
  });

  it("is neither forced nor removed", async () => {
    await move(next);
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/heads/kept", sha: next });
    await protect({});
    await world.owner.rest.repos.updateBranchProtection({ ...REPO, branch: "kept", ...FREE });
    expect((await refusalOf(move(world.first, true))).message).toContain("Cannot force-push to this branch");
    expect(
      (await refusalOf(world.owner.rest.git.deleteRef({ ...REPO, ref: "heads/kept" }))).message,
    ).toContain("Cannot delete this branch");
  });

  it("holds for administrators only where it says so", async () => {
    await protect({
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 1 },
    });
    const app = world.as({ login: "helper", permissions: { contents: "write" } });
    expect((await refusalOf(app.rest.git.updateRef({ ...REPO, ref: "heads/main", sha: next }))).status).toBe(
      422,
    );
    await move(next);
  });
});

describe("a merge", () => {
  it("waits for required checks, by status or check run; skipped ones pass", async () => {
    await protect({ required_status_checks: { strict: false, contexts: ["ci", "lint"] } });
    const number = await open();
    expect(await state(number)).toBe("blocked");
    expect(await refusalOf(merge(number))).toMatchObject({
      status: 405,
      message: 'Required status check "ci" is expected.',
    });
    const status = { ...REPO, sha: next, context: "ci" };
    await world.owner.rest.repos.createCommitStatus({ ...status, state: "failure" });
    expect((await refusalOf(merge(number))).message).toBe('Required status check "ci" is failing.');
    await world.owner.rest.repos.createCommitStatus({ ...status, state: "success" });
    expect((await refusalOf(merge(number))).message).toBe('Required status check "lint" is expected.');
    const app = world.as({ login: "helper", permissions: { checks: "write" } });
    await app.rest.checks.create({
      ...REPO,
      name: "lint",
      head_sha: next,
      status: "completed",
      conclusion: "skipped",
    });
    expect(await state(number)).toBe("clean");
    await merge(number);
  });

  it("waits for approvals by who may write: a reader's and an app's do not count", async () => {
    await protect({
      required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
    });
    const number = await open();
    const refused = {
      status: 405,
      message: "At least 1 approving review is required by reviewers with write access.",
    };
    const app = world.as({ login: "helper", permissions: { pull_requests: "write" } });
    const writer = world.as({ login: "writer" });
    const review = { ...REPO, pull_number: number };
    await world.guest.rest.pulls.createReview({ ...review, event: "APPROVE" });
    await app.rest.pulls.createReview({ ...review, event: "APPROVE" });
    expect(await refusalOf(merge(number))).toMatchObject(refused);
    await writer.rest.pulls.createReview({ ...review, event: "REQUEST_CHANGES", body: "No" });
    await writer.rest.pulls.createReview({ ...review, event: "COMMENT", body: "Hm" });
    expect(await refusalOf(merge(number))).toMatchObject(refused);
    await writer.rest.pulls.createReview({ ...review, event: "APPROVE" });
    next = await commitOn(world.owner, "feature", { from: next, files: { "b.txt": "more\n" } });
    expect(await refusalOf(merge(number))).toMatchObject(refused);
    await writer.rest.pulls.createReview({ ...review, event: "APPROVE" });
    await merge(number);
  });
});

describe("a ruleset", () => {
  it("is enforced for all but those it names, administrators too", async () => {
    const parameters = {
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
    };
    await rule([{ type: "pull_request", parameters }]);
    expect(await refusalOf(move(next))).toMatchObject({
      status: 422,
      message: "Repository rule violations found\n\nChanges must be made through a pull request.",
    });
    expect(await push()).toContain(
      "remote: error: GH013: Repository rule violations found for refs/heads/main.",
    );
    expect(await refusalOf(merge(await open()))).toMatchObject({
      status: 405,
      message:
        "Repository rule violations found\n\nAt least 1 approving review is required by reviewers with write access.",
    });
  });

  it("keeps branches from being made, moved and removed", async () => {
    await rule([{ type: "creation" }], ["refs/heads/made/*"]);
    await rule([{ type: "update" }, { type: "deletion" }], ["refs/heads/feature"]);
    const { git } = world.owner.rest;
    expect(
      (await refusalOf(git.createRef({ ...REPO, ref: "refs/heads/made/x", sha: next }))).message,
    ).toContain("Cannot create ref due to creations being restricted.");
    const ref = "heads/feature";
    expect((await refusalOf(git.updateRef({ ...REPO, ref, sha: world.first, force: true }))).status).toBe(
      422,
    );
    expect((await refusalOf(git.deleteRef({ ...REPO, ref }))).message).toContain("Cannot delete this branch");
    await git.createRef({ ...REPO, ref: "refs/heads/free", sha: next });
  });
});

async function push(): Promise<string> {
  const server = await world.github.listen({ port: 0 });
  const url = `${server.origin.replace("://", `://x:${world.github.token({ login: "octo" })}@`)}/${FULL_NAME}.git`;
  const { promise, resolve } = Promise.withResolvers<string>();
  // In a process of its own: the server is in this one.
  const child = spawn("git", ["push", url, `${next}:refs/heads/main`], {
    cwd: world.repository,
    env: { PATH: process.env["PATH"], GIT_TERMINAL_PROMPT: "0", HOME: world.folder },
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.on("close", () => resolve(said));
  const answer = await promise;
  await server.close();
  return answer;
}
