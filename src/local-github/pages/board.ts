/** One page that holds everything of a repository and needs nothing else: no scripts, no other files. */
import type { RepositoryView } from "../view.ts";
import { markup, Html } from "./html.ts";
import { renderIssue } from "./issue-section.ts";
import { timeOf } from "./people.ts";
import { pullState, renderPull } from "./pull-section.ts";
import { outcomeOf, renderRun } from "./run-section.ts";
import { STYLE } from "./style.ts";

/** Issues and pull requests stand in the order they were made, so that the page reads as a story; newest runs first. */
export function renderBoard(given: RepositoryView): string {
  const view = { ...given, issues: given.issues.toReversed(), pulls: given.pulls.toReversed() };
  const issues = new Map(view.issues.map((issue) => [issue.number, issue]));
  const pulls = new Set(view.pulls.map((pull) => pull.number));
  const anchors = (number: number): string | null =>
    issues.has(number) ? `issue-${number}` : pulls.has(number) ? `pull-${number}` : null;
  const context = { anchors, find: (number: number) => issues.get(number) };
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${view.fullName}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header class="top">
          <h1>${view.fullName}</h1>
          <p>
            ${view.private ? "Private" : "Public"} repository on this machine · default branch
            ${view.defaultBranch} · ${view.branches.length} branches · as of ${timeOf(view.generatedAt)}
          </p>
          <div class="tally">${tallies(view)}</div>
        </header>
        <div class="page">
          <nav class="toc" aria-label="Contents">${contents(view)}</nav>
          <main>
            <h2 id="issues">Issues</h2>
            ${orNothing(view.issues.map((issue) => renderIssue(issue, context)))}
            <h2 id="pulls">Pull requests</h2>
            ${orNothing(view.pulls.map((pull) => renderPull(pull, anchors)))}
            <h2 id="runs">Workflow runs</h2>
            ${orNothing(view.runs.map(renderRun))}
          </main>
        </div>
        <footer>Local GitHub: what you see here happened on this machine only.</footer>
      </body>
    </html> `.text;
}

function tallies(view: RepositoryView): Html[] {
  const open = view.issues.filter((issue) => issue.state === "open").length;
  const merged = view.pulls.filter((pull) => pull.mergedAt !== null).length;
  const failed = view.runs.filter((run) => outcomeOf(run).kind === "failure").length;
  const rows: [anchor: string, total: number, name: string, detail: string][] = [
    ["issues", view.issues.length, "issues", `${open} open`],
    ["pulls", view.pulls.length, "pull requests", `${merged} merged`],
    ["runs", view.runs.length, "workflow runs", `${failed} failed`],
  ];
  return rows.map(
    ([anchor, total, name, detail]) => markup`<a href="#${anchor}"><b>${total}</b> ${name}, ${detail}</a>`,
  );
}

function contents(view: RepositoryView): Html[] {
  return [
    markup`<h2>Issues</h2>`,
    ...view.issues.map((issue) =>
      row({
        anchor: `issue-${issue.number}`,
        dot: issue.state === "open" ? "open" : "merged",
        name: issue.title,
        number: `#${issue.number}`,
      }),
    ),
    markup`<h2>Pull requests</h2>`,
    ...view.pulls.map((pull) =>
      row({
        anchor: `pull-${pull.number}`,
        dot: pullState(pull).kind,
        name: pull.title,
        number: `#${pull.number}`,
      }),
    ),
    markup`<h2>Workflow runs</h2>`,
    ...view.runs.map((run) =>
      row({
        anchor: `run-${run.id}`,
        dot: outcomeOf(run).kind,
        name: run.displayTitle || run.name,
        number: "",
      }),
    ),
  ];
}

function orNothing(parts: readonly Html[]): Html[] {
  return parts.length === 0 ? [markup`<p class="nothing">None yet.</p>`] : [...parts];
}

function row(entry: { anchor: string; dot: string; name: string; number: string }): Html {
  return markup`<a href="#${entry.anchor}"
    ><span class="dot ${entry.dot}"></span><span class="name">${entry.name}</span
    ><span class="no">${entry.number}</span></a
  >`;
}
