import type { WorkflowRunView } from "../actions/host.ts";
import { Html, markup } from "./html.ts";
import { timeOf } from "./people.ts";

type Job = WorkflowRunView["jobs"][number];

const NEW_LINE = new Html("\n");

/** The end of a log tells most. */
const MOST_LINES = 1500;
// oxlint-disable-next-line no-control-regex -- terminal colours
const COLOURS = /\u001B\[[0-9;]*[A-Za-z]/gu;

export function outcomeOf(run: { status: string; conclusion: string | null }): {
  kind: string;
  text: string;
} {
  const text = (run.conclusion ?? run.status).replaceAll("_", " ");
  if (run.conclusion === null) return { kind: "busy", text };
  if (run.conclusion === "success") return { kind: "success", text };
  return { kind: /^(failure|timed_out|startup_failure)$/u.test(run.conclusion) ? "failure" : "still", text };
}

export function renderRun(run: WorkflowRunView): Html {
  const outcome = outcomeOf(run);
  const title = run.displayTitle === "" ? run.name : run.displayTitle;
  return markup`<article class="card" id="run-${run.id}">
    <div class="head">
      <h3>${title} <a class="no" href="#run-${run.id}">${run.id}</a></h3>
      <div class="meta">
        <span class="badge ${outcome.kind}">${outcome.text}</span><span class="branch">${run.path}</span
        ><span>by ${run.event}</span>${timeOf(run.createdAt)}
      </div>
      ${run.artifacts.length > 0 && markup`<div class="meta">Artifacts: ${run.artifacts.map((artifact) => markup`<span class="branch">${artifact.name} · ${sizeOf(artifact.sizeInBytes)}</span>`)}</div>`}
    </div>
    ${run.jobs.map(renderJob)}
  </article>`;
}

function renderJob(job: Job): Html {
  const outcome = outcomeOf(job);
  const steps = job.steps.map((step) => {
    const own = outcomeOf(step);
    return markup`<li>
      <span class="dot ${own.kind}" title="${own.text}"></span
      >${step.name}${own.kind !== "success" && markup` <span class="nothing">${own.text}</span>`}
    </li>`;
  });
  const log =
    job.log.trim() === ""
      ? markup`<p class="nothing">No log.</p>`
      : markup`<pre class="log">${linesOf(job.log)}</pre>`;
  return markup`<details class="job" id="job-${job.id}" ${outcome.kind === "failure" ? markup` open` : ""}>
    <summary>
      <span class="dot ${outcome.kind}"></span><b>${job.name}</b><span class="nothing">${outcome.text}</span
      ><span class="took">${tookOf(job)}</span>
    </summary>
    <ol class="steps">
      ${steps}
    </ol>
    ${log}
  </details>`;
}

function linesOf(log: string): Html[] {
  const lines = log.replaceAll(COLOURS, "").replace(/\n$/u, "").split("\n");
  const shown = lines.slice(-MOST_LINES);
  const left = lines.length - shown.length;
  const first = left > 0 ? [markup`<span class="mark">… ${left} earlier lines</span>`] : [];
  const rows = shown.map((line) => {
    if (/##\[error\]|::error|^Error:/u.test(line)) return markup`<span class="bad">${line}</span>`;
    return /##\[group\]|::group::/u.test(line) ? markup`<span class="mark">${line}</span>` : markup`${line}`;
  });
  return [...first, ...rows].flatMap((row) => [row, NEW_LINE]);
}

function tookOf(job: Job): string {
  if (job.startedAt === null || job.completedAt === null) return "";
  const seconds = (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000;
  return seconds < 60
    ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}
