/**
 * A REST route of the local GitHub is a row in a table: method, path, the permission GitHub's documentation names
 * for it, and a function from the request to a reply. The server authenticates, finds the repository, checks the
 * permission and renders refusals, so that no row can forget to.
 */

export interface Caller {
  /** `octocat`, `roundtable[bot]`, `github-actions[bot]`. */
  login: string;
  type: "User" | "Bot";
  /** Set for the token of an Actions job: the run that it belongs to. Events caused by it start no workflow but dispatches. */
  workflowRunId: number | null;
}

export interface RouteRequest {
  /** Path parameters, percent-decoded: `{owner, repo, issue_number, …}`. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed JSON body, or null. */
  body: unknown;
  headers: Headers;
  caller: Caller;
  /** `owner/repo` of a path below `/repos/:owner/:repo`, which exists and is visible to the caller; else null. */
  repository: string | null;
  /** The scheme and host that the request came to, for the URLs in replies. */
  origin: string;
}

export interface Reply {
  status: number;
  /** Serialised as JSON unless it is bytes or null. */
  body: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Hono syntax; `:name{.+}` takes slashes. */
  path: string;
  /** The permission needed, in the words of GitHub Apps (`issues:write`); null where reading metadata suffices. */
  permission: string | null;
  handle(request: RouteRequest): Promise<Reply> | Reply;
}

/** Thrown by a route to refuse as GitHub refuses: `{message, documentation_url, status, errors?}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}
