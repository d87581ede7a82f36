/**
 * What the local GitHub asks of a git repository, and the one that lies in a folder as a bare repository. Its refs are
 * kept in memory and every change goes through this store or through a push that is followed by `refresh`; objects
 * never change, so that what was read once is not read again.
 */
import type { Machine } from "../ports.ts";
import { gitEnvironment, runGit } from "./command.ts";
import { readDiff } from "./diff.ts";
import type { FileChange } from "./diff.ts";
import { createMemo } from "./memo.ts";
import { createObjectStore } from "./object-store.ts";
import type { ObjectStore } from "./object-store.ts";

export interface GitRef {
  /** `refs/heads/main` */
  name: string;
  sha: string;
}

export interface RefChange {
  name: string;
  before: string | null;
  after: string | null;
}

export interface GitStore extends ObjectStore {
  /** Refs whose full names begin with the prefix, sorted. */
  refs(prefix: string): Promise<GitRef[]>;
  refSha(name: string): Promise<string | null>;
  /** Compare-and-swap: false when the ref is not (any more) at `before`. Null stands for "there is none". */
  setRef(change: RefChange): Promise<boolean>;
  /** A branch, tag, full ref or (abbreviated) commit SHA to its commit. */
  resolve(text: string): Promise<string | null>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(a: string, b: string): Promise<string | null>;
  /** Commits reachable from `head` and not from `base`, oldest first. */
  commitsBetween(base: string | null, head: string): Promise<string[]>;
  /** The newest `limit` commits, newest first, optionally those that touch a path. */
  log(head: string, options: { limit: number; path?: string }): Promise<string[]>;
  /** The merged tree, or the paths in conflict. Rejects when the histories have nothing in common. */
  mergeTrees(ours: string, theirs: string): Promise<{ tree: string } | { conflicts: string[] }>;
  /** What lies in a tree, with sizes of blobs; folders stand before what they hold. Null when there is no such tree. */
  listTree(tree: string, recursive: boolean): Promise<ListedEntry[] | null>;
  diff(from: string, to: string): Promise<{ text: string; files: FileChange[] }>;
}

/** One that git programs reach too. */
export interface GitFolder extends GitStore {
  /** Reads the refs again and tells what others changed. */
  refresh(): Promise<RefChange[]>;
}

export interface ListedEntry {
  mode: string;
  type: string;
  path: string;
  sha: string;
  size: number | null;
}

const ZERO = "0".repeat(40);

