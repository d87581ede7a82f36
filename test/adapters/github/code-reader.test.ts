/** The contract of `CodeReader`: branches, trees and commits as git itself would have them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/problem.ts";
import { AT, commitOn, openContractWorld, thrownBy, type ContractWorld } from "./contract-world.ts";
import { answered, changed } from "./line.ts";

let world: ContractWorld;
let code: ContractWorld["github"]["code"];
let names = 0;
beforeAll(async () => {
  world = await openContractWorld();
  code = world.github.code;
});
afterAll(() => world.close());

const UNKNOWN = "1".repeat(40);

/** A branch of its own on a commit of its own. */
async function aBranch() {
  const name = `roundtable/1/unit-${++names}`;
  return { name, head: await commitOn(world, { files: { [`f-${names}.txt`]: "x\n" }, branch: name }) };
}

describe("branches", () => {
  it("are known by their whole name, and found by their beginning", async () => {
    const [a, b] = [await aBranch(), await aBranch()];
    await commitOn(world, { files: { "x.txt": "x" }, branch: `${a.name}x` });
    expect(await code.branch(a.name)).toBe(a.head);
    expect(await code.branch(a.name.slice(0, -2))).toBeNull();
    const found = await code.branches("roundtable/1/");
    expect(found).toMatchObject({ [a.name]: a.head, [b.name]: b.head });
    expect(Object.keys(found)).toContain(`${a.name}x`);
    expect(await code.branches("roundtable/2/")).toEqual({});
  });

  it("have any name that git allows", async () => {
    const name = "odd/ü#3%20&+\u{1F600}";
    await world.owner.rest.git.createRef({ ...AT, ref: `refs/heads/${name}`, sha: world.first });
    expect(await code.branch(name)).toBe(world.first);
    expect(await code.branches("odd/ü#")).toEqual({ [name]: world.first });
  });

  it("are more than a page", async () => {
    for (let made = 0; made < 101; made++)
      await world.owner.rest.git.createRef({ ...AT, ref: `refs/heads/many/${made}`, sha: world.first });
    expect(Object.keys(await code.branches("many/"))).toHaveLength(101);
  });

  it("of an empty repository are none", async () => {
    await world.addRepository("empty");
    const empty = world.connect({ repo: "empty" });
    expect([await empty.code.branch("main"), await empty.code.branches("")]).toEqual([null, {}]);
  });
});

describe("isAncestor", () => {
  it("is true of the head itself and of what lies behind it", async () => {
    const [a, b] = [await aBranch(), await aBranch()];
    const { git } = world.owner.rest;
    const { tree } = (await git.getCommit({ ...AT, commit_sha: a.head })).data;
    const root = (await git.createCommit({ ...AT, message: "root", tree: tree.sha, parents: [] })).data.sha;
    const rows = [
      [a.head, a.head, true],
      [world.first, a.head, true],
      [a.head, world.first, false],
      [a.head, b.head, false],
      [root, a.head, false],
      [UNKNOWN, a.head, false],
      [a.head, UNKNOWN, false],
    ] as const;
    for (const [sha, head, expected] of rows)
      expect(await code.isAncestor(sha, head), `${sha}...${head}`).toBe(expected);
  });
});

describe("changes", () => {
  it("are what a head brings since it left a commit's past, with their patches", async () => {
    const [a, b] = [await aBranch(), await aBranch()];
    const files = { "more.txt": "one\ntwo\n", "src/new.txt": "new\n" };
    const head = await commitOn(world, { files, from: a.head });
    expect(await code.changes(a.head, head)).toEqual([
      { path: "more.txt", patch: "@@ -0,0 +1,2 @@\n+one\n+two" },
      { path: "src/new.txt", patch: "@@ -0,0 +1 @@\n+new" },
    ]);
    expect(await code.changes(head, head)).toEqual([]);
    // What only the other side has is no change of this one.
    expect((await code.changes(b.head, head))!.map(({ path }) => path)).toEqual(
      (await code.changes(world.first, head))!.map(({ path }) => path),
    );
  });

  it("are not told of a commit that is unknown", async () => {
    const { head } = await aBranch();
    expect(await code.changes(UNKNOWN, head)).toBeNull();
  });
});

