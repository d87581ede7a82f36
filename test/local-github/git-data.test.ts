import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commitOn, createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

const UNKNOWN = "1".repeat(40);

describe("refs", () => {
  it("are made once, move forward only, are found by prefix and removed; also outside branches and tags", async () => {
    const { git } = world.owner.rest;
    const ref = "refs/roundtable/12";
    const made = await git.createRef({ ...REPO, ref, sha: world.first });
    expect(made).toMatchObject({ status: 201, data: { ref, object: { type: "commit", sha: world.first } } });
    expect(await refusalOf(git.createRef({ ...REPO, ref, sha: world.first }))).toMatchObject({
      status: 422,
      message: "Reference already exists",
    });
    expect(await refusalOf(git.createRef({ ...REPO, ref: "refs/heads/a", sha: UNKNOWN }))).toMatchObject({
      status: 422,
      message: "Object does not exist",
    });
    expect(
      await refusalOf(git.createRef({ ...REPO, ref: "refs/heads/a..b", sha: world.first })),
    ).toMatchObject({ status: 422 });
    await git.createRef({ ...REPO, ref: "refs/roundtable/120", sha: world.first });
    const found = await git.listMatchingRefs({ ...REPO, ref: "roundtable/12" });
    expect(found.data.map((one) => one.ref)).toEqual(["refs/roundtable/12", "refs/roundtable/120"]);
    const a = await commitOn(world.owner, "a", { from: world.first, files: { a: "a" } });
    const b = await commitOn(world.owner, "b", { from: world.first, files: { b: "b" } });
    await git.updateRef({ ...REPO, ref: "roundtable/12", sha: a });
    const sideways = git.updateRef({ ...REPO, ref: "roundtable/12", sha: b });
    expect(await refusalOf(sideways)).toMatchObject({ status: 422, message: "Update is not a fast forward" });
    await git.updateRef({ ...REPO, ref: "roundtable/12", sha: b, force: true });
    expect((await git.getRef({ ...REPO, ref: "roundtable/12" })).data.object.sha).toBe(b);
    await git.deleteRef({ ...REPO, ref: "roundtable/12" });
    expect(await refusalOf(git.getRef({ ...REPO, ref: "roundtable/12" }))).toMatchObject({ status: 404 });
    expect(await refusalOf(git.deleteRef({ ...REPO, ref: "heads/main" }))).toMatchObject({ status: 422 });
  });

  it("let one of two that move the same ref win", async () => {
    const a = await commitOn(world.owner, "a", { from: world.first, files: { a: "a" } });
    const b = await commitOn(world.owner, "b", { from: world.first, files: { b: "b" } });
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/roundtable/1", sha: world.first });
    const move = (sha: string): Promise<string> =>
      world.owner.rest.git.updateRef({ ...REPO, ref: "roundtable/1", sha }).then(
        () => "won",
        () => "lost",
      );
    expect((await Promise.all([move(a), move(b)])).toSorted()).toEqual(["lost", "won"]);
  });

  it("are reached with slashes raw and encoded", async () => {
    await world.owner.rest.git.createRef({ ...REPO, ref: "refs/heads/x/y", sha: world.first });
    const get = (path: string): Promise<Response> =>
      world.github.fetch(
        new Request(`${world.github.origin()}/repos/octo/demo/${path}`, {
          headers: { "user-agent": "test" },
        }),
      );
    const paths = [
      "git/ref/heads/x/y",
      "git/ref/heads%2Fx%2Fy",
      "branches/x/y",
      "branches/x%2Fy",
      "commits/x%2Fy",
      "contents/README.md?ref=x/y",
    ];
    const statuses = await Promise.all(paths.map(async (path) => (await get(path)).status));
    expect(statuses).toEqual(paths.map(() => 200));
  });

  it("have any name that git allows, escaped in addresses", async () => {
    const name = "ü#3%20&\u{1F600}";
    const made = await world.owner.rest.git.createRef({
      ...REPO,
      ref: `refs/heads/${name}`,
      sha: world.first,
    });
    expect(made.data.ref).toBe(`refs/heads/${name}`);
    expect(made.headers.location).toMatch(/\/git\/refs\/heads\/%C3%BC%233%2520%26%F0%9F%98%80$/);
    const { data } = await world.owner.rest.repos.getBranch({ ...REPO, branch: name });
    expect(data).toMatchObject({ name, commit: { sha: world.first } });
  });

  it("cannot be made or looked for in an empty repository", async () => {
    await world.github.addRepository({ fullName: "octo/empty", defaultBranch: "main" });
    const { git } = world.owner.rest;
    const empty = { owner: "octo", repo: "empty" };
    const refused = await Promise.all(
      [
        git.createRef({ ...empty, ref: "refs/heads/a", sha: UNKNOWN }),
        git.getRef({ ...empty, ref: "heads/main" }),
        git.listMatchingRefs({ ...empty, ref: "heads/" }),
      ].map(refusalOf),
    );
    const expected = { status: 409, message: "Git Repository is empty." };
    expect(refused).toMatchObject([expected, expected, expected]);
  });

  it("cannot be made below another one", async () => {
    const { git } = world.owner.rest;
    await git.createRef({ ...REPO, ref: "refs/heads/a", sha: world.first });
    const below = git.createRef({ ...REPO, ref: "refs/heads/a/b", sha: world.first });
    expect(await refusalOf(below)).toMatchObject({ status: 422, message: "Reference update failed" });
  });
});

