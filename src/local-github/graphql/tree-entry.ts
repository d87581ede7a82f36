/** A path of a commit, with the text of what stands there. */
import type { GitStore } from "../git/store.ts";

export async function entryNode(
  git: GitStore,
  { path, mode, sha }: { path: string; mode: string; sha: string },
): Promise<Record<string, unknown>> {
  const found = mode === "160000" ? null : await git.object(sha);
  const isTree = found?.type === "tree";
  const blob = found?.type === "blob" ? found.content : null;
  const isBinary = blob?.includes(0) ?? false;
  // GitHub shows the beginning of what is longer than this.
  const isTruncated = (blob?.length ?? 0) > MAX_TEXT;
  return {
    __typename: "TreeEntry",
    name: path.split("/").at(-1),
    path,
    mode: Number.parseInt(mode, 8),
    type: isTree ? "tree" : found === null ? "commit" : "blob",
    oid: sha,
    object:
      found === null
        ? null
        : isTree
          ? { __typename: "Tree", oid: sha }
          : {
              __typename: "Blob",
              oid: sha,
              byteSize: blob!.length,
              isBinary,
              isTruncated,
              text: isBinary ? null : new TextDecoder().decode(blob!.subarray(0, MAX_TEXT)),
            },
  };
}

const MAX_TEXT = 512_000;
