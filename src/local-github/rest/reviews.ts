/** https://docs.github.com/en/rest/pulls/reviews and https://docs.github.com/en/rest/pulls/comments */
import { z } from "zod";

import { touch } from "../issue-changes.ts";
import { rangeOf } from "../pull-numbers.ts";
import { addReview, isOnDiff, submitReview } from "../review-changes.ts";
import type { DraftComment } from "../review-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { pullShape, reviewCommentShape, reviewShape } from "../shapes/pull.ts";
import type { Repository, Review } from "../state.ts";
import { pullOf, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, listReply, ok, readBody, validationFailed } from "./exchange.ts";

const Side = z.enum(["LEFT", "RIGHT"]);
const Place = {
  path: z.string(),
  body: z.string(),
  line: z.int().nullish(),
  side: Side.nullish(),
  start_line: z.int().nullish(),
  start_side: Side.nullish(),
  position: z.int().nullish(),
};
const Event = z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
const NewReview = z.object({
  commit_id: z.string().nullish(),
  body: z.string().nullish(),
  event: z.union([Event, z.literal("PENDING")]).nullish(),
  comments: z.array(z.object(Place)).nullish(),
});
const Submission = z.object({ event: Event, body: z.string().nullish() });
const Dismissal = z.object({ message: z.string(), event: z.literal("DISMISS").optional() });
const NewComment = z.object({
  ...Place,
  path: z.string().optional(),
  commit_id: z.string().optional(),
  subject_type: z.enum(["line", "file"]).optional(),
  in_reply_to: z.int().optional(),
});

export function reviewRoutes(world: World): LocalRoute[] {
  const pull = "/repos/:owner/:repo/pulls/:pull_number{\\d+}";
  const review = `${pull}/reviews/:review_id{\\d+}`;
  return [
    {
      method: "GET",
      path: `${pull}/reviews`,
      permission: "pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { number } = pullOf(repository, request.params["pull_number"]);
        const seen = repository.reviews
          .filter((one) => one.pull === number)
          .filter((one) => one.state !== "PENDING" || one.user === request.caller.login);
        return listReply(request, seen, (page) => page.map((one) => reviewShape(world, repository, one)));
      },
    },
    {
      method: "POST",
      path: `${pull}/reviews`,
      permission: "pull_requests:write",
      role: "read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const issue = pullOf(repository, request.params["pull_number"]);
        const input = readBody(request, NewReview);
        const event = input.event === "PENDING" || !input.event ? null : input.event;
        if (event === "APPROVE") refuseApproval(repository, request);
        const made = await addReview(
          world,
          { repository, caller: request.caller },
          {
            issue,
            event,
            body: input.body ?? "",
            commitId: input.commit_id ?? issue.pull.headSha,
            comments: (input.comments ?? []).map(draftOf),
          },
        );
        return ok(reviewShape(world, repository, made));
      },
    },
    {
      method: "GET",
      path: review,
      permission: "pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return ok(reviewShape(world, repository, reviewOf(repository, request)));
      },
    },
    {
      method: "GET",
      path: `${review}/comments`,
      permission: "pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { id } = reviewOf(repository, request);
        const own = repository.reviewComments.filter((comment) => comment.review === id);
        return listReply(request, own, (page) =>
          page.map((one) => reviewCommentShape(world, repository, one)),
        );
      },
    },
    {
      method: "POST",
      path: `${review}/events`,
      permission: "pull_requests:write",
      role: "read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const issue = pullOf(repository, request.params["pull_number"]);
        const own = reviewOf(repository, request);
        const input = readBody(request, Submission);
        if (own.user !== request.caller.login || own.state !== "PENDING")
          throw new Refusal(422, "Unprocessable Entity");
        if (input.event === "APPROVE") refuseApproval(repository, request);
        if (input.body) own.body = input.body;
        submitReview(
          world,
          { repository, caller: request.caller },
          { issue, review: own, event: input.event },
        );
        return ok(reviewShape(world, repository, own));
      },
    },
    {
      method: "PUT",
      path: `${review}/dismissals`,
      permission: "pull_requests:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const own = reviewOf(repository, request);
        readBody(request, Dismissal);
        if (own.state !== "APPROVED" && own.state !== "CHANGES_REQUESTED") {
          throw new Refusal(422, "Unprocessable Entity", ["Can not dismiss a commented pull request review"]);
        }
        own.state = "DISMISSED";
        const issue = pullOf(repository, request.params["pull_number"]);
        touch(world, issue);
        const dismissed = { ...reviewShape(world, repository, own), state: "dismissed" };
        const payload = { review: dismissed, pull_request: pullShape(world, repository, issue) };
        const about = { name: "pull_request_review", action: "dismissed", repository };
        world.emit({ ...about, sender: request.caller, payload });
        return ok(reviewShape(world, repository, own));
      },
    },
    {
      method: "GET",
      path: `${pull}/comments`,
      permission: "pull_requests:read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { number } = pullOf(repository, request.params["pull_number"]);
        const all = repository.reviewComments.filter((comment) => comment.pull === number);
        return listReply(request, all, (page) =>
          page.map((one) => reviewCommentShape(world, repository, one)),
        );
      },
    },
    {
      method: "POST",
      path: `${pull}/comments`,
      permission: "pull_requests:write",
      role: "read",
      handle: (request) => createComment(world, request),
    },
  ];
}