describe("files", () => {
  it("are ordinary ones; links and submodules are told apart", async () => {
    const { git } = world.owner.rest;
    const blob = await git.createBlob({ ...AT, content: "../../etc/passwd", encoding: "utf-8" });
    const binary = Buffer.from([0, 255, 10, 13, 128, 0]);
    const image = await git.createBlob({ ...AT, content: binary.toString("base64"), encoding: "base64" });
    const tree = await git.createTree({
      ...AT,
      tree: [
        { path: "link", mode: "120000", type: "blob", sha: blob.data.sha },
        { path: "vendor/module", mode: "160000", type: "commit", sha: UNKNOWN },
        { path: "bin/run", mode: "100755", type: "blob", content: "#!/bin/sh\n" },
        { path: "a b/ä\u{1F600}.txt", mode: "100644", type: "blob", content: "text" },
        { path: "image.png", mode: "100644", type: "blob", sha: image.data.sha },
        { path: "empty.txt", mode: "100644", type: "blob", content: "" },
      ],
    });
    const { data } = await git.createCommit({ ...AT, message: "m", tree: tree.data.sha, parents: [] });
    const { files, special } = await code.paths(data.sha);
    expect([files.toSorted(), special.toSorted()]).toEqual([
      ["a b/ä\u{1F600}.txt", "bin/run", "empty.txt", "image.png"],
      ["link", "vendor/module"],
    ]);
    const read = (path: string): Promise<Uint8Array | null> => code.file(data.sha, path);
    expect(Buffer.from((await read("image.png"))!)).toEqual(binary);
    expect(await read("empty.txt")).toEqual(new Uint8Array());
    for (const path of ["link", "vendor/module", "vendor", "none", "../README.md", ""])
      expect(await read(path)).toBeNull();
  });

  it("are all there though the tree is too large for one answer", async () => {
    const { git } = world.owner.rest;
    const sha = (await git.createBlob({ ...AT, content: "x" })).data.sha;
    const files = ["last", "one/a", "one/two/b", "one/two/c", "three/d"];
    const tree = await git.createTree({
      ...AT,
      tree: files.map((path) => ({ path, mode: path === "last" ? "120000" : "100644", type: "blob", sha })),
    });
    const { data } = await git.createCommit({ ...AT, message: "m", tree: tree.data.sha, parents: [] });
    // Only what lies in one folder fits into an answer.
    const cut = changed<{ tree: { path: string }[] }>(/^GET .*recursive/, (body) => {
      const folders = body.tree.filter(({ path }) => path.includes("/"));
      return folders.length === 0 ? body : { ...body, tree: folders, truncated: true };
    });
    const found = await world.connect({ line: cut }).code.paths(data.sha);
    expect([found.files.toSorted(), found.special]).toEqual([files.slice(1), ["last"]]);
  });

  it("are not to be had where even one folder is too large", async () => {
    const cut = changed<object>(/^GET .*\/git\/trees/, (body) => ({ ...body, truncated: true }));
    const call = world.connect({ line: cut }).code.paths(world.first);
    expect(await thrownBy(call)).toBeInstanceOf(UserError);
  });

  it("of a commit that is not there cannot be had", async () => {
    expect(await code.readCommit(UNKNOWN)).toBeNull();
    expect(await thrownBy(code.paths(UNKNOWN))).toMatchObject({ status: 404 });
  });
});

describe("readCommit", () => {
  it("tells tree, parents and the whole message", async () => {
    const { head } = await aBranch();
    const commit = await code.readCommit(head);
    expect(commit).toMatchObject({ sha: head, parents: [world.first] });
    expect(commit!.message).toMatch(/^Write f/);
  });
});

describe("checks", () => {
  it("are the newest status of each context, whoever gave it", async () => {
    const { head } = await aBranch();
    const give = (context: string, state: "pending" | "success" | "error"): Promise<unknown> =>
      world.owner.rest.repos.createCommitStatus({ ...AT, sha: head, context, state });
    await give("a", "error");
    await give("a", "success");
    await give("b", "pending");
    await give("c", "error");
    const checks = await code.checks(head);
    expect(checks.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "a", state: "green" },
      { name: "b", state: "pending" },
      { name: "c", state: "red" },
    ]);
    expect(await code.checks(world.first)).toEqual([]);
  });

  it("are all statuses of a commit, also when one page does not hold them", async () => {
    const { head } = await aBranch();
    const contexts = Array.from({ length: 101 }, (_, at) => `check ${at}`);
    for (const context of contexts)
      await world.owner.rest.repos.createCommitStatus({ ...AT, sha: head, context, state: "success" });
    const checks = await code.checks(head);
    expect(checks.map(({ name }) => name).toSorted()).toEqual(contexts.toSorted());
  });

  it("are not over while a suite has jobs to come; an app's empty suite says nothing", async () => {
    const suites = [
      { status: "in_progress", latest_check_runs_count: 1, app: { name: "Actions" } },
      { status: "queued", latest_check_runs_count: 0, app: { name: "Idle" } },
      { status: "completed", latest_check_runs_count: 3, app: { name: "Done" } },
    ];
    const reply = (): Response => Response.json({ total_count: 3, check_suites: suites });
    const there = world.connect({ line: answered(/\/check-suites/, reply) }).code;
    expect(await there.checks(world.first)).toEqual([{ name: "checks of Actions", state: "pending" }]);
  });

  it.each([
    ["queued", null, "pending"],
    ["in_progress", null, "pending"],
    ["waiting", null, "pending"],
    ["completed", "success", "green"],
    ["completed", "neutral", "green"],
    ["completed", "skipped", "green"],
    ["completed", "failure", "red"],
    ["completed", "cancelled", "red"],
    ["completed", "timed_out", "red"],
    ["completed", "action_required", "red"],
  ])("a check run that is %s with %s is %s", async (status, conclusion, state) => {
    const run = { id: 1, name: "test", status, conclusion };
    const reply = (): Response => Response.json({ total_count: 1, check_runs: [run] });
    const there = world.connect({ line: answered(/\/check-runs/, reply) }).code;
    expect(await there.checks(world.first)).toEqual([{ name: "test", state }]);
  });
});

it("recent changes are the files of each commit, newest first", async () => {
  const before = (await aBranch()).head;
  const head = await commitOn(world, { files: { "b/c.txt": "x\n", "d.txt": "x\n" }, from: before });
  const changes = await code.recentChanges(head);
  expect(changes.slice(0, 2).map((files) => files.toSorted())).toEqual([
    ["b/c.txt", "d.txt"],
    [`f-${names}.txt`],
  ]);
});
