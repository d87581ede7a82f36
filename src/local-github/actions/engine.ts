/**
 * GitHub Actions on this machine: workflow files of a repository are parsed with GitHub's own parser and played as real
 * processes. The engine knows repositories, accounts and tokens only through its host.
 */
import { Refusal } from "../route.ts";
import type { ArtifactStore } from "./artifact-store.ts";
import { createArtifactStore } from "./artifact-store.ts";
import { createGroups, createSlots } from "./concurrency.ts";
import { resolveText } from "./expression.ts";
import type { ActionsEngine, ActionsHost, RepositoryEvent, WorkflowRunView } from "./host.ts";
import { githubContext } from "./job-space.ts";
import { emptyLedger, isOver } from "./ledger.ts";
import type { Cause, Ledger, RunRecord, WorkflowRecord } from "./ledger.ts";
import { jobReply, minimalRepository, runReply, userReply, workflowReply } from "./replies.ts";
import { createRoutes } from "./routes.ts";
import { startRun } from "./run.ts";
import type { LiveRun, Yard } from "./run.ts";
import { dispatchInputs, listensTo } from "./triggers.ts";
import { readWorkflow } from "./workflow.ts";
import type { Workflow } from "./workflow.ts";

export interface ActionsOptions {
  /** Holds logs, artifacts and the folders of jobs. */
  folder: string;
  /** `owner/name` of `uses: owner/name@version` to a folder with an action.yml. */
  actionsAt: Readonly<Record<string, string>>;
  /** Workflows for which it answers false are as if they were not there. */
  enabled?: (workflowPath: string) => boolean;
  /** How many jobs run at a time; 3 by default. */
  maxJobs?: number;
  secrets?: Readonly<Record<string, string>>;
  vars?: Readonly<Record<string, string>>;
}

/** What the routes work on. */
export interface Engine {
  readonly host: ActionsHost;
  readonly artifacts: ArtifactStore;
  /** Addresses that serve a file without further credentials. */
  readonly signed: Map<string, { file: string; type: string; until: number }>;
  workflows(repository: string): Promise<FoundWorkflow[]>;
  /** By id, file name or path. Refuses with 404. */
  workflow(repository: string, idOrFile: string): Promise<FoundWorkflow>;
  dispatch(request: DispatchRequest): Promise<RunRecord>;
  /** Newest first. */
  runsOf(repository: string): RunRecord[];
  run(id: number): RunRecord | undefined;
  cancel(run: RunRecord, how: { because: string; force: boolean }): void;
}

export interface FoundWorkflow {
  record: WorkflowRecord;
  workflow: Workflow;
}

export interface DispatchRequest {
  repository: string;
  workflow: string;
  ref: unknown;
  inputs: unknown;
  actor: string;
}

interface Hall {
  options: ActionsOptions;
  host: ActionsHost;
  yard: Yard;
  ledger: Ledger;
  live: Map<number, LiveRun>;
  signed: Engine["signed"];
  closed: boolean;
}

const WORKFLOWS = ".github/workflows";

/** Webhooks that no workflow can listen to and that are frequent. */
const NO_TRIGGERS = ["workflow_job", "workflow_dispatch"];

export function createActions(options: ActionsOptions): (host: ActionsHost) => ActionsEngine {
  return (host) => {
    const hall = openHall(options, host);
    return {
      routes: createRoutes(engineOf(hall)),
      notice: (event) => notice(hall, event),
      settled: () => settled(hall),
      close: async () => {
        hall.closed = true;
        for (const run of hall.live.values()) run.kill();
        await settled(hall);
      },
      snapshot: () => structuredClone(hall.ledger),
      restore: (snapshot) => restore(hall, snapshot),
      runs: (fullName) => runsOf(hall, fullName).map((run) => viewOf(hall, run)),
    };
  };
}

function openHall(options: ActionsOptions, host: ActionsHost): Hall {
  const hall: Hall = {
    options,
    host,
    ledger: emptyLedger(),
    live: new Map(),
    signed: new Map(),
    closed: false,
    yard: undefined as never,
  };
  hall.yard = {
    host,
    folder: options.folder,
    actionsAt: options.actionsAt,
    secrets: options.secrets ?? {},
    vars: options.vars ?? {},
    artifacts: createArtifactStore({
      machine: host.machine,
      folder: options.folder,
      ledger: () => hall.ledger,
    }),
    ledger: () => hall.ledger,
    groups: createGroups(),
    slots: createSlots(options.maxJobs ?? 3),
    runChanged: (run, action) => tellOfRun(hall, run, action),
    jobChanged: (run, job, action) => {
      const around = { host, repository: run.repository };
      host.deliver({
        name: "workflow_job",
        action,
        fullName: run.repository,
        sender: run.actor,
        payload: { workflow_job: jobReply(job, run, around) },
      });
    },
  };
  return hall;
}

