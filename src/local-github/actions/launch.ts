/** What starts runs: dispatches and events. */
import { Refusal } from "../route.ts";
import type { Catalog, FoundWorkflow } from "./catalog.ts";
import { resolveText } from "./expression.ts";
import type { RepositoryEvent } from "./host.ts";
import { githubContext } from "./job-space.ts";
import { isFromFork } from "./ledger.ts";
import type { Cause, PullHead, RunRecord } from "./ledger.ts";
import { isRecord, textAt } from "./plain-data.ts";
import type { Yard } from "./play.ts";
import { minimalRepository, userReply } from "./replies.ts";
import { startRun } from "./run.ts";
import type { LiveRun } from "./run.ts";
import { dispatchInputs, listensTo } from "./triggers.ts";

export interface Launcher {
  /** Refuses as GitHub does; `found` is the workflow on the default branch. */
  dispatch(found: FoundWorkflow, request: DispatchRequest): Promise<RunRecord>;
  notice(event: RepositoryEvent): Promise<void>;
  /** Begins a run that waits for it; false when it does not. */
  approve(run: RunRecord): boolean;
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
  /** What begins the runs that wait for approval, by id; they do not outlive the process. */
  waiting: Map<number, () => void>;
}

/** Webhooks that no workflow can listen to and that are frequent. */
const NO_TRIGGERS = ["workflow_job", "workflow_dispatch"];

/** Those of pull requests, whose workflow files are read from the test merge. */
const PULL_EVENTS = ["pull_request", "pull_request_review", "pull_request_review_comment"];

/** The actions of a pull request for which a job token's runs wait. */
const WAITING = ["opened", "synchronize", "reopened"];

export function createLauncher(given: Omit<Ground, "waiting">): Launcher {
  const ground: Ground = { ...given, waiting: new Map() };
  return {
    dispatch: (found, request) => dispatch(ground, found, request),
    notice: (event) => notice(ground, event),
    approve: ({ id }) => {
      const waiting = ground.waiting.get(id);
      ground.waiting.delete(id);
      waiting?.();
      return waiting !== undefined;
    },
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

/**
 * What a job token caused starts nothing; dispatches do not come this way. Only the runs of a pull request that it
 * opened or changed are made, and wait for somebody's approval.
 */
async function notice(ground: Ground, event: RepositoryEvent): Promise<void> {
  const waits = event.byJobToken && event.name === "pull_request" && WAITING.includes(event.action ?? "");
  if ((event.byJobToken && !waits) || NO_TRIGGERS.includes(event.name)) return;
  const { ref, sha, ...head } = await placeOf(ground, event);
  if (sha === null) return;
  const action = event.action === null ? {} : { action: event.action };
  const payload = { ...action, ...event.payload };
  const cause: Cause = {
    event: event.name,
    payload,
    actor: event.sender.login,
    inputs: {},
    ref,
    sha,
    ...head,
  };
  for (const found of await ground.catalog.at(event.fullName, sha)) {
    if (!listensTo(found.workflow, event)) continue;
    if (waits || isNewcomers(event, cause)) hold(ground, found, cause);
    else start(ground, found, cause);
  }
}

/** A fork's pull request by who has had none merged: the usual setting of public repositories. */
function isNewcomers({ fullName, payload }: RepositoryEvent, cause: Cause): boolean {
  const author = textAt(payload["pull_request"], "author_association") ?? "";
  return isFromFork(fullName, cause) && author === "FIRST_TIME_CONTRIBUTOR";
}

/** A push runs what was pushed, an event of a pull request its test merge, everything else the default branch. */
async function placeOf(
  { yard: { host }, catalog }: Ground,
  { name, action, fullName, payload }: RepositoryEvent,
): Promise<{ ref: string; sha: string | null; head?: PullHead }> {
  if (name === "push") {
    const [ref, after] = [textAt(payload, "ref") ?? "", textAt(payload, "after") ?? ""];
    const runs = /^refs\/(?:heads|tags)\//u.test(ref) && !/^0*$/u.test(after);
    return { ref, sha: runs ? after : null };
  }
  const pull = payload["pull_request"];
  if (PULL_EVENTS.includes(name) && isRecord(pull)) {
    const number = Number(pull["number"]);
    const ref = `refs/pull/${number}/merge`;
    const isOpen = name === "pull_request" && action !== "closed";
    const merge = pull["state"] === "open" ? await host.mergeCommit(fullName, number) : null;
    // In conflict a pull request's own events start nothing; reviews still find the last merge that went well.
    const sha = merge ?? (isOpen ? null : await host.resolve(fullName, ref));
    const head = {
      ref: `refs/heads/${textAt(pull, "head", "ref") ?? ""}`,
      sha: textAt(pull, "head", "sha") ?? "",
      repository: textAt(pull, "head", "repo", "full_name"),
    };
    return { ref, sha, head };
  }
  const branch = host.repository(fullName)?.defaultBranch ?? "main";
  return { ref: `refs/heads/${branch}`, sha: await catalog.defaultHead(fullName) };
}

function start(ground: Ground, found: FoundWorkflow, cause: Cause): RunRecord {
  const record = recordOf(ground, found, cause);
  begin(ground, { ...found, run: record, cause });
  return record;
}

/** Shown as over, for want of an action, until it is approved. */
function hold(ground: Ground, found: FoundWorkflow, cause: Cause): void {
  const record = recordOf(ground, found, cause);
  found.record.runs = record.runNumber;
  ground.yard.ledger.runs.push(Object.assign(record, { status: "completed", conclusion: "action_required" }));
  ground.waiting.set(record.id, () => {
    const at = ground.yard.host.machine.clock.now().toISOString();
    Object.assign(record, { status: "queued", conclusion: null, startedAt: at });
    ground.add(() => startRun(ground.yard, { workflow: found.workflow, record, cause }));
  });
}

function begin(
  { yard, add }: Ground,
  { record: registered, workflow, run, cause }: FoundWorkflow & { run: RunRecord; cause: Cause },
): void {
  add(() => {
    registered.runs = run.runNumber;
    yard.ledger.runs.push(run);
    return startRun(yard, { workflow, record: run, cause });
  });
}

function recordOf(
  { yard }: Ground,
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
    ref: cause.head?.ref ?? cause.ref,
    headSha: cause.head?.sha ?? cause.sha,
    ...(isFromFork(registered.repository, cause) && { headRepository: cause.head?.repository ?? null }),
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
