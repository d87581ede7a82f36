/** The pages people look at in a browser: the list of repositories and one board for each. */
import { findRepository } from "../world.ts";
import type { World } from "../world.ts";
import type { RepositoryView } from "../view.ts";
import type { Repository } from "../state.ts";
import { renderBoard } from "./board.ts";
import { Html, markup } from "./html.ts";
import { STYLE } from "./style.ts";

const PATH = /^\/([\w.-]+)\/([\w.-]+)(?:\/(issues|pull|actions\/runs)\/(\d+))?\/?$/u;
const ANCHORS: Record<string, string> = { issues: "issue", pull: "pull", "actions/runs": "run" };

/** Null when the request is not one for a page of ours. */
export async function answerPage(
  world: World,
  request: Request,
  view: (fullName: string) => Promise<RepositoryView>,
): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
  const wantsPage = request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
  if (!wantsPage) return null;
  if (pathname === "/") {
    const [only, ...others] = world.state.repositories;
    if (only === undefined || others.length > 0) return page(renderList(world.state.repositories));
    return new Response(null, { status: 302, headers: { location: `/${only.fullName}` } });
  }
  const [, owner = "", name = "", kind, number] = PATH.exec(pathname) ?? [];
  const repository = findRepository(world, `${owner}/${name}`);
  if (repository === null) return null;
  if (kind !== undefined && number !== undefined) {
    const location = `/${repository.fullName}#${ANCHORS[kind] ?? "issue"}-${number}`;
    return new Response(null, { status: 302, headers: { location } });
  }
  return page(renderBoard(await view(repository.fullName)));
}

function renderList(repositories: readonly Repository[]): string {
  const rows = repositories.map(
    ({ fullName, issues }) =>
      markup`<li><a href="/${fullName}">${fullName}</a> <span class="soft">${issues.length} issues and pull requests</span></li>`,
  );
  const style = new Html(STYLE);
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Local GitHub</title><style>${style}</style></head><body><header class="top"><h1>Repositories on this machine</h1></header><div class="page"><ul class="links">${rows}</ul></div></body></html>`
    .text;
}

function page(text: string): Response {
  return new Response(text, { status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
}