function tellOfRun({ host, ledger }: Hall, run: RunRecord, action: string): void {
  const around = { host, repository: run.repository };
  const workflow = ledger.workflows.find((one) => one.id === run.workflowId);
  host.deliver({
    name: "workflow_run",
    action,
    fullName: run.repository,
    sender: run.actor,
    payload: {
      workflow_run: runReply(run, around),
      workflow: workflow === undefined ? null : workflowReply(workflow, around),
    },
  });
}

function engineOf(hall: Hall): Engine {
  const { host } = hall;
  const workflow = async (repository: string, idOrFile: string): Promise<FoundWorkflow> => {
    const all = await workflowsAt(hall, { repository, sha: await defaultHead(hall, repository) });
    const found = all.find(
      ({ record }) =>
        String(record.id) === idOrFile ||
        record.path === idOrFile ||
        record.path === `${WORKFLOWS}/${idOrFile}`,
    );
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  };
  return {
    host,
    artifacts: hall.yard.artifacts,
    signed: hall.signed,
    workflows: async (repository) =>
      workflowsAt(hall, { repository, sha: await defaultHead(hall, repository) }),
    workflow,
    dispatch: async (request) =>
      dispatch(hall, { request, registered: await workflow(request.repository, request.workflow) }),
    runsOf: (repository) => runsOf(hall, repository),
    run: (id) => hall.ledger.runs.find((run) => run.id === id),
    cancel: (run, { because, force }) => {
      const live = hall.live.get(run.id);
      if (force) live?.kill();
      else live?.cancel(because);
    },
  };
}

function runsOf({ ledger }: Hall, repository: string): RunRecord[] {
  return ledger.runs.filter((run) => run.repository === repository).toReversed();
}

async function defaultHead({ host }: Hall, repository: string): Promise<string | null> {
  const known = host.repository(repository);
  return known === null ? null : host.resolve(repository, `refs/heads/${known.defaultBranch}`);
}

async function workflowsAt(
  hall: Hall,
  { repository, sha }: { repository: string; sha: string | null },
): Promise<FoundWorkflow[]> {
  if (sha === null) return [];
  const names = await hall.host.listFolder(repository, sha, WORKFLOWS);
  const found = await Promise.all(
    names
      .map((name) => (name.includes("/") ? name : `${WORKFLOWS}/${name}`))
      .filter((path) => /\.ya?ml$/u.test(path))
      .map((path) => workflowAt(hall, { repository, sha, path })),
  );
  return found
    .filter((one) => one !== null)
    .map((workflow) => ({ workflow, record: register(hall, repository, workflow) }));
}

async function workflowAt(
  { host, options }: Hall,
  { repository, sha, path }: { repository: string; sha: string; path: string },
): Promise<Workflow | null> {
  if (options.enabled?.(path) === false) return null;
  const text = await host.readFile(repository, sha, path);
  return text === null ? null : readWorkflow(path, text);
}

function register({ ledger, host }: Hall, repository: string, workflow: Workflow): WorkflowRecord {
  const known = ledger.workflows.find((one) => one.repository === repository && one.path === workflow.path);
  if (known !== undefined) {
    known.name = workflow.name;
    return known;
  }
  const createdAt = host.machine.clock.now().toISOString();
  const record = {
    id: ledger.nextId++,
    repository,
    path: workflow.path,
    name: workflow.name,
    runs: 0,
    createdAt,
  };
  ledger.workflows.push(record);
  return record;
}

async function dispatch(
  hall: Hall,
  { request, registered }: { request: DispatchRequest; registered: FoundWorkflow },
): Promise<RunRecord> {
  const { host } = hall;
  const { repository, ref: asked } = request;
  if (typeof asked !== "string" || asked === "")
    throw new Refusal(422, `Invalid request.\n\n"ref" wasn't supplied.`);
  const ref = await fullRef(hall, { repository, ref: asked });
  const sha = ref === null ? null : await host.resolve(repository, ref);
  if (ref === null || sha === null) throw new Refusal(422, `No ref found for: ${asked}`);
  const { record } = registered;
  const workflow = await workflowAt(hall, { repository, sha, path: record.path });
  if (workflow === null) throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  const { raw, typed } = dispatchInputs(workflow, request.inputs);
  const around = { host, repository };
  const payload = {
    inputs: raw,
    ref,
    workflow: record.path,
    repository: minimalRepository(around),
    sender: userReply(request.actor, around),
  };
  const cause: Cause = { event: "workflow_dispatch", payload, actor: request.actor, inputs: typed, ref, sha };
  return start(hall, { found: { record, workflow }, cause, repository });
}

/** A branch before a tag of the same name; a SHA is neither. */
async function fullRef(
  { host }: Hall,
  { repository, ref }: { repository: string; ref: string },
): Promise<string | null> {
  const candidates = /^refs\/(?:heads|tags)\//u.test(ref) ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  for (const candidate of candidates)
    if ((await host.resolve(repository, candidate)) !== null) return candidate;
  return null;
}