/** Opens a bare repository, which must exist. */
export function openGitFolder(machine: Machine, folder: string): GitFolder {
  const objects = createObjectStore(machine, folder);
  const git = runGit.bind(null, machine, folder);
  // Each answers for objects by their names, which never change: the same question needs no second process.
  const listed = createMemo(list);
  const ancestry = createMemo(findAncestor);
  const bases = createMemo(findMergeBase);
  const ranges = createMemo(findRange);
  const merges = createMemo(merge);
  const diffs = createMemo((from: string, to: string) => readDiff(git, from, to));
  let known: Map<string, string> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** Ref reads and writes one after another, so that a push is never mistaken for an API call. */
  function exclusive<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }

  async function readRefs(): Promise<Map<string, string>> {
    const { text } = await git({ args: ["for-each-ref", "--format=%(objectname) %(refname)"] });
    return new Map(
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [line.slice(41), line.slice(0, 40)]),
    );
  }

  async function refMap(): Promise<Map<string, string>> {
    return known ?? exclusive(async () => (known ??= await readRefs()));
  }

  async function refSha(name: string): Promise<string | null> {
    return (await refMap()).get(name) ?? null;
  }

  async function setRef(change: RefChange): Promise<boolean> {
    const map = await refMap();
    return exclusive(async () => {
      if ((map.get(change.name) ?? null) !== change.before) return false;
      const args =
        change.after === null
          ? ["update-ref", "-d", change.name, change.before ?? ZERO]
          : ["update-ref", change.name, change.after, change.before ?? ZERO];
      const { code } = await git({ args, expect: [0, 1, 128] });
      if (code !== 0) return false;
      if (change.after === null) map.delete(change.name);
      else map.set(change.name, change.after);
      return true;
    });
  }

  function refresh(): Promise<RefChange[]> {
    return exclusive(async () => {
      const before = known;
      const fresh = await readRefs();
      // The map is changed in place: others hold it while they wait for their turn.
      const changes: RefChange[] = [];
      for (const name of new Set([...(before?.keys() ?? []), ...fresh.keys()])) {
        const change = { name, before: before?.get(name) ?? null, after: fresh.get(name) ?? null };
        if (change.before !== change.after) changes.push(change);
      }
      if (before === null) {
        known = fresh;
        return [];
      }
      before.clear();
      for (const [name, sha] of fresh) before.set(name, sha);
      return changes;
    });
  }

  async function resolve(text: string): Promise<string | null> {
    const refs = await refMap();
    const candidates = text.startsWith("refs/")
      ? [text]
      : [`refs/heads/${text}`, `refs/tags/${text}`, `refs/${text}`];
    const named = candidates.map((name) => refs.get(name)).find((sha) => sha !== undefined);
    if (named !== undefined) return objects.peel(named);
    if (/^[0-9a-f]{40}$/u.test(text)) return objects.peel(text);
    if (!/^[0-9a-f]{4,39}$/u.test(text)) return null;
    const found = await git({
      args: ["rev-parse", "-q", "--verify", `${text}^{commit}`],
      expect: [0, 1, 128],
    });
    return found.code === 0 ? found.text.trim() : null;
  }

  /** Mostly it is a parent, which needs no process to tell. */
  async function findAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (ancestor === descendant) return true;
    const commit = await objects.commit(descendant);
    if (commit?.parents.includes(ancestor) === true) return true;
    const args = ["merge-base", "--is-ancestor", ancestor, descendant];
    return (await git({ args, expect: [0, 1] })).code === 0;
  }

  async function findMergeBase(a: string, b: string): Promise<string | null> {
    const { text } = await git({ args: ["merge-base", a, b], expect: [0, 1] });
    return text.trim() === "" ? null : text.trim();
  }

  async function findRange(base: string | null, head: string): Promise<string[]> {
    const parents = base === null ? null : (await objects.commit(head))?.parents;
    if (parents?.length === 1 && parents[0] === base) return [head];
    const args = ["rev-list", "--topo-order", "--reverse", head, ...(base === null ? [] : [`^${base}`])];
    return lines((await git({ args })).text);
  }

  async function merge(ours: string, theirs: string): Promise<{ tree: string } | { conflicts: string[] }> {
    const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
    const { code, text } = await git({ args, expect: [0, 1] });
    const [tree = "", ...conflicts] = text.split("\0").filter((field) => field !== "");
    if (tree === "") throw new Error(`git found no ${ours} or no ${theirs} to merge.`);
    return code === 0 ? { tree } : { conflicts };
  }

  async function list(tree: string, recursive: boolean): Promise<ListedEntry[] | null> {
    const args = ["ls-tree", "-z", "-l", ...(recursive ? ["-r", "-t"] : []), tree];
    const { code, text } = await git({ args, expect: [0, 128] });
    if (code !== 0) return null;
    return text
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [, mode = "", type = "", sha = "", size = "", path = ""] =
          /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.*)$/su.exec(line) ?? [];
        return { mode, type, sha, path, size: size === "-" ? null : Number(size) };
      });
  }

  return {
    ...objects,
    refs: async (prefix) =>
      [...(await refMap())]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, sha]) => ({ name, sha }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    refSha,
    setRef,
    refresh,
    resolve,
    isAncestor: ancestry,
    mergeBase: bases,
    commitsBetween: ranges,
    log: async (head, { limit, path }) => {
      const tail = path === undefined ? [] : ["--", `:(literal)${path}`];
      return lines((await git({ args: ["rev-list", `--max-count=${limit}`, head, ...tail] })).text);
    },
    mergeTrees: merges,
    listTree: listed,
    diff: diffs,
  };
}

/** Makes an empty bare repository whose HEAD names the default branch. */
export async function initRepository(machine: Machine, folder: string, defaultBranch: string): Promise<void> {
  await machine.files.makeFolder(folder);
  const result = await machine.processes.run({
    command: "git",
    args: ["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`, folder],
    cwd: folder,
    env: gitEnvironment(machine),
  });
  if (result.code !== 0)
    throw new Error(`git init failed: ${new TextDecoder().decode(result.stderr).trim()}`);
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
