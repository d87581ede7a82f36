import type { Repository, Review, ReviewComment } from "../state.ts";
import type { PullIssue, World } from "../world.ts";
import { headLabel, headRepositoryOf } from "../forks.ts";
import { accountShape, association, nodeId, pullAssociation } from "./account.ts";
import type { Shape } from "./account.ts";
import { labelsOf } from "./issue.ts";
import { apiUrl, htmlUrl, repositoryShape } from "./repository.ts";

/** A pull request as lists show it; the single one has more, see `pullDetails`. */
export function pullShape(world: World, repository: Repository, issue: PullIssue): Shape {
  const { pull } = issue;
  const head = headRepositoryOf(world, repository, pull);
  const api = apiUrl(world, repository);
  const url = `${api}/pulls/${issue.number}`;
  const html = `${htmlUrl(world, repository)}/pull/${issue.number}`;
  const issueUrl = `${api}/issues/${issue.number}`;
  const urls = {
    self: url,
    html,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.headSha}`,
  };
  return {
    id: issue.id,
    node_id: nodeId("PR", issue.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: urls.commits,
    review_comments_url: urls.review_comments,
    review_comment_url: urls.review_comment,
    comments_url: urls.comments,
    statuses_url: urls.statuses,
    number: issue.number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: accountShape(world, issue.user),
    body: issue.body,
    labels: labelsOf(world, repository, issue),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: issue.assignees[0] === undefined ? null : accountShape(world, issue.assignees[0]),
    assignees: issue.assignees.map((login) => accountShape(world, login)),
    requested_reviewers: pull.requestedReviewers.map((login) => accountShape(world, login)),
    requested_teams: [],
    head: {
      label: headLabel(repository, pull),
      ref: pull.head,
      sha: pull.headSha,
      user: accountShape(world, pull.fork?.owner ?? repository.owner),
      repo: head === null ? null : repositoryShape(world, head),
    },
    base: {
      label: `${repository.owner}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseSha,
      user: accountShape(world, repository.owner),
      repo: repositoryShape(world, repository),
    },
    _links: Object.fromEntries(Object.entries(urls).map(([name, href]) => [name, { href }])),
    author_association: pullAssociation(repository, issue.user),
    auto_merge: null,
    draft: pull.draft,
  };
}

export function pullDetails(
  world: World,
  repository: Repository,
  /** `mergeable` is null while GitHub's test merge has not been made. */
  {
    issue,
    mergeable,
    isBlocked = false,
  }: { issue: PullIssue; mergeable: boolean | null; isBlocked?: boolean },
): Shape {
  const { pull } = issue;
  return {
    ...pullShape(world, repository, issue),
    merged: pull.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state:
      mergeable === true && isBlocked && !pull.draft ? "blocked" : mergeableState(issue, mergeable),
    merged_by: pull.mergedBy === null ? null : accountShape(world, pull.mergedBy),
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    review_comments: repository.reviewComments.filter((comment) => comment.pull === issue.number).length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: pull.numbers?.commits ?? 0,
    additions: pull.numbers?.additions ?? 0,
    deletions: pull.numbers?.deletions ?? 0,
    changed_files: pull.numbers?.changedFiles ?? 0,
  };
}

export function reviewShape(world: World, repository: Repository, review: Review): Shape {
  const url = `${apiUrl(world, repository)}/pulls/${review.pull}`;
  const html = `${htmlUrl(world, repository)}/pull/${review.pull}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: accountShape(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: association(repository, review.user),
    _links: { html: { href: html }, pull_request: { href: url } },
    commit_id: review.commitId,
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
  };
}

export function reviewCommentShape(world: World, repository: Repository, comment: ReviewComment): Shape {
  const pullUrl = `${apiUrl(world, repository)}/pulls/${comment.pull}`;
  const url = `${apiUrl(world, repository)}/pulls/comments/${comment.id}`;
  const html = `${htmlUrl(world, repository)}/pull/${comment.pull}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId("PRRC", comment.id),
    url,
    html_url: html,
    pull_request_url: pullUrl,
    pull_request_review_id: comment.review,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: comment.line ?? 1,
    original_position: comment.line ?? 1,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startSide,
    subject_type: comment.line === null ? "file" : "line",
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
    user: accountShape(world, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repository, comment.user),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
    reactions: {
      url: `${url}/reactions`,
      total_count: 0,
      "+1": 0,
      "-1": 0,
      laugh: 0,
      hooray: 0,
      confused: 0,
      heart: 0,
      rocket: 0,
      eyes: 0,
    },
  };
}

function mergeableState(issue: PullIssue, mergeable: boolean | null): string {
  if (issue.state === "closed" || mergeable === null) return "unknown";
  if (!mergeable) return "dirty";
  return issue.pull.draft ? "draft" : "clean";
}