/** What a job token caused starts nothing; dispatches do not come this way. */
async function notice(hall: Hall, event: RepositoryEvent): Promise<void> {
  if (event.byJobToken || hall.closed || NO_TRIGGERS.includes(event.name)) return;
  const at = await placeOf(hall, event);
  if (at.sha === null) return;
  for (const found of await workflowsAt(hall, { repository: event.fullName, sha: at.sha })) {
    if (!listensTo(found.workflow, event)) continue;
    const action = event.action === null ? {} : { action: event.action };
    const cause: Cause = {
      event: event.name,
      payload: { ...action, ...event.payload },
      actor: event.sender.login,
      inputs: {},
      ref: at.ref,
      sha: at.sha,
    };
    start(hall, { found, cause, repository: event.fullName });
  }
}

/** A push runs what was pushed; everything else the default branch. */
async function placeOf(hall: Hall, event: RepositoryEvent): Promise<{ ref: string; sha: string | null }> {
  if (event.name === "push") {
    const ref = String(event.payload["ref"]);
    const after = String(event.payload["after"]);
    return { ref, sha: /^0*$/u.test(after) || !/^refs\/(?:heads|tags)\//u.test(ref) ? null : after };
  }
  const branch = hall.host.repository(event.fullName)?.defaultBranch ?? "main";
  return { ref: `refs/heads/${branch}`, sha: await defaultHead(hall, event.fullName) };
}

function start(hall: Hall, given: { found: FoundWorkflow; cause: Cause; repository: string }): RunRecord {
  const { found, cause, repository } = given;
  const { ledger, host, yard } = hall;
  const { workflow, record: registered } = found;
  if (hall.closed) throw new Refusal(503, "The local runner is stopping");
  const now = host.machine.clock.now().toISOString();
  const record: RunRecord = {
    id: ledger.nextId++,
    repository,
    workflowId: registered.id,
    workflowName: workflow.name,
    path: workflow.path,
    event: cause.event,
    displayTitle: workflow.name,
    runNumber: ++registered.runs,
    ref: cause.ref,
    headSha: cause.sha,
    actor: cause.actor,
    status: "queued",
    conclusion: null,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    jobs: [],
    problem: null,
    log: null,
  };
  ledger.runs.push(record);
  nameRun(hall, { workflow, record, cause });
  const run = startRun(yard, { workflow, record, cause });
  hall.live.set(record.id, run);
  void run.ended.finally(() => hall.live.delete(record.id));
  return record;
}

/** `run-name`; else GitHub takes the event's own title. */
function nameRun({ host }: Hall, given: { workflow: Workflow; record: RunRecord; cause: Cause }): void {
  const { workflow, record, cause } = given;
  const titled = cause.payload["issue"] ?? cause.payload["pull_request"];
  const title = (titled as { title?: unknown } | undefined)?.title;
  if (typeof title === "string") record.displayTitle = title;
  if (workflow.runName === null || workflow.problems.length > 0) return;
  const github = githubContext({ run: record, cause, workflow }, host.origin());
  try {
    const name = resolveText(workflow.runName, {
      contexts: { github, inputs: cause.inputs },
      status: "success",
    });
    if (name.trim() !== "") record.displayTitle = name;
  } catch {
    // A run whose name cannot be evaluated keeps the name of its workflow.
  }
}

/** A run that ends may start others that listen to it. */
async function settled(hall: Hall): Promise<void> {
  while (hall.live.size > 0) await Promise.all([...hall.live.values()].map((run) => run.ended));
}

function restore(hall: Hall, snapshot: unknown): void {
  hall.ledger = structuredClone(snapshot as Ledger | null) ?? emptyLedger();
  const now = hall.host.machine.clock.now().toISOString();
  const end = { status: "completed", conclusion: "cancelled" } as const;
  for (const run of hall.ledger.runs.filter((one) => !isOver(one))) {
    Object.assign(run, end, { updatedAt: now });
    for (const job of run.jobs.filter((one) => !isOver(one))) {
      Object.assign(job, end, { completedAt: now, startedAt: job.startedAt ?? now });
      for (const step of job.steps.filter((one) => !isOver(one)))
        Object.assign(step, end, { completedAt: now });
    }
  }
}

function viewOf(hall: Hall, run: RunRecord): WorkflowRunView {
  const { id, workflowName: name, displayTitle, path, event, status, conclusion, createdAt } = run;
  const jobs = run.jobs.map((job) => ({ ...job, steps: job.steps.map((step) => ({ ...step })) }));
  const unstarted = run.log === null ? [] : [unstartedView(run, run.log)];
  const artifacts = hall.yard.artifacts
    .list(run.repository, id)
    .map((one) => ({ id: one.id, name: one.name, sizeInBytes: one.size }));
  return {
    id,
    name,
    displayTitle,
    path,
    event,
    status,
    conclusion,
    createdAt,
    jobs: [...jobs, ...unstarted],
    artifacts,
  };
}

/** A run that could not start has no jobs; its one log still has to be found. */
function unstartedView(run: RunRecord, log: string): WorkflowRunView["jobs"][number] {
  const [at, status, conclusion] = [run.updatedAt, "completed", "failure"];
  return { id: run.id, name: run.path, status, conclusion, startedAt: at, completedAt: at, steps: [], log };
}
