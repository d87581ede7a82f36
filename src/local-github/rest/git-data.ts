/** https://docs.github.com/en/rest/git: commits, trees and blobs. */
import { z } from "zod";

import type { GitStore, ListedEntry } from "../git/store.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { gitCommitShape, noreplyAddress } from "../shapes/git.ts";
import { apiUrl } from "../shapes/repository.ts";
import { now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, ok, readBody } from "./exchange.ts";

const Sha = z.string().regex(/^[0-9a-f]{40}$/u);
const Signed = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const SomePerson = Signed.partial();
const NewCommit = z.object({
  message: z.string(),
  tree: Sha,
  parents: z.array(Sha).optional(),
  author: Signed.optional(),
  committer: SomePerson.optional(),
});
const NewTree = z.object({
  base_tree: Sha.optional(),
  tree: z.array(
    z.object({
      path: z.string().min(1),
      mode: z.enum(["100644", "100755", "040000", "160000", "120000"]).default("100644"),
      type: z.enum(["blob", "tree", "commit"]).optional(),
      sha: Sha.nullish(),
      content: z.string().optional(),
    }),
  ),
});
const NewBlob = z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).default("utf-8") });

/** https://docs.github.com/en/rest/git/trees#get-a-tree */
const MOST_ENTRIES = 100_000;

type Change = { mode: string; sha: string } | null;

export function gitDataRoutes(world: World): LocalRoute[] {
  const git = "/repos/:owner/:repo/git";
  return [
    {
      method: "GET",
      path: `${git}/commits/:sha`,
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const commit = await world.git(repository).commit(request.params["sha"] ?? "");
        if (commit === null) throw new Refusal(404, "Not Found");
        return ok(gitCommitShape(world, repository, commit));
      },
    },
    {
      method: "POST",
      path: `${git}/commits`,
      permission: "contents:write",
      handle: (request) => createCommit(world, request),
    },
    {
      method: "GET",
      path: `${git}/trees/:sha{.+}`,
      permission: "contents:read",
      handle: async (request) => {
        const store = world.git(repositoryOf(world, request));
        const name = request.params["sha"] ?? "";
        const sha = (await treeOf(store, name)) ?? "";
        const recursive = request.query.has("recursive");
        const entries = sha === "" ? null : await store.listTree(sha, recursive);
        if (entries === null) throw new Refusal(404, "Not Found");
        return ok(treeShape(world, request, { sha, entries }));
      },
    },
    {
      method: "POST",
      path: `${git}/trees`,
      permission: "contents:write",
      handle: async (request) => {
        const store = world.git(repositoryOf(world, request));
        const input = readBody(request, NewTree);
        const base = input.base_tree === undefined ? "" : await treeOf(store, input.base_tree);
        if (base === null) throw new Refusal(404, "Not Found");
        const changes = new Map<string, Change>();
        for (const one of input.tree) {
          // oxlint-disable-next-line no-await-in-loop
          changes.set(one.path, await changeOf(store, one));
        }
        const sha = (await writeChanges(store, base, changes)) ?? (await store.writeTree([]));
        const entries = ((await store.tree(sha)) ?? []).map(({ name, ...entry }) => ({
          ...entry,
          path: name,
          size: null,
        }));
        return created(treeShape(world, request, { sha, entries }));
      },
    },
    {
      method: "GET",
      path: `${git}/blobs/:sha`,
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const sha = request.params["sha"] ?? "";
        const blob = await world.git(repository).object(sha);
        if (blob?.type !== "blob") throw new Refusal(404, "Not Found");
        if (/\braw\b/u.test(request.headers.get("accept") ?? "")) {
          return {
            status: 200,
            body: blob.content,
            headers: { "content-type": "application/vnd.github.raw; charset=utf-8" },
          };
        }
        return ok({
          sha,
          node_id: `B_${sha}`,
          size: blob.content.length,
          url: `${apiUrl(world, repository)}/git/blobs/${sha}`,
          content: base64Lines(blob.content),
          encoding: "base64",
        });
      },
    },
    {
      method: "POST",
      path: `${git}/blobs`,
      permission: "contents:write",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const input = readBody(request, NewBlob);
        const content = Buffer.from(input.content, input.encoding === "base64" ? "base64" : "utf8");
        const sha = await world.git(repository).write({ type: "blob", content });
        return created({ sha, url: `${apiUrl(world, repository)}/git/blobs/${sha}` });
      },
    },
  ];
}

/** Base64 in lines of sixty characters, as GitHub sends it. */
export function base64Lines(content: Uint8Array): string {
  return Buffer.from(content).toString("base64").replaceAll(/.{60}/gu, "$&\n").replace(/\n?$/u, "\n");
}

/**
 * Writes a tree with changed paths, null meaning removed, on top of another (`""` for none).
 * Null when nothing is left of it. A removed path that is not there is an error.
 */
