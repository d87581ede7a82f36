/** Both git stores, and histories to write into them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import type { TreeEntry } from "../../src/local-github/git/objects.ts";
import { initRepository, openGitFolder } from "../../src/local-github/git/store.ts";
import type { GitStore } from "../../src/local-github/git/store.ts";
import { createTestMachine } from "./machine.ts";

export const STORES = {
  folder: async (): Promise<{ store: GitStore; done(): Promise<void> }> => {
    const folder = await mkdtemp(join(tmpdir(), "git-store-"));
    const machine = createTestMachine();
    await initRepository(machine, folder, "main");
    const done = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return { store: openGitFolder(machine, folder), done };
  },
  memory: () => Promise.resolve({ store: createMemoryGit().open(1), done: () => Promise.resolve() }),
};

/** Content by path; with a mode where it is no plain file. */
export type FilesAt = Readonly<Record<string, string | { mode: string; content: string }>>;

/** Writes blobs and folders; answers the tree. */
export async function writeFiles(store: GitStore, files: FilesAt): Promise<string> {
  const entries: TreeEntry[] = [];
  const below = new Map<string, Record<string, FilesAt[string]>>();
  for (const [path, file] of Object.entries(files)) {
    const [name = "", ...rest] = path.split("/");
    if (rest.length > 0) {
      below.set(name, { ...below.get(name), [rest.join("/")]: file });
      continue;
    }
    const { mode, content } = typeof file === "string" ? { mode: "100644", content: file } : file;
    const sha =
      mode === "160000"
        ? content
        : await store.write({ type: "blob", content: Buffer.from(content, "latin1") });
    entries.push({ name, mode, sha });
  }
  for (const [name, inner] of below) {
    entries.push({ name, mode: "040000", sha: await writeFiles(store, inner) });
  }
  return store.writeTree(entries);
}

/** Seconds after the first commit say when. */
export async function writeCommit(
  store: GitStore,
  commit: { files: FilesAt; parents?: readonly string[]; seconds?: number; message?: string },
): Promise<string> {
  const { files, parents = [], seconds = 0, message = "Change\n" } = commit;
  const date = new Date(Date.UTC(2026, 2, 1, 12, 0, seconds)).toISOString().replace(".000Z", "Z");
  const person = { name: "Octo", email: "octo@example.org", date };
  const tree = await writeFiles(store, files);
  return store.writeCommit({ tree, parents: [...parents], author: person, committer: person, message });
}

/** Content by path, with the mode where it is no plain file's. */
export async function readFiles(store: GitStore, tree: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { type, mode, path, sha } of (await store.listTree(tree, true)) ?? []) {
    if (type === "tree") continue;
    const content = Buffer.from((await store.object(sha))?.content ?? []).toString("latin1");
    found[path] = mode === "100644" ? content : `${mode} ${content}`;
  }
  return found;
}
