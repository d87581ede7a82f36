/**
 * From a request to a response for the REST API: who asks, which route, may they, and refusals as GitHub words them.
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
import { hash } from "node:crypto";

import { covers, isAllowed, isVisible, usualRole } from "./access.ts";
import type { Asker, Grant } from "./access.ts";
import type { LocalRoute, Router } from "./router.ts";
import type { Caller, Reply } from "./route.ts";
import { Refusal } from "./route.ts";
import type { Repository } from "./state.ts";
import { findRepository, formerRepository } from "./world.ts";
import type { LocalRequest, World } from "./world.ts";

const DOCS = "https://docs.github.com/rest";
/** https://docs.github.com/en/rest/about-the-rest-api/breaking-changes: of 2026-03-10. */
const LEFT_OUT = new Set(["merge_commit_sha", "assignee", "has_downloads"]);
const NOBODY: Caller = { login: "", type: "User", workflowRunId: null };

export interface RestServer {
  handle(request: Request, asker: Asker): Promise<Response>;
}

export interface RestParts {
  world: World;
  route: Router;
  /** Told of requests that no route knows. */
  onUnknown(route: string): void;
}

export function createRestServer(parts: RestParts): RestServer {
  return {
    handle: async (request, asker) => {
      const url = new URL(request.url);
      const path = url.pathname
        .replace(/^\/api\/v3(?=\/)/u, "")
        .replace(/^\/repositories\/(\d+)(?=\/|$)/u, (whole, id) => {
          const named = parts.world.state.repositories.find((one) => one.id === Number(id));
          return named === undefined ? whole : `/repos/${named.fullName}`;
        });
      try {
        if (request.headers.get("user-agent") === null) {
          throw new Refusal(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
          );
        }
        const reply = await answer(parts, { request, asker, url, path });
        return render(parts.world, request, reply);
      } catch (error) {
        return renderError(parts.world, error);
      }
    },
  };
}

async function answer(
  parts: RestParts,
  { request, asker, url, path }: { request: Request; asker: Asker; url: URL; path: string },
): Promise<Reply> {
  const { world } = parts;
  const method = request.method === "HEAD" ? "GET" : request.method;
  const match = parts.route(method, path);
  const isForApps = match?.route.isForApps === true;
  if (asker instanceof Refusal && !isForApps) throw asker;
  const grant = isForApps || asker instanceof Refusal ? null : asker;
  const version = request.headers.get("x-github-api-version");
  if (version !== null && version !== "2022-11-28" && version !== "2026-03-10") {
    throw new Refusal(400, `${version} is not a supported version`);
  }
  if (match === null) {
    parts.onUnknown(`${method} ${path}`);
    throw new Refusal(404, `Not Found (the local GitHub has no route for ${method} ${path})`);
  }
  const { owner, repo } = match.params;
  const repository =
    owner === undefined || repo === undefined ? null : findRepository(world, `${owner}/${repo}`);
  const moved =
    repository === null && repo !== undefined ? formerRepository(world, `${owner}/${repo}`) : null;
  if (moved !== null && isVisible(moved, grant)) return redirect(moved, { method, path, url });
  if (repo !== undefined && !isForApps && (repository === null || !isVisible(repository, grant))) {
    throw new Refusal(404, "Not Found");
  }
  const may = (permission: string, role: NonNullable<LocalRoute["role"]>): boolean =>
    repository !== null && isAllowed(grant, repository, { permission, role });
  const { permission } = match.route;
  const role = match.route.role ?? usualRole(permission);
  if (repository !== null && !isForApps && !isAllowed(grant, repository, { permission, role }))
    throw forbidden(grant, permission);
  const local: LocalRequest = {
    params: match.params,
    query: url.searchParams,
    body: await readJson(request, method),
    headers: request.headers,
    caller: grant?.caller ?? NOBODY,
    repository: repository?.fullName ?? null,
    origin: url.origin,
    url: request.url,
    may,
    grant,
    reaches: (one) => grant !== null && covers(grant, one),
  };
  if (method !== "GET" && grant === null && !isForApps) throw new Refusal(401, "Requires authentication");
  return match.route.handle(local);
}

/** To the repository's id, which no renaming changes. */
function redirect(
  { id }: Repository,
  { method, path, url }: { method: string; path: string; url: URL },
): Reply {
  const location = `${url.origin}/repositories/${id}${path.replace(/^\/repos\/[^/]+\/[^/]+/u, "")}${url.search}`;
  const isRead = method === "GET";
  const body = {
    message: isRead ? "Moved Permanently" : "Temporary Redirect",
    url: location,
    documentation_url: DOCS,
  };
  return { status: isRead ? 301 : 307, body, headers: { location } };
}

class Forbidden extends Refusal {
  readonly accepted: string;

  constructor(message: string, accepted: string) {
    super(403, message);
    this.accepted = accepted;
  }
}

function forbidden(grant: Grant | null, permission: string | null): Refusal {
  if (grant === null) return new Refusal(401, "Requires authentication");
  const kind = grant.permissions === null ? "personal access token" : "integration";
  return new Forbidden(
    `Resource not accessible by ${kind}`,
    (permission ?? "metadata:read").replaceAll(":", "="),
  );
}

async function readJson(request: Request, method: string): Promise<unknown> {
  if (method === "GET") return null;
  const text = await request.text();
  if (text === "") return null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
  if (typeof body !== "object" || body === null) throw new Refusal(400, "Body should be a JSON object");
  return body;
}

function render(world: World, request: Request, reply: Reply): Response {
  const headers: Record<string, string> = { ...commonHeaders(world), ...reply.headers };
  if (reply.body === null || reply.status === 204 || reply.status === 304) {
    return new Response(null, { status: reply.status, headers });
  }
  const isNewest = request.headers.get("x-github-api-version") === "2026-03-10";
  if (isNewest) headers["x-github-api-version-selected"] = "2026-03-10";
  const text = (): string =>
    JSON.stringify(
      reply.body,
      isNewest ? (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value) : undefined,
    );
  const body = reply.body instanceof Uint8Array ? new Uint8Array(reply.body) : text();
  if (request.method === "GET" && reply.status === 200) {
    const etag = `W/"${hash("sha256", body)}"`;
    headers["etag"] = etag;
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  }
  headers["content-type"] ??= "application/json; charset=utf-8";
  return new Response(request.method === "HEAD" ? null : body, { status: reply.status, headers });
}

function renderError(world: World, error: unknown): Response {
  const refusal = error instanceof Refusal ? error : null;
  const status = refusal?.status ?? 500;
  const headers: Record<string, string> = {
    ...commonHeaders(world),
    "content-type": "application/json; charset=utf-8",
  };
  if (refusal instanceof Forbidden) headers["x-accepted-github-permissions"] = refusal.accepted;
  // A fault of ours, not a refusal: the message is what helps whoever develops against this server.
  const message =
    refusal?.message ?? `Server Error: ${error instanceof Error ? error.message : String(error)}`;
  const errors = refusal?.errors === undefined ? {} : { errors: refusal.errors };
  return Response.json(
    { message, ...errors, documentation_url: DOCS, status: String(status) },
    { status, headers },
  );
}

export function commonHeaders(world: World): Record<string, string> {
  return {
    date: world.machine.clock.now().toUTCString(),
    server: "github.local",
    "x-github-api-version-selected": "2022-11-28",
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": world.machine.random.hex(20).toUpperCase(),
  };
}
