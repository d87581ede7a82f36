/** The pages people look at in a browser: the list of repositories and one board for each. */
import { findRepository } from "../world.ts";
import type { World } from "../world.ts";
import type { RepositoryView } from "../view.ts";
import { renderBoard } from "./board.ts";

const PATH = /^\/([\w.-]+)\/([\w.-]+)(?:\/(issues|pull|actions\/runs)\/(\d+))?\/?$/u;
const ANCHORS: Record<string, string> = { issues: "issue", pull: "pull", "actions/runs": "run" };

/** Null when the request is not one for a page of ours. */
export async function answerPage(
  world: World,
  request: Request,
  view: (fullName: string) => Promise<RepositoryView>,
): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const wantsPage = request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
  if (!wantsPage) return null;
  if (pathname === "/") {
    const [only, ...others] = world.state.repositories;
    if (only === undefined || others.length > 0) return null;
    return new Response(null, { status: 302, headers: { location: `/${only.fullName}` } });
  }
  const [, owner = "", name = "", kind, number] = PATH.exec(pathname) ?? [];
  const repository = findRepository(world, `${owner}/${name}`);
  if (repository === null) return null;
  if (kind !== undefined && number !== undefined) {
    const location = `/${repository.fullName}#${ANCHORS[kind] ?? "issue"}-${number}`;
    return new Response(null, { status: 302, headers: { location } });
  }
  const html = renderBoard(await view(repository.fullName));
  return new Response(html, { status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
}
