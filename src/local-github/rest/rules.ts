/** https://docs.github.com/en/rest/repos/rules: kept, told for a branch's name, and enforced by demands.ts. */
import { z } from "zod";

import { binds } from "../demands.ts";
import type { LocalRoute } from "../router.ts";
import { accountOf, newId, repositoryOf } from "../world.ts";
import type { World } from "../world.ts";
import { Refusal } from "../route.ts";
import { created, listReply, ok, readBody } from "./exchange.ts";

const patterns = z.array(z.string()).default([]);

const Parameters = z.looseObject({
  required_approving_review_count: z.int().optional(),
  dismiss_stale_reviews_on_push: z.boolean().optional(),
  required_status_checks: z.array(z.looseObject({ context: z.string() })).optional(),
});

const NewRuleset = z.object({
  name: z.string().min(1),
  target: z.literal("branch").default("branch"),
  enforcement: z.enum(["active", "evaluate", "disabled"]),
  conditions: z.object({ ref_name: z.object({ include: patterns, exclude: patterns }) }),
  rules: z.array(z.looseObject({ type: z.string(), parameters: Parameters.optional() })).default([]),
  /** Accounts alone, by their id. */
  bypass_actors: z.array(z.object({ actor_id: z.number(), actor_type: z.literal("User") })).default([]),
});

export function ruleRoutes(world: World): LocalRoute[] {
  return [
    {
      method: "POST",
      path: "/repos/:owner/:repo/rulesets",
      permission: "administration:write",
      handle: (request) => {
        const { conditions, bypass_actors: actors, ...input } = readBody(request, NewRuleset);
        const repository = repositoryOf(world, request);
        const bypass = actors.map((actor) => actor.actor_id);
        const ruleset = { id: newId(world), ...input, ...conditions.ref_name, bypass };
        repository.rulesets = [...(repository.rulesets ?? []), ruleset];
        const source = { source_type: "Repository", source: repository.fullName };
        return created({ id: ruleset.id, ...input, ...source, conditions });
      },
    },
    {
      method: "GET",
      path: "/repos/:owner/:repo/rulesets/:ruleset_id",
      permission: null,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const id = Number(request.params["ruleset_id"]);
        const found = repository.rulesets?.find((ruleset) => ruleset.id === id);
        if (!found) throw new Refusal(404, "Not Found");
        const { include, exclude, bypass, ...ruleset } = found;
        const own = accountOf(world, request.caller.login)?.id ?? 0;
        return ok({
          ...ruleset,
          source_type: "Repository",
          source: repository.fullName,
          conditions: { ref_name: { include, exclude } },
          current_user_can_bypass: bypass.includes(own) ? "always" : "never",
        });
      },
    },
    {
      method: "GET",
      path: "/repos/:owner/:repo/rules/branches/:branch{.+}",
      permission: null,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const branch = request.params["branch"] ?? "";
        const isDefault = branch === repository.defaultBranch;
        const rules = (repository.rulesets ?? [])
          .filter((ruleset) => binds(ruleset, { ref: `refs/heads/${branch}`, isDefault }))
          .flatMap(({ id, rules: own }) =>
            own.map((rule) => ({
              ...rule,
              ruleset_source_type: "Repository",
              ruleset_source: repository.fullName,
              ruleset_id: id,
            })),
          );
        return listReply(request, rules, (page) => page);
      },
    },
  ];
}
