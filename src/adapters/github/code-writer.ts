/** Commits by blobs, trees and refs: nothing is checked out, and no author is given, so that GitHub signs for the App. */
import type { CodeReader, CodeWriter, CommitFiles } from "../../application/ports.ts";
import type { Client } from "./client.ts";
import { isStatus, unlessGone } from "./refusals.ts";
import { byRule, inTheWay, movedUnless } from "./refs.ts";

export function createCodeWriter({ octokit, owner, repo }: Client, reader: CodeReader): CodeWriter {
  const at = { owner, repo };

  async function commitTree(request: { message: string; tree: string; parents: string[] }): Promise<string> {
    return (await octokit.rest.git.createCommit({ ...at, ...request })).data.sha;
  }

  async function writeBlob(path: string, bytes: Uint8Array): Promise<string> {
    try {
      const content = Buffer.from(bytes).toString("base64");
      return (await octokit.rest.git.createBlob({ ...at, content, encoding: "base64" })).data.sha;
    } catch (error) {
      throw byRule(error, `GitHub refused ${path}`);
    }
  }

  async function treeWith(base: string, files: CommitFiles["files"]): Promise<string> {
    const entries = [];
    for (const { path, mode, content } of files) {
      const entry = { path, mode, type: "blob" as const };
      if (content === null) entries.push({ ...entry, sha: null });
      else {
        entries.push({ ...entry, sha: await writeBlob(path, content) });
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
      const existing = await reader.branch(name);
      if (existing !== null) return { did: "unchanged", sha: existing };
      const head =
        message === null
          ? sha
          : await commitTree({ message, tree: await treeOf(restores ?? sha), parents: [sha] });
      try {
        await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha: head });
        return { did: "created", sha: head };
      } catch (error) {
        if (!isStatus(error, 422)) throw error;
        const raced = await reader.branch(name);
        if (raced === null) throw inTheWay(error, name);
        return { did: "unchanged", sha: raced };
      }
    },

    async resetBranch(name, sha) {
      const existing = await reader.branch(name);
      if (existing === sha) return { did: "unchanged" };
      try {
        if (existing === null) {
          await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
          return { did: "created" };
        }
      } catch (error) {
        if (!isStatus(error, 422)) throw error;
        if ((await reader.branch(name)) === null) throw inTheWay(error, name);
      }
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: true });
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
        return { sha: head };
      } catch (error) {
        const moved = movedUnless(error, branch);
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
        return Number(merged.status) === 204 ? "nothing" : { sha: merged.data.sha };
      } catch (error) {
        const reason = byRule(error, `GitHub refused to merge into ${base}`);
        if (isStatus(reason, 409)) return "conflict";
        throw reason;
      }
    },

    async advance(name, sha) {
      if ((await reader.branch(name)) === sha) return { did: "unchanged" };
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: false });
        return { did: "updated" };
      } catch (error) {
        movedUnless(error, name);
        return "refused";
      }
    },
  };
}
