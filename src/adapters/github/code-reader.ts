import type { CodeReader } from "../../application/ports.ts";
import { isStatus, type Client } from "./client.ts";

interface TreeEntry {
  path: string;
  sha: string;
  mode: string;
}

/** Trees and blobs never change, so they are kept by the commit that names them. */
export function createCodeReader({ octokit, owner, repo }: Client): CodeReader {
  const at = { owner, repo };
  const trees = new Map<string, Promise<TreeEntry[]>>();

  function tree(sha: string): Promise<TreeEntry[]> {
    let entries = trees.get(sha);
    if (!entries) {
      entries = octokit.rest.git.getTree({ ...at, tree_sha: sha, recursive: "1" }).then(({ data }) => {
        if (data.truncated) throw new Error(`the tree of ${sha} is too large for one answer`);
        return data.tree
          .filter((entry) => entry.type !== "tree")
          .map(({ path, sha: blob, mode }) => ({ path, sha: blob, mode }));
      });
      trees.set(sha, entries);
      if (trees.size > 50) trees.delete(trees.keys().next().value!);
    }
    return entries;
  }

  return {
    async branches(prefix) {
      const refs = await octokit.paginate(octokit.rest.git.listMatchingRefs, {
        ...at,
        ref: `heads/${prefix}`,
        per_page: 100,
      });
      return Object.fromEntries(refs.map(({ ref, object }) => [ref.slice("refs/heads/".length), object.sha]));
    },
    async branch(name) {
      try {
        const { data } = await octokit.rest.git.getRef({ ...at, ref: `heads/${name}` });
        return data.object.sha;
      } catch (error) {
        if (isStatus(error, 404, 409)) return null;
        throw error;
      }
    },
    async isAncestor(sha, head) {
      try {
        const basehead = `${sha}...${head}`;
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...at,
          basehead,
          per_page: 1,
        });
        return data.status === "ahead" || data.status === "identical";
      } catch (error) {
        if (isStatus(error, 404)) return false;
        throw error;
      }
    },
    async paths(sha) {
      const entries = await tree(sha);
      const isFile = (entry: TreeEntry): boolean => entry.mode === "100644" || entry.mode === "100755";
      return {
        files: entries.filter(isFile).map(({ path }) => path),
        special: entries.filter((entry) => !isFile(entry)).map(({ path }) => path),
      };
    },
    async file(sha, path) {
      const entry = (await tree(sha)).find((one) => one.path === path && one.mode.startsWith("100"));
      if (!entry) return null;
      const { data } = await octokit.rest.git.getBlob({ ...at, file_sha: entry.sha });
      return new Uint8Array(Buffer.from(data.content, "base64"));
    },
    async readCommit(sha) {
      try {
        const { data } = await octokit.rest.git.getCommit({ ...at, commit_sha: sha });
        return {
          sha: data.sha,
          tree: data.tree.sha,
          parents: data.parents.map((parent) => parent.sha),
          message: data.message,
        };
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
  };
}