describe("trees and commits", () => {
  it("carry nested files, modes and removals onto a base tree", async () => {
    const { git } = world.owner.rest;
    const sha = await commitOn(world.owner, "a", {
      from: world.first,
      files: { "x/y/z.txt": "z\n", "x/b.txt": "b\n" },
    });
    const next = await commitOn(world.owner, "a", {
      from: sha,
      files: { "x/y/z.txt": null, "README.md": "new\n" },
    });
    const { data } = await git.getTree({ ...REPO, tree_sha: next, recursive: "1" });
    expect(data.tree.map(({ path, type, size }) => [path, type, size])).toEqual([
      ["README.md", "blob", 4],
      ["x", "tree", undefined],
      ["x/b.txt", "blob", 2],
    ]);
    const { data: base } = await git.getCommit({ ...REPO, commit_sha: next });
    const missing = git.createTree({
      ...REPO,
      base_tree: base.tree.sha,
      tree: [{ path: "none", mode: "100644", type: "blob", sha: null }],
    });
    expect(await refusalOf(missing)).toMatchObject({ status: 422 });
  });

  it("are those that git itself makes", async () => {
    await world.close();
    world = await createTestWorld("in a folder");
    const sha = await commitOn(world.owner, "a", {
      from: world.first,
      files: { "x/y.txt": "z\n", "x.txt": "b\n", "x-": "c" },
    });
    const { processes } = world.machine;
    const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    const fsck = await processes.run({
      command: "git",
      args: ["fsck", "--strict", "--full"],
      cwd: world.repository,
      env,
    });
    expect([fsck.code, Buffer.from(fsck.stderr).toString()]).toEqual([0, ""]);
    const shown = await processes.run({
      command: "git",
      args: ["log", "-1", "--format=%an <%ae> %aI%n%B", sha],
      cwd: world.repository,
      env,
    });
    expect(Buffer.from(shown.stdout).toString()).toMatch(
      /^octo <\d+\+octo@users\.noreply\.github\.com> 2026-03-01T12:00:00(Z|\+00:00)\nChange a\n/u,
    );
  });

  it("refuse what is not there", async () => {
    const { git } = world.owner.rest;
    expect(await refusalOf(git.getCommit({ ...REPO, commit_sha: UNKNOWN }))).toMatchObject({ status: 404 });
    expect(await refusalOf(git.getBlob({ ...REPO, file_sha: UNKNOWN }))).toMatchObject({ status: 404 });
    expect(
      await refusalOf(git.createCommit({ ...REPO, message: "m", tree: UNKNOWN, parents: [] })),
    ).toMatchObject({ status: 422 });
    const tree = [{ path: "a", mode: "100644", type: "blob", sha: UNKNOWN } as const];
    expect(await refusalOf(git.createTree({ ...REPO, tree }))).toMatchObject({ status: 422 });
    expect(
      await refusalOf(git.createTree({ ...REPO, tree: [{ path: "../a", mode: "100644", content: "x" }] })),
    ).toMatchObject({ status: 422 });
  });

  it("are cut at a hundred thousand entries, and say so", async () => {
    const { git } = world.owner.rest;
    const named = (
      count: number,
      entry: { mode: "160000" | "040000"; type: "commit" | "tree"; sha: string },
    ) =>
      git.createTree({
        ...REPO,
        tree: Array.from({ length: count }, (_, n) => ({ path: `n${n}`, ...entry })),
      });
    const modules = await named(1000, { mode: "160000", type: "commit", sha: UNKNOWN });
    const root = await named(100, { mode: "040000", type: "tree", sha: modules.data.sha });
    const read = { ...REPO, tree_sha: root.data.sha };
    const { data } = await git.getTree({ ...read, recursive: "1" });
    expect([data.truncated, data.tree.length]).toEqual([true, 100_000]);
    expect((await git.getTree(read)).data).toMatchObject({ truncated: false });
  });

  it("keep blobs of any bytes", async () => {
    const content = Buffer.from([0, 255, 10, 13, 128]).toString("base64");
    const { data } = await world.owner.rest.git.createBlob({ ...REPO, content, encoding: "base64" });
    const { data: back } = await world.owner.rest.git.getBlob({ ...REPO, file_sha: data.sha });
    expect([back.content.trim(), back.size]).toEqual([content, 5]);
  });
});

