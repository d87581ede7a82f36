/**
 * A bare copy of the user's repository for the local GitHub. What a run needs and the repository lacks goes into one
 * commit on the copy's default branch, which is the base; the user's tree is only read.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { importStream, type ImportedFile } from "../../application/job/import-stream.ts";
import { UserError } from "../../domain/problem.ts";
import type { Git } from "./git.ts";
import type { Source } from "./source.ts";

export interface Copy {
  folder: string;
  defaultBranch: string;
  /** Paths that were added or changed for the run. */
  added: string[];
}

/** Files to lay over the copy, by path. */
export type Overlay = ReadonlyMap<string, { content: Uint8Array; onlyIfMissing: boolean }>;

export async function copyRepository(
  git: Git,
  { source, folder, overlay }: { source: Source; folder: string; overlay: Overlay },
): Promise<Copy> {
  const defaultBranch = source.isFolder
    ? "main"
    : ((await git.ask(["symbolic-ref", "--short", "HEAD"], { cwd: source.root })) ?? "main");
  const branch = `refs/heads/${defaultBranch}`;
  await git(["init", "--bare", "--quiet", `--initial-branch=${defaultBranch}`, folder]);
  const bare = { cwd: folder };
  const commit = async (message: string, files: readonly ImportedFile[], parent?: string): Promise<void> => {
    const input = importStream([
      {
        ref: branch,
        ...(parent !== undefined && { from: parent }),
        message: `${message}\n`,
        date: "now",
        files,
      },
    ]);
    await git(["fast-import", "--quiet", "--date-format=now"], { ...bare, input });
  };
  const head = source.isFolder
    ? null
    : await git.ask(["rev-parse", "--verify", "HEAD^{commit}"], { cwd: source.root });
  if (head === null) await commit(`Copy ${source.name}`, await filesOf(git, source.root));
  else {
    // Without --update-shallow the commit of a shallow clone is left out, in silence.
    const fetch = ["fetch", "--quiet", "--no-tags", "--update-shallow"];
    await git([...fetch, source.root, `HEAD:${branch}`], bare);
  }
  const parent = await git(["rev-parse", "HEAD"], bare);
  const there = await standingAt(git, { parent, folder, paths: overlay.keys() });
  const added = [...overlay]
    .filter(([path, { content, onlyIfMissing }]) =>
      onlyIfMissing ? !there.has(path) : there.get(path)?.sha !== blobOf(content),
    )
    .map(([path, { content }]) => ({ path, mode: "100644", bytes: content }));
  const names = added.map(({ path }) => path);
  mustFit(names, { there, spec: source.spec });
  if (added.length > 0) await commit("Add what a local run needs", added, parent);
  return { folder, defaultBranch, added: names };
}

const blobOf = (content: Uint8Array): string =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

/** What has that name in the commit. */
interface Entry {
  kind: string;
  sha: string;
}

/** Above a path too where that is no folder. */
async function standingAt(
  git: Git,
  { parent, folder, paths }: { parent: string; folder: string; paths: Iterable<string> },
): Promise<ReadonlyMap<string, Entry>> {
  const names = new Set([...paths].flatMap((path) => [path, ...above(path)]));
  const listed = await git(["ls-tree", "-z", parent, "--", ...names], { cwd: folder });
  const entries = listed.split("\0").map((line): [string, Entry] => {
    const [, kind = "", sha = ""] = line.split(/\s/, 3);
    return [line.slice(line.indexOf("\t") + 1), { kind, sha }];
  });
  return new Map(entries);
}

/** The folders that a path goes through. */
const above = (path: string): string[] =>
  path.split("/").flatMap((_, at, parts) => (at === 0 ? [] : [parts.slice(0, at).join("/")]));

/** Git would put it in the place of whatever stands there. Of the spec that is meant. */
function mustFit(
  added: Iterable<string>,
  { there, spec }: { there: ReadonlyMap<string, Entry>; spec: string },
): void {
  for (const path of added) {
    const names = [...above(path), path].filter((name) => !name.startsWith(`${spec}/`));
    const inWay = names.find(
      (name) => there.has(name) && (name === path) === (there.get(name)!.kind === "tree"),
    );
    if (inWay === undefined) continue;
    throw new UserError({
      what: `${path} cannot be added to the copy of the repository`,
      why: inWay === path ? "a folder has that name" : `${inWay} is no folder of it`,
      fix: "Rename what stands there, and commit that.",
    });
  }
}

/** A folder's files, ignored ones left out: the first commit of a repository of its own. */
async function filesOf(git: Git, root: string): Promise<ImportedFile[]> {
  const listed = await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const found: ImportedFile[] = [];
  for (const path of new Set(listed.split("\0").filter(Boolean))) {
    const at = join(root, path);
    const bytes = await readFile(at).catch(() => null);
    if (bytes === null) continue;
    const isProgram = ((await stat(at)).mode & 0o100) !== 0;
    found.push({ path, mode: isProgram ? "100755" : "100644", bytes });
  }
  return found;
}

/** The spec as it lies in the working tree: uncommitted changes of it count; a repository's own folder is no part of it. */
export async function readFolder(root: string, path: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    if (entry.name.toLowerCase() === ".git") continue;
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory())
      for (const [name, content] of await readFolder(root, below)) found.set(name, content);
    else if (entry.isFile()) found.set(below, await readFile(join(root, below)));
  }
  return found;
}
