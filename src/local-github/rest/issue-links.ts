/** https://docs.github.com/en/rest/issues/sub-issues and https://docs.github.com/en/rest/issues/issue-dependencies */
import { z } from "zod";

import { touch } from "../issue-changes.ts";
import type { Actor } from "../issue-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { issueShape, parentOf } from "../shapes/issue.ts";
import { repositoryShape } from "../shapes/repository.ts";
import type { Issue, Repository } from "../state.ts";
import { issueOf, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { listReply, ok, readBody } from "./exchange.ts";

const SubIssue = z.object({ sub_issue_id: z.int(), replace_parent: z.boolean().nullish() });
const Blocker = z.object({ issue_id: z.int() });
const MOST_SUB_ISSUES = 100;
/** Blocking and blocked by, for each issue. */
const MOST_EACH_WAY = 50;
/** Below the topmost issue. */
const MOST_LEVELS = 8;

export function issueLinkRoutes(world: World): LocalRoute[] {
  const issue = "/repos/:owner/:repo/issues/:issue_number{\\d+}";
  const dependencies = `${issue}/dependencies`;
  return [
    listRoute(world, `${issue}/sub_issues`, (repository, parent) => byIds(repository, parent.subIssues)),
    {
      method: "POST",
      path: `${issue}/sub_issues`,
      permission: "issues:write",
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const parent = issueOf(repository, request.params["issue_number"]);
        const input = readBody(request, SubIssue);
        addSubIssue(
          world,
          { repository, caller: request.caller },
          { parent, childId: input.sub_issue_id, replace: input.replace_parent === true },
        );
        return ok(issueShape(world, repository, parent), 201);
      },
    },
    {
      method: "DELETE",
      path: `${issue}/sub_issue`,
      permission: "issues:write",
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const parent = issueOf(repository, request.params["issue_number"]);
        const { sub_issue_id } = readBody(request, SubIssue);
        const child = byId(repository, sub_issue_id);
        if (!parent.subIssues.includes(child.id)) throw new Refusal(404, "Not Found");
        removeSubIssue(world, { repository, caller: request.caller }, { parent, child });
        return ok(issueShape(world, repository, parent));
      },
    },
    {
      method: "GET",
      path: `${issue}/parent`,
      permission: "issues:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const parent = parentOf(repository, issueOf(repository, request.params["issue_number"]));
        if (parent === null) throw new Refusal(404, "Not Found");
        return ok(issueShape(world, repository, parent));
      },
    },
    listRoute(world, `${dependencies}/blocked_by`, (repository, own) => byIds(repository, own.blockedBy)),
    listRoute(world, `${dependencies}/blocking`, (repository, own) =>
      repository.issues.filter((other) => other.blockedBy.includes(own.id)),
    ),
    {
      method: "POST",
      path: `${dependencies}/blocked_by`,
      permission: "issues:write",
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const own = issueOf(repository, request.params["issue_number"]);
        const blocker = byId(repository, readBody(request, Blocker).issue_id);
        if (blocker === own || own.blockedBy.includes(blocker.id))
          throw new Refusal(422, "Validation Failed");
        const blocks = repository.issues.filter((other) => other.blockedBy.includes(blocker.id)).length;
        if (own.blockedBy.length >= MOST_EACH_WAY || blocks >= MOST_EACH_WAY)
          throw new Refusal(422, "Validation Failed");
        own.blockedBy.push(blocker.id);
        touch(world, own);
        emitDependency(world, request, { own, blocker, action: "blocked_by_added" });
        return ok(issueShape(world, repository, own), 201);
      },
    },
    {
      method: "DELETE",
      path: `${dependencies}/blocked_by/:issue_id{\\d+}`,
      permission: "issues:write",
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const own = issueOf(repository, request.params["issue_number"]);
        const blocker = byId(repository, Number(request.params["issue_id"]));
        if (!own.blockedBy.includes(blocker.id)) throw new Refusal(404, "Not Found");
        own.blockedBy = own.blockedBy.filter((id) => id !== blocker.id);
        emitDependency(world, request, { own, blocker, action: "blocked_by_removed" });
        return ok(issueShape(world, repository, own));
      },
    },
  ];
}

