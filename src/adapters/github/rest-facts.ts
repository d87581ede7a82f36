/** What REST tells of comments, reviews, issues and pull requests, in our own words. What GraphQL tells: look-query.ts. */
import type { CommentFact, IssueFact, PullFact, ReviewFact } from "../../domain/run/facts.ts";

interface RawComment {
  id: number;
  user: { login: string; type?: string } | null;
  body?: string | undefined;
  created_at: string;
  updated_at: string;
  reactions?: { eyes: number; rocket: number; confused: number } | undefined;
}

export function commentFact(comment: RawComment): CommentFact {
  return {
    id: comment.id,
    author: comment.user?.login ?? "",
    authorIsBot: comment.user?.type === "Bot",
    body: comment.body ?? "",
    createdAt: new Date(comment.created_at),
    edited: comment.updated_at !== comment.created_at,
    eyes: comment.reactions?.eyes ?? 0,
    answered: (comment.reactions?.rocket ?? 0) + (comment.reactions?.confused ?? 0) > 0,
  };
}

interface RawReview {
  id: number;
  user: { login: string; type?: string } | null;
  state: string;
  commit_id: string | null;
  body: string;
  submitted_at?: string | undefined;
}

export const reviewFact = (review: RawReview): ReviewFact => ({
  id: review.id,
  author: review.user?.login ?? "",
  authorIsBot: review.user?.type === "Bot",
  state: review.state as "APPROVED",
  sha: review.commit_id ?? "",
  body: review.body,
  submittedAt: review.submitted_at ? new Date(review.submitted_at) : null,
});

interface RawPull {
  number: number;
  title: string;
  body: string | null;
  labels: readonly { name?: string }[];
  head: { ref: string; sha: string };
  base: { ref: string };
  draft?: boolean | undefined;
  state: string;
  merged_at: string | null;
}

export const pullFact = (pull: RawPull): PullFact => ({
  number: pull.number,
  title: pull.title,
  body: pull.body ?? "",
  labels: labelNames(pull.labels),
  head: pull.head.ref,
  headSha: pull.head.sha,
  base: pull.base.ref,
  draft: pull.draft === true,
  state: pull.state === "closed" ? "closed" : "open",
  merged: pull.merged_at !== null,
});

export const labelNames = (labels: readonly (string | { name?: string })[]): string[] =>
  labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));

/** As far as a list tells them. */
export const linksOf = (issue: {
  id: number;
  parent_issue_url?: string | null;
  issue_dependencies_summary?: { total_blocked_by: number };
}): IssueFact["links"] =>
  issue.issue_dependencies_summary && {
    id: issue.id,
    parent: issue.parent_issue_url ? Number(issue.parent_issue_url.split("/").at(-1)) : null,
    blockedBy: issue.issue_dependencies_summary.total_blocked_by,
  };
