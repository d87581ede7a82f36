import type { Machine } from "../ports.ts";
import { runGit } from "./command.ts";
import {
  commitIn,
  entriesIn,
  formatCommit,
  formatTree,
  objectType,
  packObject,
  taggedBy,
  unpackObject,
} from "./objects.ts";
import type { Commit, GitObject, TreeEntry } from "./objects.ts";

export interface ObjectStore {
  /** Null when there is no such object. */
  object(sha: string): Promise<GitObject | null>;
  commit(sha: string): Promise<Commit | null>;
  commits(shas: readonly string[]): Promise<Commit[]>;
  tree(sha: string): Promise<readonly TreeEntry[] | null>;
  /** The entry at a path below a tree, `{mode: "040000", sha: tree}` for the empty path; null when there is none. */
  entryAt(tree: string, path: string): Promise<{ mode: string; sha: string } | null>;
  /** A tag or commit to its commit. */
  peel(sha: string): Promise<string | null>;
  write(object: GitObject): Promise<string>;
  writeTree(entries: readonly TreeEntry[]): Promise<string>;
  writeCommit(commit: Omit<Commit, "sha">): Promise<string>;
}

/** Larger objects are read again each time. */
const KEEP_BYTES = 256 * 1024;
const KEEP_COUNT = 20_000;

export function createObjectStore(machine: Machine, folder: string): ObjectStore {
  const cache = new Map<string, GitObject>();

  function keep(sha: string, value: GitObject): void {
    if (value.content.length > KEEP_BYTES) return;
    if (cache.size >= KEEP_COUNT) cache.clear();
    cache.set(sha, value);
  }

  async function object(sha: string): Promise<GitObject | null> {
    const cached = cache.get(sha);
    if (cached !== undefined) return cached;
    const loose = await machine.files.read(`${folder}/objects/${sha.slice(0, 2)}/${sha.slice(2)}`);
    const found = loose === null ? ((await readPacked([sha])).get(sha) ?? null) : unpackObject(loose);
    if (found !== null) keep(sha, found);
    return found;
  }

  async function readPacked(shas: readonly string[]): Promise<Map<string, GitObject>> {
    const args = ["cat-file", "--batch"];
    const { bytes } = await runGit(machine, folder, { args, input: `${shas.join("\n")}\n` });
    const found = new Map<string, GitObject>();
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(0x0a, at);
      const [sha = "", type = "", size] = new TextDecoder().decode(bytes.subarray(at, end)).split(" ");
      at = end + 1;
      if (size === undefined) continue;
      found.set(sha, { type: objectType(type), content: bytes.subarray(at, at + Number(size)) });
      at += Number(size) + 1;
    }
    return found;
  }

  async function write(value: GitObject): Promise<string> {
    const { sha, file } = packObject(value);
    if (cache.has(sha)) return sha;
    await machine.files.write(`${folder}/objects/${sha.slice(0, 2)}/${sha.slice(2)}`, file);
    keep(sha, value);
    return sha;
  }

  const store = objectStoreOver({ object, write });
  return {
    ...store,
    commits: async (shas) => {
      const missing = shas.filter((sha) => !cache.has(sha));
      if (missing.length > 1) for (const [sha, found] of await readPacked(missing)) keep(sha, found);
      return store.commits(shas);
    },
  };
}

/** All that can be told of objects by reading and writing single ones. */
export function objectStoreOver({ object, write }: Pick<ObjectStore, "object" | "write">): ObjectStore {
  async function commit(sha: string): Promise<Commit | null> {
    const found = await object(sha);
    return found?.type === "commit" ? commitIn(sha, found) : null;
  }

  async function tree(sha: string): Promise<readonly TreeEntry[] | null> {
    const found = await object(sha);
    if (found?.type === "commit") return tree(commitIn(sha, found).tree);
    return found?.type === "tree" ? entriesIn(found) : null;
  }

  async function peel(sha: string): Promise<string | null> {
    const found = await object(sha);
    if (found?.type === "commit") return sha;
    const target = found?.type === "tag" ? taggedBy(found.content) : null;
    return target === null ? null : peel(target);
  }

  return {
    object,
    commit,
    tree,
    peel,
    write,
    commits: async (shas) => {
      const all = await Promise.all(shas.map((sha) => commit(sha)));
      return all.filter((found) => found !== null);
    },
    entryAt: async (root, path) => {
      let at = { mode: "040000", sha: root };
      for (const part of path.split("/").filter((name) => name !== "")) {
        if (at.mode !== "040000") return null;
        const entry = (await tree(at.sha))?.find((one) => one.name === part);
        if (entry === undefined) return null;
        at = { mode: entry.mode, sha: entry.sha };
      }
      return at;
    },
    writeTree: (entries) => write({ type: "tree", content: formatTree(entries) }),
    writeCommit: (value) => write({ type: "commit", content: formatCommit(value) }),
  };
}