async function createComment(
  world: World,
  request: LocalRequest,
): Promise<{ status: number; body: unknown }> {
  const repository = repositoryOf(world, request);
  const issue = pullOf(repository, request.params["pull_number"]);
  const input = readBody(request, NewComment);
  const first = repository.reviewComments.find((one) => one.id === input.in_reply_to);
  const path = input.path ?? first?.path;
  if (path === undefined) throw new Refusal(422, 'Invalid request.\n\n"path" wasn\'t supplied.');
  const draft = {
    ...draftOf({ ...input, path }),
    ...(first === undefined ? {} : { line: first.line, side: first.side }),
  };
  const { base, head } = await rangeOf(world, repository, issue);
  const { files } = base === null ? { files: [] } : await world.git(repository).diff(base, head);
  const isFile = input.subject_type === "file";
  if (first === undefined && !isFile && !isOnDiff(files, draft)) {
    throw validationFailed({
      resource: "PullRequestReviewComment",
      code: "custom",
      field: "pull_request_review_thread.line",
      message: "could not be resolved",
    });
  }
  const review = await addReview(
    world,
    { repository, caller: request.caller },
    {
      issue,
      event: "COMMENT",
      body: "",
      commitId: input.commit_id ?? head,
      comments: [isFile ? { ...draft, line: null } : draft],
    },
  );
  const comment = repository.reviewComments.findLast((one) => one.review === review.id);
  if (comment === undefined) throw new Error("The new review has no comment.");
  comment.inReplyTo = first?.id ?? null;
  return created(reviewCommentShape(world, repository, comment));
}

/** The switch that also keeps jobs from opening pull requests, in the words of reviews. */
function refuseApproval(repository: Repository, request: LocalRequest): void {
  if (request.caller.workflowRunId === null || repository.actionsMayApprove) return;
  throw new Refusal(422, "Unprocessable Entity", [
    "GitHub Actions is not permitted to approve pull requests.",
  ]);
}

function draftOf(input: z.infer<z.ZodObject<typeof Place>>): DraftComment {
  return {
    path: input.path,
    body: input.body,
    line: input.line ?? null,
    side: input.side ?? "RIGHT",
    startLine: input.start_line ?? null,
    startSide: input.start_side ?? null,
    position: input.position ?? null,
  };
}

function reviewOf(repository: Repository, request: LocalRequest): Review {
  const { number } = pullOf(repository, request.params["pull_number"]);
  const found = repository.reviews.find(
    (one) => one.pull === number && one.id === Number(request.params["review_id"]),
  );
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}
