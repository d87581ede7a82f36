/**
 * The one way to GitHub: an Octokit without retry and throttle plugins (a call that creates is never repeated blindly),
 * with errors told apart by status and data, never by the head of a message.
 */
import { Octokit } from "@octokit/rest";
import { RequestError } from "@octokit/request-error";
import type { Clock } from "../../application/ports.ts";
import { TransientError, UserError } from "../../domain/problem.ts";

export interface Client {
  octokit: Octokit;
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

/** GitHub asks for at least a minute where it names no time (github-facts: best practices). */
const DEFAULT_WAIT_MS = 60_000;

export function createClient({ token, fullName, baseUrl, clock, ...options }: ClientOptions): Client {
  const [owner, repo] = fullName.split("/") as [string, string];
  let ahead = 0;
  const octokit = new Octokit({
    auth: token,
    baseUrl,
    userAgent: "roundtable",
    request: { fetch: options.fetch ?? fetch },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  octokit.hook.after("request", (response) => {
    const date = Date.parse(response.headers.date ?? "");
    if (!Number.isNaN(date)) ahead = date - clock.now().getTime();
  });
  octokit.hook.error("request", (error) => {
    throw familyOf(error, clock);
  });
  // The Date header has whole seconds; below that the two clocks are taken to agree.
  return {
    octokit,
    owner,
    repo,
    now: () => new Date(clock.now().getTime() + (Math.abs(ahead) < 2000 ? 0 : ahead)),
  };
}

/** True for an answer of this status. */
export const isStatus = (error: unknown, ...statuses: number[]): error is RequestError =>
  error instanceof RequestError && statuses.includes(error.status);

/** The messages of an answer's `errors`, whichever of GitHub's two shapes they have, and its `message`. */
export function messagesOf(error: RequestError): string[] {
  const data = error.response?.data as { message?: string; errors?: unknown[] } | undefined;
  const errors = (data?.errors ?? []).map((one) =>
    typeof one === "string"
      ? one
      : String((one as { message?: string; code?: string }).message ?? (one as { code?: string }).code ?? ""),
  );
  return [data?.message ?? "", ...errors];
}

/** 404, 409 and 422 go to the caller, who knows what they mean; the others become one of our families. */
function familyOf(error: unknown, clock: Clock): unknown {
  if (!(error instanceof RequestError)) return error;
  const { status } = error;
  const headers = error.response?.headers ?? {};
  const text = messagesOf(error).join(" ");
  const isLimit =
    /secondary rate limit|abuse detection|submitted too quickly|content creation/i.test(text) ||
    headers["x-ratelimit-remaining"] === "0" ||
    status === 429;
  if ((status === 403 || status === 429) && isLimit) {
    return new TransientError({
      what: "GitHub's rate limit is reached",
      why: text.trim(),
      retryAfterMs: waitOf(headers, clock),
    });
  }
  if (status >= 500)
    return new TransientError({
      what: `GitHub answered ${status}`,
      why: "its servers are in trouble",
      retryAfterMs: waitOf(headers, clock),
    });
  if (status === 401)
    return new UserError({
      what: "GitHub does not know this token",
      why: "it is wrong or has expired",
      fix: "Give a fresh token.",
    });
  if (status === 403) {
    const needed = headers["x-accepted-github-permissions"];
    return new UserError({
      what: `GitHub refused ${error.request.method} ${new URL(error.request.url).pathname}`,
      why: text.trim() || "the permission is missing",
      fix: text.includes("not permitted to create or approve pull requests")
        ? 'In Settings, Actions, General switch on "Allow GitHub Actions to create and approve pull requests".'
        : needed
          ? `Grant the permission ${String(needed)}.`
          : "Grant the missing permission, or change the rule that forbids it.",
    });
  }
  return error;
}

function waitOf(headers: Record<string, string | number | undefined>, clock: Clock): number {
  const after = Number(headers["retry-after"]);
  if (after > 0) return after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]) * 1000;
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0)
    return Math.max(1000, reset - clock.now().getTime());
  return DEFAULT_WAIT_MS;
}
