/** One workflow run while it is played: what its parts know in common, and how its records change. */
import { join } from "node:path";
import type { Groups, Slots } from "./concurrency.ts";
import { createControl } from "./control.ts";
import type { JobControl } from "./control.ts";
import { resolve } from "./expression.ts";
import type { Scope, Status } from "./expression.ts";
import { githubContext } from "./job-space.ts";
import type { JobPlan, Workshop } from "./job-space.ts";
import type { Cause, Conclusion, JobRecord, Ledger, RunRecord } from "./ledger.ts";
import type { Tree } from "./parser.ts";
import { isRecord, sentenceOf } from "./plain-data.ts";
import type { JobDefinition, Workflow } from "./workflow.ts";

/** What all runs of an engine share. */
export interface Yard extends Workshop {
  ledger: Ledger;
  groups: Groups;
  slots: Slots;
  /** Tells the host: a webhook. */
  runChanged(run: RunRecord, action: "requested" | "in_progress" | "completed"): void;
  jobChanged(run: RunRecord, job: JobRecord, action: "queued" | "in_progress" | "completed"): void;
}

/** The end of all jobs made from one definition. */
export interface GroupEnd {
  result: Status;
  outputs: Record<string, string>;
}

export interface Play {
  yard: Yard;
  workflow: Workflow;
  record: RunRecord;
  cause: Cause;
  /** Stands for the whole run. */
  control: JobControl;
  /** Jobs that wait for their turn or run; `keepsOn`: its `if` holds in a cancelled run. */
  live: Map<JobRecord, { control: JobControl; keepsOn: () => boolean }>;
  groups: Map<string, Promise<GroupEnd>>;
  /** Of jobs that have ended, by key. */
  ended: Map<string, GroupEnd>;
}

export function createPlay(yard: Yard, given: { workflow: Workflow; record: RunRecord; cause: Cause }): Play {
  return { yard, ...given, control: createControl(), live: new Map(), groups: new Map(), ended: new Map() };
}

/** A running job whose `if` holds in a cancelled run goes on. */
export function cancelPlay(play: Play, because: string): void {
  play.control.cancel(because);
  for (const { control, keepsOn } of play.live.values()) if (!keepsOn()) control.cancel(because);
}

export function killPlay(play: Play, because: string): void {
  play.control.kill(because);
  for (const { control } of play.live.values()) control.kill(because);
}

/** The contexts that exist outside of a job; `needs` only for one. */
export function contextsOf(play: Play, definition?: JobDefinition): Record<string, unknown> {
  const { yard, record: run, cause, workflow } = play;
  const about = definition === undefined ? { run, cause, workflow } : { run, cause, workflow, definition };
  return { github: githubContext(about, yard.host.origin()), inputs: cause.inputs, vars: yard.vars };
}

export function needsOf(play: Play, definition: JobDefinition): JobPlan["needs"] {
  const none: GroupEnd = { result: "skipped", outputs: {} };
  return Object.fromEntries(definition.needs.map((id) => [id, play.ended.get(id) ?? none]));
}

/** Status functions of a job look at all its ancestors, not only at what it names in `needs`. */
export function statusBefore(play: Play, definition: JobDefinition): Status {
  if (play.control.cancelled) return "cancelled";
  const results = new Set([...ancestorsOf(play, { definition })].map((id) => play.ended.get(id)?.result));
  if (results.has("failure")) return "failure";
  return results.has("cancelled") || results.has("skipped") ? "skipped" : "success";
}

function ancestorsOf(
  play: Play,
  { definition, found = new Set() }: { definition: JobDefinition; found?: Set<string> },
): Set<string> {
  for (const id of definition.needs) {
    if (found.has(id)) continue;
    found.add(id);
    const job = play.workflow.jobs.find((one) => one.id === id);
    if (job !== undefined) ancestorsOf(play, { definition: job, found });
  }
  return found;
}

/** Takes a place in a `concurrency:` group. Answers how to leave it; null: evicted or given up. */
export async function enterGroup(
  play: Play,
  given: {
    tree: Tree;
    scope: Scope;
    control: JobControl;
    record: RunRecord | JobRecord;
    cancel: (why: string) => void;
  },
): Promise<(() => void) | null> {
  const value = resolve(given.tree, given.scope);
  const setting = isRecord(value) ? value : { group: value };
  const group = setting["group"];
  if (typeof group !== "string" || group === "") return () => {};
  const { record, control, cancel } = given;
  const status = record.status;
  const leave = await play.yard.groups.enter({
    // By its id, which no renaming changes.
    repository: String(play.yard.host.repository(play.record.repository)?.id),
    group,
    cancelInProgress: setting["cancel-in-progress"] === true,
    queue: setting["queue"] === "max" ? "max" : "single",
    cancelHolder: () => cancel(`Canceling since a higher priority waiting request for ${group} exists`),
    signal: control.signal,
    waits: () => (record.status = "pending"),
  });
  record.status = status;
  return leave;
}

export function newJob({ yard, record }: Play, definition: JobDefinition, name: string): JobRecord {
  const id = yard.ledger.nextId++;
  const job: JobRecord = {
    id,
    key: definition.id,
    name,
    labels: [],
    status: "queued",
    conclusion: null,
    createdAt: timeOf(yard),
    startedAt: null,
    completedAt: null,
    steps: [],
    annotations: [],
    log: join(yard.folder, "runs", String(record.id), `${id}.log`),
  };
  record.jobs.push(job);
  return job;
}

export function beginJob({ yard, record }: Play, job: JobRecord): void {
  const time = timeOf(yard);
  Object.assign(job, { status: "in_progress", startedAt: time });
  if (record.status !== "in_progress") {
    Object.assign(record, { status: "in_progress", startedAt: time, updatedAt: time });
    yard.runChanged(record, "in_progress");
  }
  yard.jobChanged(record, job, "in_progress");
}

export function endJob({ yard, record }: Play, job: JobRecord, conclusion: Conclusion): void {
  const time = timeOf(yard);
  const startedAt = job.startedAt ?? time;
  Object.assign(job, { status: "completed", conclusion, startedAt, completedAt: time });
  record.updatedAt = time;
  yard.jobChanged(record, job, "completed");
}

/** What was wrong with a job before its first step stands in its own log. */
export async function failJob(play: Play, job: JobRecord, error: unknown): Promise<GroupEnd> {
  await play.yard.host.machine.files.append(job.log, `Error: ${sentenceOf(error)}\n`);
  endJob(play, job, "failure");
  return { result: "failure", outputs: {} };
}

export function endRun({ yard, record }: Play, conclusion: Conclusion): void {
  Object.assign(record, { status: "completed", conclusion, updatedAt: timeOf(yard) });
  yard.runChanged(record, "completed");
}

function timeOf(yard: Yard): string {
  return yard.host.machine.clock.now().toISOString();
}
