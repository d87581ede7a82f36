/**
 * Variables of a repository's Actions: kept and told; jobs are given those that the runner was made with.
 * https://docs.github.com/en/rest/actions/variables
 */
import { z } from "zod";

import { Refusal } from "../route.ts";
import type { LocalRoute } from "../router.ts";
import type { Variable } from "../state.ts";
import { now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { listReply, NO_CONTENT, ok, readBody } from "./exchange.ts";

const name = z
  .string()
  .regex(/^(?!GITHUB_)[a-z_]\w*$/iu)
  .transform((text) => text.toUpperCase());
const NewVariable = z.object({ name, value: z.string() });
const Change = z.object({ name: name.optional(), value: z.string().optional() });

export function variableRoutes(world: World): LocalRoute[] {
  const path = "/repos/:owner/:repo/actions/variables";
  const one = `${path}/:name`;
  const read = { permission: "variables:read", role: "write" } as const;
  const write = { permission: "variables:write", role: "write" } as const;
  const all = (request: LocalRequest): Variable[] => (repositoryOf(world, request).variables ??= []);
  const find = (request: LocalRequest): Variable => {
    const wanted = request.params["name"]?.toUpperCase();
    const found = all(request).find((variable) => variable.name === wanted);
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  };
  const list = (request: LocalRequest, variables: readonly Variable[]) =>
    listReply(request, variables, (page) => ({ total_count: variables.length, variables: page }));
  const changing = (
    method: "PATCH" | "DELETE",
    change: (found: Variable, request: LocalRequest) => void,
  ): LocalRoute => ({
    method,
    path: one,
    ...write,
    handle: (request) => {
      change(find(request), request);
      return NO_CONTENT;
    },
  });
  return [
    {
      method: "GET",
      path,
      ...read,
      handle: (request) =>
        list(
          request,
          all(request).toSorted((a, b) => a.name.localeCompare(b.name)),
        ),
    },
    {
      method: "POST",
      path,
      ...write,
      handle: (request) => {
        const made = readBody(request, NewVariable);
        if (all(request).some((variable) => variable.name === made.name))
          throw new Refusal(409, "Already exists - Variable already exists");
        const at = now(world);
        all(request).push({ ...made, created_at: at, updated_at: at });
        return ok({}, 201);
      },
    },
    { method: "GET", path: one, ...read, handle: (request) => ok(find(request)) },
    changing("PATCH", (found, request) => {
      const change = readBody(request, Change);
      Object.assign(found, {
        name: change.name ?? found.name,
        value: change.value ?? found.value,
        updated_at: now(world),
      });
    }),
    changing("DELETE", (found, request) => {
      repositoryOf(world, request).variables = all(request).filter((variable) => variable !== found);
    }),
    {
      method: "GET",
      path: "/repos/:owner/:repo/actions/organization-variables",
      ...read,
      handle: (request) => list(request, []),
    },
  ];
}
