/** Changes of issues, pull requests and comments that are there already. */
import type { Grant } from "../access.ts";
import { editComment, editTexts, setIssueState, setLabels } from "../issue-changes.ts";
import { checkText } from "../rest/exchange.ts";
import { nodeId } from "../shapes/account.ts";
import type { Issue, Repository } from "../state.ts";
import { isPull } from "../world.ts";
import type { World } from "../world.ts";
import { allow, echo, type Input } from "./demand.ts";
import { GraphqlRefusal } from "./fields.ts";
import { commentNode, subjectNode } from "./nodes.ts";
import { findComment, findSubject } from "./queries.ts";

interface Change {
  title?: string | null;
  body?: string | null;
  labelIds?: string[] | null;
  state?: "OPEN" | "CLOSED" | null;
}

const EITHER = "issues:write; pull_requests:write";

export function editMutations(world: World, grant: Grant): Record<string, (args: never) => unknown> {
  const subjectOf = (id: string, pull: boolean): { repository: Repository; issue: Issue } => {
    const { repository, issue } = findSubject(world, grant, id);
    if (isPull(issue) !== pull)
      throw new GraphqlRefusal(
        "NOT_FOUND",
        `Could not resolve to ${pull ? "PullRequest" : "Issue"} node with the global id of '${id}'.`,
      );
    const permission = pull ? "pull_requests:write" : "issues:write";
    allow(grant, repository, { permission, role: issue.user === grant.caller.login ? "read" : "triage" });
    return { repository, issue };
  };

  function change({ id, pull }: { id: string; pull: boolean }, wanted: Change): Record<string, unknown> {
    const { repository, issue } = subjectOf(id, pull);
    const labels = wanted.labelIds?.map((label) => labelOf(repository, label));
    const texts = { title: wanted.title ?? undefined, body: wanted.body ?? undefined };
    checkText(pull ? "PullRequest" : "Issue", texts);
    const actor = { repository, caller: grant.caller };
    editTexts(world, actor, { issue, ...texts });
    if (labels) setLabels(world, actor, { issue, labels });
    if (wanted.state) setState({ repository, issue }, wanted.state === "OPEN" ? "open" : "closed");
    return { [pull ? "pullRequest" : "issue"]: subjectNode(world, repository, issue) };
  }

  function setState(
    { repository, issue }: { repository: Repository; issue: Issue },
    state: Issue["state"],
    reason: Issue["stateReason"] = null,
  ): void {
    if (state === "open" && issue.pull?.mergedAt)
      throw new GraphqlRefusal("UNPROCESSABLE", "The pull request cannot be reopened.");
    setIssueState(world, { repository, caller: grant.caller }, { issue, state, reason });
  }

  const closing =
    (name: "issue" | "pullRequest", state: Issue["state"]) =>
    ({ input }: Input<Record<string, string | null>>): Record<string, unknown> => {
      const pull = name === "pullRequest";
      const found = subjectOf(input[`${name}Id`] ?? "", pull);
      const reason = input["stateReason"]?.toLowerCase() as Issue["stateReason"] | undefined;
      setState(found, state, reason ?? null);
      return { ...echo(input), [name]: subjectNode(world, found.repository, found.issue) };
    };

  return {
    updateIssue: ({ input }: Input<Change & { id: string }>) => ({
      ...echo(input),
      ...change({ id: input.id, pull: false }, input),
    }),
    updatePullRequest: ({ input }: Input<Change & { pullRequestId: string }>) => ({
      ...echo(input),
      ...change({ id: input.pullRequestId, pull: true }, input),
    }),
    closeIssue: closing("issue", "closed"),
    reopenIssue: closing("issue", "open"),
    closePullRequest: closing("pullRequest", "closed"),
    updateIssueComment: ({ input }: Input<{ id: string; body: string }>) => {
      const { repository, comment } = findComment(world, grant, input.id);
      allow(grant, repository, {
        permission: EITHER,
        role: comment.user === grant.caller.login ? "read" : "write",
      });
      checkText("IssueComment", { body: input.body });
      editComment(world, { repository, caller: grant.caller }, { comment, body: input.body });
      return { ...echo(input), issueComment: commentNode(world, repository, comment) };
    },
  };
}

function labelOf(repository: Repository, id: string): string {
  const label = repository.labels.find((one) => nodeId("LA", one.id) === id);
  if (label === undefined)
    throw new GraphqlRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
  return label.name;
}
