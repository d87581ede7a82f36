/**
 * The App: a webhook only says "look again at this repository". Whatever it was about, it becomes the same key; what to
 * do is decided from what is then read. The handler returns at once, so that GitHub has its answer in time.
 */
import type { Probot } from "probot";

/** A repository to look at again: `owner/repo`. */
export type RepositoryKey = string;

/** Events after which a run may have something to do. */
export const EVENTS = [
  "issue_comment.created",
  "issues.labeled",
  "issues.unlabeled",
  "issues.closed",
  "issues.reopened",
  "pull_request.closed",
  "pull_request.reopened",
  "pull_request.synchronize",
  "pull_request.labeled",
  "pull_request.unlabeled",
  "pull_request_review.submitted",
  "pull_request_review.dismissed",
  "push",
  "workflow_run.completed",
  "check_suite.completed",
  "status",
] as const;

/** A Probot application function that turns each of these events into its repository's key. */
export function createApp(look: (key: RepositoryKey) => void): (app: Probot) => void {
  return (app) => {
    app.on([...EVENTS], async ({ payload }) => {
      look(payload.repository.full_name);
    });
  };
}
