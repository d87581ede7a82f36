/** Pages of a list as GitHub gives them: thirty at a time, a hundred at most, neighbours in the Link header. */
import type { Reply, RouteRequest } from "../route.ts";

/** `name` is the list's field; `path` lies below the repository's /actions; `replyOf` is asked for what the page shows. */
export function page<One>(
  request: RouteRequest,
  list: { name: string; path: string; all: readonly One[]; replyOf: (one: One) => unknown },
): Reply {
  const { name, path, all, replyOf } = list;
  const size = Math.min(numberIn(request, "per_page", 30), 100);
  const current = numberIn(request, "page", 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const shown = all.slice((current - 1) * size, current * size);
  const body = { total_count: all.length, [name]: shown.map((one) => replyOf(one)) };
  const targets: [string, number][] = [
    ...(current > 1 ? ([["prev", current - 1]] as [string, number][]) : []),
    ...(current < last
      ? ([
          ["next", current + 1],
          ["last", last],
        ] as [string, number][])
      : []),
    ...(current > 1 ? ([["first", 1]] as [string, number][]) : []),
  ];
  const links = targets.map(([rel, target]) => `<${addressOf(request, path, target)}>; rel="${rel}"`);
  return links.length === 0
    ? { status: 200, body }
    : { status: 200, body, headers: { link: links.join(", ") } };
}

function addressOf(request: RouteRequest, path: string, target: number): string {
  const query = new URLSearchParams(request.query);
  query.set("page", String(target));
  return `${request.origin}/repos/${request.repository ?? ""}/actions/${path}?${query.toString()}`;
}

function numberIn(request: RouteRequest, key: string, fallback: number): number {
  const value = Number(request.query.get(key) ?? fallback);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
