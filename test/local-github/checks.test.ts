/** Check runs and commit statuses as Octokit sees them. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const UNKNOWN = "1".repeat(40);
const app = (login = "ci") => world.as({ login, permissions: { checks: "write", statuses: "write" } }).rest;

describe("check runs", () => {
  it("are begun and completed by an app, and told of", async () => {
    const told: string[] = [];
    world.github.onDelivery(({ name, payload }) => void told.push(`${name} ${String(payload["action"])}`));
    const { checks } = app();
    const begun = { ...REPO, name: "test", head_sha: world.first };
    const { data: made, status } = await checks.create({ ...begun, status: "in_progress" });
    expect([status, made]).toMatchObject([
      201,
      { name: "test", head_sha: world.first, status: "in_progress", conclusion: null, app: { slug: "ci" } },
    ]);
    const output = { title: "Red", summary: "1 of 2" };
    await checks.update({ ...REPO, check_run_id: made.id, conclusion: "failure", output });
    const { data: after } = await world.guest.rest.checks.get({ ...REPO, check_run_id: made.id });
    expect(after).toMatchObject({
      status: "completed",
      conclusion: "failure",
      output: { ...output, text: null },
    });
    expect(after.completed_at).not.toBeNull();
    await world.github.settled();
    expect(told).toEqual(["check_run created", "check_run completed"]);
  });

  it("are listed by commit, branch and name, the newest of each, and paged", async () => {
    const other = await commitOn(world.owner, "a/b", { from: world.first, files: { a: "a" } });
    const make = (by: string, name: string, head_sha: string) =>
      app(by).checks.create({ ...REPO, name, head_sha, conclusion: "success" });
    const old = await make("ci", "test", other);
    const [lint, test, theirs] = [
      await make("ci", "lint", other),
      await make("ci", "test", other),
      await make("else", "test", other),
    ].map(({ data }) => data.id);
    await make("ci", "test", world.first);
    const list = async (query: { ref: string; check_name?: string; filter?: "all"; per_page?: number }) => {
      const { data } = await world.guest.rest.checks.listForRef({ ...REPO, ...query });
      return { total: data.total_count, ids: data.check_runs.map((check) => check.id) };
    };
    for (const ref of [other, "a/b", "heads/a/b"])
      expect(await list({ ref })).toEqual({ total: 3, ids: [theirs, test, lint] });
    expect(await list({ ref: other, check_name: "lint" })).toEqual({ total: 1, ids: [lint] });
    expect((await list({ ref: other, filter: "all" })).ids).toContain(old.data.id);
    expect(await list({ ref: other, per_page: 1 })).toEqual({ total: 3, ids: [theirs] });
  });

  it("are refused to people, to other apps, for unknown commits and without their conclusion", async () => {
    const made = { ...REPO, name: "test", head_sha: world.first };
    const { data } = await app().checks.create(made);
    expect(await refusalOf(world.owner.rest.checks.create(made))).toMatchObject({
      status: 403,
      message: "You must authenticate via a GitHub App.",
    });
    const change = { ...REPO, check_run_id: data.id };
    const refused = await Promise.all(
      [
        app("else").checks.update({ ...change, status: "in_progress" }),
        app().checks.create({ ...made, head_sha: UNKNOWN }),
        app().checks.update({ ...change, ...({ status: "completed" } as object) }),
        app().checks.update({ ...change, check_run_id: 1 }),
        world.guest.rest.checks.listForRef({ ...REPO, ref: "none" }),
      ].map(refusalOf),
    );
    expect(refused.map(({ status }) => status)).toEqual([403, 422, 422, 404, 422]);
    const kept = await world.owner.rest.checks.get(change);
    expect(kept.data).toMatchObject({ status: "queued", conclusion: null });
  });
});

describe("statuses", () => {
  const set = (state: "error" | "failure" | "pending" | "success", context: string) =>
    app().repos.createCommitStatus({ ...REPO, sha: world.first, state, context });
  const combined = async () =>
    (await world.guest.rest.repos.getCombinedStatusForRef({ ...REPO, ref: "main" })).data;

  it("are combined from the newest of each context, whatever its case", async () => {
    expect(await combined()).toMatchObject({ state: "pending", total_count: 0, sha: world.first });
    expect((await set("failure", "ci/Test")).status).toBe(201);
    await set("success", "ci/lint");
    expect((await combined()).state).toBe("failure");
    await set("pending", "ci/test");
    expect((await combined()).state).toBe("pending");
    await set("success", "ci/test");
    const { state, total_count, statuses } = await combined();
    expect([state, total_count, statuses.length]).toEqual(["success", 2, 2]);
  });

  it("do not count check runs, and are refused for unknown commits and to readers", async () => {
    await app().checks.create({ ...REPO, name: "test", head_sha: world.first, conclusion: "failure" });
    expect(await combined()).toMatchObject({ state: "pending", total_count: 0 });
    const status = { ...REPO, sha: world.first, state: "success" as const };
    const unknown = app().repos.createCommitStatus({ ...status, sha: UNKNOWN });
    expect(await refusalOf(unknown)).toMatchObject({ status: 422 });
    const guest = world.guest.rest.repos.createCommitStatus(status);
    expect(await refusalOf(guest)).toMatchObject({ status: 403 });
  });
});
