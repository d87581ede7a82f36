/** Finds the row of the route table for a path. Segments are decoded after matching, so that `%2F` stays in its segment. */
import type { Route } from "./route.ts";
import type { Role } from "./state.ts";
import type { LocalRequest } from "./world.ts";

/** Our rows see more of a request than those of the Actions engine. */
export interface LocalRoute extends Omit<Route, "handle"> {
  /** The least role of a person; by default "write" where the permission is one to write, else "read". */
  role?: Role;
  /** For an app itself, by its JSON web token, which the row verifies. */
  isForApps?: true;
  handle(request: LocalRequest): ReturnType<Route["handle"]>;
}

interface Match {
  route: LocalRoute;
  params: Record<string, string>;
}

export type Router = (method: string, path: string) => Match | null;

interface Row {
  route: LocalRoute;
  pattern: RegExp;
  /** Null: it fits whatever stands there. */
  word: string | null;
}

export function createRouter(routes: readonly LocalRoute[]): Router {
  const rows = routes.map((route): Row => {
    const word = wordIn(route.path);
    return { route, pattern: patternOf(route.path), word: /^\w/u.test(word) ? word : null };
  });
  const words = new Set(rows.map(({ word }) => word));
  // The table is long, and most of it is about something else than what is asked.
  const likely = new Map<string, Row[]>();
  const rowsFor = (method: string, asked: string): Row[] => {
    const word = words.has(asked) ? asked : null;
    const key = `${method} ${word}`;
    const known = likely.get(key);
    if (known !== undefined) return known;
    const found = rows.filter((row) => row.route.method === method && [word, null].includes(row.word));
    likely.set(key, found);
    return found;
  };
  return (method, path) => {
    for (const { route, pattern } of rowsFor(method, wordIn(path))) {
      const found = pattern.exec(path);
      if (found !== null) return { route, params: decode(found.groups ?? {}) };
    }
    return null;
  };
}

/** What stands behind the repository's name: `issues` of `/repos/:owner/:repo/issues`. */
const wordIn = (path: string): string => path.split("/", 5)[4] ?? "";

function patternOf(path: string): RegExp {
  const source = path.replaceAll(/:(\w+)(?:\{([^}]+)\})?|[.+*?()[\]{}|^$\\]/gu, (text, name, pattern) =>
    typeof name === "string" ? `(?<${name}>${String(pattern ?? "[^/]+")})` : `\\${text}`,
  );
  return new RegExp(`^${source}$`, "u");
}

function decode(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
