/** REST below /repos/:owner/:repo/actions. https://docs.github.com/en/rest/actions */
import { Refusal } from "../route.ts";
import type { Reply, Route, RouteRequest } from "../route.ts";
import type { ArtifactStore } from "./artifact-store.ts";
import type { FoundWorkflow } from "./catalog.ts";
import type { DispatchRequest } from "./launch.ts";
import { page } from "./paging.ts";
import type { ActionsHost } from "./host.ts";
import { isOver, shortRef } from "./ledger.ts";
import type { ArtifactRecord, RunRecord } from "./ledger.ts";
import { isRecord } from "./plain-data.ts";
import { artifactReply, jobReply, runReply, workflowReply } from "./replies.ts";
import type { Surroundings } from "./replies.ts";
import type { SignedFiles } from "./signed-files.ts";

/** What the routes work on. */
export interface Engine {
  readonly host: ActionsHost;
  readonly artifacts: ArtifactStore;
  readonly signed: SignedFiles;
  /** On the default branch. */
  workflows(repository: string): Promise<FoundWorkflow[]>;
  /** By id, file name or path. Refuses with 404. */
  workflow(repository: string, idOrFile: string): Promise<FoundWorkflow>;
  /** Refuses with 404 and the four 422s. */
  dispatch(idOrFile: string, request: DispatchRequest): Promise<RunRecord>;
  /** Newest first. */
  runsOf(repository: string): RunRecord[];
  run(id: number): RunRecord | undefined;
  /** False when it does not wait for it. */
  approve(run: RunRecord): boolean;
  cancel(run: RunRecord, how: { force: boolean }): void;
}

type Handle = (engine: Engine, request: RouteRequest, around: Surroundings) => Promise<Reply> | Reply;

const BASE = "/repos/:owner/:repo/actions";

export function createRoutes(engine: Engine): Route[] {
  const row = (
    method: Route["method"],
    path: string,
    rest: { permission: string | null; handle: Handle },
  ): Route => ({
    method,
    path: `${BASE}${path}`,
    permission: rest.permission,
    handle: (request) =>
      rest.handle(engine, request, { host: engine.host, repository: repositoryOf(request) }),
  });
  const [read, write] = ["actions:read", "actions:write"];
  return [
    row("GET", "/workflows", { permission: read, handle: listWorkflows }),
    row("POST", "/workflows/:workflow_id/dispatches", { permission: write, handle: dispatch }),
    row("GET", "/workflows/:workflow_id/runs", { permission: read, handle: listRuns }),
    row("GET", "/workflows/:workflow_id", { permission: read, handle: getWorkflow }),
    row("GET", "/runs", { permission: read, handle: listRuns }),
    row("GET", "/runs/:run_id/jobs", { permission: read, handle: listJobs }),
    row("GET", "/runs/:run_id/attempts/:attempt/jobs", { permission: read, handle: listJobs }),
    row("GET", "/runs/:run_id/artifacts", { permission: read, handle: listArtifacts }),
    row("POST", "/runs/:run_id/cancel", { permission: write, handle: cancelRun }),
    row("POST", "/runs/:run_id/force-cancel", { permission: write, handle: forceCancelRun }),
    row("POST", "/runs/:run_id/approve", { permission: write, handle: approveRun }),
    row("GET", "/runs/:run_id", { permission: read, handle: getRun }),
    row("GET", "/jobs/:job_id/logs", { permission: read, handle: redirectToLog }),
    row("GET", "/jobs/:job_id", { permission: read, handle: getJob }),
    row("GET", "/artifacts", { permission: read, handle: listArtifacts }),
    row("GET", "/artifacts/:artifact_id/zip", { permission: read, handle: redirectToZip }),
    row("GET", "/artifacts/:artifact_id", { permission: read, handle: getArtifact }),
    row("DELETE", "/artifacts/:artifact_id", { permission: write, handle: deleteArtifact }),
    row("GET", "/signed/:signature", {
      permission: null,
      handle: serveSigned,
    }),
  ];
}

function repositoryOf(request: RouteRequest): string {
  if (request.repository === null) throw new Refusal(404, "Not Found");
  return request.repository;
}

async function listWorkflows(engine: Engine, request: RouteRequest, around: Surroundings): Promise<Reply> {
  return page(request, {
    name: "workflows",
    path: "workflows",
    all: await engine.workflows(around.repository),
    replyOf: ({ record }) => workflowReply(record, around),
  });
}

async function getWorkflow(engine: Engine, request: RouteRequest, around: Surroundings): Promise<Reply> {
  const record = (await engine.workflow(around.repository, param(request, "workflow_id"))).record;
  return { status: 200, body: workflowReply(record, around) };
}

async function dispatch(engine: Engine, request: RouteRequest, around: Surroundings): Promise<Reply> {
  const body = bodyOf(request);
  const run = await engine.dispatch(param(request, "workflow_id"), {
    repository: around.repository,
    ref: body["ref"],
    inputs: body["inputs"],
    actor: request.caller.login,
  });
  const newest = request.headers.get("x-github-api-version") === "2026-03-10";
  if (body["return_run_details"] !== true && !newest) return { status: 204, body: null };
  const { id, url, html_url: html } = runReply(run, around);
  return { status: 200, body: { workflow_run_id: id, run_url: url, html_url: html } };
}

async function listRuns(engine: Engine, request: RouteRequest, around: Surroundings): Promise<Reply> {
  const id = request.params["workflow_id"];
  const workflow =
    id === undefined
      ? null
      : (await engine.workflow(around.repository, param(request, "workflow_id"))).record;
  const found = engine
    .runsOf(around.repository)
    .filter((run) => (workflow === null || run.workflowId === workflow.id) && isAskedFor(run, request.query));
  const path = workflow === null ? "runs" : `workflows/${workflow.id}/runs`;
  return page(request, { name: "workflow_runs", path, all: found, replyOf: (run) => runReply(run, around) });
}

