/** One page that holds everything of a repository and needs nothing else: no scripts, no other files. */
import type { RepositoryView } from "../view.ts";
import { contents, documentOf, orNothing } from "./document.ts";
import { markup, type Html } from "./html.ts";
import { renderIssue } from "./issue-section.ts";
import { timeOf } from "./people.ts";
import { renderPull } from "./pull-section.ts";
import { outcomeOf, renderRun } from "./run-section.ts";

/** Issues and pull requests stand in the order they were made, so that the page reads as a story; newest runs first. */
export function renderBoard(given: RepositoryView): string {
  const view = { ...given, issues: given.issues.toReversed(), pulls: given.pulls.toReversed() };
  const issues = new Map(view.issues.map((issue) => [issue.number, issue]));
  const pulls = new Set(view.pulls.map((pull) => pull.number));
  const anchors = (number: number): string | null =>
    issues.has(number) ? `#issue-${number}` : pulls.has(number) ? `#pull-${number}` : null;
  const context = { anchors, find: (number: number) => issues.get(number) };
  return documentOf({
    title: view.fullName,
    header: markup`<h1>${view.fullName}</h1>
      <p>
        ${view.private ? "Private" : "Public"} repository on this machine · default branch ${view.defaultBranch} ·
        ${view.branches.length} branches · as of ${timeOf(view.generatedAt)}
      </p>
      <div class="tally">${tallies(view)}</div>`,
    nav: contents(view, {
      issue: (number) => `#issue-${number}`,
      pull: (number) => `#pull-${number}`,
      run: (id) => `#run-${id}`,
    }),
    main: [
      markup`<h2 id="issues">Issues</h2>`,
      ...orNothing(view.issues.map((issue) => renderIssue(issue, context))),
      markup`<h2 id="pulls">Pull requests</h2>`,
      ...orNothing(view.pulls.map((pull) => renderPull(pull, anchors))),
      markup`<h2 id="runs">Workflow runs</h2>`,
      ...orNothing(view.runs.map(renderRun)),
    ],
  });
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
