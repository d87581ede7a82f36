/**
 * Repositories in memory, for worlds that no git program talks to: no process, no file, and the names that git gives.
 * They differ from those in folders in this: merges do not merge lines (merge.ts); a file that moved with changes is one
 * removed and one added; hunks may begin at another of several equal lines (line-diff.ts).
 */
import { commitsBetween, isAncestor, mergeBases, newestCommits } from "./history.ts";
import { createMemo } from "./memo.ts";
import { memoryDiff } from "./memory-diff.ts";
import { createMemoryObjects } from "./memory-objects.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { mergeCommits } from "./merge.ts";
import { objectStoreOver } from "./object-store.ts";
import { isRefName, standInTheWay } from "./ref-name.ts";
import type { GitStore, ListedEntry, RefChange } from "./store.ts";

export interface MemoryGit {
  /** The repository with this id; an empty one at first. */
  open(id: number): GitStore;
  /** What is written to one is found in the other; the first was never opened before, or shares already. */
  share(of: number, from: number): void;
  /** All as it is now: neither sees what is written to the other from then on. */
  fork(): MemoryGit;
}

interface Kept {
  objects: MemoryObjects;
  refs: Map<string, string>;
}

export function createMemoryGit(known: ReadonlyMap<number, Kept> = new Map()): MemoryGit {
  const all = new Map(known);
  const stores = new Map<number, GitStore>();

  function open(id: number): GitStore {
    const kept = all.get(id) ?? { objects: createMemoryObjects(), refs: new Map() };
    const store = stores.get(id) ?? openMemoryStore(kept);
    all.set(id, kept);
    stores.set(id, store);
    return store;
  }

  return {
    open,
    share(of, from) {
      const { objects } = all.get(from) ?? { objects: createMemoryObjects() };
      if (all.get(of)?.objects === objects) return;
      if (stores.has(of)) throw new Error(`Repository ${of} has objects of its own already.`);
      all.set(of, { objects, refs: new Map() });
    },
    fork() {
      const copies = new Map<MemoryObjects, MemoryObjects>();
      const copyOf = (objects: MemoryObjects): MemoryObjects => {
        const copy = copies.get(objects) ?? objects.fork();
        copies.set(objects, copy);
        return copy;
      };
      return createMemoryGit(
        new Map(
          [...all].map(([id, { objects, refs }]) => [id, { objects: copyOf(objects), refs: new Map(refs) }]),
        ),
      );
    },
  };
}

function openMemoryStore({ objects, refs }: Kept): GitStore {
  const store = objectStoreOver({
    object: (sha) => Promise.resolve(objects.object(sha)),
    write: (object) => Promise.resolve(objects.write(object)),
  });
  const commitOf = objects.commit;

  function setRef({ name, before, after }: RefChange): boolean {
    if ((refs.get(name) ?? null) !== before) return false;
    if (after === null) {
      refs.delete(name);
      return true;
    }
    const type = objects.object(after)?.type;
    const isFit = name.startsWith("refs/heads/") ? type === "commit" : type !== undefined;
    if (!isFit || !isRefName(name) || standInTheWay(refs.keys(), name)) return false;
    refs.set(name, after);
    return true;
  }

  async function resolve(text: string): Promise<string | null> {
    const candidates = text.startsWith("refs/")
      ? [text]
      : [`refs/heads/${text}`, `refs/tags/${text}`, `refs/${text}`];
    const named = candidates.map((name) => refs.get(name)).find((sha) => sha !== undefined);
    if (named !== undefined) return store.peel(named);
    if (/^[0-9a-f]{40}$/u.test(text)) return store.peel(text);
    if (!/^[0-9a-f]{4,39}$/u.test(text)) return null;
    const alike = [...objects.names()].filter((sha) => sha.startsWith(text));
    const commits = (await Promise.all(alike.map(async (sha) => store.peel(sha)))).filter(
      (sha) => sha !== null,
    );
    return commits.length === 1 ? (commits[0] ?? null) : null;
  }

  function list(tree: string, recursive: boolean): ListedEntry[] {
    return objects.tree(tree).flatMap(({ mode, name, sha }): ListedEntry[] => {
      if (mode === "160000") return [{ mode, type: "commit", path: name, sha, size: null }];
      if (mode !== "040000")
        return [{ mode, type: "blob", path: name, sha, size: objects.object(sha)?.content.length ?? null }];
      const below = recursive ? list(sha, true) : [];
      return [
        { mode, type: "tree", path: name, sha, size: null },
        ...below.map((entry) => ({ ...entry, path: `${name}/${entry.path}` })),
      ];
    });
  }

  function entryOf(commit: string, path: string): string | null {
    let at = { mode: "040000", sha: commit };
    for (const part of path.split("/").filter((name) => name !== "")) {
      const entry = at.mode === "040000" ? objects.tree(at.sha).find(({ name }) => name === part) : undefined;
      if (entry === undefined) return null;
      at = entry;
    }
    return `${at.mode} ${path === "" ? objects.commit(commit).tree : at.sha}`;
  }

  /* oxlint-disable require-await -- a folder's answers come later, and so do what is thrown */
  return {
    ...store,
    refs: async (prefix) =>
      [...refs]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, sha]) => ({ name, sha }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    refSha: async (name) => refs.get(name) ?? null,
    setRef: async (change) => setRef(change),
    resolve,
    isAncestor: createMemo(async (ancestor: string, descendant: string) =>
      isAncestor(commitOf, commitOf(ancestor).sha, commitOf(descendant).sha),
    ),
    mergeBase: createMemo(
      async (a: string, b: string) => mergeBases(commitOf, commitOf(a).sha, commitOf(b).sha)[0] ?? null,
    ),
    commitsBetween: createMemo(async (base: string | null, head: string) =>
      commitsBetween(commitOf, base === null ? null : commitOf(base).sha, commitOf(head).sha),
    ),
    log: async (head, { limit, path }) =>
      newestCommits(commitOf, commitOf(head).sha, {
        limit,
        ...(path === undefined ? {} : { entryOf: ({ sha }) => entryOf(sha, path) }),
      }),
    mergeTrees: createMemo(async (ours: string, theirs: string) => mergeCommits(objects, ours, theirs)),
    listTree: async (tree, recursive) => {
      const type = objects.object(tree)?.type;
      return type === undefined || type === "blob" ? null : list(tree, recursive);
    },
    diff: createMemo(async (from: string, to: string) => memoryDiff(objects, from, to)),
  };
}
