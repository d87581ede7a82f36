/** The one way to GitHub: an Octokit without retry and throttle plugins (a call that creates is never repeated blindly). */
import { Octokit } from "@octokit/rest";
import { RequestError } from "@octokit/request-error";
import type { Clock } from "../../application/ports.ts";
import { familyOf, graphqlFamilyOf, outOfReach, type ResponseHeaders } from "./refusals.ts";

export interface Client {
  octokit: Octokit;
  /** GraphQL refuses with status 200: its errors become our families too. */
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  owner: string;
  repo: string;
  /** GitHub's time: that of its last answer, moved on by our clock. */
  now(): Date;
}

export interface ClientOptions {
  token: string;
  fullName: string;
  baseUrl: string;
  /** Left out: the machine's own. */
  fetch?: typeof fetch;
  clock: Clock;
}

export function createClient({ token, fullName, baseUrl, clock, ...options }: ClientOptions): Client {
  const [owner, repo] = fullName.split("/") as [string, string];
  let ahead = 0;
  const setClockBy = (headers: ResponseHeaders): void => {
    const date = Date.parse(headers.date ?? "");
    if (!Number.isNaN(date)) ahead = date - clock.now().getTime();
  };
  const octokit = new Octokit({
    auth: token,
    baseUrl,
    userAgent: "roundtable",
    request: { fetch: options.fetch ?? fetch },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  octokit.hook.after("request", ({ headers, data }) => {
    setClockBy(headers);
    // Octokit gives JSON that cannot be parsed as text, and would take one that breaks off for an empty list.
    if (typeof data === "string" && headers["content-type"]?.includes("json"))
      throw outOfReach("its answer is no JSON");
  });
  octokit.hook.error("request", (error) => {
    if (error instanceof RequestError) setClockBy(error.response?.headers ?? {});
    throw familyOf(error, clock);
  });
  return {
    octokit,
    graphql: (query, variables) =>
      octokit.graphql<never>(query, variables).catch((error: unknown) => {
        throw graphqlFamilyOf(error, clock);
      }),
    owner,
    repo,
    // The Date header has whole seconds; below that the two clocks are taken to agree.
    now: () => new Date(clock.now().getTime() + (Math.abs(ahead) < 2000 ? 0 : ahead)),
  };
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