function isAskedFor(run: RunRecord, query: URLSearchParams): boolean {
  const is = (name: string, ...values: (string | null)[]): boolean => {
    const wanted = query.get(name);
    return wanted === null || wanted === "" || values.includes(wanted);
  };
  return (
    is("event", run.event) &&
    is("status", run.status, run.conclusion) &&
    is("branch", shortRef(run.ref)) &&
    is("actor", run.actor) &&
    is("head_sha", run.headSha) &&
    wasCreated(run, query.get("created") ?? "")
  );
}

/** `>=T`, `>T`, `<=T`, `<T`, `A..B` (with `*`), or a date as a prefix. */
function wasCreated(run: RunRecord, asked: string): boolean {
  if (asked === "") return true;
  const at = Date.parse(run.createdAt.replace(/\.\d+Z$/u, "Z"));
  const range = /^(.+)\.\.(.+)$/u.exec(asked);
  if (range !== null) {
    const [, from = "*", to = "*"] = range;
    return (from === "*" || at >= Date.parse(from)) && (to === "*" || at <= Date.parse(to));
  }
  const compared = /^(>=|>|<=|<)(.+)$/u.exec(asked);
  if (compared === null) return run.createdAt.startsWith(asked.replace(/Z$/u, ""));
  const [, sign, time = ""] = compared;
  const other = Date.parse(time);
  if (sign === ">=") return at >= other;
  if (sign === ">") return at > other;
  return sign === "<=" ? at <= other : at < other;
}

function getRun(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  return { status: 200, body: runReply(runOf(engine, request, around), around) };
}

/** Documented for forks; by people, not by the jobs whose runs wait. */
function approveRun(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  if (request.caller.workflowRunId !== null) throw new Refusal(403, "Resource not accessible by integration");
  if (!engine.approve(runOf(engine, request, around)))
    throw new Refusal(403, "This run is not waiting for approval");
  return { status: 201, body: {} };
}

function cancelRun(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  engine.cancel(unfinishedRun(engine, request, around), { force: false });
  return { status: 202, body: {} };
}

function forceCancelRun(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  engine.cancel(unfinishedRun(engine, request, around), { force: true });
  return { status: 202, body: {} };
}

function unfinishedRun(engine: Engine, request: RouteRequest, around: Surroundings): RunRecord {
  const run = runOf(engine, request, around);
  if (isOver(run)) throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
  return run;
}

function listJobs(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const run = runOf(engine, request, around);
  return page(request, {
    name: "jobs",
    path: `runs/${run.id}/jobs`,
    all: run.jobs,
    replyOf: (job) => jobReply(job, run, around),
  });
}

function getJob(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const { run, job } = jobOf(engine, request, around);
  return { status: 200, body: jobReply(job, run, around) };
}

function redirectToLog(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const { job } = jobOf(engine, request, around);
  return engine.signed.redirectTo(around.repository, { file: job.log, type: "text/plain; charset=utf-8" });
}

function redirectToZip(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const artifact = artifactOf(engine, request, around);
  return engine.signed.redirectTo(around.repository, { file: artifact.file, type: "application/zip" });
}

function serveSigned(engine: Engine, request: RouteRequest): Promise<Reply> {
  return engine.signed.serve(param(request, "signature"));
}

function listArtifacts(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const run = request.params["run_id"] === undefined ? null : runOf(engine, request, around);
  const name = request.query.get("name");
  const found = engine.artifacts
    .list(around.repository, run?.id ?? null)
    .filter((one) => name === null || one.name === name)
    .toReversed();
  const path = run === null ? "artifacts" : `runs/${run.id}/artifacts`;
  const replyOf = (one: ArtifactRecord): unknown => artifactReply(one, engine.run(one.runId), around);
  return page(request, { name: "artifacts", path, all: found, replyOf });
}

function getArtifact(engine: Engine, request: RouteRequest, around: Surroundings): Reply {
  const artifact = artifactOf(engine, request, around);
  return { status: 200, body: artifactReply(artifact, engine.run(artifact.runId), around) };
}

async function deleteArtifact(engine: Engine, request: RouteRequest, around: Surroundings): Promise<Reply> {
  await engine.artifacts.remove(artifactOf(engine, request, around));
  return { status: 204, body: null };
}

function runOf(engine: Engine, request: RouteRequest, around: Surroundings): RunRecord {
  const run = engine.run(Number(param(request, "run_id")));
  if (run === undefined || run.repository !== around.repository) throw new Refusal(404, "Not Found");
  return run;
}

function jobOf(
  engine: Engine,
  request: RouteRequest,
  around: Surroundings,
): { run: RunRecord; job: RunRecord["jobs"][number] } {
  const id = Number(param(request, "job_id"));
  for (const run of engine.runsOf(around.repository)) {
    const job = run.jobs.find((one) => one.id === id);
    if (job !== undefined) return { run, job };
  }
  throw new Refusal(404, "Not Found");
}

function artifactOf(
  engine: Engine,
  request: RouteRequest,
  around: Surroundings,
): ReturnType<Engine["artifacts"]["list"]>[number] {
  const id = Number(param(request, "artifact_id"));
  const found = engine.artifacts.list(around.repository, null).find((one) => one.id === id);
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

function param(request: RouteRequest, name: string): string {
  return request.params[name] ?? "";
}

function bodyOf(request: RouteRequest): Record<string, unknown> {
  const { body } = request;
  if (!isRecord(body)) throw new Refusal(400, "Body should be a JSON object");
  return body;
}
