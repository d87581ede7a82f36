/** https://docs.github.com/en/rest/rate-limit/rate-limit: free of the hourly limit. */
import type { LocalRoute } from "../router.ts";
import type { World } from "../world.ts";
import { ok } from "./exchange.ts";

export function rateLimitRoutes(world: World): LocalRoute[] {
  return [
    {
      method: "GET",
      path: "/rate_limit",
      permission: null,
      handle: ({ grant, headers }) => {
        const rate = world.limits.rate(grant, "core");
        const graphql = world.limits.rate(grant, "graphql");
        const search = { ...rate, limit: 30, remaining: 30, used: 0 };
        const resources = { core: rate, graphql, search };
        const isNewest = headers.get("x-github-api-version") === "2026-03-10";
        return ok({ resources, ...(isNewest ? {} : { rate }) });
      },
    },
  ];
}
