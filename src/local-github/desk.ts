/** Where every request arrives: git, GraphQL, pages or REST, counted by kind. */
import type { Access } from "./access.ts";
import { handleGit, isGitRequest } from "./git/smart-http.ts";
import { answerGraphql, GraphqlRequest, mutationsIn } from "./graphql/server.ts";
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
const CONTENT_MUTATION =
  /^(createIssue|addComment|createPullRequest|addPullRequestReview(Comment|Thread)?|submitPullRequestReview)$/u;

export function createDesk(parts: DeskParts): (request: Request) => Promise<Response> {
  const { world, access } = parts;
  const { counters } = world.state;
  const rest = createRestServer(parts);

  async function graphql(request: Request): Promise<Response> {
    counters.graphql += 1;
    const headers = commonHeaders(world, "graphql");
    try {
      const grant = access.authenticate(request.headers);
      if (grant === null) throw new Refusal(401, "This endpoint requires you to be authenticated.");
      const body = GraphqlRequest.parse(await request.json());
      const mutations = mutationsIn(body);
      counters.writes += mutations.length === 0 ? 0 : 1;
      counters.contentWrites += mutations.filter((name) => CONTENT_MUTATION.test(name)).length;
      const answer = await answerGraphql(world, grant, body);
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

  return async (request) => {
    const path = new URL(request.url).pathname.replace(/^\/api\/v3(?=\/)/u, "");
    if (isGitRequest(path)) {
      counters.git += 1;
      const response = await handleGit(world, access, request);
      if (request.method === "POST") parts.changed();
      return response;
    }
    if (request.method === "POST" && /^(\/api)?\/graphql$/u.test(path)) return graphql(request);
    const page = await answerPage(world, request, parts.view);
    if (page !== null) return page;
    counters.rest += 1;
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    if (isWrite) counters.writes += 1;
    if (request.method === "POST" && CONTENT_WRITE.test(path)) counters.contentWrites += 1;
    const response = await rest.handle(request);
    if (isWrite) parts.changed();
    return response;
  };
}
