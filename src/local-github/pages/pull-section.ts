import type { FileChange } from "../git/diff.ts";
import type { PullView } from "../view.ts";
import { markup } from "./html.ts";
import type { Html } from "./html.ts";
import { bodyOf, chipsOf, renderComment } from "./issue-section.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Anchors } from "./markdown.ts";
import { faceOf, timeOf } from "./people.ts";

type Review = PullView["reviews"][number];

const MOST_ROWS = 1500;
const OPEN_ROWS = 120;

export function pullState(pull: PullView): { kind: string; text: string } {
  if (pull.mergedAt !== null) return { kind: "merged", text: "Merged" };
  if (pull.state === "closed") return { kind: "closed", text: "Closed" };
  return pull.draft ? { kind: "draft", text: "Draft" } : { kind: "open", text: "Open" };
}

export function renderPull(pull: PullView, anchors: Anchors): Html {
  const state = pullState(pull);
  const talk = [
    ...pull.comments.map((comment) => ({ at: comment.createdAt, part: renderComment(comment, anchors) })),
    ...pull.reviews.map((review) => ({ at: review.submittedAt ?? "", part: renderReview(review, anchors) })),
  ].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const sum = (key: "additions" | "deletions"): number =>
    pull.files.reduce((total, file) => total + file[key], 0);
  return markup`<article class="card" id="pull-${pull.number}">
    <div class="head">
      <h3>${pull.title} <a class="no" href="${anchors(pull.number)}">#${pull.number}</a></h3>
      <div class="meta">
        <span class="badge ${state.kind}">${state.text}</span><span><b>${pull.user}</b> wants to bring</span
        ><span class="branch">${pull.head}</span><span>into</span
        ><span class="branch">${pull.base}</span>${chipsOf(pull.labels)}
      </div>
      <div class="meta">
        opened
        ${timeOf(pull.createdAt)}${pull.mergedAt !== null && markup` · merged ${timeOf(pull.mergedAt)} by <b>${pull.mergedBy ?? ""}</b>`}
      </div>
    </div>
    <div class="section">${bodyOf(pull.body, anchors)}</div>
    ${talk.map(({ part }) => part)}
    <div class="section">
      <h4>Commits (${pull.commits.length})</h4>
      <ul class="links">
        ${pull.commits.map((commit) => markup`<li><span class="branch">${commit.sha.slice(0, 7)}</span><span>${commit.title}</span><span class="soft">${commit.author}</span></li>`)}
      </ul>
    </div>
    <div class="section">
      <h4>
        Files (${pull.files.length}) <span class="plus">+${sum("additions")}</span>
        <span class="minus">−${sum("deletions")}</span>
      </h4>
      ${pull.files.map(renderFile)}
    </div>
  </article>`;
}

const VERDICTS: Record<string, string> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "asked for changes",
  COMMENTED: "reviewed",
  DISMISSED: "review dismissed",
};

function renderReview(review: Review, anchors: Anchors): Html {
  const inline = review.comments.map(
    (comment) =>
      markup`<div class="inline">
        <div class="at">${comment.path}${comment.line !== null && `:${comment.line}`}</div>
        ${renderMarkdown(comment.body, anchors)}
      </div>`,
  );
  return markup`<div class="note" id="review-${review.id}">
    ${faceOf(review.user)}
    <div>
      <div class="who">
        <b>${review.user}</b
        ><span class="badge ${review.state.toLowerCase()}">${VERDICTS[review.state] ?? review.state}</span
        >${review.submittedAt !== null && timeOf(review.submittedAt)}<span
          >at <code>${review.commitId.slice(0, 7)}</code></span
        >
      </div>
      ${review.body !== "" && renderMarkdown(review.body, anchors)}${inline}
    </div>
  </div>`;
}

function renderFile(file: FileChange): Html {
  const rows = file.patch === null ? [] : rowsOf(file.patch);
  const shown = rows.slice(0, MOST_ROWS);
  const name = file.previousPath === null ? file.path : `${file.previousPath} → ${file.path}`;
  const left = rows.length - shown.length;
  const body =
    rows.length === 0
      ? markup`<p class="nothing section">No text to compare.</p>`
      : markup`<div class="diff">
          <table>
            ${shown}
          </table>
        </div>`;
  return markup`<details class="file" ${rows.length > 0 && rows.length <= OPEN_ROWS ? markup` open` : ""}>
    <summary>
      <span class="path">${name}</span
      ><span class="counts"
        ><span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span></span
      >
    </summary>
    ${body}${left > 0 && markup`<p class="nothing section">${left} more lines.</p>`}
  </details>`;
}

function rowsOf(patch: string): Html[] {
  let [before, after] = [0, 0];
  return patch.split("\n").map((line) => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/u.exec(line);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      return rowOf("at", ["", ""], line);
    }
    if (line.startsWith("+")) return rowOf("add", ["", after++], line);
    if (line.startsWith("-")) return rowOf("del", [before++, ""], line);
    if (line.startsWith("\\")) return rowOf("same", ["", ""], line);
    return rowOf("same", [before++, after++], line);
  });
}

function rowOf(kind: string, [before, after]: readonly [number | "", number | ""], line: string): Html {
  return markup`<tr class="${kind}"><td class="n">${before}</td><td class="n">${after}</td><td>${line}</td></tr>`;
}
