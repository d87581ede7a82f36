/** Commits by blobs, trees and refs: nothing is checked out, and no author is given, so that GitHub signs for the App. */
import type { CodeReader, CodeWriter, CommitFiles } from "../../application/ports.ts";
import { isStatus, type Client } from "./client.ts";

export function createCodeWriter({ octokit, owner, repo }: Client, reader: CodeReader): CodeWriter {
  const at = { owner, repo };

  async function commitTree(request: { message: string; tree: string; parents: string[] }): Promise<string> {
    return (await octokit.rest.git.createCommit({ ...at, ...request })).data.sha;
  }

  async function treeWith(base: string, files: CommitFiles["files"]): Promise<string> {
    const entries = [];
    for (const { path, mode, content } of files) {
      const entry = { path, mode, type: "blob" as const };
      if (content === null) entries.push({ ...entry, sha: null });
      else {
        const blob = await octokit.rest.git.createBlob({
          ...at,
          content: Buffer.from(content).toString("base64"),
          encoding: "base64",
        });
        entries.push({ ...entry, sha: blob.data.sha });
      }
    }
    return (await octokit.rest.git.createTree({ ...at, base_tree: base, tree: entries })).data.sha;
  }

  const treeOf = async (sha: string): Promise<string> => {
    const commit = await reader.readCommit(sha);
    if (!commit) throw new Error(`there is no commit ${sha}`);
    return commit.tree;
  };

  return {
    async ensureBranch({ name, sha, message }) {
      const existing = await reader.branch(name);
      if (existing !== null) return { did: "unchanged", sha: existing };
      const head =
        message === null ? sha : await commitTree({ message, tree: await treeOf(sha), parents: [sha] });
      try {
        await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha: head });
        return { did: "created", sha: head };
      } catch (error) {
        const raced = isStatus(error, 422) ? await reader.branch(name) : null;
        if (raced === null) throw error;
        return { did: "unchanged", sha: raced };
      }
    },

    async resetBranch(name, sha) {
      const existing = await reader.branch(name);
      if (existing === sha) return { did: "unchanged" };
      if (existing === null) await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
      else await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: true });
      return { did: existing === null ? "created" : "updated" };
    },

    async commit({ branch, expectedHead, merges = null, commits }) {
      let head = expectedHead;
      let parents = merges === null ? [head] : [head, merges];
      let tree = await treeOf(merges ?? head);
      for (const { message, files } of commits) {
        tree = await treeWith(tree, files);
        head = await commitTree({ message, tree, parents });
        parents = [head];
      }
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: head, force: false });
        return { sha: head };
      } catch (error) {
        if (isStatus(error, 404, 409, 422)) return "moved";
        throw error;
      }
    },

    async merge({ base, head, message }) {
      try {
        const merged = await octokit.rest.repos.merge({ ...at, base, head, commit_message: message });
        return Number(merged.status) === 204 ? "nothing" : { sha: merged.data.sha };
      } catch (error) {
        if (isStatus(error, 409)) return "conflict";
        throw error;
      }
    },

    async advance(name, sha) {
      if ((await reader.branch(name)) === sha) return { did: "unchanged" };
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: false });
        return { did: "updated" };
      } catch (error) {
        if (isStatus(error, 422)) return "refused";
        throw error;
      }
    },
  };
}
