/** https://docs.github.com/en/rest/branches/branch-protection */
import { z } from "zod";

import { protectionOf } from "../demands.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { escaped } from "../shapes/git.ts";
import { apiUrl } from "../shapes/repository.ts";
import type { Protection, Repository, Rule } from "../state.ts";
import { repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { NO_CONTENT, ok, readBody } from "./exchange.ts";

/** All four are required, and may be null. */
const NewProtection = z.object({
  required_status_checks: z.object({ strict: z.boolean(), contexts: z.array(z.string()) }).nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.int().min(0).max(6).default(1),
      dismiss_stale_reviews: z.boolean().default(false),
    })
    .nullable(),
  restrictions: z.null(),
  allow_force_pushes: z.boolean().nullish(),
  allow_deletions: z.boolean().nullish(),
});

export function protectionRoutes(world: World): LocalRoute[] {
  const path = "/repos/:owner/:repo/branches/:branch{.+}/protection";
  return [
    {
      method: "GET",
      path,
      permission: "administration:read",
      role: "admin",
      handle: (request) => {
        const { repository, branch } = subjectOf(world, request);
        const found = protectionOf(repository, branch);
        if (found === undefined) throw new Refusal(404, "Branch not protected");
        return ok(shapeOf(`${apiUrl(world, repository)}/branches/${escaped(branch)}/protection`, found));
      },
    },
    {
      method: "PUT",
      path,
      permission: "administration:write",
      handle: async (request) => {
        const { repository, branch } = subjectOf(world, request);
        const input = readBody(request, NewProtection);
        if ((await world.git(repository).refSha(`refs/heads/${branch}`)) === null)
          throw new Refusal(404, "Branch not found");
        const protection = { enforcesAdmins: input.enforce_admins === true, rules: rulesOf(input) };
        repository.protections = { ...repository.protections, [branch]: protection };
        return ok(shapeOf(`${apiUrl(world, repository)}/branches/${escaped(branch)}/protection`, protection));
      },
    },
    {
      method: "DELETE",
      path,
      permission: "administration:write",
      handle: (request) => {
        const { repository, branch } = subjectOf(world, request);
        const { [branch]: found, ...rest } = repository.protections ?? {};
        if (found === undefined) throw new Refusal(404, "Branch not protected");
        repository.protections = rest;
        return NO_CONTENT;
      },
    },
  ];
}

function rulesOf(input: z.infer<typeof NewProtection>): Rule[] {
  const { required_status_checks: checks, required_pull_request_reviews: reviews } = input;
  return [
    ...(input.allow_force_pushes === true ? [] : [{ type: "non_fast_forward" }]),
    ...(input.allow_deletions === true ? [] : [{ type: "deletion" }]),
    ...(checks === null
      ? []
      : [
          {
            type: "required_status_checks",
            parameters: { required_status_checks: checks.contexts.map((context) => ({ context })) },
          },
        ]),
    ...(reviews === null
      ? []
      : [
          {
            type: "pull_request",
            parameters: {
              required_approving_review_count: reviews.required_approving_review_count,
              dismiss_stale_reviews_on_push: reviews.dismiss_stale_reviews,
            },
          },
        ]),
  ];
}

function shapeOf(url: string, { enforcesAdmins, rules }: Protection): Record<string, unknown> {
  const named = (type: string): Rule | undefined => rules.find((rule) => rule.type === type);
  const contexts = named("required_status_checks")?.parameters?.required_status_checks?.map(
    (one) => one.context,
  );
  const reviews = named("pull_request")?.parameters;
  const checksUrl = `${url}/required_status_checks`;
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: enforcesAdmins },
    allow_force_pushes: { enabled: named("non_fast_forward") === undefined },
    allow_deletions: { enabled: named("deletion") === undefined },
    ...(contexts === undefined
      ? {}
      : {
          required_status_checks: {
            url: checksUrl,
            strict: false,
            contexts,
            contexts_url: `${checksUrl}/contexts`,
            checks: contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(reviews === undefined
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismiss_stale_reviews_on_push ?? false,
            require_code_owner_reviews: false,
            required_approving_review_count: reviews.required_approving_review_count ?? 0,
          },
        }),
  };
}

function subjectOf(world: World, request: LocalRequest): { repository: Repository; branch: string } {
  return { repository: repositoryOf(world, request), branch: request.params["branch"] ?? "" };
}
