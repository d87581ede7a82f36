/** https://docs.github.com/en/rest/pulls/pulls */
import { z } from "zod";

import { headLabel, headRepositoryOf } from "../forks.ts";
import { emitIssue, setIssueState, touch } from "../issue-changes.ts";
import { mergePull, openPull, readPull } from "../pull-changes.ts";
import { isListed } from "../lag.ts";
import { measure, rangeOf } from "../pull-numbers.ts";
import { keepHead } from "../ref-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { accountShape } from "../shapes/account.ts";
import { commitShape, fileShape } from "../shapes/git.ts";
import { pullShape } from "../shapes/pull.ts";
import type { Repository } from "../state.ts";
import { accountOf, isAtLeast, isPull, pullOf, repositoryOf, roleOf } from "../world.ts";
import type { LocalRequest, PullIssue, World } from "../world.ts";
import { checkText, created, listReply, NO_CONTENT, ok, readBody, validationFailed } from "./exchange.ts";
import { checkWorkflowMerge } from "./workflow-guard.ts";

const NewPull = z.object({
  title: z.string().optional(),
  issue: z.int().optional(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().nullish(),
  maintainer_can_modify: z.boolean().nullish(),
});
const PullPatch = z.object({
  title: z.string().nullish(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).nullish(),
  base: z.string().nullish(),
  maintainer_can_modify: z.boolean().nullish(),
});
const Merge = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).nullish(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});
const Reviewers = z.object({
  reviewers: z.array(z.string()).optional(),
  team_reviewers: z.array(z.string()).optional(),
});

const NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests";

export function pullRoutes(world: World): LocalRoute[] {
  const pulls = "/repos/:owner/:repo/pulls";
  const one = `${pulls}/:pull_number{\\d+}`;
  return [
    {
      method: "GET",
      path: pulls,
      permission: "pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return listReply(request, select(world, repository, request.query), (page) =>
          page.map((issue) => pullShape(world, repository, issue)),
        );
      },
    },
    {
      method: "POST",
      path: pulls,
      permission: "pull_requests:write",
      role: "read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const input = readBody(request, NewPull);
        refuseActions(repository, request);
        if (input.title === undefined)
          throw validationFailed({ resource: "PullRequest", field: "title", code: "missing_field" });
        checkText("PullRequest", { title: input.title, body: input.body });
        const actor = { repository, caller: request.caller };
        const issue = await openPull(world, actor, {
          title: input.title,
          body: input.body ?? null,
          head: input.head,
          base: input.base,
          draft: input.draft === true,
          maintainerCanModify: input.maintainer_can_modify ?? false,
        });
        return created(await readPull(world, repository, issue));
      },
    },
    {
      method: "GET",
      path: one,
      permission: "pull_requests:read",
      handle: (request) => getPull(world, request),
    },
    {
      method: "PATCH",
      path: one,
      permission: "pull_requests:write",
      role: "read",
      handle: (request) => patchPull(world, request),
    },
    {
      method: "GET",
      path: `${one}/files`,
      permission: "pull_requests:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const { base, head } = await rangeOf(
          world,
          repository,
          pullOf(repository, request.params["pull_number"]),
        );
        const { files } = base === null ? { files: [] } : await world.git(repository).diff(base, head);
        return listReply(request, files, (page) =>
          page.map((file) => fileShape(world, repository, { ...file, at: head })),
        );
      },
    },
    {
      method: "GET",
      path: `${one}/commits`,
      permission: "pull_requests:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const git = world.git(repository);
        const { base, head } = await rangeOf(
          world,
          repository,
          pullOf(repository, request.params["pull_number"]),
        );
        const commits = await git.commits(await git.commitsBetween(base, head));
        return listReply(request, commits, (page) =>
          page.map((commit) => commitShape(world, repository, commit)),
        );
      },
    },
    {
      method: "GET",
      path: `${one}/merge`,
      permission: "pull_requests:read",
      handle: (request) => {
        const { pull } = pullOf(repositoryOf(world, request), request.params["pull_number"]);
        if (pull.mergedAt === null) throw new Refusal(404, "Not Found");
        return NO_CONTENT;
      },
    },
    {
      method: "PUT",
      path: `${one}/merge`,
      permission: "contents:write",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const issue = pullOf(repository, request.params["pull_number"]);
        const input = readBody(request, Merge);
        const base = await world.git(repository).refSha(`refs/heads/${issue.pull.base}`);
        if (base !== null) await checkWorkflowMerge(world, request, { base, head: issue.pull.headSha });
        const sha = await mergePull(
          world,
          { repository, caller: request.caller },
          {
            issue,
            sha: input.sha,
            method: input.merge_method ?? "merge",
            title: input.commit_title,
            message: input.commit_message,
          },
        );
        return ok({ sha, merged: true, message: "Pull Request successfully merged" });
      },
    },
    reviewersRoute(world, { method: "POST", path: `${one}/requested_reviewers` }),
    reviewersRoute(world, { method: "DELETE", path: `${one}/requested_reviewers` }),
  ];
}

/** The repository's switch binds the token of Actions jobs, not other apps. */
function refuseActions(repository: Repository, request: LocalRequest): void {
  if (request.caller.workflowRunId !== null && !repository.actionsMayApprove)
    throw new Refusal(403, NOT_PERMITTED);
}

