/** https://docs.github.com/en/rest/issues/comments and https://docs.github.com/en/rest/reactions/reactions */
import { z } from "zod";

import { addComment, editComment, emitComment } from "../issue-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { commentShape, reactionShape, REACTIONS } from "../shapes/issue.ts";
import type { Comment, Reaction, Repository } from "../state.ts";
import { isListed } from "../lag.ts";
import { issueOf, newId, now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { checkText, created, listReply, NO_CONTENT, ok, readBody } from "./exchange.ts";
import { EITHER } from "./issues.ts";

const Body = z.object({ body: z.string() });
const NewReaction = z.object({ content: z.enum(REACTIONS) });
const READ = "issues:read; pull_requests:read";

export function commentRoutes(world: World): LocalRoute[] {
  const issues = "/repos/:owner/:repo/issues";
  const one = `${issues}/comments/:comment_id{\\d+}`;
  return [
    {
      method: "GET",
      path: `${issues}/comments`,
      permission: READ,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return listComments(world, request, repository.comments);
      },
    },
    {
      method: "GET",
      path: `${issues}/:issue_number{\\d+}/comments`,
      permission: READ,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { number } = issueOf(repository, request.params["issue_number"]);
        return listComments(
          world,
          request,
          repository.comments.filter((comment) => comment.issue === number),
        );
      },
    },
    {
      method: "POST",
      path: `${issues}/:issue_number{\\d+}/comments`,
      permission: EITHER,
      role: "read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const issue = issueOf(repository, request.params["issue_number"]);
        const { body } = readBody(request, Body);
        if (body.trim() === "") throw blank();
        checkText("IssueComment", { body });
        const comment = addComment(world, { repository, caller: request.caller }, { issue, body });
        emitComment(world, { repository, caller: request.caller }, { comment, action: "created" });
        return created(commentShape(world, repository, comment));
      },
    },
    {
      method: "GET",
      path: one,
      permission: READ,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return ok(commentShape(world, repository, commentOf(repository, request)));
      },
    },
    {
      method: "PATCH",
      path: one,
      permission: EITHER,
      role: "read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const comment = ownComment(repository, request);
        const { body } = readBody(request, Body);
        checkText("IssueComment", { body });
        editComment(world, { repository, caller: request.caller }, { comment, body });
        return ok(commentShape(world, repository, comment));
      },
    },
    {
      method: "DELETE",
      path: one,
      permission: EITHER,
      role: "read",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const comment = ownComment(repository, request);
        repository.comments = repository.comments.filter((other) => other !== comment);
        emitComment(world, { repository, caller: request.caller }, { comment, action: "deleted" });
        return NO_CONTENT;
      },
    },
    ...reactionRoutes(world, one, (repository, request) => commentOf(repository, request)),
    ...reactionRoutes(world, `${issues}/:issue_number{\\d+}`, (repository, request) =>
      issueOf(repository, request.params["issue_number"]),
    ),
  ];
}

function reactionRoutes(
  world: World,
  subject: string,
  find: (repository: Repository, request: LocalRequest) => { reactions: Reaction[] },
): LocalRoute[] {
  return [
    {
      method: "GET",
      path: `${subject}/reactions`,
      permission: READ,
      handle: (request) => {
        const { reactions } = find(repositoryOf(world, request), request);
        const content = request.query.get("content");
        const wanted = reactions.filter((one) => content === null || one.content === content);
        return listReply(request, wanted, (page) => page.map((one) => reactionShape(world, one)));
      },
    },
    {
      method: "POST",
      path: `${subject}/reactions`,
      permission: EITHER,
      role: "read",
      handle: (request) => {
        const { reactions } = find(repositoryOf(world, request), request);
        const { content } = readBody(request, NewReaction);
        const user = request.caller.login;
        const known = reactions.find((one) => one.user === user && one.content === content);
        if (known !== undefined) return ok(reactionShape(world, known));
        const reaction = { id: newId(world), user, content, createdAt: now(world) };
        reactions.push(reaction);
        return ok(reactionShape(world, reaction), 201);
      },
    },
    {
      method: "DELETE",
      path: `${subject}/reactions/:reaction_id{\\d+}`,
      permission: EITHER,
      role: "read",
      handle: (request) => {
        const { reactions } = find(repositoryOf(world, request), request);
        const at = reactions.findIndex((one) => one.id === Number(request.params["reaction_id"]));
        if (at < 0) throw new Refusal(404, "Not Found");
        reactions.splice(at, 1);
        return NO_CONTENT;
      },
    },
  ];
}

function listComments(
  world: World,
  request: LocalRequest,
  comments: readonly Comment[],
): ReturnType<LocalRoute["handle"]> {
  const repository = repositoryOf(world, request);
  const since = request.query.get("since");
  const sign = request.query.get("direction") === "desc" ? -1 : 1;
  const key = request.query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const wanted = comments
    .filter((comment) => isListed(world, comment.createdAt))
    .filter((comment) => since === null || Date.parse(comment.updatedAt) >= Date.parse(since))
    .toSorted((a, b) => sign * (a[key] === b[key] ? a.id - b.id : a[key] < b[key] ? -1 : 1));
  return listReply(request, wanted, (page) =>
    page.map((comment) => commentShape(world, repository, comment)),
  );
}

function commentOf(repository: Repository, request: LocalRequest): Comment {
  const found = repository.comments.find((comment) => comment.id === Number(request.params["comment_id"]));
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

/** Comments are changed by their author and by those who may write. */
function ownComment(repository: Repository, request: LocalRequest): Comment {
  const comment = commentOf(repository, request);
  if (comment.user !== request.caller.login && !request.may(EITHER, "write")) {
    throw new Refusal(403, "Must have admin rights to Repository.");
  }
  return comment;
}

function blank(): Refusal {
  return new Refusal(422, "Validation Failed", [
    { resource: "IssueComment", code: "unprocessable", field: "data", message: "Body cannot be blank" },
  ]);
}
