/**
 * Settings of a repository and of its Actions: kept and told, but not enforced here.
 * https://docs.github.com/en/rest/actions/permissions and https://docs.github.com/en/rest/actions/secrets
 */
import { z } from "zod";

import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { repositoryShape } from "../shapes/repository.ts";
import type { Repository } from "../state.ts";
import { findRepository, now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { NO_CONTENT, ok, readBody } from "./exchange.ts";

const RepositoryPatch = z.object({
  name: z
    .string()
    .regex(/^[\w.-]+$/u)
    .optional(),
  has_issues: z.boolean().optional(),
  archived: z.boolean().optional(),
});
const ActionsPatch = z.object({
  enabled: z.boolean(),
  allowed_actions: z.enum(["all", "local_only", "selected"]).optional(),
});
const Selected = z.object({
  github_owned_allowed: z.boolean().default(true),
  verified_allowed: z.boolean().default(true),
  patterns_allowed: z.array(z.string()).default([]),
});

const actionsOf = (repository: Repository): NonNullable<Repository["actionsSettings"]> =>
  repository.actionsSettings ?? { enabled: true, allowed: "all", selected: Selected.parse({}) };

export function settingRoutes(world: World): LocalRoute[] {
  const repo = "/repos/:owner/:repo";
  const actions = `${repo}/actions/permissions`;
  return [
    {
      method: "PATCH",
      path: repo,
      permission: "administration:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { name, has_issues: hasIssues, archived } = readBody(request, RepositoryPatch);
        if (hasIssues !== undefined) repository.lacksIssues = !hasIssues;
        if (name !== undefined && name !== repository.name) rename(world, request, name);
        if (archived !== undefined) repository.archived = archived;
        return ok(repositoryShape(world, repository, request.caller.login));
      },
    },
    {
      method: "GET",
      path: actions,
      permission: "administration:read",
      role: "admin",
      handle: (request) => {
        const { enabled, allowed } = actionsOf(repositoryOf(world, request));
        return ok({ enabled, ...(enabled ? { allowed_actions: allowed } : {}) });
      },
    },
    {
      method: "PUT",
      path: actions,
      permission: "administration:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const { enabled, allowed_actions: allowed = "all" } = readBody(request, ActionsPatch);
        repository.actionsSettings = { ...actionsOf(repository), enabled, allowed };
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: `${actions}/selected-actions`,
      permission: "administration:read",
      role: "admin",
      handle: (request) => ok(actionsOf(repositoryOf(world, request)).selected),
    },
    {
      method: "PUT",
      path: `${actions}/selected-actions`,
      permission: "administration:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        repository.actionsSettings = { ...actionsOf(repository), selected: readBody(request, Selected) };
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: `${repo}/actions/secrets`,
      permission: "secrets:read",
      role: "write",
      handle: (request) => secretsReply(repositoryOf(world, request).secretNames ?? []),
    },
    {
      method: "PUT",
      path: `${repo}/actions/secrets/:secret_name`,
      permission: "secrets:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const name = request.params["secret_name"] ?? "";
        const names = repository.secretNames ?? [];
        const isNew = !names.includes(name);
        // The value is sealed for GitHub's Actions; nobody here could open it.
        if (isNew) repository.secretNames = [...names, name];
        return isNew ? { status: 201, body: {} } : NO_CONTENT;
      },
    },
    {
      method: "DELETE",
      path: `${repo}/actions/secrets/:secret_name`,
      permission: "secrets:write",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const name = request.params["secret_name"] ?? "";
        const names = repository.secretNames ?? [];
        if (!names.includes(name)) throw new Refusal(404, "Not Found");
        repository.secretNames = names.filter((one) => one !== name);
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: `${repo}/actions/organization-secrets`,
      permission: "secrets:read",
      role: "write",
      handle: () => secretsReply([]),
    },
  ];

  function secretsReply(names: readonly string[]): { status: number; body: unknown } {
    const at = now(world);
    const secrets = names.map((name) => ({ name, created_at: at, updated_at: at }));
    return ok({ total_count: secrets.length, secrets });
  }
}

function rename(world: World, request: LocalRequest, name: string): void {
  const repository = repositoryOf(world, request);
  const fullName = `${repository.owner}/${name}`;
  if (findRepository(world, fullName) !== null)
    throw new Refusal(422, "Repository creation failed.", [
      {
        resource: "Repository",
        code: "custom",
        field: "name",
        message: "name already exists on this account",
      },
    ]);
  const { name: from, fullName: before } = repository;
  repository.formerNames = [...(repository.formerNames ?? []), before.toLowerCase()];
  Object.assign(repository, { name, fullName });
  world.renamed(before, fullName);
  world.emit({
    name: "repository",
    action: "renamed",
    repository,
    sender: request.caller,
    payload: { changes: { repository: { name: { from } } } },
  });
}
