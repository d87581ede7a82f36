/** The contract of `CodeWriter.commit`: what a branch holds after a call, after a second one, and after a refusal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeWriter } from "../../../src/application/ports.ts";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import { AT, commitOn, openContractWorld, thrownBy, type ContractWorld } from "./contract-world.ts";
import { answered, answerLost, json, overtaken } from "./line.ts";

let world: ContractWorld;
let code: ContractWorld["github"]["code"];
let names = 0;
beforeAll(async () => {
  world = await openContractWorld();
  code = world.github.code;
});
afterAll(() => world.close());

const unique = (word: string): string => `${word}-${++names}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const at = (branch: string): Promise<string | null> => code.branch(branch);

/** A branch of its own on a commit of its own. */
async function aBranch(files: Record<string, string> = { [`${unique("f")}.txt`]: "x\n" }) {
  const name = unique("roundtable/1/unit");
  return { name, head: await commitOn(world, { files, branch: name }) };
}

describe("commit", () => {
  const commitTo = (
    branch: { name: string; head: string },
    commits: Parameters<CodeWriter["commit"]>[0]["commits"],
  ) => code.commit({ branch: branch.name, expectedHead: branch.head, commits });
  const file = (path: string, content: string | null, mode: "100644" | "100755" = "100644") => ({
    path,
    mode,
    content: content === null ? null : bytes(content),
  });

  it("appends commits with files of any bytes and their modes, and takes files away", async () => {
    const branch = await aBranch({ "old.txt": "old\n", "dir/only.txt": "x\n" });
    const binary = new Uint8Array([0, 255, 128, 10]);
    const made = await commitTo(branch, [
      {
        message: "First\n\nTrailer: 1",
        files: [file("bin/run", "#!/bin/sh\n", "100755"), file("old.txt", null)],
      },
      {
        message: "Second",
        files: [{ path: "image.png", mode: "100644", content: binary }, file("dir/only.txt", null)],
      },
    ]);
    const sha = (made as { sha: string }).sha;
    expect(await at(branch.name)).toBe(sha);
    const { files } = await code.paths(sha);
    expect(files.toSorted()).toEqual(["README.md", "bin/run", "image.png"]);
    expect(await code.file(sha, "image.png")).toEqual(binary);
    const second = await code.readCommit(sha);
    const first = await code.readCommit(second!.parents[0]!);
    expect([second!.message, first!.message, first!.parents]).toEqual([
      "Second",
      "First\n\nTrailer: 1",
      [branch.head],
    ]);
    const tree = await world.owner.rest.git.getTree({ ...AT, tree_sha: sha, recursive: "1" });
    expect(tree.data.tree.find((entry) => entry.path === "bin/run")?.mode).toBe("100755");
  });

  it("takes away what is not there: then it is not there", async () => {
    const branch = await aBranch();
    const made = await commitTo(branch, [
      { message: "1", files: [file("made.txt", "x"), file("none/at/all.txt", null)] },
      { message: "2", files: [file("made.txt", null), file("none", null)] },
      { message: "3", files: [file("made.txt", null)] },
    ]);
    const { files } = await code.paths((made as { sha: string }).sha);
    expect(files).toEqual((await code.paths(branch.head)).files);
  });

  it("merges another commit: its files stand on that one, the branch is the first parent", async () => {
    const [branch, landed] = [await aBranch(), await aBranch({ "theirs.txt": "t\n", "gone.txt": "x\n" })];
    const request = {
      branch: branch.name,
      expectedHead: branch.head,
      merges: landed.head,
      commits: [
        { message: "Solve", files: [file("ours.txt", "o\n"), file("gone.txt", null)] },
        { message: "And then", files: [] },
      ],
    };
    const { sha } = (await code.commit(request)) as { sha: string };
    const last = await code.readCommit(sha);
    const merge = await code.readCommit(last!.parents[0]!);
    expect([last!.parents.length, merge!.parents]).toEqual([1, [branch.head, landed.head]]);
    expect((await code.paths(sha)).files.toSorted()).toEqual(["README.md", "ours.txt", "theirs.txt"]);
    world.later();
    expect(await code.commit(request)).toEqual({ sha });
    expect(await code.commit({ ...request, merges: null })).toBe("moved");
  });

  it("may leave every file as it is", async () => {
    const branch = await aBranch();
    const made = await commitTo(branch, [{ message: "Empty", files: [] }]);
    const commit = await code.readCommit((made as { sha: string }).sha);
    expect(commit).toMatchObject({
      parents: [branch.head],
      tree: (await code.readCommit(branch.head))!.tree,
    });
  });

  it("is moved when the head is another one, also one that came in between, or when the branch is gone", async () => {
    const [branch, other] = [await aBranch(), await aBranch()];
    const write = [{ message: "m", files: [file("w.txt", "w")] }];
    expect(await commitTo({ ...branch, head: world.first }, write)).toBe("moved");
    const next = await commitOn(world, { files: { "n.txt": "n" }, from: branch.head });
    const line = overtaken(/^PATCH .*\/git\/refs/, () =>
      world.owner.rest.git.updateRef({ ...AT, ref: `heads/${branch.name}`, sha: next }),
    );
    const raced = world.connect({ line }).code;
    expect(await raced.commit({ branch: branch.name, expectedHead: branch.head, commits: write })).toBe(
      "moved",
    );
    expect(await at(branch.name)).toBe(next);
    await world.owner.rest.git.deleteRef({ ...AT, ref: `heads/${other.name}` });
    expect(await commitTo(other, write)).toBe("moved");
    expect(await at(other.name)).toBeNull();
  });

  it("is not moved when the head has gone back to where it was expected ahead of a rule that forbids the write", async () => {
    const branch = await aBranch();
    const reply = (): Response =>
      json(422, {
        message: "Repository rule violations found\n\nChanges must be made through a pull request.",
      });
    const ruled = world.connect({ line: answered(/^PATCH .*\/git\/refs/, reply) }).code;
    const write = [{ message: "m", files: [file("w.txt", "w")] }];
    const error = await thrownBy(
      ruled.commit({ branch: branch.name, expectedHead: branch.head, commits: write }),
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).why).toContain("Changes must be made through a pull request");
  });

  it("says that GitHub takes no secrets", async () => {
    const branch = await aBranch();
    const reply = (): Response =>
      json(422, {
        message: "Repository rule violations found",
        metadata: { secret_scanning: { bypass_placeholders: [{ placeholder_id: "1", token_type: "t" }] } },
      });
    const ruled = world.connect({ line: answered(/^POST .*\/git\/(blobs|trees)$/, reply) }).code;
    const write = [{ message: "m", files: [file("w.txt", "w")] }];
    const request = { branch: branch.name, expectedHead: branch.head, commits: write };
    const error = await thrownBy(ruled.commit(request));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).what).toBe("GitHub refused w.txt");
  });
});

