/**
 * What was read before is asked for again by its ETag: an answer that it is still so (304) costs nothing of the hour.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
import type { Octokit } from "@octokit/rest";
import { isStatus } from "./refusals.ts";

type Answer = Awaited<ReturnType<Octokit["request"]>>;

const MOST_KEPT = 50;
/** Kept elsewhere, for they never change; or too large to keep. */
const NOT_KEPT = /\/git\/(?:trees|blobs|commits)\/|\/(?:zip|logs)$/;

export function askConditionally({ hook, request: { endpoint } }: Octokit): void {
  const kept = new Map<string, Answer>();
  hook.wrap("request", async (send, request) => {
    if (request.method !== "GET") return send(request);
    const { url } = endpoint.parse(request);
    if (NOT_KEPT.test(url)) return send(request);
    const before = kept.get(url);
    // In place: what other hooks send on is this very object.
    if (before) request.headers["if-none-match"] = before.headers.etag;
    try {
      const answer = await send(request);
      kept.delete(url);
      if (isWhole(answer)) kept.set(url, copyOf(answer));
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
      return answer;
    } catch (error) {
      if (!before || !isStatus(error, 304)) throw error;
      return { ...copyOf(before), headers: { ...before.headers, ...error.response?.headers } };
    }
  });
}

/** A full page says nothing of what stands on the next one, which its ETag does not know either. */
function isWhole({ data, headers, url }: Answer): boolean {
  if (headers.etag === undefined || headers.link !== undefined || data instanceof Uint8Array) return false;
  const page = Number(/[?&]per_page=(\d+)/.exec(url)?.[1] ?? USUAL_PAGE);
  const lists = [data as unknown, ...Object.values((data ?? {}) as object)];
  return lists.every((list) => !Array.isArray(list) || list.length < page);
}

const USUAL_PAGE = 30;

/** Octokit takes lists out of their answers in place, and writes onto them; what they hold it leaves alone. */
function copyOf(answer: Answer): Answer {
  const data: unknown = answer.data;
  if (typeof data !== "object" || data === null || Array.isArray(data))
    return { ...answer, data: copyOfList(data) };
  const parts = Object.entries(data).map(([name, part]) => [name, copyOfList(part)]);
  return { ...answer, data: Object.fromEntries(parts) as unknown };
}

const copyOfList = (part: unknown): unknown => (Array.isArray(part) ? [...(part as unknown[])] : part);
