/**
 * A bare copy of the user's repository for the local GitHub. What a run needs and the repository lacks goes into one
 * commit on the copy's default branch, which is the base; the user's tree is only read.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "./git.ts";
import type { Source } from "./source.ts";

export interface Copy {
  folder: string;
  defaultBranch: string;
  /** Paths that were added or changed for the run. */
  added: string[];
}

/** Files to lay over the copy: path → content; null leaves an existing one alone and adds nothing. */
export type Overlay = ReadonlyMap<string, { content: Uint8Array; onlyIfMissing: boolean }>;

export async function copyRepository(
  git: Git,
  { source, folder, overlay }: { source: Source; folder: string; overlay: Overlay },
): Promise<Copy> {
  const index = { GIT_INDEX_FILE: `${folder}.index` };
  const defaultBranch = source.isFolder
    ? "main"
    : ((await git.ask(["symbolic-ref", "--short", "HEAD"], { cwd: source.root })) ?? "main");
  await git(["init", "--bare", "--quiet", `--initial-branch=${defaultBranch}`, folder]);
  const bare = { cwd: folder };
  if (source.isFolder) await commitFolder(git, { source, folder, index });
  else {
    const head = await git.ask(["rev-parse", "--verify", "HEAD^{commit}"], { cwd: source.root });
    if (head === null) await commitFolder(git, { source, folder, index });
    else {
      // Without --update-shallow the commit of a shallow clone is left out, in silence.
      const fetch = ["fetch", "--quiet", "--no-tags", "--update-shallow"];
      await git([...fetch, source.root, `HEAD:refs/heads/${defaultBranch}`], bare);
    }
  }
  const parent = await git(["rev-parse", "HEAD"], bare);
  await git(["read-tree", parent], { ...bare, env: index });
  const added: string[] = [];
  for (const [path, { content, onlyIfMissing }] of overlay) {
    const there = await git.ask(["rev-parse", `${parent}:${path}`], bare);
    if (there !== null && onlyIfMissing) continue;
    const blob = await git(["hash-object", "-w", "--stdin"], { ...bare, input: content });
    if (blob === there) continue;
    await git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { ...bare, env: index });
    added.push(path);
  }
  if (added.length > 0) {
    const tree = await git(["write-tree"], { ...bare, env: index });
    const commit = await git(["commit-tree", tree, "-p", parent, "-m", "Add what a local run needs"], bare);
    await git(["update-ref", `refs/heads/${defaultBranch}`, commit], bare);
  }
  return { folder, defaultBranch, added };
}

/** A sub-folder's files, ignored ones left out, as the first commit of a repository of its own. */
async function commitFolder(
  git: Git,
  { source, folder, index }: { source: Source; folder: string; index: Record<string, string> },
): Promise<void> {
  const listed = await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: source.root,
  });
  for (const path of new Set(listed.split("\0").filter(Boolean))) {
    const content = await readFile(join(source.root, path)).catch(() => null);
    if (content === null) continue;
    const blob = await git(["hash-object", "-w", "--stdin"], { cwd: folder, input: content });
    await git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], {
      cwd: folder,
      env: index,
    });
  }
  const tree = await git(["write-tree"], { cwd: folder, env: index });
  const commit = await git(["commit-tree", tree, "-m", `Copy ${source.name}`], { cwd: folder });
  await git(["update-ref", "HEAD", commit], { cwd: folder });
}

/** The spec as it lies in the working tree: uncommitted changes of it count. */
export async function readFolder(root: string, path: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory())
      for (const [name, content] of await readFolder(root, below)) found.set(name, content);
    else if (entry.isFile()) found.set(below, await readFile(join(root, below)));
  }
  return found;
}
