/** Live pages: an overview of a repository, and a page for each issue, pull request and workflow run, as they are now. */
import type { RepositoryView } from "../view.ts";
import { contents, documentOf, orNothing, type Places } from "./document.ts";
import { markup, type Html } from "./html.ts";
import { chipsOf, renderIssue } from "./issue-section.ts";
import { timeOf } from "./people.ts";
import { pullState, renderPull } from "./pull-section.ts";
import { outcomeOf, renderRun } from "./run-section.ts";

/** Seconds. */
const LOOK_AGAIN = 10;

const placesIn = (fullName: string): Places => ({
  issue: (number) => `/${fullName}/issues/${number}`,
  pull: (number) => `/${fullName}/pull/${number}`,
  run: (id) => `/${fullName}/actions/runs/${id}`,
});

const isUnderWay = ({ runs }: RepositoryView): boolean => runs.some(({ conclusion }) => conclusion === null);

export function renderOverview(view: RepositoryView): string {
  const places = placesIn(view.fullName);
  return documentOf({
    title: view.fullName,
    refresh: isUnderWay(view) ? LOOK_AGAIN : null,
    header: markup`<h1>${view.fullName}</h1>
      <p>
        ${view.private ? "Private" : "Public"} repository on this machine · default branch ${view.defaultBranch} ·
        ${view.branches.length} branches · as of ${timeOf(view.generatedAt)}
      </p>`,
    nav: [
      markup`<a href="#issues">Issues <span class="no">${view.issues.length}</span></a>`,
      markup`<a href="#pulls">Pull requests <span class="no">${view.pulls.length}</span></a>`,
      markup`<a href="#runs">Workflow runs <span class="no">${view.runs.length}</span></a>`,
      markup`<a href="/${view.fullName}/board">Everything on one page</a>`,
    ],
    main: [
      markup`<h2 id="issues">Issues</h2>`,
      ...list(
        view.issues.map((issue) =>
          line({
            href: places.issue(issue.number),
            dot: issue.state === "open" ? "open" : "merged",
            name: issue.title,
            rest: [markup`<span class="soft">#${issue.number}</span>`, ...chipsOf(issue.labels)],
          }),
        ),
      ),
      markup`<h2 id="pulls">Pull requests</h2>`,
      ...list(
        view.pulls.map((pull) =>
          line({
            href: places.pull(pull.number),
            dot: pullState(pull).kind,
            name: pull.title,
            rest: [
              markup`<span class="soft">#${pull.number} · ${pullState(pull).text}</span>`,
              ...chipsOf(pull.labels),
            ],
          }),
        ),
      ),
      markup`<h2 id="runs">Workflow runs</h2>`,
      ...list(
        view.runs.map((run) =>
          line({
            href: places.run(run.id),
            dot: outcomeOf(run).kind,
            name: run.displayTitle || run.name,
            rest: [markup`<span class="soft">${outcomeOf(run).text} · ${timeOf(run.createdAt)}</span>`],
          }),
        ),
      ),
    ],
  });
}

/** Null where there is none of that number; where it is of the other kind, its own place. */
export function renderOne(
  view: RepositoryView,
  kind: "issues" | "pull" | "actions/runs",
  number: number,
): { page: string } | { elsewhere: string } | null {
  const places = placesIn(view.fullName);
  const issues = new Map(view.issues.map((issue) => [issue.number, issue]));
  const pulls = new Map(view.pulls.map((pull) => [pull.number, pull]));
  const anchors = (wanted: number): string | null =>
    issues.has(wanted) ? places.issue(wanted) : pulls.has(wanted) ? places.pull(wanted) : null;
  if (kind === "actions/runs") {
    const run = view.runs.find(({ id }) => id === number);
    return run
      ? pageOf(view, places, {
          title: run.displayTitle || run.name,
          body: renderRun(run),
          isLive: run.conclusion === null,
        })
      : null;
  }
  const [issue, pull] = [issues.get(number), pulls.get(number)];
  if (issue)
    return kind === "pull"
      ? { elsewhere: places.issue(number) }
      : pageOf(view, places, {
          title: `${issue.title} #${number}`,
          body: renderIssue(issue, { anchors, find: (other) => issues.get(other) }),
          isLive: false,
        });
  if (!pull) return null;
  if (kind === "issues") return { elsewhere: places.pull(number) };
  return pageOf(view, places, {
    title: `${pull.title} #${number}`,
    body: renderPull(pull, anchors),
    isLive: false,
  });
}

function pageOf(
  view: RepositoryView,
  places: Places,
  { title, body, isLive }: { title: string; body: Html; isLive: boolean },
): { page: string } {
  const page = documentOf({
    title: `${title} · ${view.fullName}`,
    refresh: isLive ? LOOK_AGAIN : null,
    header: markup`<h1><a href="/${view.fullName}">${view.fullName}</a></h1>
      <p>as of ${timeOf(view.generatedAt)}</p>`,
    nav: contents(view, places),
    main: [body],
  });
  return { page };
}

export function renderMissing(fullName: string, path: string): string {
  return documentOf({
    title: "Not found",
    header: markup`<h1><a href="/${fullName}">${fullName}</a></h1>`,
    nav: [],
    main: [markup`<p class="nothing">There is nothing at ${path}.</p>`],
  });
}

function list(rows: readonly Html[]): readonly Html[] {
  if (rows.length === 0) return orNothing(rows);
  return [markup`<div class="card"><div class="section"><ul class="links">${rows}</ul></div></div>`];
}

function line(entry: { href: string; dot: string; name: string; rest: readonly Html[] }): Html {
  return markup`<li>
    <span class="dot ${entry.dot}"></span><a href="${entry.href}">${entry.name}</a> ${entry.rest}
  </li>`;
}
