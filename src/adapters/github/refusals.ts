/** What GitHub's refusals mean: told apart by status and data, never by the head of a message. */
import { RequestError } from "@octokit/request-error";
import type { Clock } from "../../application/ports.ts";
import { TransientError, UserError, type Problem } from "../../domain/problem.ts";

/** GitHub asks for at least a minute where it names no time. */
const DEFAULT_WAIT_MS = 60_000;

/** True for an answer of this status. */
export const isStatus = (error: unknown, ...statuses: number[]): error is RequestError =>
  error instanceof RequestError && statuses.includes(error.status);

/** True when a refusal's `message` or one of its `errors`, whichever of GitHub's two shapes they have, says this. */
export const says = (error: RequestError, pattern: RegExp): boolean => pattern.test(textOf(error));

/** A call about something that a person may have removed: then they are told `what`, and the way out. */
export async function unlessGone<T>(call: Promise<T>, { what, fix }: Omit<Problem, "why">): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isStatus(error, 404, 410)) throw error;
    throw new UserError({ what, why: textOf(error), fix });
  }
}

/** A refusal that only a person can end, whatever its status. */
export const refusedAs = (error: unknown, what: string): unknown =>
  isStatus(error, 404, 409, 410, 422)
    ? new UserError({
        what,
        why: textOf(error),
        fix: "Grant the missing permission, or change the rule that forbids it.",
      })
    : error;

export function textOf(error: RequestError): string {
  const data = error.response?.data as
    | { message?: string; errors?: ({ message?: string; code?: string } | string)[] }
    | undefined;
  const errors = (data?.errors ?? []).map((one) =>
    typeof one === "string" ? one : [one.code, one.message].filter(Boolean).join(" "),
  );
  return [data?.message, ...errors].filter(Boolean).join(" ").trim();
}

export type ResponseHeaders = Record<string, string | number | undefined> & { date?: string };

const LIMIT = /secondary rate limit|abuse detection|submitted too quickly|content creation/i;

/** 404, 409, 410 and 422 go to the caller, who knows what they mean; the others become one of our families. */
export function familyOf(error: unknown, clock: Clock): unknown {
  if (!(error instanceof RequestError)) return error;
  const { status, response } = error;
  if (response === undefined) return outOfReach(error.message);
  const { headers } = response;
  const text = textOf(error);
  const isLimited = LIMIT.test(text) || headers["x-ratelimit-remaining"] === "0" || headers["retry-after"];
  if (status === 429 || (status === 403 && isLimited)) return limited(text, { headers, clock });
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
      why: text || "the permission is missing",
      fix: text.includes("not permitted to create or approve pull requests")
        ? 'In Settings, Actions, General switch on "Allow GitHub Actions to create and approve pull requests".'
        : needed
          ? `Grant the permission ${String(needed)}.`
          : "Grant the missing permission, or change the rule that forbids it.",
    });
  }
  return error;
}

interface GraphqlRefusal extends Error {
  errors: { type?: string; message: string; path?: (string | number)[] }[];
  headers: ResponseHeaders;
  data: unknown;
}

/** The data of an answer in which nothing is wrong but that these fields of the repository are not there; else null. */
export function partialData(error: unknown, fields: readonly string[]): unknown {
  if (!(error instanceof Error) || error.name !== "GraphqlResponseError") return null;
  const { errors, data } = error as GraphqlRefusal;
  const isMissing = errors.every(
    ({ type, path = [] }) =>
      type === "NOT_FOUND" &&
      (path.length === 1 || fields.includes(String(path[1]))) &&
      path[0] === "repository",
  );
  return isMissing ? data : null;
}

/** The fields of a mutation that were refused; "all" where the whole of it was; null for what is no such refusal. */
export function refusedFields(error: unknown): ReadonlySet<string> | "all" | null {
  if (!(error instanceof Error) || error.name !== "GraphqlResponseError") return null;
  const fields = (error as GraphqlRefusal).errors.map(({ path }) => path?.[0]);
  return fields.every((field) => typeof field === "string") ? new Set(fields) : "all";
}

/** GraphQL refuses with status 200. */
export function graphqlFamilyOf(error: unknown, clock: Clock): unknown {
  if (!(error instanceof Error) || error.name !== "GraphqlResponseError") return error;
  const { errors, headers } = error as GraphqlRefusal;
  const text = errors.map(({ message }) => message).join(" ");
  const has = (type: string): boolean => errors.some((one) => one.type === type);
  if (has("RATE_LIMITED") || LIMIT.test(text)) return limited(text, { headers, clock });
  if (has("FORBIDDEN") || has("INSUFFICIENT_SCOPES"))
    return new UserError({
      what: "GitHub refused a GraphQL request",
      why: text,
      fix: "Grant the missing permission.",
    });
  return error;
}

export const outOfReach = (why: string): TransientError =>
  new TransientError({ what: "GitHub is out of reach", why, retryAfterMs: DEFAULT_WAIT_MS });

/** GitHub asks for patience with all that this account sends. */
export class LimitError extends TransientError {}

const limited = (why: string, { headers, clock }: { headers: ResponseHeaders; clock: Clock }): LimitError =>
  new LimitError({
    what: "GitHub's rate limit is reached",
    why,
    retryAfterMs: waitOf(headers, clock),
  });

function waitOf(headers: ResponseHeaders, clock: Clock): number {
  const after = Number(headers["retry-after"]);
  if (after > 0) return after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]) * 1000;
  // The reset is told by GitHub's clock.
  const now = Date.parse(headers.date ?? "") || clock.now().getTime();
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0) return Math.max(1000, reset - now);
  return DEFAULT_WAIT_MS;
}
