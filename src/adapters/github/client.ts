/** The one way to GitHub: an Octokit without retry and throttle plugins (a call that creates is never repeated blindly). */
import { Octokit } from "@octokit/rest";
import { RequestError } from "@octokit/request-error";
import type { Clock } from "../../application/ports.ts";
import { readAnswers } from "./answers.ts";
import { askConditionally } from "./conditional.ts";
import type { Outage } from "../../domain/run/facts.ts";
import { watchOutages } from "./outage.ts";
import { createPacer, type Asked, type Pacer } from "./pacer.ts";
import {
  familyOf,
  graphqlFamilyOf,
  LimitError,
  partialData,
  refusedFields,
  type ResponseHeaders,
} from "./refusals.ts";

export interface Client {
  octokit: Octokit;
  /** GraphQL refuses with status 200: its errors become our families too. */
  graphql<T>(
    query: string,
    variables?: Record<string, unknown>,
    /** Fields of the repository that may be missing: then they are null. */
    allowed?: { mayLack: readonly string[] },
  ): Promise<T>;
  /** The names of the fields that GitHub refused, or all; what it did not refuse is done. */
  mutate(document: string, variables: Record<string, unknown>): Promise<ReadonlySet<string> | "all">;
  owner: string;
  repo: string;
  /** What an answer about something else has told of the repository. */
  told: { repository: { fullName: string; defaultBranch: string } | null };
  /** GitHub's time: that of its last answer, moved on by our clock. */
  now(): Date;
  /** The last time in which it gave none. */
  outage(): Outage | null;
}

export interface ClientOptions {
  token: string;
  fullName: string;
  baseUrl: string;
  /** Left out: the machine's own. */
  fetch?: typeof fetch;
  clock: Clock;
  /** One for all that an account sends; left out: of this client alone. */
  pacer?: Pacer;
}

export function createClient({ token, fullName, baseUrl, clock, ...options }: ClientOptions): Client {
  const pacer = options.pacer ?? createPacer(clock);
  const [owner, repo] = fullName.split("/") as [string, string];
  let ahead = 0;
  // The Date header has whole seconds; below that the two clocks are taken to agree.
  const now = (): Date => new Date(clock.now().getTime() + (Math.abs(ahead) < 2000 ? 0 : ahead));
  const outages = watchOutages(now);
  const setClockBy = (headers: ResponseHeaders): void => {
    const date = Date.parse(headers.date ?? "");
    if (!Number.isNaN(date)) ahead = date - clock.now().getTime();
  };
  const octokit = new Octokit({
    auth: token,
    baseUrl,
    userAgent: "roundtable",
    request: { fetch: options.fetch ?? fetch, parseSuccessResponseBody: false },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  readAnswers(octokit);
  askConditionally(octokit);
  octokit.hook.wrap("request", async (send, request) => {
    const over = await pacer.turn(costOf(request));
    try {
      return await send(request);
    } finally {
      over();
    }
  });
  octokit.hook.after("request", ({ headers }) => {
    setClockBy(headers);
    countLeft(pacer, headers);
    outages.answered();
  });
  octokit.hook.error("request", (error) => {
    if (error instanceof RequestError) setClockBy(error.response?.headers ?? {});
    const reason = familyOf(error, clock);
    outages.failed(reason);
    if (reason instanceof LimitError) pacer.hold(reason.retryAfterMs);
    throw reason;
  });
  const inFamily = (error: unknown): unknown => {
    const reason = graphqlFamilyOf(error, clock);
    if (reason instanceof LimitError) pacer.hold(reason.retryAfterMs);
    return reason;
  };
  return {
    octokit,
    graphql: (query, variables, allowed) =>
      octokit.graphql<never>(query, variables).catch((error: unknown) => {
        const partial = allowed && partialData(error, allowed.mayLack);
        if (partial) return partial as never;
        throw inFamily(error);
      }),
    async mutate(document, variables) {
      try {
        await octokit.graphql(document, variables);
        return new Set();
      } catch (error) {
        const reason = inFamily(error);
        const refused = reason instanceof LimitError ? null : refusedFields(error);
        if (refused === null) throw reason;
        return refused;
      }
    },
    owner,
    repo,
    told: { repository: null },
    now,
    outage: outages.last,
  };
}

const CONTENT_ROUTE =
  /^\/repos\/\{owner\}\/\{repo\}\/(?:issues|issues\/\{issue_number\}\/comments|pulls|pulls\/\{pull_number\}\/(?:comments|reviews))$/;
const CONTENT_MUTATION =
  /\b(?:createIssue|addComment|createPullRequest|addPullRequestReview(?:Comment|Thread)?|submitPullRequestReview)\(/g;

function costOf({ method, url, query }: { method: string; url: string; query?: unknown }): Asked {
  if (url === "/graphql") {
    const text = String(query);
    const isWrite = text.trimStart().startsWith("mutation");
    return {
      resource: "graphql",
      isWrite,
      content: isWrite ? (text.match(CONTENT_MUTATION)?.length ?? 0) : 0,
    };
  }
  const isContent = method === "POST" && CONTENT_ROUTE.test(url);
  return { resource: "core", isWrite: method !== "GET" && method !== "HEAD", content: isContent ? 1 : 0 };
}

function countLeft(pacer: Pacer, headers: ResponseHeaders): void {
  const resource = headers["x-ratelimit-resource"];
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers[`x-ratelimit-${name}`]),
  );
  // The reset is told by GitHub's clock; what counts is how long it is until then.
  if (typeof resource === "string" && limit! > 0 && reset! > 0)
    pacer.heard(resource, { limit: limit!, remaining: remaining!, resetAt: reset! * 1000 });
}

/** Asks once and remembers the answer; a failure is forgotten. */
export function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = null;
      throw error;
    });
    return answer;
  };
}
