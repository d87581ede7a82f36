/** Commits by blobs, trees and refs: nothing is checked out, and no author is given, so that GitHub signs for the App. */
import type { CodeReader, CodeWriter, CommitFiles } from "../../application/ports.ts";
import type { BoardMemory } from "./board-memory.ts";
import type { Client } from "./client.ts";
import { commitOf, type CommitMemory } from "./code-reader.ts";
import { isStatus, unlessGone } from "./refusals.ts";
import { byRule, inTheWay, movedUnless } from "./refs.ts";

export function createCodeWriter(
  { octokit, owner, repo }: Client,
  { reader, known, memory }: { reader: CodeReader; known: CommitMemory; memory: BoardMemory },
): CodeWriter {
  const at = { owner, repo };

  async function commitTree(request: { message: string; tree: string; parents: string[] }): Promise<string> {
    const { data } = await octokit.rest.git.createCommit({ ...at, ...request });
    known.keep(commitOf(data));
    return data.sha;
  }

  /** As the last look saw it, where that is of late. */
  async function headOf(name: string): Promise<string | null> {
    const seen = memory.branch(name);
    return seen === undefined ? reader.branch(name) : seen;
  }

  async function writeBlob(path: string, bytes: Uint8Array): Promise<string> {
    try {
      const content = Buffer.from(bytes).toString("base64");
      return (await octokit.rest.git.createBlob({ ...at, content, encoding: "base64" })).data.sha;
    } catch (error) {
      throw byRule(error, `GitHub refused ${path}`);
    }
  }

  /** Texts go with the tree, in one request. What GitHub refuses of them it refuses again file by file, and so by name. */
  async function treeWith(base: string, files: CommitFiles["files"]): Promise<string> {
    try {
      return await writeTree(base, files, true);
    } catch (error) {
      if (!isStatus(error, 409, 422)) throw error;
      return writeTree(base, files, false);
    }
  }

  async function writeTree(base: string, files: CommitFiles["files"], inline: boolean): Promise<string> {
    const entries = [];
    for (const { path, mode, content } of files) {
      const entry = { path, mode, type: "blob" as const };
      if (content === null) entries.push({ ...entry, sha: null });
      else {
        const text = inline ? textOf(content) : null;
        entries.push({
          ...entry,
          ...(text === null ? { sha: await writeBlob(path, content) } : { content: text }),
        });
      }
    }
    return (await octokit.rest.git.createTree({ ...at, base_tree: base, tree: entries })).data.sha;
  }

  /** Where something is taken away: what is there. GitHub refuses to take away what is not. */
  async function presentAt(sha: string, commits: readonly CommitFiles[]): Promise<Set<string>> {
    if (!commits.some(({ files }) => files.some(({ content }) => content === null))) return new Set();
    const { files, special } = await reader.paths(sha);
    return new Set([...files, ...special]);
  }

  const treeOf = async (sha: string): Promise<string> => {
    const commit = await reader.readCommit(sha);
    if (!commit) throw new Error(`there is no commit ${sha}`);
    return commit.tree;
  };

  /** True for commits that were made before and GitHub's answer was lost: they differ in nothing but the time. */
  async function isSameWork({
    sha,
    like,
    since,
  }: Record<"sha" | "like" | "since", string>): Promise<boolean> {
    if (sha === since || like === since) return sha === like;
    const [theirs, ours] = [await reader.readCommit(sha), await reader.readCommit(like)];
    const isSame =
      theirs?.tree === ours?.tree &&
      theirs?.message === ours?.message &&
      theirs?.parents[1] === ours?.parents[1];
    const [below, ourBelow] = [theirs?.parents[0], ours?.parents[0]];
    if (!isSame || !below || !ourBelow) return false;
    return isSameWork({ sha: below, like: ourBelow, since });
  }

  return {
    async ensureBranch({ name, sha, message, restores = null }) {
      // Making one that is there is refused, and so needs no question before.
      const existing = memory.branch(name) ?? null;
      if (existing !== null) return { did: "unchanged", sha: existing };
      const head =
        message === null
          ? sha
          : await commitTree({ message, tree: await treeOf(restores ?? sha), parents: [sha] });
      try {
        await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha: head });
        memory.moved(name, head);
        return { did: "created", sha: head };
      } catch (error) {
        if (!isStatus(error, 422)) throw error;
        const raced = await reader.branch(name);
        if (raced === null) throw inTheWay(error, name);
        memory.moved(name, raced);
        return { did: "unchanged", sha: raced };
      }
    },

    async resetBranch(name, sha) {
      const existing = await headOf(name);
      if (existing === sha) return { did: "unchanged" };
      try {
        if (existing === null) {
          await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
          memory.moved(name, sha);
          return { did: "created" };
        }
      } catch (error) {
        if (!isStatus(error, 422)) throw error;
        if ((await reader.branch(name)) === null) throw inTheWay(error, name);
      }
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: true });
        memory.moved(name, sha);
        return { did: "updated" };
      } catch (error) {
        throw byRule(error, `GitHub refused to move ${name}`);
      }
    },

    async commit({ branch, expectedHead, merges = null, commits }) {
      let head = expectedHead;
      let parents = merges === null ? [head] : [head, merges];
      const onto = merges ?? head;
      let tree = await treeOf(onto);
      const present = await presentAt(onto, commits);
      for (const { message, files } of commits) {
        const changes = files.filter(({ path, content }) => content !== null || present.has(path));
        for (const { path, content } of changes) {
          if (content === null) present.delete(path);
          else present.add(path);
        }
        if (changes.length > 0) tree = await treeWith(tree, changes);
        head = await commitTree({ message, tree, parents });
        parents = [head];
      }
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: head, force: false });
        memory.moved(branch, head);
        return { sha: head };
      } catch (error) {
        const moved = movedUnless(error, branch);
        memory.mistrust();
        const sha = await reader.branch(branch);
        return sha !== null && (await isSameWork({ sha, like: head, since: expectedHead })) ? { sha } : moved;
      }
    },

    async merge({ base, head, message }) {
      const request = octokit.rest.repos.merge({ ...at, base, head, commit_message: message });
      try {
        const merged = await unlessGone(request, {
          what: `${head} cannot be merged into ${base}`,
          fix: "Restore the branch that is gone, or end the run.",
        });
        if (Number(merged.status) === 204) return "nothing";
        const { sha, commit, parents } = merged.data;
        known.keep(commitOf({ ...commit, sha, parents }));
        memory.moved(base, sha);
        return { sha };
      } catch (error) {
        const reason = byRule(error, `GitHub refused to merge into ${base}`);
        if (isStatus(reason, 409)) return "conflict";
        throw reason;
      }
    },

    async advance(name, sha) {
      if ((await headOf(name)) === sha) return { did: "unchanged" };
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: false });
        memory.moved(name, sha);
        return { did: "updated" };
      } catch (error) {
        movedUnless(error, name);
        memory.mistrust();
        return "refused";
      }
    },
  };
}

/** Null for what is no text that JSON carries unchanged. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
