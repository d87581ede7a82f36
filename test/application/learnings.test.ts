import { describe, expect, it } from "vitest";
import { writeLearnings } from "../../src/application/learnings.ts";
import { UserError } from "../../src/domain/problem.ts";
import { AT, story, type World } from "../support/world.ts";

const BRANCH = "roundtable/1/learnings";

async function putAgentsFile(world: World, content: string, mode: "100644" | "120000"): Promise<void> {
  await world.commit({ "CLAUDE.md": "# Us\n" });
  const { git } = world.as("octo").rest;
  const head = (await world.github.code.branch("main"))!;
  const blob = await git.createBlob({ ...AT, content, encoding: "base64" });
  const entry = { path: "AGENTS.md", mode, type: "blob" as const, sha: blob.data.sha };
  const tree = await git.createTree({ ...AT, base_tree: head, tree: [entry] });
  const made = await git.createCommit({ ...AT, message: "Add", tree: tree.data.sha, parents: [head] });
  await git.updateRef({ ...AT, ref: "heads/main", sha: made.data.sha });
}

describe("an AGENTS.md that is no text of its own", () => {
  it.each([
    { what: "a symbolic link", mode: "120000" as const, bytes: "CLAUDE.md" },
    { what: "no UTF-8 text", mode: "100644" as const, bytes: "\xff\xfe" },
  ])("is left alone, with a sentence: $what", ({ what, mode, bytes }) =>
    story(async (world) => {
      await putAgentsFile(world, Buffer.from(bytes, "latin1").toString("base64"), mode);
      const effect = { branch: BRANCH, base: "main", lines: ["New"], message: "Add" };
      const written = writeLearnings(world.github, { id: "learnings", kind: "write-learnings", ...effect });
      const error = await written.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).why).toBe(`it is ${what}`);
      expect(await world.github.code.branch(BRANCH)).toBeNull();
    }),
  );
});
