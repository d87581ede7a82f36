/** The contract of `CodeWriter`: what branches hold after a call, after a second one, and after a refusal. */
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
const at = (branch: string): Promise<string | null> => code.branch(branch);

/** A branch of its own on a commit of its own. */
async function aBranch(files: Record<string, string> = { [`${unique("f")}.txt`]: "x\n" }) {
  const name = unique("roundtable/1/unit");
  return { name, head: await commitOn(world, { files, branch: name }) };
}

describe("ensureBranch", () => {
  it("makes it at the commit, or at an empty one on top, once", async () => {
    const [bare, begun] = [unique("new"), unique("new")];
    expect(await code.ensureBranch({ name: bare, sha: world.first, message: null })).toEqual({
      did: "created",
      sha: world.first,
    });
    const made = await code.ensureBranch({ name: begun, sha: world.first, message: "Begin `unit` 3" });
    const [first, commit] = [await code.readCommit(world.first), await code.readCommit(made.sha)];
    expect(commit).toEqual({
      sha: made.sha,
      tree: first!.tree,
      parents: [world.first],
      message: "Begin `unit` 3",
    });
    expect(await code.ensureBranch({ name: begun, sha: made.sha, message: "Other" })).toEqual({
      did: "unchanged",
      sha: made.sha,
    });
    expect(await at(begun)).toBe(made.sha);
  });

  it("begins with a commit that brings the files of another one back", async () => {
    const { head } = await aBranch();
    const begun = unique("new");
    const made = await code.ensureBranch({ name: begun, sha: head, message: "Back", restores: world.first });
    const [first, commit] = [await code.readCommit(world.first), await code.readCommit(made.sha)];
    expect(commit).toMatchObject({ tree: first!.tree, parents: [head], message: "Back" });
  });

  it("leaves the branch to who was faster", async () => {
    const name = unique("raced");
    const { head } = await aBranch();
    const line = overtaken(/^POST .*\/git\/refs$/, () =>
      world.owner.rest.git.createRef({ ...AT, ref: `refs/heads/${name}`, sha: head }),
    );
    const raced = world.connect({ line }).code;
    expect(await raced.ensureBranch({ name, sha: world.first, message: "m" })).toEqual({
      did: "unchanged",
      sha: head,
    });
  });

  it("makes one though GitHub's answer was lost", async () => {
    const name = unique("lost");
    const lost = world.connect({ line: answerLost(/^POST .*\/git\/refs$/) }).code;
    const ensure = () => lost.ensureBranch({ name, sha: world.first, message: "m" });
    expect(await thrownBy(ensure())).toBeInstanceOf(TransientError);
    expect(await ensure()).toEqual({ did: "unchanged", sha: await at(name) });
  });

  it("says that another branch is in the way", async () => {
    const { name } = await aBranch();
    const call = code.ensureBranch({ name: `${name}/below`, sha: world.first, message: null });
    expect(await thrownBy(call)).toBeInstanceOf(UserError);
  });
});

describe("resetBranch", () => {
  it("sets a branch to a commit, whatever it was", async () => {
    const [name, a, b] = [unique("train"), await aBranch(), await aBranch()];
    expect(await code.resetBranch(name, a.head)).toEqual({ did: "created" });
    expect(await code.resetBranch(name, a.head)).toEqual({ did: "unchanged" });
    expect(await code.resetBranch(name, b.head)).toEqual({ did: "updated" });
    expect(await at(name)).toBe(b.head);
  });

  it("sets also one that somebody has just made", async () => {
    const [name, a, b] = [unique("train"), await aBranch(), await aBranch()];
    const line = overtaken(/^POST .*\/git\/refs$/, () => code.resetBranch(name, a.head));
    await world.connect({ line }).code.resetBranch(name, b.head);
    expect(await at(name)).toBe(b.head);
  });
});

describe("merge", () => {
  it("makes a commit of both, then has nothing to do", async () => {
    const [base, head] = [await aBranch(), await aBranch()];
    const request = { base: base.name, head: head.head, message: "Land `unit` 3" };
    const { sha } = (await code.merge(request)) as { sha: string };
    expect(await code.readCommit(sha)).toMatchObject({
      parents: [base.head, head.head],
      message: "Land `unit` 3",
    });
    expect(await at(base.name)).toBe(sha);
    expect(await code.merge(request)).toBe("nothing");
  });

  it("tells a conflict and leaves the base where it was", async () => {
    const [base, head] = [await aBranch({ "c.txt": "1\n" }), await aBranch({ "c.txt": "2\n" })];
    expect(await code.merge({ base: base.name, head: head.head, message: "m" })).toBe("conflict");
    expect(await at(base.name)).toBe(base.head);
  });

  it("says that a branch is gone, or what rule forbids it", async () => {
    const { name, head } = await aBranch();
    for (const request of [
      { base: "not-there", head, message: "m" },
      { base: name, head: "not-there", message: "m" },
    ])
      expect(await thrownBy(code.merge(request))).toBeInstanceOf(UserError);
    const reply = (): Response => json(422, { message: "Repository rule violations found" });
    const ruled = world.connect({ line: answered(/\/merges$/, reply) }).code;
    expect(await thrownBy(ruled.merge({ base: name, head, message: "m" }))).toBeInstanceOf(UserError);
  });
});

describe("advance", () => {
  it("moves forward only", async () => {
    const branch = await aBranch();
    const next = await commitOn(world, { files: { "n.txt": "n" }, from: branch.head });
    expect(await code.advance(branch.name, next)).toEqual({ did: "updated" });
    expect(await code.advance(branch.name, next)).toEqual({ did: "unchanged" });
    expect(await code.advance(branch.name, branch.head)).toBe("refused");
    expect(await code.advance("not-there", next)).toBe("refused");
    expect(await at(branch.name)).toBe(next);
  });

  it("says what rule forbids it", async () => {
    const branch = await aBranch();
    const next = await commitOn(world, { files: { "n.txt": "n" }, from: branch.head });
    const reply = (): Response => json(422, { message: "Protected branch update failed for refs/heads/x." });
    const ruled = world.connect({ line: answered(/^PATCH .*\/git\/refs/, reply) }).code;
    expect(await thrownBy(ruled.advance(branch.name, next))).toBeInstanceOf(UserError);
  });
});

describe("an answer that was lost", () => {
  const lost = (asked: RegExp): CodeWriter => world.connect({ line: answerLost(asked) }).code;
  const twice = async (call: () => Promise<unknown>): Promise<unknown> => {
    expect(await thrownBy(call())).toBeInstanceOf(TransientError);
    return call();
  };

  it("leaves a branch where it was moved to", async () => {
    const branch = await aBranch();
    const next = await commitOn(world, { files: { "n.txt": "n" }, from: branch.head });
    const writer = lost(/^PATCH .*\/git\/refs/);
    expect(await twice(() => writer.advance(branch.name, next))).toEqual({ did: "unchanged" });
    expect(await at(branch.name)).toBe(next);
    const again = lost(/^PATCH .*\/git\/refs/);
    expect(await twice(() => again.resetBranch(branch.name, branch.head))).toEqual({ did: "unchanged" });
    expect(await at(branch.name)).toBe(branch.head);
  });

  it("leaves a merge, to which nothing is added", async () => {
    const [base, head] = [await aBranch(), await aBranch()];
    const writer = lost(/\/merges$/);
    const merge = () => writer.merge({ base: base.name, head: head.head, message: "m" });
    expect(await twice(merge)).toBe("nothing");
    const merged = await code.readCommit((await at(base.name))!);
    expect(merged!.parents).toEqual([base.head, head.head]);
  });
});
