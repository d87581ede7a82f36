import type { Comment, Label } from "../state.ts";
import type { IssueView } from "../view.ts";
import { markup } from "./html.ts";
import type { Html } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Anchors } from "./markdown.ts";
import { faceOf, timeOf } from "./people.ts";

export interface IssueContext {
  anchors: Anchors;
  find(number: number): IssueView | undefined;
}

export function renderIssue(issue: IssueView, context: IssueContext): Html {
  const state = issue.state === "open" ? "open" : issue.stateReason === "not_planned" ? "still" : "merged";
  const label =
    issue.state === "open" ? "Open" : issue.stateReason === "not_planned" ? "Not planned" : "Closed";
  return markup`<article class="card" id="issue-${issue.number}">
    <div class="head">
      <h3>${issue.title} <a class="no" href="${context.anchors(issue.number)}">#${issue.number}</a></h3>
      <div class="meta">
        <span class="badge ${state}">${label}</span
        ><span><b>${issue.user}</b> opened ${timeOf(issue.createdAt)}</span>${chipsOf(issue.labels)}
      </div>
    </div>
    <div class="section">${bodyOf(issue.body, context.anchors)}</div>
    ${renderLinks(issue, context)} ${issue.comments.map((comment) => renderComment(comment, context.anchors))}
  </article>`;
}

export function chipsOf(labels: readonly Label[]): Html[] {
  return labels.map(
    (label) =>
      markup`<span
        class="chip"
        style="--chip: #${/^[0-9a-f]{6}$/u.test(label.color) ? label.color : "888888"}"
        title="${label.description ?? ""}"
        >${label.name}</span
      >`,
  );
}

export function bodyOf(body: string | null, anchors: Anchors): Html {
  return body === null || body.trim() === ""
    ? markup`<p class="nothing">No description.</p>`
    : renderMarkdown(body, anchors);
}

export function renderComment(comment: Comment, anchors: Anchors): Html {
  const edited = comment.updatedAt === comment.createdAt ? "" : " (edited)";
  const reactions = comment.reactions.map((reaction) => FACES[reaction.content] ?? "");
  return markup`<div class="note" id="comment-${comment.id}">
    ${faceOf(comment.user)}
    <div>
      <div class="who">
        <b>${comment.user}</b>
        ${timeOf(comment.createdAt)}${edited}${reactions.length > 0 && markup`<span>${reactions.join(" ")}</span>`}
      </div>
      ${renderMarkdown(comment.body, anchors)}
    </div>
  </div>`;
}

const FACES: Record<string, string> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  rocket: "🚀",
  eyes: "👀",
};

function renderLinks(issue: IssueView, context: IssueContext): Html[] {
  const { parent, subIssues, blockedBy } = issue;
  const sections: Html[] = [];
  if (parent !== null) {
    sections.push(
      markup`<div class="section">
        <h4>Part of</h4>
        ${listOf([parent], context)}
      </div>`,
    );
  }
  if (subIssues.length > 0) {
    const done = subIssues.filter((number) => context.find(number)?.state === "closed").length;
    const percent = Math.round((done * 100) / subIssues.length);
    sections.push(
      markup`<div class="section">
        <h4>Sub-issues: ${done} of ${subIssues.length} closed</h4>
        <div class="bar"><i style="width: ${percent}%"></i></div>
        ${listOf(subIssues, context)}
      </div>`,
    );
  }
  if (blockedBy.length > 0) {
    sections.push(
      markup`<div class="section">
        <h4>Blocked by</h4>
        ${listOf(blockedBy, context)}
      </div>`,
    );
  }
  return sections;
}

const renderName = (name: string, href: string | null): Html =>
  href === null ? markup`<span>${name}</span>` : markup`<a href="${href}">${name}</a>`;

function listOf(numbers: readonly number[], context: IssueContext): Html {
  const rows = numbers.map((number) => {
    const issue = context.find(number);
    const dot = issue?.state === "closed" ? "merged" : "open";
    return markup`<li>
      <span class="dot ${dot}"></span>${renderName(issue?.title ?? "An issue", context.anchors(number))}
      <span class="soft">#${number}</span>${chipsOf(issue?.labels ?? [])}
    </li>`;
  });
  return markup`<ul class="links">
    ${rows}
  </ul>`;
}
