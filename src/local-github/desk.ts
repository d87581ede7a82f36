/** Where every request arrives: git, GraphQL, pages or REST, counted by kind. */
import { askerOf } from "./access.ts";
import type { Access, Asker, Grant } from "./access.ts";
import { handleGit, isGitRequest } from "./git/smart-http.ts";
import { answerGraphql, GraphqlRequest, isContentMutation, mutationsIn } from "./graphql/server.ts";
import type { Breach } from "./limits.ts";
import { answerPage } from "./pages/site.ts";
import { Refusal } from "./route.ts";
import type { Router } from "./router.ts";
import { commonHeaders, createRestServer } from "./server.ts";
import type { RepositoryView } from "./view.ts";
import type { World } from "./world.ts";

export interface DeskParts {
  world: World;
  access: Access;
  route: Router;
  view: (fullName: string) => Promise<RepositoryView>;
  changed(): void;
  onUnknown(route: string): void;
}

const CONTENT_WRITE =
  /^\/repos\/[^/]+\/[^/]+\/(issues|issues\/\d+\/comments|pulls|pulls\/\d+\/(comments|reviews)|pulls\/\d+\/reviews\/\d+\/events)$/u;
export function createDesk(parts: DeskParts): (request: Request) => Promise<Response> {
  const { world, access } = parts;
  const { counters } = world.state;
  const rest = createRestServer(parts);

  async function graphql(request: Request, asker: Asker): Promise<Response> {
    counters.graphql += 1;
    const headers = commonHeaders(world);
    try {
      if (asker instanceof Refusal) throw asker;
      if (asker === null) throw new Refusal(401, "This endpoint requires you to be authenticated.");
      const body = GraphqlRequest.parse(await request.json());
      const mutations = mutationsIn(body);
      counters.writes += mutations.length === 0 ? 0 : 1;
      counters.contentWrites += mutations.filter(isContentMutation).length;
      const points = mutations.length === 0 ? 1 : 5;
      const breach = world.limits.enter(asker, { resource: "graphql", points });
      if (breach !== null) return graphqlBreach(breach, headers);
      const answer = await answerGraphql(world, asker, body).finally(() =>
        world.limits.leave(asker, { resource: "graphql", isCounted: true }),
      );
      if (mutations.length > 0) parts.changed();
      return Response.json(answer.body, { status: answer.status, headers });
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      return Response.json(
        { message: error instanceof Error ? error.message : String(error) },
        { status, headers },
      );
    }
  }

  async function restful(request: Request, asker: Asker): Promise<Response> {
    const grant = grantOf(asker);
    const path = pathOf(request);
    counters.rest += 1;
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    const isContent = request.method === "POST" && CONTENT_WRITE.test(path);
    if (isWrite) counters.writes += 1;
    if (isContent) counters.contentWrites += 1;
    const isFree = path === "/rate_limit";
    const entered = world.limits.enter(grant, { resource: "core", points: isWrite ? 5 : 1, isFree });
    if (entered !== null) return restBreach(world, entered);
    let isCounted = true;
    try {
      const breach = isContent && grant !== null ? world.limits.create(grant) : null;
      if (breach !== null) return restBreach(world, breach);
      const response = await rest.handle(request, asker);
      isCounted = isFree || response.status !== 304;
      return response;
    } finally {
      world.limits.leave(grant, { resource: "core", isCounted });
      if (isWrite) parts.changed();
    }
  }

  return async (request) => {
    const path = pathOf(request);
    if (isGitRequest(path)) {
      counters.git += 1;
      const response = await handleGit(world, access, request);
      if (request.method === "POST") parts.changed();
      return response;
    }
    const asker = askerOf(access, request.headers);
    const grant = grantOf(asker);
    const isGraphql = request.method === "POST" && /^(\/api)?\/graphql$/u.test(path);
    const page = isGraphql ? null : await answerPage(world, request, parts.view);
    if (page !== null) return page;
    const response = await (isGraphql ? graphql : restful)(request, asker);
    const resource = isGraphql ? "graphql" : "core";
    for (const [name, value] of Object.entries({ ...world.limits.rate(grant, resource), resource }))
      response.headers.set(`x-ratelimit-${name}`, String(value));
    if (grant?.scopes !== undefined) response.headers.set("x-oauth-scopes", grant.scopes.join(", "));
    return response;
  };
}

function pathOf(request: Request): string {
  return new URL(request.url).pathname.replace(/^\/api\/v3(?=\/)/u, "");
}

/** Bad credentials count as nobody's; they are refused later. */
const grantOf = (asker: Asker): Grant | null => (asker instanceof Refusal ? null : asker);

const DOCS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

function restBreach(world: World, { message, status, retryAfter }: Breach): Response {
  return Response.json(
    { message, documentation_url: DOCS, status: String(status) },
    { status, headers: { ...commonHeaders(world), ...waiting(retryAfter) } },
  );
}

/** The hourly limit of GraphQL is told with 200, the others with 403. */
function graphqlBreach({ kind, message, retryAfter }: Breach, headers: Record<string, string>): Response {
  return kind === "primary"
    ? Response.json({ errors: [{ type: "RATE_LIMITED", message }] }, { headers })
    : Response.json(
        { message, documentation_url: DOCS },
        { status: 403, headers: { ...headers, ...waiting(retryAfter) } },
      );
}

function waiting(seconds: number | null): Record<string, string> {
  return seconds === null ? {} : { "retry-after": String(seconds) };
}