async function getPull(
  world: World,
  request: LocalRequest,
): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
  const repository = repositoryOf(world, request);
  const issue = pullOf(repository, request.params["pull_number"]);
  if (!/\bdiff\b/u.test(request.headers.get("accept") ?? ""))
    return ok(await readPull(world, repository, issue));
  const { base, head } = await rangeOf(world, repository, issue);
  const { text } = base === null ? { text: "" } : await world.git(repository).diff(base, head);
  return {
    status: 200,
    body: new TextEncoder().encode(text),
    headers: { "content-type": "application/vnd.github.diff; charset=utf-8" },
  };
}

async function patchPull(world: World, request: LocalRequest): ReturnType<typeof getPull> {
  const repository = repositoryOf(world, request);
  const issue = pullOf(repository, request.params["pull_number"]);
  const input = readBody(request, PullPatch);
  if (issue.user !== request.caller.login && !request.may("pull_requests:write", "write")) {
    throw new Refusal(403, "Must have admin rights to Repository.");
  }
  checkText("PullRequest", { title: input.title ?? undefined, body: input.body });
  const actor = { repository, caller: request.caller };
  const changes: Record<string, unknown> = {};
  if (input.title && input.title !== issue.title) {
    changes["title"] = { from: issue.title };
    issue.title = input.title;
  }
  if (input.body !== undefined && input.body !== issue.body) {
    changes["body"] = { from: issue.body ?? "" };
    issue.body = input.body;
  }
  if (input.base && input.base !== issue.pull.base) {
    const sha = await world.git(repository).refSha(`refs/heads/${input.base}`);
    if (sha === null) throw validationFailed({ resource: "PullRequest", field: "base", code: "invalid" });
    changes["base"] = { ref: { from: issue.pull.base }, sha: { from: issue.pull.baseSha } };
    issue.pull.base = input.base;
    issue.pull.baseSha = sha;
    await measure(world, repository, issue);
  }
  if (Object.keys(changes).length > 0) {
    touch(world, issue);
    emitIssue(world, actor, { issue, action: "edited", extra: { changes } });
  }
  if (input.state === "open" && issue.state === "closed") await checkReopening(world, repository, issue);
  if (input.state) setIssueState(world, actor, { issue, state: input.state, reason: null });
  return ok(await readPull(world, repository, issue));
}

async function checkReopening(world: World, repository: Repository, issue: PullIssue): Promise<void> {
  const from = headRepositoryOf(world, repository, issue.pull);
  const head = from === null ? null : await world.git(from).refSha(`refs/heads/${issue.pull.head}`);
  const message =
    issue.pull.mergedAt !== null
      ? "state cannot be changed. The pull request cannot be reopened."
      : head === null
        ? `state cannot be changed. The ${issue.pull.head} branch has been deleted.`
        : null;
  if (message !== null)
    throw validationFailed({ resource: "PullRequest", field: "state", code: "custom", message });
  issue.pull.headSha = head ?? issue.pull.headSha;
  await keepHead(world, repository, issue);
}

function reviewersRoute(world: World, row: { method: "POST" | "DELETE"; path: string }): LocalRoute {
  return {
    ...row,
    permission: "pull_requests:write",
    handle: (request) => {
      const repository = repositoryOf(world, request);
      const issue = pullOf(repository, request.params["pull_number"]);
      const named = readBody(request, Reviewers).reviewers ?? [];
      const { pull } = issue;
      if (row.method === "DELETE") {
        pull.requestedReviewers = pull.requestedReviewers.filter((login) => !named.includes(login));
        return ok(pullShape(world, repository, issue));
      }
      const strangers = named.filter(
        (login) =>
          accountOf(world, login) === null ||
          !isAtLeast(roleOf({ ...repository, private: true }, login), "read"),
      );
      if (strangers.length > 0) {
        throw new Refusal(
          422,
          "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
        );
      }
      if (named.includes(issue.user)) {
        throw new Refusal(422, "Review cannot be requested from pull request author.");
      }
      pull.requestedReviewers = [...new Set([...pull.requestedReviewers, ...named])];
      for (const login of named) {
        const extra = { requested_reviewer: accountShape(world, login) };
        emitIssue(
          world,
          { repository, caller: request.caller },
          { issue, action: "review_requested", extra },
        );
      }
      return created(pullShape(world, repository, issue));
    },
  };
}

function select(world: World, repository: Repository, query: URLSearchParams): PullIssue[] {
  const state = query.get("state") ?? "open";
  const [head, base] = [query.get("head"), query.get("base")];
  const key = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const sign = (query.get("direction") ?? (query.has("sort") ? "asc" : "desc")) === "asc" ? 1 : -1;
  return repository.issues
    .filter(isPull)
    .filter((issue) => isListed(world, issue.createdAt))
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => head === null || !head.includes(":") || headLabel(repository, issue.pull) === head)
    .filter((issue) => base === null || issue.pull.base === base)
    .toSorted((a, b) => sign * (a[key] === b[key] ? a.number - b.number : a[key] < b[key] ? -1 : 1));
}
