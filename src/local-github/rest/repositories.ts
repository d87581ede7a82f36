/** Repositories, people and the site itself. */
import { z } from "zod";

import { forkRepository } from "../forks.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { accountShape, privateFields, userShape } from "../shapes/account.ts";
import { repositoryShape, wholeRepositoryShape } from "../shapes/repository.ts";
import type { Role } from "../state.ts";
import { accountOf, isAtLeast, repositoryOf, roleOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { listReply, NO_CONTENT, ok, readBody } from "./exchange.ts";

const Fork = z.object({ name: z.string().optional() });
const WorkflowPermissions = z.object({
  default_workflow_permissions: z.enum(["read", "write"]).optional(),
  can_approve_pull_request_reviews: z.boolean().optional(),
});

export function repositoryRoutes(world: World): LocalRoute[] {
  const repo = "/repos/:owner/:repo";
  return [
    {
      method: "GET",
      path: repo,
      permission: null,
      handle: (request) =>
        ok(wholeRepositoryShape(world, repositoryOf(world, request), request.caller.login)),
    },
    {
      method: "DELETE",
      path: repo,
      permission: "administration:write",
      handle: (request) => {
        const { repositories } = world.state;
        repositories.splice(repositories.indexOf(repositoryOf(world, request)), 1);
        return NO_CONTENT;
      },
    },
    {
      method: "POST",
      path: `${repo}/forks`,
      permission: "administration:write",
      role: "read",
      handle: async (request) => {
        const { login, type } = request.caller;
        if (type === "Bot") throw new Refusal(403, "Resource not accessible by integration");
        const source = repositoryOf(world, request);
        const name = readBody(request, Fork).name ?? source.name;
        const fork = await forkRepository(world, source, { owner: login, name });
        return { status: 202, body: wholeRepositoryShape(world, fork, login) };
      },
    },
    {
      method: "GET",
      path: `${repo}/collaborators/:username/permission`,
      permission: null,
      handle: (request) => collaborator(world, request),
    },
    {
      method: "GET",
      path: `${repo}/collaborators/:username`,
      permission: null,
      handle: (request) => {
        const role = roleOf(
          { ...repositoryOf(world, request), private: true },
          request.params["username"] ?? "",
        );
        if (!isAtLeast(role, "read")) throw new Refusal(404, "Not Found");
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: `${repo}/actions/permissions/workflow`,
      permission: "administration:read",
      handle: (request) =>
        ok({
          default_workflow_permissions: "read",
          can_approve_pull_request_reviews: repositoryOf(world, request).actionsMayApprove,
        }),
    },
    {
      method: "PUT",
      path: `${repo}/actions/permissions/workflow`,
      permission: "administration:write",
      handle: (request) => {
        const input = readBody(request, WorkflowPermissions);
        const repository = repositoryOf(world, request);
        repository.actionsMayApprove = input.can_approve_pull_request_reviews ?? repository.actionsMayApprove;
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: "/user",
      permission: null,
      handle: ({ caller }) => {
        if (caller.type === "Bot") throw new Refusal(403, "Resource not accessible by integration");
        if (caller.login === "") throw new Refusal(401, "Requires authentication");
        return ok({ ...userShape(world, caller.login), ...privateFields });
      },
    },
    {
      method: "GET",
      path: "/users/:username",
      permission: null,
      handle: (request) => {
        const account = accountOf(world, request.params["username"] ?? "");
        if (account === null) throw new Refusal(404, "Not Found");
        return ok(userShape(world, account.login));
      },
    },
    {
      method: "GET",
      path: "/installation/repositories",
      permission: null,
      handle: (request) => {
        if (request.caller.type !== "Bot")
          throw new Refusal(
            403,
            "You must authenticate with an installation access token in order to list repositories for an installation.",
          );
        const own = world.state.repositories.filter((repository) => request.reaches(repository));
        return listReply(request, own, (page) => ({
          total_count: own.length,
          repositories: page.map((repository) => repositoryShape(world, repository)),
        }));
      },
    },
    {
      method: "GET",
      path: "/meta",
      permission: null,
      handle: () => ok({ verifiable_password_authentication: false, installed_version: "local" }),
    },
  ];
}

function collaborator(world: World, request: LocalRequest): { status: number; body: unknown } {
  const repository = repositoryOf(world, request);
  const account = accountOf(world, request.params["username"] ?? "");
  if (account === null) throw new Refusal(404, `${request.params["username"] ?? ""} is not a user`);
  const role = roleOf(repository, account.login);
  const isAdmin = role === "admin";
  const user = {
    ...accountShape(world, account.login),
    permissions: {
      admin: isAdmin,
      maintain: isAdmin,
      push: isAtLeast(role, "write"),
      triage: isAtLeast(role, "triage"),
      pull: isAtLeast(role, "read"),
    },
    role_name: role,
  };
  const legacy: Record<Role, string> = {
    none: "none",
    read: "read",
    triage: "read",
    write: "write",
    admin: "admin",
  };
  return ok({ permission: legacy[role], user, role_name: role });
}