/** Also the GraphQL mutation of that name. One parent per issue: another is replaced only when that is asked for. */
export function addSubIssue(
  world: World,
  actor: Actor,
  input: { parent: Issue; childId: number; replace: boolean },
): void {
  const { parent } = input;
  const child = byId(actor.repository, input.childId);
  const current = parentOf(actor.repository, child);
  const faults = [
    ...(current === parent ? ["Issue may not contain duplicate sub-issues"] : []),
    ...(current !== null && !input.replace ? ["Sub issue may only have one parent"] : []),
    ...(child === parent ? ["Issue cannot be a sub-issue of itself"] : []),
    ...(levelsAbove(actor.repository, parent) + levelsBelow(actor.repository, child) > MOST_LEVELS
      ? ["Sub-issues cannot be nested deeper than 8 levels"]
      : []),
    ...(parent.subIssues.length >= MOST_SUB_ISSUES ? ["Parent cannot have more than 100 sub-issues"] : []),
  ];
  if (faults.length > 0)
    throw new Refusal(
      422,
      `An error occurred while adding the sub-issue to the parent issue. ${faults.join(" and ")}`,
    );
  if (current !== null) removeSubIssue(world, actor, { parent: current, child });
  parent.subIssues.push(child.id);
  touch(world, parent);
  emitSubIssue(world, actor, { parent, child, action: "sub_issue_added" });
  emitSubIssue(world, actor, { parent, child, action: "parent_issue_added" });
}

/** Itself and its parents. */
function levelsAbove(repository: Repository, issue: Issue): number {
  const parent = parentOf(repository, issue);
  return parent === null ? 1 : 1 + levelsAbove(repository, parent);
}

/** Those of sub-issues below it. */
function levelsBelow(repository: Repository, issue: Issue): number {
  const below = issue.subIssues.map((id) => levelsBelow(repository, byId(repository, id)));
  return Math.max(0, ...below.map((levels) => levels + 1));
}

function removeSubIssue(world: World, actor: Actor, pair: { parent: Issue; child: Issue }): void {
  pair.parent.subIssues = pair.parent.subIssues.filter((id) => id !== pair.child.id);
  emitSubIssue(world, actor, { ...pair, action: "sub_issue_removed" });
  emitSubIssue(world, actor, { ...pair, action: "parent_issue_removed" });
}

function emitSubIssue(
  world: World,
  actor: Actor,
  event: { parent: Issue; child: Issue; action: string },
): void {
  const { repository, caller } = actor;
  world.emit({
    name: "sub_issues",
    action: event.action,
    repository,
    sender: caller,
    payload: {
      parent_issue_id: event.parent.id,
      parent_issue: issueShape(world, repository, event.parent),
      parent_issue_repo: repositoryShape(world, repository),
      sub_issue_id: event.child.id,
      sub_issue: issueShape(world, repository, event.child),
      sub_issue_repo: repositoryShape(world, repository),
    },
  });
}

function emitDependency(
  world: World,
  request: LocalRequest,
  event: { own: Issue; blocker: Issue; action: string },
): void {
  const repository = repositoryOf(world, request);
  world.emit({
    name: "issue_dependencies",
    action: event.action,
    repository,
    sender: request.caller,
    payload: {
      blocked_issue_id: event.own.id,
      blocked_issue: issueShape(world, repository, event.own),
      blocking_issue_id: event.blocker.id,
      blocking_issue: issueShape(world, repository, event.blocker),
      blocking_issue_repo: repositoryShape(world, repository),
    },
  });
}

function listRoute(
  world: World,
  path: string,
  select: (repository: Repository, issue: Issue) => readonly Issue[],
): LocalRoute {
  return {
    method: "GET",
    path,
    permission: "issues:read",
    handle: (request) => {
      const repository = repositoryOf(world, request);
      const found = select(repository, issueOf(repository, request.params["issue_number"]));
      return listReply(request, found, (page) => page.map((one) => issueShape(world, repository, one)));
    },
  };
}

function byIds(repository: Repository, ids: readonly number[]): Issue[] {
  return ids.map((id) => byId(repository, id));
}

/** These endpoints name issues by database id, not by number. */
function byId(repository: Repository, id: number): Issue {
  const found = repository.issues.find((issue) => issue.id === id);
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}
