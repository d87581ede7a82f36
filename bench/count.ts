/** Counts what is sent to GitHub, by who sent it and by route. */

export interface Counts {
  rest: number;
  graphql: number;
  /** Of both: answered 304, which costs nothing of the hourly limit. */
  unchanged: number;
  /** POST of an issue, comment, pull request, review or review comment, also by GraphQL. */
  contentWrites: number;
  /** Requests that a run makes once, however many units it has: the repository's labels, comments on its own issue. */
  ofRun: number;
  byRoute: Map<string, number>;
}

export interface Counter {
  /** Sends for somebody: `pass`, `prepare`, `wake`. */
  as(who: string): typeof fetch;
  read(): Counts;
}

export function createCounter(send: (request: Request) => Promise<Response>): Counter {
  const counts: Counts = {
    rest: 0,
    graphql: 0,
    unchanged: 0,
    contentWrites: 0,
    ofRun: 0,
    byRoute: new Map(),
  };
  return {
    as: (who) => async (input, init) => {
      const request = new Request(input, init);
      const { pathname: path } = new URL(request.url);
      const body = request.method === "POST" ? await request.clone().text() : "";
      const isGraphql = path.endsWith("/graphql");
      counts[isGraphql ? "graphql" : "rest"] += 1;
      if (isGraphql) counts.contentWrites += body.match(CONTENT_MUTATION)?.length ?? 0;
      else if (request.method === "POST" && OF_RUN.test(path)) counts.ofRun += 1;
      else if (request.method === "POST" && CONTENT_WRITE.test(path)) counts.contentWrites += 1;
      const response = await send(request);
      if (response.status === 304) counts.unchanged += 1;
      const route = isGraphql ? `GraphQL ${operationOf(body)}` : `${request.method} ${routeOf(path)}`;
      const key = `${who}: ${route}${response.status >= 300 ? ` → ${response.status}` : ""}`;
      counts.byRoute.set(key, (counts.byRoute.get(key) ?? 0) + 1);
      return response;
    },
    read: () => ({ ...counts, byRoute: new Map(counts.byRoute) }),
  };
}

/** What came between two readings. */
export function between(before: Counts, after: Counts): Counts {
  const byRoute = new Map(
    [...after.byRoute].map(([route, count]) => [route, count - (before.byRoute.get(route) ?? 0)]),
  );
  return {
    rest: after.rest - before.rest,
    graphql: after.graphql - before.graphql,
    unchanged: after.unchanged - before.unchanged,
    contentWrites: after.contentWrites - before.contentWrites,
    ofRun: after.ofRun - before.ofRun,
    byRoute,
  };
}

export const requestsOf = ({ rest, graphql, ofRun }: Counts): number => rest + graphql - ofRun;

const OF_RUN = /^\/repos\/[^/]+\/[^/]+\/(labels|issues\/1\/comments)$/;

const CONTENT_WRITE =
  /^\/repos\/[^/]+\/[^/]+\/(issues|issues\/\d+\/comments|pulls|pulls\/\d+\/(comments|reviews)|pulls\/\d+\/reviews\/\d+\/events)$/;
const CONTENT_MUTATION =
  /\b(createIssue|addComment|createPullRequest|addPullRequestReview(Comment|Thread)?|submitPullRequestReview)\s*\(/g;

const operationOf = (body: string): string =>
  /\b(?:query|mutation)\s+(\w+)/.exec((JSON.parse(body) as { query: string }).query)?.[1] ?? "unnamed";

const routeOf = (path: string): string =>
  decodeURIComponent(path)
    .replace(/^\/repos\/[^/]+\/[^/]+/, "")
    .replace(/(refs?|matching-refs|branches)\/(heads|tags|roundtable)\b.*/, "$1/$2/…")
    .replace(/\/[0-9a-f]{40}\b/g, "/{sha}")
    .replace(/compare\/.*/, "compare/…")
    .replace(/\/\d+\b/g, "/{n}")
    .replace(/collaborators\/[^/]+/, "collaborators/{login}") || "/";
