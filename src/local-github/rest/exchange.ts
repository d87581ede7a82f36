/** Reading bodies and writing lists as GitHub does. */
import type { z } from "zod";

import type { Reply } from "../route.ts";
import { Refusal } from "../route.ts";
import type { LocalRequest } from "../world.ts";

/** Refuses with 422 and GitHub's wording; keys it does not know are ignored, as there. */
export function readBody<T>(request: LocalRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join("/") ?? "";
  const isMissing = issue !== undefined && valueAt(request.body, issue.path) === undefined;
  throw new Refusal(
    422,
    isMissing
      ? `Invalid request.\n\n"${field}" wasn't supplied.`
      : `Invalid request.\n\nFor 'properties/${field}': ${issue?.message ?? "invalid"}.`,
  );
}

/** One page of a list with its `Link` header: 30 unless asked, at most 100. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function listReply<T>(
  request: LocalRequest,
  all: readonly T[],
  shape: (items: readonly T[]) => unknown = (items) => items,
): Reply {
  const { items, headers } = pageOf(request, all);
  return { status: 200, body: shape(items), headers };
}

/** As `listReply`, for items that take time to make. */
export function pageOf<T>(
  request: LocalRequest,
  all: readonly T[],
): { items: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(100, positive(request.query.get("per_page"), 30));
  const page = positive(request.query.get("page"), 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = [
    ...(page > 1 ? [["prev", page - 1] as const] : []),
    ...(page < last
      ? ([
          ["next", page + 1],
          ["last", last],
        ] as const)
      : []),
    ...(page > 1 ? [["first", 1] as const] : []),
  ].map(([name, number]) => `<${pageUrl(request.url, number)}>; rel="${name}"`);
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: link.length === 0 ? {} : { link: link.join(", ") },
  };
}

export function ok(body: unknown, status = 200): Reply {
  return { status, body };
}

export function created(body: Record<string, unknown>): Reply {
  const { url } = body;
  return { status: 201, body, ...(typeof url === "string" ? { headers: { location: url } } : {}) };
}

export const NO_CONTENT: Reply = { status: 204, body: null };

export function validationFailed(...errors: Record<string, unknown>[]): Refusal {
  return new Refusal(422, "Validation Failed", errors);
}

/** The text limits of titles and bodies. */
export function checkText(
  resource: string,
  text: { title?: string | undefined; body?: string | null | undefined },
): void {
  if (text.title !== undefined && text.title.trim() === "") {
    throw validationFailed({ resource, field: "title", code: "missing_field" });
  }
  if (text.title !== undefined && text.title.length > 256) {
    const message = "title is too long (maximum is 256 characters)";
    throw validationFailed({ resource, field: "title", code: "custom", message });
  }
  if (text.body !== undefined && text.body !== null && text.body.length > 65_536) {
    const message = "body is too long (maximum is 65536 characters)";
    const isComment = resource === "IssueComment";
    throw validationFailed({
      resource,
      field: isComment ? "data" : "body",
      code: isComment ? "unprocessable" : "custom",
      message: isComment ? "Body is too long (maximum is 65536 characters)" : message,
    });
  }
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

function pageUrl(url: string, page: number): string {
  const target = new URL(url);
  target.searchParams.set("page", String(page));
  return target.href;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
}
