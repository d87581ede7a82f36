import type { Comment, Issue, Label, Reaction, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { accountShape, association, nodeId } from "./account.ts";
import type { Shape } from "./account.ts";
import { apiUrl, htmlUrl } from "./repository.ts";

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

export function issueShape(world: World, repository: Repository, issue: Issue): Shape {
  const url = `${apiUrl(world, repository)}/issues/${issue.number}`;
  const parent = parentOf(repository, issue);
  const kind = issue.pull === null ? "issues" : "pull";
  return {
    id: issue.id,
    node_id: nodeId(issue.pull === null ? "I" : "PR", issue.id),
    url,
    repository_url: apiUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: `${htmlUrl(world, repository)}/${kind}/${issue.number}`,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: accountShape(world, issue.user),
    labels: labelsOf(world, repository, issue),
    assignee: issue.assignees[0] === undefined ? null : accountShape(world, issue.assignees[0]),
    assignees: issue.assignees.map((login) => accountShape(world, login)),
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedBy === null ? null : accountShape(world, issue.closedBy),
    author_association: association(repository, issue.user),
    performed_via_github_app: null,
    type: null,
    reactions: reactionsSummary(`${url}/reactions`, issue.reactions),
    sub_issues_summary: subIssuesSummary(repository, issue),
    issue_dependencies_summary: dependenciesSummary(repository, issue),
    ...(parent === null ? {} : { parent_issue_url: `${apiUrl(world, repository)}/issues/${parent.number}` }),
    ...(issue.pull === null
      ? {}
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: `${apiUrl(world, repository)}/pulls/${issue.number}`,
            html_url: `${htmlUrl(world, repository)}/pull/${issue.number}`,
            diff_url: `${htmlUrl(world, repository)}/pull/${issue.number}.diff`,
            patch_url: `${htmlUrl(world, repository)}/pull/${issue.number}.patch`,
            merged_at: issue.pull.mergedAt,
          },
        }),
  };
}

export function labelsOf(world: World, repository: Repository, issue: Issue): Shape[] {
  return issue.labels
    .map((name) => findLabel(repository, name))
    .filter((label) => label !== undefined)
    .map((label) => labelShape(world, repository, label));
}

export function findLabel(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export function labelShape(world: World, repository: Repository, label: Label): Shape {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${apiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function commentShape(world: World, repository: Repository, comment: Comment): Shape {
  const url = `${apiUrl(world, repository)}/issues/comments/${comment.id}`;
  const issue = repository.issues.find((one) => one.number === comment.issue);
  const kind = issue?.pull === null ? "issues" : "pull";
  return {
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    url,
    html_url: `${htmlUrl(world, repository)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${apiUrl(world, repository)}/issues/${comment.issue}`,
    user: accountShape(world, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repository, comment.user),
    performed_via_github_app: null,
    reactions: reactionsSummary(`${url}/reactions`, comment.reactions),
  };
}

export function reactionShape(world: World, reaction: Reaction): Shape {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: accountShape(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function parentOf(repository: Repository, issue: Issue): Issue | null {
  return repository.issues.find((one) => one.subIssues.includes(issue.id)) ?? null;
}

function reactionsSummary(url: string, reactions: readonly Reaction[]): Shape {
  const counts = REACTIONS.map((content) => [
    content,
    reactions.filter((one) => one.content === content).length,
  ]);
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) };
}

function subIssuesSummary(repository: Repository, issue: Issue): Shape {
  const total = issue.subIssues.length;
  const completed = repository.issues.filter(
    (one) => issue.subIssues.includes(one.id) && one.state === "closed",
  ).length;
  return { total, completed, percent_completed: total === 0 ? 0 : Math.floor((completed * 100) / total) };
}

export function dependenciesSummary(repository: Repository, issue: Issue) {
  const blockers = repository.issues.filter((one) => issue.blockedBy.includes(one.id));
  const blocking = repository.issues.filter((one) => one.blockedBy.includes(issue.id));
  return {
    blocked_by: openAmong(blockers),
    blocking: openAmong(blocking),
    total_blocked_by: blockers.length,
    total_blocking: blocking.length,
  };
}

function openAmong(issues: readonly Issue[]): number {
  return issues.filter((one) => one.state === "open").length;
}
