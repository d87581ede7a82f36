/** https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch */
import { z } from "zod";

import { headRepositoryOf } from "../forks.ts";
import type { Actor } from "../issue-changes.ts";
import { writeMerge } from "../pull-changes.ts";
import { followRefChanges } from "../ref-changes.ts";
import type { LocalRoute } from "../router.ts";
import type { Reply } from "../route.ts";
import type { Caller } from "../route.ts";
import { Refusal } from "../route.ts";
import { htmlUrl } from "../shapes/repository.ts";
import type { Repository } from "../state.ts";
import { isAtLeast, pullOf, repositoryOf, roleOf } from "../world.ts";
import type { LocalRequest, PullIssue, World } from "../world.ts";
import { readBody } from "./exchange.ts";
import { checkWorkflowMerge } from "./workflow-guard.ts";

const Update = z.object({ expected_head_sha: z.string().optional() });

export function updateBranchRoutes(world: World): LocalRoute[] {
  return [
    {
      method: "PUT",
      path: "/repos/:owner/:repo/pulls/:pull_number/update-branch",
      permission: "pull_requests:write",
      handle: (request) => updateBranch(world, request),
    },
  ];
}

async function updateBranch(world: World, request: LocalRequest): Promise<Reply> {
  const repository = repositoryOf(world, request);
  const issue = pullOf(repository, request.params["pull_number"]);
  const input = readBody(request, Update);
  if (!request.may("contents:write", "write"))
    throw new Refusal(403, "Resource not accessible by integration");
  const { headSha: head } = issue.pull;
  if (input.expected_head_sha !== undefined && input.expected_head_sha !== head)
    throw new Refusal(422, "expected head sha didn't match current head ref.");
  const git = world.git(repository);
  const base = await git.refSha(`refs/heads/${issue.pull.base}`);
  if (base === null || (await git.isAncestor(base, head)))
    throw new Refusal(422, "There are no new commits on the base branch.");
  await checkWorkflowMerge(world, request, { base: head, head: base });
  const merged = await git.mergeTrees(head, base);
  if ("conflicts" in merged) throw new Refusal(422, "merge conflict between base and head");
  const from = headRepositoryOf(world, repository, issue.pull);
  if (from === null || !mayMove(request.caller, from, { repository, issue }))
    throw new Refusal(403, "Resource not accessible by integration");
  const actor = { repository: from, caller: request.caller };
  world.later(() => mergeBase(world, actor, { issue, head, base, tree: merged.tree }));
  const url = `${htmlUrl(world, repository)}/pull/${issue.number}`;
  return { status: 202, body: { message: "Updating pull request branch.", url } };
}

/** A fork's branch is moved by who may write there, or by maintainers where its owner allows it; never by an app. */
function mayMove(
  { login, type }: Caller,
  from: Repository,
  { repository, issue }: { repository: Repository; issue: PullIssue },
): boolean {
  if (from === repository) return true;
  const places = issue.pull.maintainerCanModify ? [from, repository] : [from];
  return type === "User" && places.some((one) => isAtLeast(roleOf(one, login), "write"));
}

/** Whoever moves the branch in between wins. */
async function mergeBase(
  world: World,
  actor: Actor,
  { issue, head, base, tree }: { issue: PullIssue; head: string; base: string; tree: string },
): Promise<void> {
  const message = `Merge branch '${issue.pull.base}' into ${issue.pull.head}`;
  const sha = await writeMerge(world, actor, { tree, parents: [head, base], message });
  const change = { name: `refs/heads/${issue.pull.head}`, before: head, after: sha };
  if (await world.git(actor.repository).setRef(change)) await followRefChanges(world, actor, [change]);
}
