/** https://docs.github.com/en/rest/commits/commits */
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { commitShape, fileShape } from "../shapes/git.ts";
import { apiUrl, htmlUrl } from "../shapes/repository.ts";
import { repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { ok, pageOf } from "./exchange.ts";

/** Git's name of the tree without entries. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const MOST_COMMITS = 250;
const MOST_FILES = 300;

export function commitRoutes(world: World): LocalRoute[] {
  const repo = "/repos/:owner/:repo";
  return [
    {
      method: "GET",
      path: `${repo}/commits`,
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const git = world.git(repository);
        const head = await git.resolve(request.query.get("sha") ?? repository.defaultBranch);
        if (head === null) throw new Refusal(404, "Not Found");
        const path = request.query.get("path");
        const shas = await git.log(head, { limit: 1000, ...(path === null ? {} : { path }) });
        const { items, headers } = pageOf(request, shas);
        const commits = await git.commits(items);
        return {
          status: 200,
          body: commits.map((commit) => commitShape(world, repository, commit)),
          headers,
        };
      },
    },
    {
      method: "GET",
      path: `${repo}/commits/:ref{.+}`,
      permission: "contents:read",
      handle: (request) => getCommit(world, request),
    },
    {
      method: "GET",
      path: `${repo}/compare/:basehead{.+}`,
      permission: "contents:read",
      handle: (request) => compare(world, request),
    },
  ];
}

async function getCommit(
  world: World,
  request: LocalRequest,
): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const ref = request.params["ref"] ?? "";
  const sha = await git.resolve(ref);
  const commit = sha === null ? null : await git.commit(sha);
  if (commit === null) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  const accept = request.headers.get("accept") ?? "";
  if (/github\.(v3\.)?sha\b/u.test(accept)) {
    return {
      status: 200,
      body: new TextEncoder().encode(commit.sha),
      headers: { "content-type": "application/vnd.github.sha; charset=utf-8" },
    };
  }
  const { files, text } = await git.diff(commit.parents[0] ?? EMPTY_TREE, commit.sha);
  if (/\bdiff\b/u.test(accept)) {
    return {
      status: 200,
      body: new TextEncoder().encode(text),
      headers: { "content-type": "application/vnd.github.diff; charset=utf-8" },
    };
  }
  const sum = (key: "additions" | "deletions"): number => files.reduce((total, file) => total + file[key], 0);
  const [additions, deletions] = [sum("additions"), sum("deletions")];
  return ok({
    ...commitShape(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files
      .slice(0, MOST_FILES)
      .map((file) => fileShape(world, repository, { ...file, at: commit.sha })),
  });
}

async function compare(world: World, request: LocalRequest): ReturnType<typeof getCommit> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const [from = "", to = ""] = (request.params["basehead"] ?? "").split("...");
  const plain = (text: string): string => text.replace(new RegExp(`^${repository.owner}:`, "iu"), "");
  const [base, head] = await Promise.all([git.resolve(plain(from)), git.resolve(plain(to))]);
  if (base === null || head === null) throw new Refusal(404, "Not Found");
  const fork = await git.mergeBase(base, head);
  if (fork === null) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const [ahead, behind, { files, text }] = await Promise.all([
    git.commitsBetween(base, head),
    git.commitsBetween(head, base),
    git.diff(fork, head),
  ]);
  if (/\bdiff\b/u.test(request.headers.get("accept") ?? "")) {
    return {
      status: 200,
      body: new TextEncoder().encode(text),
      headers: { "content-type": "application/vnd.github.diff; charset=utf-8" },
    };
  }
  const [baseCommit, forkCommit, ...commits] = await git.commits([
    base,
    fork,
    ...ahead.slice(0, MOST_COMMITS),
  ]);
  if (baseCommit === undefined || forkCommit === undefined) throw new Refusal(404, "Not Found");
  const html = htmlUrl(world, repository);
  const status =
    ahead.length === 0
      ? behind.length === 0
        ? "identical"
        : "behind"
      : behind.length === 0
        ? "ahead"
        : "diverged";
  return ok({
    url: `${apiUrl(world, repository)}/compare/${from}...${to}`,
    html_url: `${html}/compare/${from}...${to}`,
    permalink_url: `${html}/compare/${base}...${head}`,
    diff_url: `${html}/compare/${from}...${to}.diff`,
    patch_url: `${html}/compare/${from}...${to}.patch`,
    base_commit: commitShape(world, repository, baseCommit),
    merge_base_commit: commitShape(world, repository, forkCommit),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files: files.slice(0, MOST_FILES).map((file) => fileShape(world, repository, { ...file, at: head })),
  });
}
