/** https://docs.github.com/en/rest/repos/contents */
import { z } from "zod";

import { checkRefChange } from "../demands.ts";
import { followRefChanges } from "../ref-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { escaped, gitCommitShape, noreplyAddress } from "../shapes/git.ts";
import { apiUrl, htmlUrl } from "../shapes/repository.ts";
import { now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { ok, readBody } from "./exchange.ts";
import { base64Lines, writeChanges } from "./git-data.ts";
import { checkWorkflowChange } from "./workflow-guard.ts";

const Put = z.object({
  message: z.string(),
  content: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
});

export function contentRoutes(world: World): LocalRoute[] {
  const contents = "/repos/:owner/:repo/contents";
  return [
    { method: "GET", path: contents, permission: "contents:read", handle: (request) => read(world, request) },
    {
      method: "GET",
      path: `${contents}/:path{.*}`,
      permission: "contents:read",
      handle: (request) => read(world, request),
    },
    {
      method: "PUT",
      path: `${contents}/:path{.+}`,
      permission: "contents:write",
      handle: (request) => write(world, request),
    },
  ];
}

async function read(
  world: World,
  request: LocalRequest,
): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const path = (request.params["path"] ?? "").replaceAll(/^\/+|\/+$/gu, "");
  const ref = request.query.get("ref") ?? repository.defaultBranch;
  const commit = await git.resolve(ref);
  if (commit === null) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const entry = await git.entryAt(commit, path);
  if (entry === null) throw new Refusal(404, "Not Found");
  const place = { path, ref, ...entry };
  if (entry.mode === "040000") {
    const entries = (await git.listTree(path === "" ? commit : entry.sha, false)) ?? [];
    return ok(
      entries.map((one) =>
        entryShape(world, request, { ...one, ref, path: path === "" ? one.path : `${path}/${one.path}` }),
      ),
    );
  }
  const content = (await git.object(entry.sha))?.content ?? new Uint8Array();
  if (/\braw\b/u.test(request.headers.get("accept") ?? "")) {
    return {
      status: 200,
      body: content,
      headers: { "content-type": "application/vnd.github.raw; charset=utf-8" },
    };
  }
  const shape = entryShape(world, request, { ...place, size: content.length });
  if (entry.mode === "120000") return ok({ ...shape, target: Buffer.from(content).toString("utf8") });
  const isLarge = content.length > 1_000_000;
  return ok({
    ...shape,
    content: isLarge ? "" : base64Lines(content),
    encoding: isLarge ? "none" : "base64",
  });
}

async function write(world: World, request: LocalRequest): ReturnType<typeof read> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const path = request.params["path"] ?? "";
  const input = readBody(request, Put);
  const branch = input.branch ?? repository.defaultBranch;
  const name = `refs/heads/${branch}`;
  const before = await git.refSha(name);
  if (before === null && (await git.refs("refs/heads/")).length > 0)
    throw new Refusal(404, `Branch ${branch} not found`);
  const parent = before === null ? null : await git.commit(before);
  const known = parent === null ? null : await git.entryAt(parent.tree, path);
  if (known !== null && input.sha === undefined)
    throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (input.sha !== undefined && input.sha !== known?.sha)
    throw new Refusal(409, `${path} does not match ${input.sha}`);
  const blob = await git.write({ type: "blob", content: Buffer.from(input.content, "base64") });
  const change = { mode: known?.mode ?? "100644", sha: blob };
  const { login } = request.caller;
  const author = { name: login, email: noreplyAddress(world, login), date: now(world) };
  const sha = await git.writeCommit({
    tree: (await writeChanges(git, parent?.tree ?? "", new Map([[path, change]]))) ?? "",
    parents: parent === null ? [] : [parent.sha],
    author,
    committer: { ...author, name: "GitHub", email: "noreply@github.com" },
    message: input.message,
  });
  await checkWorkflowChange(world, request, sha);
  const move = { name, before, after: sha };
  await checkRefChange(world, { repository, caller: request.caller }, { ...move, status: 409 });
  if (!(await git.setRef(move))) throw new Refusal(409, `${path} does not match ${input.sha ?? ""}`);
  await followRefChanges(world, { repository, caller: request.caller }, [move]);
  const commit = await git.commit(sha);
  const content = entryShape(world, request, {
    path,
    ref: branch,
    ...change,
    size: Buffer.from(input.content, "base64").length,
  });
  return ok(
    { content, commit: commit === null ? null : gitCommitShape(world, repository, commit) },
    known === null ? 201 : 200,
  );
}

function entryShape(
  world: World,
  request: LocalRequest,
  entry: { path: string; ref: string; mode: string; sha: string; size: number | null },
): Record<string, unknown> {
  const repository = repositoryOf(world, request);
  const encoded = escaped(entry.path);
  const types: Record<string, string> = { "040000": "dir", "120000": "symlink", "160000": "submodule" };
  const type = types[entry.mode] ?? "file";
  const url = `${apiUrl(world, repository)}/contents/${encoded}?ref=${encodeURIComponent(entry.ref)}`;
  const html = `${htmlUrl(world, repository)}/${type === "dir" ? "tree" : "blob"}/${escaped(entry.ref)}/${encoded}`;
  const git = `${apiUrl(world, repository)}/git/${type === "dir" ? "trees" : "blobs"}/${entry.sha}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url:
      type === "file" ? `${htmlUrl(world, repository)}/raw/${escaped(entry.ref)}/${encoded}` : null,
    // The old name for what lists call a submodule in later API versions.
    type: type === "submodule" ? "file" : type,
    _links: { self: url, git, html },
  };
}
