/**
 * Merges by whole files: who alone changed a file wins, what both changed differently is in conflict, and so is what one
 * removed and the other changed. Lines are not merged, and a file that moved is one removed and one added.
 */
import { mergeBases } from "./history.ts";
import type { CommitOf } from "./history.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { byBytes, formatTree } from "./objects.ts";
import type { Commit, TreeEntry } from "./objects.ts";

const FOLDER = "040000";
const NOBODY = { name: "", email: "", date: "1970-01-01T00:00:00Z" };

interface Sides<T> {
  base: T;
  ours: T;
  theirs: T;
}

type Entry = TreeEntry | null;

interface Merging {
  objects: MemoryObjects;
  /** The commits, which name a side where a file stands in a folder's way. */
  names: { ours: string; theirs: string };
  conflicts: string[];
}

export function mergeCommits(
  objects: MemoryObjects,
  ours: string,
  theirs: string,
): { tree: string } | { conflicts: string[] } {
  /** Merge bases of several are merged themselves into one that no repository holds. */
  const made = new Map<string, Commit>();
  const commitOf: CommitOf = (sha) => made.get(sha) ?? objects.commit(sha);

  function merge(one: string, other: string): { tree: string; conflicts: string[] } {
    const [first, ...more] = mergeBases(commitOf, one, other).toReversed();
    let base = first ?? null;
    for (const next of more) {
      const sha = `merged base ${made.size}`;
      const { tree } = merge(base ?? next, next);
      made.set(sha, {
        sha,
        tree,
        parents: [base ?? next, next],
        author: NOBODY,
        committer: NOBODY,
        message: "",
      });
      base = sha;
    }
    const merging = { objects, names: { ours: one, theirs: other }, conflicts: [] };
    const treeOf = (sha: string | null): string | null => (sha === null ? null : commitOf(sha).tree);
    const trees = { base: treeOf(base), ours: treeOf(one), theirs: treeOf(other) };
    const tree = mergeFolders(merging, "", trees) ?? objects.write({ type: "tree", content: formatTree([]) });
    return { tree, conflicts: merging.conflicts };
  }

  if (mergeBases(commitOf, ours, theirs).length === 0)
    throw new Error(`${ours} and ${theirs} have unrelated histories.`);
  const { tree, conflicts } = merge(ours, theirs);
  return conflicts.length === 0 ? { tree } : { conflicts: conflicts.toSorted(byBytes) };
}

/** The merged tree; null when it holds nothing. */
function mergeFolders(merging: Merging, prefix: string, trees: Sides<string | null>): string | null {
  const { base, ours, theirs } = trees;
  if (ours === theirs || base === theirs) return ours;
  if (base === ours) return theirs;
  const entriesOf = (sha: string | null): Map<string, TreeEntry> =>
    new Map((sha === null ? [] : merging.objects.tree(sha)).map((entry) => [entry.name, entry]));
  const [before, left, right] = [entriesOf(base), entriesOf(ours), entriesOf(theirs)];
  const merged: TreeEntry[] = [];
  for (const name of new Set([...before.keys(), ...left.keys(), ...right.keys()])) {
    const entry = mergeEntries(merging, prefix + name, {
      base: before.get(name) ?? null,
      ours: left.get(name) ?? null,
      theirs: right.get(name) ?? null,
    });
    if (entry !== null) merged.push({ ...entry, name });
  }
  if (merged.length === 0) return null;
  return merging.objects.write({ type: "tree", content: formatTree(merged) });
}

function mergeEntries(merging: Merging, path: string, sides: Sides<Entry>): Entry {
  const folder = mergeFolders(merging, `${path}/`, each(sides, folderOf));
  const files = each(sides, fileOf);
  const file = mergeFiles(merging, files);
  if (folder !== null && file.entry !== null) {
    // Git moves the file out of the folder's way.
    const { ours, theirs } = merging.names;
    merging.conflicts.push(`${path}~${files.ours === null ? theirs : ours}`);
  } else if (file.isConflict) merging.conflicts.push(path);
  return folder === null ? file.entry : { mode: FOLDER, name: path, sha: folder };
}

function mergeFiles(merging: Merging, sides: Sides<Entry>): { entry: Entry; isConflict: boolean } {
  const { base, ours, theirs } = sides;
  if (isSame(ours, theirs) || isSame(base, theirs)) return { entry: ours, isConflict: false };
  if (isSame(base, ours)) return { entry: theirs, isConflict: false };
  // As a merged base it counts as if it had stayed.
  if (ours === null || theirs === null) return { entry: base ?? ours ?? theirs, isConflict: true };
  const isOneKind = kindOf(ours) === kindOf(theirs);
  const old = base !== null && kindOf(base) === kindOf(ours) ? base : null;
  const mode = pick(old?.mode, ours.mode, theirs.mode);
  const sha = pick(old?.sha, ours.sha, theirs.sha);
  if (isOneKind && mode !== null && sha !== null) return { entry: { ...ours, mode, sha }, isConflict: false };
  // As a merged base it is like neither side.
  const content = new TextEncoder().encode(`${base?.sha ?? ""} ${ours.sha} ${theirs.sha}\n`);
  return {
    entry: { ...ours, sha: sha ?? merging.objects.write({ type: "blob", content }) },
    isConflict: true,
  };
}

/** What one side alone changed; null when both did, differently. */
function pick(base: string | undefined, ours: string, theirs: string): string | null {
  if (ours === theirs || theirs === base) return ours;
  return ours === base ? theirs : null;
}

function each<A, B>(sides: Sides<A>, map: (one: A) => B): Sides<B> {
  return { base: map(sides.base), ours: map(sides.ours), theirs: map(sides.theirs) };
}

function folderOf(entry: Entry): string | null {
  return entry?.mode === FOLDER ? entry.sha : null;
}

function fileOf(entry: Entry): Entry {
  return entry?.mode === FOLDER ? null : entry;
}

/** A plain file, a link or a submodule. */
function kindOf({ mode }: TreeEntry): string {
  return mode.slice(0, 3);
}

function isSame(a: Entry, b: Entry): boolean {
  return a?.mode === b?.mode && a?.sha === b?.sha;
}
