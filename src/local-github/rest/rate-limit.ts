/** https://docs.github.com/en/rest/rate-limit/rate-limit */
import type { LocalRoute } from "../router.ts";
import type { World } from "../world.ts";
import { ok } from "./exchange.ts";

interface Rate {
  limit: number;
  remaining: number;
  used: number;
  /** In seconds since 1970. */
  reset: number;
}

/** The limits are shown and never reached: nothing is refused on this machine. */
export function rateOf(world: World): Rate {
  const reset = Math.floor(world.machine.clock.now().getTime() / 1000) + 3600;
  return { limit: 5000, remaining: 5000, used: 0, reset };
}

export function rateLimitRoutes(world: World): LocalRoute[] {
  return [
    {
      method: "GET",
      path: "/rate_limit",
      permission: null,
      handle: (request) => {
        const rate = rateOf(world);
        const resources = { core: rate, graphql: rate, search: { ...rate, limit: 30, remaining: 30 } };
        const isNewest = request.headers.get("x-github-api-version") === "2026-03-10";
        return ok({ resources, ...(isNewest ? {} : { rate }) });
      },
    },
  ];
}
