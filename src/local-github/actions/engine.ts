/**
 * GitHub Actions on this machine: workflow files of a repository are parsed with GitHub's own parser and played as real
 * processes. The engine knows repositories, accounts and tokens only through its host.
 */
import { Refusal } from "../route.ts";
import { createArtifactStore } from "./artifact-store.ts";
import { createCatalog } from "./catalog.ts";
import { createGroups, createSlots } from "./concurrency.ts";
import type { Slots } from "./concurrency.ts";
import type { ActionsEngine, ActionsHost, WorkflowRunView } from "./host.ts";
import { createLauncher } from "./launch.ts";
import { emptyLedger, isOver, restoreLedger } from "./ledger.ts";
import type { JobRecord, Ledger, RunRecord } from "./ledger.ts";
import type { Yard } from "./play.ts";
import { jobReply, runReply, workflowReply } from "./replies.ts";
import { createRoutes } from "./routes.ts";
import type { LiveRun } from "./run.ts";
import { createSignedFiles } from "./signed-files.ts";

export interface ActionsOptions {
  /** Holds logs, artifacts and the folders of jobs. */
  folder: string;
  /** `owner/name` of `uses: owner/name@version` to a folder with an action.yml. */
  actionsAt: Readonly<Record<string, string>>;
  /** Workflows for which it answers false are as if they were not there. */
  enabled?: (workflowPath: string) => boolean;
  /** How many jobs run at a time; 3 by default. */
  maxJobs?: number;
  /** The runners that jobs wait for; left out, `maxJobs` of them. */
  slots?: Slots;
  /** The `secrets` context; nothing of the machine's own environment is in it. */
  secrets?: Readonly<Record<string, string>>;
  /** The `vars` context. */
  vars?: Readonly<Record<string, string>>;
}

export function createActions(options: ActionsOptions): (host: ActionsHost) => ActionsEngine {
  return (host) => openEngine(options, host);
}

function openEngine(options: ActionsOptions, host: ActionsHost): ActionsEngine {
  const ledger = emptyLedger();
  const catalog = createCatalog(host, { ledger, enabled: options.enabled ?? (() => true) });
  const yard = openYard(options, { host, ledger });
  const live = new Map<number, LiveRun>();
  let closed = false;
  const add = (start: () => LiveRun): void => {
    if (closed) throw new Refusal(503, "The local runner is stopping");
    const run = start();
    live.set(run.record.id, run);
    void run.ended.finally(() => live.delete(run.record.id));
  };
  const settled = async (): Promise<void> => {
    // A run that ends may start others.
    while (live.size > 0) await Promise.all([...live.values()].map((run) => run.ended));
  };
  const launcher = createLauncher({ yard, catalog, add });
  const runsOf = (repository: string): RunRecord[] =>
    ledger.runs.filter((run) => run.repository === repository).toReversed();

  return {
    routes: createRoutes({
      host,
      artifacts: yard.artifacts,
      signed: createSignedFiles(host),
      workflows: async (repository) => catalog.at(repository, await catalog.defaultHead(repository)),
      workflow: (repository, idOrFile) => catalog.registered(repository, idOrFile),
      dispatch: async (idOrFile, request) =>
        launcher.dispatch(await catalog.registered(request.repository, idOrFile), request),
      runsOf,
      run: (id) => ledger.runs.find((run) => run.id === id),
      approve: (run) => launcher.approve(run),
      cancel: (run, { force }) => {
        const found = live.get(run.id);
        if (force) found?.kill(CANCELLED);
        else found?.cancel(CANCELLED);
      },
    }),
    notice: async (event) => {
      if (closed) return;
      await launcher.notice(event).catch((error: unknown) => {
        // Closing in between refuses to start; that is no fault.
        if (!closed) throw error;
      });
    },
    renamed: (before, after) => {
      for (const one of [...ledger.workflows, ...ledger.runs, ...ledger.artifacts])
        if (one.repository === before) one.repository = after;
    },
    settled,
    close: async () => {
      closed = true;
      for (const run of live.values()) run.kill("The local runner was stopped.");
      await settled();
    },
    snapshot: () => structuredClone(ledger),
    restore: (snapshot) => restoreLedger(ledger, snapshot, host.machine.clock.now().toISOString()),
    runs: (fullName) => runsOf(fullName).map((run) => viewOf(run, yard)),
  };
}

const CANCELLED = "The run was canceled.";

function openYard(options: ActionsOptions, { host, ledger }: { host: ActionsHost; ledger: Ledger }): Yard {
  const { folder, actionsAt, secrets = {}, vars = {}, maxJobs = 3 } = options;
  const { slots = createSlots(maxJobs) } = options;
  return {
    host,
    ledger,
    folder,
    actionsAt,
    secrets,
    vars,
    artifacts: createArtifactStore({ machine: host.machine, folder, ledger }),
    groups: createGroups(),
    slots,
    runChanged: (run, action) => {
      const around = { host, repository: run.repository };
      const workflow = ledger.workflows.find((one) => one.id === run.workflowId);
      const about = workflow === undefined ? null : workflowReply(workflow, around);
      deliver(host, run, {
        name: "workflow_run",
        action,
        about: { workflow_run: runReply(run, around), workflow: about },
      });
    },
    jobChanged: (run, job, action) => {
      const around = { host, repository: run.repository };
      deliver(host, run, {
        name: "workflow_job",
        action,
        about: { workflow_job: jobReply(job, run, around) },
      });
    },
  };
}

function deliver(
  host: ActionsHost,
  run: RunRecord,
  { name, action, about }: { name: string; action: string; about: Record<string, unknown> },
): void {
  host.deliver({ name, action, fullName: run.repository, sender: run.actor, payload: about });
}

function viewOf(run: RunRecord, { artifacts }: Yard): WorkflowRunView {
  const { id, workflowName: name, displayTitle, path, event, status, conclusion, createdAt } = run;
  const jobs =
    run.log === null ? run.jobs.map(jobView) : [...run.jobs.map(jobView), unstartedView(run, run.log)];
  const saved = artifacts.list(run.repository, id);
  return {
    id,
    name,
    displayTitle,
    path,
    event,
    status,
    conclusion,
    createdAt,
    jobs,
    artifacts: saved.map((one) => ({ id: one.id, name: one.name, sizeInBytes: one.size })),
  };
}

type JobView = WorkflowRunView["jobs"][number];

function jobView({ id, name, status, conclusion, startedAt, completedAt, steps, log }: JobRecord): JobView {
  const shown = steps.map((step) => ({ name: step.name, status: step.status, conclusion: step.conclusion }));
  return { id, name, status, conclusion, startedAt, completedAt, steps: shown, log };
}

/** A run that could not start has no jobs; its one log still has to be found. */
function unstartedView(run: RunRecord, log: string): JobView {
  const at = isOver(run) ? run.updatedAt : null;
  return {
    id: run.id,
    name: run.path,
    status: "completed",
    conclusion: "failure",
    startedAt: at,
    completedAt: at,
    steps: [],
    log,
  };
}
