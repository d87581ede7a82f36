/** What starts runs: dispatches and events. */
import { Refusal } from "../route.ts";
import type { Catalog, FoundWorkflow } from "./catalog.ts";
import { resolveText } from "./expression.ts";
import type { RepositoryEvent } from "./host.ts";
import { githubContext } from "./job-space.ts";
import type { Cause, RunRecord } from "./ledger.ts";
import { textAt } from "./plain-data.ts";
import type { Yard } from "./play.ts";
import { minimalRepository, userReply } from "./replies.ts";
import { startRun } from "./run.ts";
import type { LiveRun } from "./run.ts";
import { dispatchInputs, listensTo } from "./triggers.ts";

export interface Launcher {
  /** Refuses as GitHub does; `found` is the workflow on the default branch. */
  dispatch(found: FoundWorkflow, request: DispatchRequest): Promise<RunRecord>;
  notice(event: RepositoryEvent): Promise<void>;
}

export interface DispatchRequest {
  repository: string;
  ref: unknown;
  inputs: unknown;
  actor: string;
}

interface Ground {
  yard: Yard;
  catalog: Catalog;
  /** Takes up a run that has begun; throws when the engine is closed. */
  readonly add: (run: () => LiveRun) => void;
}

/** Webhooks that no workflow can listen to and that are frequent. */
const NO_TRIGGERS = ["workflow_job", "workflow_dispatch"];

export function createLauncher(ground: Ground): Launcher {
  return {
    dispatch: (found, request) => dispatch(ground, found, request),
    notice: (event) => notice(ground, event),
  };
}

async function dispatch(ground: Ground, found: FoundWorkflow, request: DispatchRequest): Promise<RunRecord> {
  const { repository, ref: asked, actor } = request;
  if (typeof asked !== "string" || asked === "") {
    throw new Refusal(422, `Invalid request.\n\n"ref" wasn't supplied.`);
  }
  const place = await branchOrTag(ground, repository, asked);
  if (place === null) throw new Refusal(422, `No ref found for: ${asked}`);
  const { ref, sha } = place;
  const { record } = found;
  const workflow = await ground.catalog.fileAt(repository, sha, record.path);
  if (workflow === null) throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  const { raw, typed } = dispatchInputs(workflow, request.inputs);
  const around = { host: ground.yard.host, repository };
  const payload = {
    inputs: raw,
    ref,
    workflow: record.path,
    repository: minimalRepository(around),
    sender: userReply(actor, around),
  };
  const cause: Cause = { event: "workflow_dispatch", payload, actor, inputs: typed, ref, sha };
  return start(ground, { record, workflow }, cause);
}

/** A branch before a tag of the same name; a SHA is neither. */
async function branchOrTag(
  { yard }: Ground,
  repository: string,
  asked: string,
): Promise<{ ref: string; sha: string } | null> {
  const isFull = /^refs\/(?:heads|tags)\//u.test(asked);
  for (const ref of isFull ? [asked] : [`refs/heads/${asked}`, `refs/tags/${asked}`]) {
    // oxlint-disable-next-line no-await-in-loop -- the second only where the first is absent
    const sha = await yard.host.resolve(repository, ref);
    if (sha !== null) return { ref, sha };
  }
  return null;
}

/** What a job token caused starts nothing; dispatches do not come this way. */
async function notice(ground: Ground, event: RepositoryEvent): Promise<void> {
  if (event.byJobToken || NO_TRIGGERS.includes(event.name)) return;
  const { ref, sha } = await placeOf(ground, event);
  if (sha === null) return;
  const action = event.action === null ? {} : { action: event.action };
  const payload = { ...action, ...event.payload };
  const cause: Cause = { event: event.name, payload, actor: event.sender.login, inputs: {}, ref, sha };
  for (const found of await ground.catalog.at(event.fullName, sha)) {
    if (listensTo(found.workflow, event)) start(ground, found, cause);
  }
}

/** A push runs what was pushed; everything else the default branch. */
async function placeOf(
  { yard, catalog }: Ground,
  { name, fullName, payload }: RepositoryEvent,
): Promise<{ ref: string; sha: string | null }> {
  if (name === "push") {
    const [ref, after] = [textAt(payload, "ref") ?? "", textAt(payload, "after") ?? ""];
    const runs = /^refs\/(?:heads|tags)\//u.test(ref) && !/^0*$/u.test(after);
    return { ref, sha: runs ? after : null };
  }
  const branch = yard.host.repository(fullName)?.defaultBranch ?? "main";
  return { ref: `refs/heads/${branch}`, sha: await catalog.defaultHead(fullName) };
}

function start(
  { yard, add }: Ground,
  { record: registered, workflow }: FoundWorkflow,
  cause: Cause,
): RunRecord {
  const now = yard.host.machine.clock.now().toISOString();
  const record: RunRecord = {
    id: yard.ledger.nextId++,
    repository: registered.repository,
    workflowId: registered.id,
    workflowName: workflow.name,
    path: workflow.path,
    event: cause.event,
    displayTitle: workflow.name,
    runNumber: registered.runs + 1,
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
  record.displayTitle = titleOf(yard, { workflow, record, cause });
  add(() => {
    registered.runs = record.runNumber;
    yard.ledger.runs.push(record);
    return startRun(yard, { workflow, record, cause });
  });
  return record;
}

/** `run-name`; else the title of the issue or pull request; else the workflow's name. */
function titleOf(
  { host }: Yard,
  { workflow, record: run, cause }: Pick<FoundWorkflow, "workflow"> & { record: RunRecord; cause: Cause },
): string {
  const { payload, inputs } = cause;
  const usual =
    textAt(payload, "issue", "title") ?? textAt(payload, "pull_request", "title") ?? workflow.name;
  if (workflow.runName === null) return usual;
  const github = githubContext({ run, cause, workflow }, host.origin());
  try {
    const name = resolveText(workflow.runName, { contexts: { github, inputs }, status: "success" });
    return name.trim() === "" ? usual : name;
  } catch {
    return usual;
  }
}