export async function writeChanges(
  store: GitStore,
  base: string,
  changes: ReadonlyMap<string, Change>,
): Promise<string | null> {
  const entries = new Map(
    (base === "" ? [] : ((await store.tree(base)) ?? [])).map((one) => [one.name, one]),
  );
  const below = new Map<string, Map<string, Change>>();
  for (const [path, change] of changes) {
    const [name = "", ...rest] = path.split("/");
    if (name === "" || name === "." || name === ".." || name === ".git") {
      throw new Refusal(422, "tree.path contains a malformed path component");
    }
    if (rest.length > 0) below.set(name, (below.get(name) ?? new Map()).set(rest.join("/"), change));
    else if (change !== null) entries.set(name, { name, ...change });
    else if (!entries.delete(name)) throw new Refusal(422, "GitRPC::BadObjectState");
  }
  for (const [name, inner] of below) {
    const own = entries.get(name);
    // oxlint-disable-next-line no-await-in-loop
    const sha = await writeChanges(store, own?.mode === "040000" ? own.sha : "", inner);
    if (sha === null) entries.delete(name);
    else entries.set(name, { name, mode: "040000", sha });
  }
  return entries.size === 0 ? null : store.writeTree([...entries.values()]);
}

async function createCommit(world: World, request: LocalRequest): Promise<{ status: number; body: unknown }> {
  const repository = repositoryOf(world, request);
  const store = world.git(repository);
  const input = readBody(request, NewCommit);
  if ((await store.object(input.tree))?.type !== "tree") throw new Refusal(422, "Tree SHA does not exist");
  for (const parent of input.parents ?? []) {
    // oxlint-disable-next-line no-await-in-loop
    if ((await store.commit(parent)) === null)
      throw new Refusal(422, "Parent SHA does not exist or is not a commit object");
  }
  const { login } = request.caller;
  const self = { name: login, email: noreplyAddress(world, login), date: now(world) };
  const author = { ...self, ...dated(input.author) };
  const sha = await store.writeCommit({
    tree: input.tree,
    parents: input.parents ?? [],
    author,
    committer: { ...author, ...dated(input.committer) },
    message: input.message,
  });
  const commit = await store.commit(sha);
  if (commit === null) throw new Error(`The new commit ${sha} cannot be read.`);
  return created(gitCommitShape(world, repository, commit));
}

function dated(person: z.infer<typeof SomePerson> | undefined): {
  name?: string;
  email?: string;
  date?: string;
} {
  if (person === undefined) return {};
  const { name, email, date } = person;
  if (date !== undefined && Number.isNaN(Date.parse(date)))
    throw new Refusal(422, "Invalid request.\n\nInvalid date.");
  return {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(date === undefined ? {} : { date }),
  };
}

async function changeOf(store: GitStore, one: z.infer<typeof NewTree>["tree"][number]): Promise<Change> {
  if (one.content !== undefined) {
    return { mode: one.mode, sha: await store.write({ type: "blob", content: Buffer.from(one.content) }) };
  }
  if (one.sha === null) return null;
  if (one.sha === undefined) throw new Refusal(422, "Must supply either tree.sha or tree.content");
  const wanted = one.mode === "040000" ? "tree" : one.mode === "160000" ? "commit" : "blob";
  const known = one.mode === "160000" ? wanted : (await store.object(one.sha))?.type;
  if (known !== wanted) throw new Refusal(422, `tree.sha ${one.sha} is not a valid ${wanted}`);
  return { mode: one.mode, sha: one.sha };
}

/** A tree, commit, branch or tag to its tree. */
async function treeOf(store: GitStore, name: string): Promise<string | null> {
  const object = /^[0-9a-f]{40}$/u.test(name) ? await store.object(name) : null;
  if (object?.type === "tree") return name;
  const commit = await store.resolve(name);
  return commit === null ? null : ((await store.commit(commit))?.tree ?? null);
}

function treeShape(
  world: World,
  request: LocalRequest,
  tree: { sha: string; entries: readonly Omit<ListedEntry, "type">[] },
): Record<string, unknown> {
  const api = `${apiUrl(world, repositoryOf(world, request))}/git`;
  const types: Record<string, string> = { "040000": "tree", "160000": "commit" };
  const truncated = tree.entries.length > MOST_ENTRIES;
  const entries = tree.entries.slice(0, MOST_ENTRIES).map((entry) => {
    const type = types[entry.mode] ?? "blob";
    return {
      path: entry.path,
      mode: entry.mode,
      type,
      ...(entry.size === null ? {} : { size: entry.size }),
      sha: entry.sha,
      url: `${api}/${type}s/${entry.sha}`,
    };
  });
  return { sha: tree.sha, url: `${api}/trees/${tree.sha}`, tree: entries, truncated };
}
