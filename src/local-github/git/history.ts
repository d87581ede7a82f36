/** Walks over commits, in the orders in which git walks. */
import type { Commit } from "./objects.ts";

export type CommitOf = (sha: string) => Commit;

/** With `wanted`, no further than there. */
function reachableFrom(commitOf: CommitOf, head: string, wanted?: string): Set<string> {
  const seen = new Set<string>();
  const open = [head];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (seen.has(sha)) continue;
    seen.add(sha);
    if (sha === wanted) break;
    open.push(...commitOf(sha).parents);
  }
  return seen;
}

/** Commits of the same second stay in the order in which they came. */
function insertByDate(queue: Commit[], commit: Commit): void {
  const at = queue.findIndex((one) => one.committer.date < commit.committer.date);
  queue.splice(at < 0 ? queue.length : at, 0, commit);
}

const OURS = 1;
const THEIRS = 2;
const BOTH = OURS | THEIRS;
/** Below a merge base. */
const STALE = 4;

/** The best common ancestors, the newest first. */
export function mergeBases(commitOf: CommitOf, ours: string, theirs: string): string[] {
  if (ours === theirs) return [ours];
  const marks = new Map([
    [ours, OURS],
    [theirs, THEIRS],
  ]);
  const queue: Commit[] = [];
  for (const sha of [ours, theirs]) insertByDate(queue, commitOf(sha));
  const found: Commit[] = [];
  const isStale = (sha: string): boolean => ((marks.get(sha) ?? 0) & STALE) !== 0;
  while (queue.some(({ sha }) => !isStale(sha))) {
    const commit = queue.shift();
    if (commit === undefined) break;
    let mark = marks.get(commit.sha) ?? 0;
    if (mark === BOTH) {
      if (!found.includes(commit)) insertByDate(found, commit);
      mark |= STALE;
    }
    for (const parent of commit.parents) {
      const known = marks.get(parent) ?? 0;
      if ((known & mark) === mark) continue;
      marks.set(parent, known | mark);
      insertByDate(queue, commitOf(parent));
    }
  }
  const bases = found.map(({ sha }) => sha).filter((sha) => !isStale(sha));
  return bases.filter((one) => bases.every((other) => other === one || !isAncestor(commitOf, one, other)));
}

export function isAncestor(commitOf: CommitOf, ancestor: string, descendant: string): boolean {
  return reachableFrom(commitOf, descendant, ancestor).has(ancestor);
}

/** Those reachable from `head` and not from `base`, no commit before its parents. */
export function commitsBetween(commitOf: CommitOf, base: string | null, head: string): string[] {
  const { parents } = commitOf(head);
  if (parents.length === 1 && parents[0] === base) return [head];
  const old = base === null ? new Set<string>() : reachableFrom(commitOf, base);
  if (old.has(head)) return [];
  const children = new Map<string, number>();
  const fresh = [...reachableFrom(commitOf, head)].filter((sha) => !old.has(sha));
  for (const parent of fresh.flatMap((sha) => commitOf(sha).parents))
    children.set(parent, (children.get(parent) ?? 0) + 1);
  const newestFirst: string[] = [];
  const ready = [head];
  for (let sha = ready.pop(); sha !== undefined; sha = ready.pop()) {
    newestFirst.push(sha);
    for (const parent of commitOf(sha).parents) {
      const left = (children.get(parent) ?? 0) - 1;
      children.set(parent, left);
      if (left === 0 && !old.has(parent)) ready.push(parent);
    }
  }
  return newestFirst.toReversed();
}

/**
 * The newest commits by date. With `entryOf`, those that change what it tells of a commit (null: nothing is there); a
 * merge that took it from one parent is passed over to that parent alone, as git simplifies.
 */
export function newestCommits(
  commitOf: CommitOf,
  head: string,
  { limit, entryOf }: { limit: number; entryOf?: (commit: Commit) => string | null },
): string[] {
  const found: string[] = [];
  const seen = new Set([head]);
  const queue = [commitOf(head)];
  for (let commit = queue.shift(); commit !== undefined && found.length < limit; commit = queue.shift()) {
    let parents = commit.parents.map(commitOf);
    let isShown = true;
    if (entryOf !== undefined) {
      const entry = entryOf(commit);
      const same = parents.find((parent) => entryOf(parent) === entry);
      if (same !== undefined) parents = [same];
      isShown = same === undefined && (parents.length > 0 || entry !== null);
    }
    if (isShown) found.push(commit.sha);
    for (const parent of parents) {
      if (seen.has(parent.sha)) continue;
      seen.add(parent.sha);
      insertByDate(queue, parent);
    }
  }
  return found;
}
