/**
 * Where one job lives: its folders, token, environment and contexts. The environment is made from nothing: what the
 * machine's own process holds never reaches a job, secrets only through the `secrets` context.
 */
import { dirname, join } from "node:path";
import type { ArtifactStore } from "./artifact-store.ts";
import type { JobControl } from "./control.ts";
import type { Scope, Status } from "./expression.ts";
import { resolveTexts } from "./expression.ts";
import type { ActionsHost } from "./host.ts";
import { shortRef } from "./ledger.ts";
import type { Cause, JobRecord, RunRecord } from "./ledger.ts";
import type { JobLog } from "./log.ts";
import { textAt } from "./plain-data.ts";
import type { JobDefinition, Workflow } from "./workflow.ts";

/** What all jobs of an engine share. */
export interface Workshop {
  host: ActionsHost;
  folder: string;
  actionsAt: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  vars: Readonly<Record<string, string>>;
  artifacts: ArtifactStore;
}

export interface JobPlan {
  workflow: Workflow;
  definition: JobDefinition;
  run: RunRecord;
  cause: Cause;
  record: JobRecord;
  control: JobControl;
  needs: Readonly<Record<string, { result: string; outputs: Readonly<Record<string, string>> }>>;
  matrix: Readonly<Record<string, unknown>> | null;
  strategy: Readonly<Record<string, unknown>>;
}

export interface JobSpace extends Workshop {
  plan: JobPlan;
  log: JobLog;
  token: string;
  /** The job's own folder; removed when it ends. */
  root: string;
  workspace: string;
  temp: string;
  home: string;
  /** The `env` context: of the workflow, the job, and what steps wrote to GITHUB_ENV. */
  env: Record<string, string>;
  /** Folders that steps wrote to GITHUB_PATH, newest first. */
  path: string[];
  steps: Record<string, StepContext>;
  status: Status;
}

interface StepContext {
  outcome: string;
  conclusion: string;
  outputs: Record<string, string>;
}

export async function openSpace(given: {
  workshop: Workshop;
  plan: JobPlan;
  token: string;
  log: JobLog;
}): Promise<JobSpace> {
  const { workshop, plan, token, log } = given;
  const root = join(workshop.folder, "jobs", String(plan.record.id));
  const name = plan.run.repository.split("/")[1] ?? "repository";
  const space: JobSpace = {
    ...workshop,
    plan,
    log,
    token,
    root,
    workspace: join(root, "work", name),
    temp: join(root, "temp"),
    home: join(root, "home"),
    env: {},
    path: [],
    steps: {},
    status: "success",
  };
  const { files } = workshop.host.machine;
  await files.makeFolder(space.workspace);
  await files.makeFolder(space.home);
  await files.write(eventFile(space), JSON.stringify(plan.cause.payload, null, 2));
  for (const layer of [plan.workflow.env, plan.definition.env]) {
    space.env = { ...space.env, ...resolveTexts(layer, scopeOf(space)) };
  }
  return space;
}

/** Contexts as a step sees them; `env` are the step's own variables on top of the job's. */
export function scopeOf(space: JobSpace, env: Readonly<Record<string, string>> = {}): Scope {
  const { plan } = space;
  const contexts = {
    github: {
      ...githubContext(plan, space.host.origin()),
      token: space.token,
      workspace: space.workspace,
      event_path: eventFile(space),
    },
    inputs: plan.cause.inputs,
    vars: space.vars,
    secrets: { ...space.secrets, GITHUB_TOKEN: space.token },
    needs: plan.needs,
    matrix: plan.matrix,
    strategy: plan.strategy,
    steps: space.steps,
    job: { status: statusOf(space) },
    runner: {
      os: systemOf(),
      arch: archOf(),
      name: "local",
      temp: space.temp,
      tool_cache: toolCache(space),
      debug: "",
      environment: "self-hosted",
    },
    env: { ...space.env, ...env },
  };
  return { contexts, status: statusOf(space) };
}

function statusOf(space: JobSpace): Status {
  return space.plan.control.cancelled ? "cancelled" : space.status;
}

/** The whole environment of a process of this job. */
export function environmentOf(
  space: JobSpace,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = { CI: "true", HOME: space.home, LANG: "C.UTF-8", ...space.env, ...own };
  const path =
    env["PATH"] ??
    [
      dirname(process.execPath),
      "/usr/local/sbin",
      "/usr/local/bin",
      "/usr/sbin",
      "/usr/bin",
      "/sbin",
      "/bin",
    ].join(":");
  return { ...env, ...defaultVariables(space), PATH: [...space.path, path].join(":") };
}

/** `github` without what exists only inside a job. */
export function githubContext(
  {
    run,
    cause,
    workflow,
    definition,
  }: Pick<JobPlan, "run" | "cause" | "workflow"> & { definition?: JobDefinition },
  origin: string,
): Record<string, unknown> {
  const [owner = ""] = run.repository.split("/");
  const pull = cause.payload["pull_request"];
  const isPullEvent = cause.event.startsWith("pull_request");
  return {
    event: cause.payload,
    event_name: cause.event,
    repository: run.repository,
    repository_owner: owner,
    repositoryUrl: `${origin}/${run.repository}.git`,
    ref: cause.ref,
    ref_name: shortRef(cause.ref),
    ref_type: cause.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: false,
    sha: cause.sha,
    head_ref: isPullEvent ? (textAt(pull, "head", "ref") ?? "") : "",
    base_ref: isPullEvent ? (textAt(pull, "base", "ref") ?? "") : "",
    actor: cause.actor,
    triggering_actor: cause.actor,
    run_id: String(run.id),
    run_number: String(run.runNumber),
    run_attempt: "1",
    workflow: workflow.name,
    workflow_ref: `${run.repository}/${workflow.path}@${cause.ref}`,
    workflow_sha: cause.sha,
    job: definition?.id ?? "",
    server_url: origin,
    api_url: origin,
    graphql_url: `${origin}/graphql`,
    retention_days: "90",
    secret_source: "Actions",
  };
}

function defaultVariables(space: JobSpace): Record<string, string> {
  const context = githubContext(space.plan, space.host.origin());
  const named = Object.entries(context)
    .filter(
      ([name, value]) => typeof value === "string" && name !== "repositoryUrl" && name !== "secret_source",
    )
    .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)] as const);
  return {
    ...Object.fromEntries(named),
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_PATH: eventFile(space),
    GITHUB_WORKSPACE: space.workspace,
    GITHUB_REF_PROTECTED: "false",
    RUNNER_OS: systemOf(),
    RUNNER_ARCH: archOf(),
    RUNNER_NAME: "local",
    RUNNER_ENVIRONMENT: "self-hosted",
    RUNNER_TEMP: space.temp,
    RUNNER_TOOL_CACHE: toolCache(space),
    RUNNER_WORKSPACE: dirname(space.workspace),
  };
}

function eventFile(space: JobSpace): string {
  return join(space.temp, "_github_workflow", "event.json");
}

function toolCache(space: JobSpace): string {
  return join(space.root, "tools");
}

function archOf(): string {
  return process.arch === "arm64" ? "ARM64" : "X64";
}

function systemOf(): string {
  return process.platform === "darwin" ? "macOS" : "Linux";
}
