/** A way to GitHub that can change nothing. GraphQL is asked by POST too, and changes something by mutations alone. */
export function readingFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    if ((init?.method ?? "GET") === "GET" || isQuery(input, init)) return send(input, init);
    return Response.json({ message: "this client only reads" }, { status: 403 });
  };
}

/** A document of several operations needs the name of one of them; this one has but its query. */
function isQuery(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): boolean {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (!pathname.endsWith("/graphql") || typeof init?.body !== "string") return false;
  const { query, operationName } = JSON.parse(init.body) as { query?: unknown; operationName?: unknown };
  return typeof query === "string" && query.startsWith("query ") && operationName === undefined;
}
