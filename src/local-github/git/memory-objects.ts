/** Git objects in memory, under the names that git gives them. */
import { commitIn, entriesIn, objectName, taggedBy } from "./objects.ts";
import type { Commit, GitObject, TreeEntry } from "./objects.ts";

/** The tree without entries, which git knows without having it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const NOTHING: GitObject = { type: "tree", content: new Uint8Array() };

export interface MemoryObjects {
  object(sha: string): GitObject | null;
  /** A commit, or the one that a tag names; throws when there is none. */
  commit(sha: string): Commit;
  /** What lies in a tree, or in a commit's; throws when there is none. */
  tree(sha: string): readonly TreeEntry[];
  write(object: GitObject): string;
  names(): Iterable<string>;
  fork(): MemoryObjects;
}

export function createMemoryObjects(known: ReadonlyMap<string, GitObject> = new Map()): MemoryObjects {
  const all = new Map(known);

  function objectAt(sha: string): GitObject {
    const object = all.get(sha) ?? (sha === EMPTY_TREE ? NOTHING : undefined);
    if (object === undefined) throw new Error(`There is no git object ${sha}.`);
    return object;
  }

  function commit(sha: string): Commit {
    const object = objectAt(sha);
    const tagged = object.type === "tag" ? taggedBy(object.content) : null;
    if (tagged !== null) return commit(tagged);
    if (object.type !== "commit") throw new Error(`The git object ${sha} is no commit but a ${object.type}.`);
    return commitIn(sha, object);
  }

  function tree(sha: string): readonly TreeEntry[] {
    const object = objectAt(sha);
    return object.type === "tree" ? entriesIn(object) : tree(commit(sha).tree);
  }

  return {
    commit,
    tree,
    object: (sha) => all.get(sha) ?? null,
    write: (object) => {
      const sha = objectName(object);
      if (!all.has(sha)) all.set(sha, object);
      return sha;
    },
    names: () => all.keys(),
    fork: () => createMemoryObjects(all),
  };
}
