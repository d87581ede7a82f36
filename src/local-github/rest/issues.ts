/** https://docs.github.com/en/rest/issues/issues */
import { z } from "zod";

import { editTexts, emitAssigned, openIssue, setIssueState, setLabels } from "../issue-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { issueShape } from "../shapes/issue.ts";
import type { Issue, Repository } from "../state.ts";
import { isListed } from "../lag.ts";
import { accountOf, isAtLeast, issueOf, repositoryOf, roleOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { checkText, created, listReply, ok, readBody } from "./exchange.ts";

const LabelNames = z.array(z.union([z.string(), z.object({ name: z.string() })]));
const NewIssue = z.object({
  title: z.union([z.string(), z.number()]),
  body: z.string().nullish(),
  labels: LabelNames.nullish(),
  assignees: z.array(z.string()).nullish(),
});
const IssuePatch = z.object({
  title: z.union([z.string(), z.number()]).nullish(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).nullish(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullish(),
  labels: LabelNames.nullish(),
  assignees: z.array(z.string()).nullish(),
});
const Assignees = z.object({ assignees: z.array(z.string()).max(10) });

export const EITHER = "issues:write; pull_requests:write";

export function issueRoutes(world: World): LocalRoute[] {
  const issues = "/repos/:owner/:repo/issues";
  return [
    {
      method: "GET",
      path: issues,
      permission: "issues:read",
      handle: (request) => {
        const repository = withIssues(repositoryOf(world, request));
        const found = select(world, repository, request.query);
        return listReply(request, found, (page) => page.map((issue) => issueShape(world, repository, issue)));
      },
    },
    {
      method: "POST",
      path: issues,
      permission: "issues:write",
      role: "read",
      handle: (request) => {
        const repository = withIssues(repositoryOf(world, request));
        const input = readBody(request, NewIssue);
        const title = String(input.title);
        checkText("Issue", { title, body: input.body });
        const mayLabel = request.may("issues:write", "triage");
        const issue = openIssue(
          world,
          { repository, caller: request.caller },
          {
            title,
            body: input.body ?? null,
            labels: mayLabel ? namesOf(input.labels) : [],
            assignees: mayLabel ? assignable(world, repository, input.assignees ?? []) : [],
          },
        );
        return created(issueShape(world, repository, issue));
      },
    },
    {
      method: "GET",
      path: `${issues}/:issue_number{\\d+}`,
      permission: "issues:read; pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return ok(issueShape(world, repository, issueOf(repository, request.params["issue_number"])));
      },
    },
    {
      method: "PATCH",
      path: `${issues}/:issue_number{\\d+}`,
      permission: EITHER,
      role: "read",
      handle: (request) => patchIssue(world, request),
    },
    {
      method: "POST",
      path: `${issues}/:issue_number{\\d+}/assignees`,
      permission: EITHER,
      role: "triage",
      handle: (request) => changeAssignees(world, request, (now, named) => [...new Set([...now, ...named])]),
    },
    {
      method: "DELETE",
      path: `${issues}/:issue_number{\\d+}/assignees`,
      permission: EITHER,
      role: "triage",
      handle: (request) => {
        const reply = changeAssignees(world, request, (now, named) =>
          now.filter((one) => !named.includes(one)),
        );
        return { ...reply, status: 200 };
      },
    },
  ];
}

function patchIssue(world: World, request: LocalRequest): ReturnType<LocalRoute["handle"]> {
  const repository = repositoryOf(world, request);
  const issue = issueOf(repository, request.params["issue_number"]);
  const input = readBody(request, IssuePatch);
  const mayTriage = request.may(EITHER, "triage");
  if (!mayTriage && issue.user !== request.caller.login) {
    throw new Refusal(403, "Must have admin rights to Repository.");
  }
  const title = input.title === null || input.title === undefined ? undefined : String(input.title);
  checkText("Issue", { title, body: input.body });
  const actor = { repository, caller: request.caller };
  editTexts(world, actor, { issue, title, body: input.body });
  if (mayTriage && input.labels) setLabels(world, actor, { issue, labels: namesOf(input.labels) });
  if (mayTriage && input.assignees) {
    const before = issue.assignees;
    issue.assignees = assignable(world, repository, input.assignees);
    emitAssigned(world, actor, { issue, before });
  }
  if (input.state) {
    if (input.state === "open" && issue.pull?.mergedAt) throw new Refusal(422, "Validation Failed");
    if (issue.state === input.state && input.state === "closed" && input.state_reason) {
      issue.stateReason = input.state_reason;
    }
    setIssueState(world, actor, { issue, state: input.state, reason: input.state_reason ?? null });
  }
  return ok(issueShape(world, repository, issue));
}

function changeAssignees(
  world: World,
  request: LocalRequest,
  change: (now: string[], named: string[]) => string[],
): { status: number; body: unknown } {
  const repository = repositoryOf(world, request);
  const issue = issueOf(repository, request.params["issue_number"]);
  const { assignees } = readBody(request, Assignees);
  const before = issue.assignees;
  issue.assignees = change(before, assignable(world, repository, assignees));
  emitAssigned(world, { repository, caller: request.caller }, { issue, before });
  return { status: 201, body: issueShape(world, repository, issue) };
}

/** Where issues are switched off, those of pull requests remain. */
function withIssues(repository: Repository): Repository {
  if (repository.lacksIssues === true) throw new Refusal(410, "Issues are disabled for this repo");
  return repository;
}

function namesOf(labels: z.infer<typeof LabelNames> | null | undefined): string[] {
  return (labels ?? []).map((label) => (typeof label === "string" ? label : label.name));
}

/** Whoever cannot be assigned is left out without a word. */
function assignable(world: World, repository: Repository, logins: readonly string[]): string[] {
  return logins
    .map((login) => accountOf(world, login))
    .filter((account) => account !== null && isAtLeast(roleOf(repository, account.login), "read"))
    .map((account) => account?.login ?? "");
}

function select(world: World, repository: Repository, query: URLSearchParams): Issue[] {
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((name) => name !== "");
  const since = query.get("since");
  const [creator, assignee] = [query.get("creator"), query.get("assignee")];
  const key = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const sign = query.get("direction") === "asc" ? 1 : -1;
  return repository.issues
    .filter((issue) => isListed(world, issue.createdAt))
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) =>
      labels.every((name) => issue.labels.some((own) => own.toLowerCase() === name.toLowerCase())),
    )
    .filter((issue) => since === null || Date.parse(issue.updatedAt) >= Date.parse(since))
    .filter((issue) => creator === null || issue.user === creator)
    .filter((issue) => assignee === null || assignee === "*" || issue.assignees.includes(assignee))
    .toSorted((a, b) => sign * (a[key] === b[key] ? a.number - b.number : a[key] < b[key] ? -1 : 1));
}
