/** What the key proxy must know of each dialect: where its key stands, which paths there are, what a question may cost, how an error looks. */
import type { Dialect } from "./backend.ts";

interface Route {
  path: RegExp;
  /** False for what costs nothing, such as to count tokens. */
  isCharged: boolean;
}

const MODEL = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
const route = (path: string, isCharged = true): Route => ({ path: new RegExp(`^${path}$`), isCharged });

/** All are asked by POST. */
const ROUTES: Readonly<Record<Dialect, readonly Route[]>> = {
  anthropic: [route("/v1/messages"), route("/v1/messages/count_tokens", false)],
  "openai-responses": [route("/v1/responses")],
  "openai-chat": [route("/v1/chat/completions")],
  gemini: [
    route(`/v1beta/models/${MODEL}:(?:generateContent|streamGenerateContent)`),
    route(`/v1beta/models/${MODEL}:countTokens`, false),
  ],
};

/** Null: nothing is there for an agent. */
export const routeOf = (dialect: Dialect, path: string): Route | null =>
  ROUTES[dialect].find((one) => one.path.test(path)) ?? null;

/** A `base_url` may end with it, as the vendors' own clients want it; the agents' paths begin with it. */
const VERSION: Readonly<Record<Dialect, string>> = {
  anthropic: "/v1",
  "openai-responses": "/v1",
  "openai-chat": "/v1",
  gemini: "/v1beta",
};

/** Where a request of an agent goes; its token is left out. */
export function targetOf(dialect: Dialect, origin: string, asked: URL): URL {
  const target = new URL(origin);
  const base = target.pathname.replace(/\/+$/, "");
  const version = VERSION[dialect];
  const path = base.endsWith(version) ? base.slice(0, -version.length) : base;
  target.pathname = `${path}${asked.pathname}`;
  for (const [name, value] of asked.searchParams) if (name !== "key") target.searchParams.append(name, value);
  return target;
}

/** All that may hold a key; none of them is passed on. */
export const KEY_HEADERS: readonly string[] = ["authorization", "x-api-key", "x-goog-api-key"];

export function keyHeader(dialect: Dialect, key: string): Record<string, string> {
  if (dialect === "anthropic") return { "x-api-key": key };
  if (dialect === "gemini") return { "x-goog-api-key": key };
  return { authorization: `Bearer ${key}` };
}

/** What a request shows in a key's place, wherever clients of the dialect put it. */
export function tokenOf(
  dialect: Dialect,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  asked: URL,
): string | null {
  const own = (name: string): string | null => {
    const value = headers[name];
    return typeof value === "string" ? value : null;
  };
  const bearer = /^Bearer (\S+)$/i.exec(own("authorization") ?? "")?.[1] ?? null;
  if (dialect === "anthropic") return own("x-api-key") ?? bearer;
  if (dialect === "gemini") return own("x-goog-api-key") ?? asked.searchParams.get("key");
  return bearer;
}

type Question = Readonly<Record<string, unknown>>;

/** Tokens; the longest answer of a question that sets no limit. */
const LONGEST = 32_000;

/** Where a question says how long an answer may be, and how many it wants. */
const LIMITS: Readonly<Record<Dialect, (question: Question) => { longest: unknown[]; answers?: unknown }>> = {
  anthropic: ({ max_tokens }) => ({ longest: [max_tokens] }),
  "openai-responses": ({ max_output_tokens }) => ({ longest: [max_output_tokens] }),
  "openai-chat": ({ max_tokens, max_completion_tokens, n }) => ({
    longest: [max_tokens, max_completion_tokens],
    answers: n,
  }),
  gemini: ({ generationConfig }) => {
    const config: Question = { ...(typeof generationConfig === "object" ? generationConfig : {}) };
    return { longest: [config["maxOutputTokens"]], answers: config["candidateCount"] };
  },
};

/** How many tokens may come out. */
export function mostOutput(dialect: Dialect, question: Question): number {
  const { longest, answers } = LIMITS[dialect](question);
  const limits = longest.filter(isCount);
  return (limits.length === 0 ? LONGEST : Math.max(...limits)) * (isCount(answers) ? answers : 1);
}

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 1;

/** It is answered before it is done: what it takes is told to nobody here. */
export const isInBackground = ({ background }: Question): boolean => Boolean(background);

/**
 * An error as the vendor would send it. The ceiling is told by 400: codex, gemini, opencode and copilot end at the first,
 * claude at the sixth within seconds, where they try 401, 429 or 5xx again for minutes.
 */
export function errorBody(
  dialect: Dialect,
  { status, message }: { status: number; message: string },
): object {
  if (dialect === "anthropic")
    return { type: "error", error: { type: ANTHROPIC_TYPES[status] ?? "invalid_request_error", message } };
  if (dialect === "gemini")
    return { error: { code: status, message, status: GEMINI_STATUS[status] ?? "FAILED_PRECONDITION" } };
  return {
    error: { message, type: "invalid_request_error", param: null, code: OPENAI_CODES[status] ?? null },
  };
}

const ANTHROPIC_TYPES: Partial<Record<number, string>> = {
  401: "authentication_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
};
const GEMINI_STATUS: Partial<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
};
const OPENAI_CODES: Partial<Record<number, string>> = {
  401: "invalid_api_key",
  404: "not_found",
  429: "rate_limit_exceeded",
};