describe("merging a branch", () => {
  it("makes a merge commit, says when there is nothing to do, and names what is missing or in conflict", async () => {
    const merge = (base: string, head: string): Promise<{ status: number; data: { sha?: string } }> =>
      world.owner.rest.repos.merge({ ...REPO, base, head, commit_message: "Bring it in" });
    await commitOn(world.owner, "a", { from: world.first, files: { a: "a" } });
    const b = await commitOn(world.owner, "b", { from: world.first, files: { b: "b" } });
    const merged = await merge("a", b);
    expect(merged.status).toBe(201);
    const { data } = await world.owner.rest.git.getCommit({ ...REPO, commit_sha: merged.data.sha ?? "" });
    expect(data).toMatchObject({ message: "Bring it in", author: { name: "octo" } });
    expect(data.parents).toHaveLength(2);
    expect((await merge("a", b)).status).toBe(204);
    expect(await refusalOf(merge("none", b))).toMatchObject({ status: 404, message: "Base does not exist" });
    expect(await refusalOf(merge("a", "none"))).toMatchObject({
      status: 404,
      message: "Head does not exist",
    });
    await commitOn(world.owner, "c", { from: world.first, files: { a: "other" } });
    expect(await refusalOf(merge("a", "c"))).toMatchObject({ status: 409, message: "Merge conflict" });
  });
});

describe("reading", () => {
  it("compares commits", async () => {
    const a = await commitOn(world.owner, "a", { from: world.first, files: { a: "a\n" } });
    const { data } = await world.owner.rest.repos.compareCommitsWithBasehead({
      ...REPO,
      basehead: `main...a`,
    });
    expect(data).toMatchObject({
      status: "ahead",
      ahead_by: 1,
      behind_by: 0,
      commits: [{ sha: a }],
      files: [{ filename: "a", status: "added" }],
    });
    const back = await world.owner.rest.repos.compareCommitsWithBasehead({ ...REPO, basehead: `a...main` });
    expect(back.data).toMatchObject({ status: "behind", ahead_by: 0, behind_by: 1 });
  });

  it("gives files, folders and raw bytes at a ref", async () => {
    await commitOn(world.owner, "a", { from: world.first, files: { "d/e.txt": "text\n" } });
    const get = (path: string, ref?: string): Promise<{ data: unknown }> =>
      world.owner.rest.repos.getContent({ ...REPO, path, ...(ref === undefined ? {} : { ref }) });
    expect((await get("d/e.txt", "a")).data).toMatchObject({
      type: "file",
      size: 5,
      content: "dGV4dAo=\n",
      encoding: "base64",
    });
    expect((await get("d", "a")).data).toMatchObject([{ path: "d/e.txt", type: "file" }]);
    expect((await get("", "a")).data).toMatchObject([{ path: "README.md" }, { path: "d", type: "dir" }]);
    expect(await refusalOf(get("d/e.txt"))).toMatchObject({ status: 404 });
    const raw = await world.owner.rest.repos.getContent({
      ...REPO,
      path: "d/e.txt",
      ref: "a",
      mediaType: { format: "raw" },
    });
    expect(raw.data).toBe("text\n");
  });

  it("asks for the blob that a written file replaces", async () => {
    const made = await put();
    expect(made.status).toBe(201);
    expect(await refusalOf(put())).toMatchObject({
      status: 422,
      message: 'Invalid request.\n\n"sha" wasn\'t supplied.',
    });
    expect(await refusalOf(put(UNKNOWN))).toMatchObject({ status: 409 });
    expect((await put(made.data.content?.sha)).status).toBe(200);
  });
});

const put = (sha?: string): Promise<{ status: number; data: { content: { sha?: string } | null } }> =>
  world.owner.rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: "f",
    message: "m",
    content: "eA==",
    ...(sha === undefined ? {} : { sha }),
  });
