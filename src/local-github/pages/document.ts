/** What every page has in common: it needs no script and no other file. */
import type { RepositoryView } from "../view.ts";
import { Html, markup } from "./html.ts";
import { outcomeOf } from "./run-section.ts";
import { pullState } from "./pull-section.ts";
import { STYLE } from "./style.ts";

export interface Page {
  title: string;
  header: Html;
  nav: readonly Html[];
  main: readonly Html[];
  /** Looks again by itself after as many seconds; null: it does not. */
  refresh?: number | null;
}

export function documentOf({ title, header, nav, main, refresh = null }: Page): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        ${refresh !== null && markup`<meta http-equiv="refresh" content="${refresh}" />`}
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header class="top">${header}</header>
        <div class="page">
          <nav class="toc" aria-label="Contents">${nav}</nav>
          <main>${main}</main>
        </div>
        <footer>Local GitHub: what you see here happened on this machine only.</footer>
      </body>
    </html> `.text;
}

/** Where things are to be found from a page. */
export interface Places {
  issue(number: number): string;
  pull(number: number): string;
  run(id: number): string;
}

/** All of a repository, a line each. */
export function contents(view: RepositoryView, places: Places): Html[] {
  return [
    markup`<h2>Issues</h2>`,
    ...view.issues.map((issue) =>
      row({
        href: places.issue(issue.number),
        dot: issue.state === "open" ? "open" : "merged",
        name: issue.title,
        number: `#${issue.number}`,
      }),
    ),
    markup`<h2>Pull requests</h2>`,
    ...view.pulls.map((pull) =>
      row({
        href: places.pull(pull.number),
        dot: pullState(pull).kind,
        name: pull.title,
        number: `#${pull.number}`,
      }),
    ),
    markup`<h2>Workflow runs</h2>`,
    ...view.runs.map((run) =>
      row({
        href: places.run(run.id),
        dot: outcomeOf(run).kind,
        name: run.displayTitle || run.name,
        number: "",
      }),
    ),
  ];
}

function row(entry: { href: string; dot: string; name: string; number: string }): Html {
  return markup`<a href="${entry.href}"
    ><span class="dot ${entry.dot}"></span><span class="name">${entry.name}</span
    ><span class="no">${entry.number}</span></a
  >`;
}

export function orNothing(parts: readonly Html[]): readonly Html[] {
  return parts.length === 0 ? [markup`<p class="nothing">None yet.</p>`] : parts;
}
