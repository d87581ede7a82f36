/** Which files two trees have differently. */
import type { MemoryObjects } from "./memory-objects.ts";
import { byBytes } from "./objects.ts";
import type { TreeEntry } from "./objects.ts";

export interface FileState {
  path: string;
  mode: string;
  sha: string;
}

/** A file that moved without a change has both sides, with two paths. */
export interface FilePair {
  before: FileState | null;
  after: FileState | null;
}

/** In the order of their paths. */
export function changedFiles(objects: MemoryObjects, from: string, to: string): FilePair[] {
  const pairs: FilePair[] = [];
  compare(objects, { from, to, prefix: "" }, pairs);
  return withMoves(pairs).toSorted((a, b) => byBytes(pathOf(a), pathOf(b)));
}

function pathOf({ before, after }: FilePair): string {
  return after?.path ?? before?.path ?? "";
}

function compare(
  objects: MemoryObjects,
  { from, to, prefix }: { from: string | null; to: string | null; prefix: string },
  pairs: FilePair[],
): void {
  if (from === to) return;
  const entriesOf = (sha: string | null): Map<string, TreeEntry> =>
    new Map((sha === null ? [] : objects.tree(sha)).map((entry) => [entry.name, entry]));
  const [old, fresh] = [entriesOf(from), entriesOf(to)];
  for (const name of new Set([...old.keys(), ...fresh.keys()])) {
    const path = prefix + name;
    const [before, after] = [fileAt(path, old.get(name)), fileAt(path, fresh.get(name))];
    if (before?.sha !== after?.sha || before?.mode !== after?.mode) pairs.push({ before, after });
    const folders = { from: folderAt(old.get(name)), to: folderAt(fresh.get(name)), prefix: `${path}/` };
    compare(objects, folders, pairs);
  }
}

function fileAt(path: string, entry: TreeEntry | undefined): FileState | null {
  return entry === undefined || entry.mode === "040000" ? null : { path, mode: entry.mode, sha: entry.sha };
}

function folderAt(entry: TreeEntry | undefined): string | null {
  return entry?.mode === "040000" ? entry.sha : null;
}

/** A removed file's content that stands elsewhere anew has moved there; the same base name is the better match. */
function withMoves(pairs: readonly FilePair[]): FilePair[] {
  const gone = pairs
    .flatMap(({ before, after }) => (before !== null && after === null ? [before] : []))
    .toSorted((a, b) => byBytes(a.path, b.path));
  const moved = new Set<FileState>();
  const added = pairs
    .filter(({ before }) => before === null)
    .toSorted((a, b) => byBytes(pathOf(a), pathOf(b)));
  const sources = new Map<FilePair, FileState>();
  for (const pair of added) {
    const { after } = pair;
    if (after === null) continue;
    const alike = gone.filter(
      (one) =>
        !moved.has(one) &&
        one.sha === after.sha &&
        ((isPlain(one) && isPlain(after)) || one.mode === after.mode),
    );
    const source = alike.find((one) => baseName(one) === baseName(after)) ?? alike[0];
    if (source === undefined) continue;
    moved.add(source);
    sources.set(pair, source);
  }
  return pairs
    .filter(({ before, after }) => before === null || after !== null || !moved.has(before))
    .map((pair) => ({ before: sources.get(pair) ?? pair.before, after: pair.after }));
}

function isPlain({ mode }: FileState): boolean {
  return mode.startsWith("100");
}

function baseName({ path }: FileState): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
