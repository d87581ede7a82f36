/** Reviews: who may give which verdict, and that every comment stands on a line of the diff, or nothing is stored. */
import type { FileChange } from "./git/diff.ts";
import type { Actor } from "./issue-changes.ts";
import { touch } from "./issue-changes.ts";
import { rangeOf } from "./pull-numbers.ts";
import { Refusal } from "./route.ts";
import { pullShape, reviewCommentShape, reviewShape } from "./shapes/pull.ts";
import type { Review, ReviewComment, ReviewState } from "./state.ts";
import { newId, now } from "./world.ts";
import type { PullIssue, World } from "./world.ts";

export type ReviewEvent = "APPROVE" | "REQUEST_CHANGES" | "COMMENT";

export interface DraftComment {
  path: string;
  body: string;
  line: number | null;
  side: "LEFT" | "RIGHT";
  startLine: number | null;
  startSide: "LEFT" | "RIGHT" | null;
  /** The older way: lines below the first hunk header. */
  position: number | null;
}

interface NewReview {
  issue: PullIssue;
  /** Null leaves the review pending. */
  event: ReviewEvent | null;
  body: string;
  commitId: string;
  comments: readonly DraftComment[];
}

const STATES: Record<ReviewEvent, ReviewState> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

export async function addReview(world: World, actor: Actor, input: NewReview): Promise<Review> {
  const { repository, caller } = actor;
  const { issue } = input;
  checkVerdict(actor, input);
  const pending = repository.reviews.find(
    (one) => one.pull === issue.number && one.user === caller.login && one.state === "PENDING",
  );
  if (pending !== undefined) throw refusal("User can only have one pending review per pull request");
  await checkPlaces(world, actor, input);
  const review: Review = {
    id: newId(world),
    pull: issue.number,
    user: caller.login,
    body: input.body,
    state: "PENDING",
    commitId: input.commitId,
    submittedAt: null,
  };
  const comments = input.comments.map((draft): ReviewComment => ({
    id: newId(world),
    review: review.id,
    pull: issue.number,
    user: caller.login,
    body: draft.body,
    path: draft.path,
    line: draft.line ?? draft.position,
    side: draft.side,
    startLine: draft.startLine,
    startSide: draft.startSide,
    commitId: input.commitId,
    diffHunk: "",
    inReplyTo: null,
    createdAt: now(world),
    updatedAt: now(world),
  }));
  repository.reviews.push(review);
  repository.reviewComments.push(...comments);
  if (input.event !== null) submitReview(world, actor, { issue, review, event: input.event });
  return review;
}

export function submitReview(
  world: World,
  actor: Actor,
  change: { issue: PullIssue; review: Review; event: ReviewEvent },
): void {
  const { repository, caller } = actor;
  const { issue, review, event } = change;
  const comments = repository.reviewComments.filter((one) => one.review === review.id);
  checkVerdict(actor, { issue, event, body: review.body, comments });
  review.state = STATES[event];
  review.submittedAt = now(world);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((login) => login !== caller.login);
  touch(world, issue);
  const pull = pullShape(world, repository, issue);
  const shape = reviewShape(world, repository, review);
  const about = { repository, sender: caller };
  world.emit({
    ...about,
    name: "pull_request_review",
    action: "submitted",
    payload: { review: { ...shape, state: review.state.toLowerCase() }, pull_request: pull },
  });
  for (const comment of comments) {
    const payload = { comment: reviewCommentShape(world, repository, comment), pull_request: pull };
    world.emit({ ...about, name: "pull_request_review_comment", action: "created", payload });
  }
}

/** Whether a comment stands on an added or kept line (RIGHT) or a removed or kept one (LEFT) of the diff. */
export function isOnDiff(files: readonly FileChange[], draft: DraftComment): boolean {
  const patch = files.find((file) => file.path === draft.path)?.patch ?? null;
  if (patch === null) return false;
  const rows = patch.split("\n");
  if (draft.line === null)
    return draft.position !== null && draft.position > 0 && draft.position < rows.length;
  const lines = { LEFT: new Set<number>(), RIGHT: new Set<number>() };
  let [left, right] = [0, 0];
  for (const row of rows) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/u.exec(row);
    if (hunk !== null) [left, right] = [Number(hunk[1]), Number(hunk[2])];
    else if (!row.startsWith("\\")) {
      if (!row.startsWith("+")) lines.LEFT.add(left++);
      if (!row.startsWith("-")) lines.RIGHT.add(right++);
    }
  }
  const isStartOn = draft.startLine === null || lines[draft.startSide ?? draft.side].has(draft.startLine);
  return isStartOn && lines[draft.side].has(draft.line);
}

function checkVerdict(
  actor: Actor,
  input: Pick<NewReview, "issue" | "event" | "body"> & { comments: readonly unknown[] },
): void {
  const isOwn = input.issue.user === actor.caller.login;
  if (isOwn && input.event === "APPROVE") throw refusal("Review Can not approve your own pull request");
  if (isOwn && input.event === "REQUEST_CHANGES")
    throw refusal("Review Can not request changes on your own pull request");
  const isSilent = input.body.trim() === "" && input.comments.length === 0;
  if (isSilent && input.event === "REQUEST_CHANGES") throw refusal("Review Body cannot be blank");
  if (isSilent && input.event === "COMMENT") throw refusal("Review Body cannot be blank");
  if (input.body.length > 65_536) throw refusal("Body is too long (maximum is 65536 characters)");
}

async function checkPlaces(world: World, actor: Actor, input: NewReview): Promise<void> {
  const git = world.git(actor.repository);
  if ((await git.commit(input.commitId)) === null) {
    throw new Refusal(422, "Unprocessable Entity", ["The commit_id is not part of the pull request"]);
  }
  const wanted = input.comments.filter((draft) => draft.line !== null || draft.position !== null);
  if (wanted.length === 0) return;
  const { base } = await rangeOf(world, actor.repository, input.issue);
  const { files } = base === null ? { files: [] } : await git.diff(base, input.commitId);
  const faults = wanted.flatMap((draft) => {
    if (!files.some((file) => file.path === draft.path)) return ["Path could not be resolved"];
    return isOnDiff(files, draft) ? [] : ["Line could not be resolved"];
  });
  if (faults.length > 0) throw refusal([...new Set(faults)].join(", and "));
}

function refusal(text: string): Refusal {
  return new Refusal(422, "Unprocessable Entity", [text]);
}