describe("commits whose answer was lost", () => {
  const file = (content: string) => ({ path: "w.txt", mode: "100644" as const, content: bytes(content) });
  const commits = [
    { message: "1", files: [file("v")] },
    { message: "2", files: [file("w")] },
  ];

  it("leaves commits, which are not written twice", async () => {
    const { name, head } = await aBranch();
    const request = { branch: name, expectedHead: head, commits };
    const writer = world.connect({ line: answerLost(/^PATCH .*\/git\/refs/) }).code;
    expect(await thrownBy(writer.commit(request))).toBeInstanceOf(TransientError);
    const written = (await at(name))!;
    world.later();
    expect(await writer.commit(request)).toEqual({ sha: written });
    expect(await at(name)).toBe(written);
    const second = await code.readCommit(written);
    expect((await code.readCommit(second!.parents[0]!))!.parents).toEqual([head]);
  });

  it("does not hide what somebody else has put on top, below or in their place", async () => {
    const [last, first] = [commits[1]!, commits[0]!];
    const others = [
      [...commits, { message: "3", files: [] }],
      [last],
      [first, { ...last, message: "other" }],
    ];
    for (const theirs of others) {
      const { name, head } = await aBranch();
      await code.commit({ branch: name, expectedHead: head, commits: theirs });
      const before = await at(name);
      world.later();
      expect(await code.commit({ branch: name, expectedHead: head, commits })).toBe("moved");
      expect(await at(name)).toBe(before);
    }
  });

  it("does not take a commit with the same files for the merge", async () => {
    const [{ name, head }, landed] = [await aBranch({ "w.txt": "v" }), await aBranch({ "x.txt": "w" })];
    const files = [
      { ...file("w"), path: "x.txt" },
      { ...file(""), content: null },
    ];
    await code.commit({ branch: name, expectedHead: head, commits: [{ message: "1", files }] });
    const merge = { branch: name, expectedHead: head, merges: landed.head };
    expect(await code.commit({ ...merge, commits: [{ message: "1", files: [] }] })).toBe("moved");
  });
});

describe("workflow files", () => {
  it("are written only with the permission for them", async () => {
    const branch = await aBranch();
    const unprivileged = world.connect({ permissions: { contents: "write" } }).code;
    const commits = [
      {
        message: "m",
        files: [{ path: ".github/workflows/x.yml", mode: "100644" as const, content: bytes("on: push\n") }],
      },
    ];
    const error = await thrownBy(
      unprivileged.commit({ branch: branch.name, expectedHead: branch.head, commits }),
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).why).toContain("workflows");
    expect(await at(branch.name)).toBe(branch.head);
  });
});
