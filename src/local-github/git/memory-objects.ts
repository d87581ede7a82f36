/** Git objects in memory, under the names that git gives them. */
import { objectName, parseCommit, parseTree, taggedBy } from "./objects.ts";
import type { Commit, GitObject, TreeEntry } from "./objects.ts";

/** The tree without entries, which git knows without having it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const NOTHING: GitObject = { type: "tree", content: new Uint8Array() };

/** An object with what was read from it, which copies share. */
interface Kept {
  object: GitObject;
  commit?: Commit;
  entries?: TreeEntry[];
}

export interface MemoryObjects {
  object(sha: string): GitObject | null;
  /** A commit, or the one that a tag names; throws when there is none. */
  commit(sha: string): Commit;
  /** What lies in a tree, or in a commit's; throws when there is none. */
  tree(sha: string): TreeEntry[];
  write(object: GitObject): string;
  names(): Iterable<string>;
  fork(): MemoryObjects;
}

export function createMemoryObjects(known: ReadonlyMap<string, Kept> = new Map()): MemoryObjects {
  const all = new Map(known);

  function keptAt(sha: string): Kept {
    const kept = all.get(sha) ?? (sha === EMPTY_TREE ? { object: NOTHING } : undefined);
    if (kept === undefined) throw new Error(`There is no git object ${sha}.`);
    return kept;
  }

  function commit(sha: string): Commit {
    const kept = keptAt(sha);
    const { type, content } = kept.object;
    const tagged = type === "tag" ? taggedBy(content) : null;
    if (tagged !== null) return commit(tagged);
    if (type !== "commit") throw new Error(`The git object ${sha} is no commit but a ${type}.`);
    return (kept.commit ??= parseCommit(sha, content));
  }

  function tree(sha: string): TreeEntry[] {
    const kept = keptAt(sha);
    const { type, content } = kept.object;
    return type === "tree" ? (kept.entries ??= parseTree(content)) : tree(commit(sha).tree);
  }

  return {
    commit,
    tree,
    object: (sha) => all.get(sha)?.object ?? null,
    write: (object) => {
      const sha = objectName(object);
      if (!all.has(sha)) all.set(sha, { object });
      return sha;
    },
    names: () => all.keys(),
    fork: () => createMemoryObjects(all),
  };
}
