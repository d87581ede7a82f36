/** The pages people look at in a browser: the list of repositories, and for each its overview, its parts and its board. */
import { findRepository } from "../world.ts";
import type { World } from "../world.ts";
import type { RepositoryView } from "../view.ts";
import type { Repository } from "../state.ts";
import { renderBoard } from "./board.ts";
import { documentOf } from "./document.ts";
import { markup } from "./html.ts";
import { renderMissing, renderOne, renderOverview } from "./live.ts";

const ROOT = /^\/([\w.-]+)\/([\w.-]+)(\/.*)?$/u;
const PART = /^\/(issues|pull|actions\/runs)\/(\d+)(?:\/job\/(\d+))?$/u;
/** Places of GitHub that are parts of one page here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "/issues": "#issues",
  "/pulls": "#pulls",
  "/actions": "#runs",
};

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
    return moved(`/${only.fullName}`);
  }
  const [, owner = "", name = "", path = ""] = ROOT.exec(pathname) ?? [];
  const repository = findRepository(world, `${owner}/${name}`);
  if (repository === null) return null;
  return answerPart(path.replace(/\/$/u, ""), repository.fullName, view);
}

async function answerPart(
  path: string,
  fullName: string,
  view: (fullName: string) => Promise<RepositoryView>,
): Promise<Response> {
  if (path === "") return page(renderOverview(await view(fullName)));
  if (path === "/board") return page(renderBoard(await view(fullName)));
  const anchor = ELSEWHERE[path];
  if (anchor !== undefined) return moved(`/${fullName}${anchor}`);
  const [, kind, number, job] = PART.exec(path) ?? [];
  if (kind !== "issues" && kind !== "pull" && kind !== "actions/runs") return missing(fullName, path);
  if (job !== undefined) return moved(`/${fullName}/actions/runs/${number}#job-${job}`);
  const found = renderOne(await view(fullName), kind, Number(number));
  if (found === null) return missing(fullName, path);
  return "elsewhere" in found ? moved(found.elsewhere) : page(found.page);
}

function renderList(repositories: readonly Repository[]): string {
  const rows = repositories.map(
    ({ fullName, issues }) =>
      markup`<li><a href="/${fullName}">${fullName}</a> <span class="soft">${issues.length} issues and pull requests</span></li>`,
  );
  return documentOf({
    title: "Local GitHub",
    header: markup`<h1>Repositories on this machine</h1>`,
    nav: [],
    main: [
      markup`<ul class="links">
        ${rows}
      </ul>`,
    ],
  });
}

const moved = (location: string): Response => new Response(null, { status: 302, headers: { location } });

const missing = (fullName: string, path: string): Response => page(renderMissing(fullName, path), 404);

function page(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}
