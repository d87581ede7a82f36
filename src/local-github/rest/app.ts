/** What an app asks as itself. https://docs.github.com/en/rest/apps/apps */
import { z } from "zod";

import { mustBeActive } from "../apps.ts";
import type { AppRegistry, Installation } from "../apps.ts";
import { Refusal } from "../route.ts";
import type { LocalRoute } from "../router.ts";
import { appShape, installationShape } from "../shapes/app.ts";
import { repositoryShape } from "../shapes/repository.ts";
import type { Repository } from "../state.ts";
import { repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, listReply, ok, readBody } from "./exchange.ts";

const TOKEN_LIFE_MS = 3_600_000;

const TokenInput = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).max(500).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});
type TokenInput = z.infer<typeof TokenInput>;

export function appRoutes(world: World, apps: AppRegistry): LocalRoute[] {
  const row = (path: string, handle: LocalRoute["handle"]): LocalRoute => ({
    method: "GET",
    path,
    permission: null,
    isForApps: true,
    handle,
  });
  const installationIn = (request: LocalRequest): Installation => {
    const app = apps.authenticate(request.headers);
    const found = apps.installation(Number(request.params["installation_id"]));
    if (found.app !== app) throw new Refusal(404, "Not Found");
    return found;
  };
  return [
    row("/app", (request) => {
      const app = apps.authenticate(request.headers);
      return ok(appShape(world, app, apps.installationsOf(app).length));
    }),
    row("/app/installations", (request) => {
      const own = apps.installationsOf(apps.authenticate(request.headers));
      return listReply(request, own, (page) => page.map((one) => installationShape(world, one)));
    }),
    row("/app/installations/:installation_id", (request) =>
      ok(installationShape(world, installationIn(request))),
    ),
    row("/repos/:owner/:repo/installation", (request) => {
      const app = apps.authenticate(request.headers);
      const here = apps.installationsAt(repositoryOf(world, request)).find((one) => one.app === app);
      if (here === undefined) throw new Refusal(404, "Not Found");
      return ok(installationShape(world, here));
    }),
    {
      method: "POST",
      path: "/app/installations/:installation_id/access_tokens",
      permission: null,
      isForApps: true,
      handle: (request) => {
        const installation = installationIn(request);
        mustBeActive(installation);
        return mint(world, apps, { installation, input: readBody(request, TokenInput) });
      },
    },
  ];
}

function mint(
  world: World,
  apps: AppRegistry,
  { installation, input }: { installation: Installation; input: TokenInput },
): ReturnType<typeof created> {
  const all = apps.repositoriesOf(installation);
  const isNarrowed = input.repositories !== undefined || input.repository_ids !== undefined;
  const chosen = isNarrowed ? chosenOf(all, input) : null;
  const held = installation.permissions;
  const permissions = input.permissions ?? held;
  for (const [name, level] of Object.entries(permissions))
    if (held[name] === undefined || (level !== "read" && held[name] === "read"))
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
  const now = world.machine.clock.now().getTime();
  const expiresAt = new Date(Math.floor((now + TOKEN_LIFE_MS) / 1000) * 1000);
  const reach = chosen ?? all;
  const token = apps.issueToken(installation, {
    repositories: reach.map((repository) => repository.fullName),
    permissions,
    expiresAt,
  });
  return created({
    token,
    expires_at: expiresAt.toISOString().replace(".000Z", "Z"),
    permissions,
    repository_selection: chosen === null && installation.repositories === null ? "all" : "selected",
    ...(chosen && { repositories: chosen.map((repository) => repositoryShape(world, repository)) }),
  });
}

function chosenOf(all: readonly Repository[], input: TokenInput): Repository[] {
  const wanted = [
    ...(input.repositories ?? []).map((name) => all.find((one) => one.name === name)),
    ...(input.repository_ids ?? []).map((id) => all.find((one) => one.id === id)),
  ];
  return wanted.map((found) => {
    if (found === undefined)
      throw new Refusal(
        422,
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    return found;
  });
}
