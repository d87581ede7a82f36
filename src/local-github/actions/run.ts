/**
 * Plays one workflow run: which jobs run when, and how the run ends. A job waits for its needs, then its `if` is asked,
 * then its matrix makes jobs of it, each of which waits for its concurrency group and a free slot.
 */
import { join } from "node:path";
import type { Groups } from "./concurrency.ts";
import { createSlots } from "./concurrency.ts";
import { createControl } from "./control.ts";
import type { JobControl } from "./control.ts";
import { holds, resolve, resolveText } from "./expression.ts";
import type { Scope, Status } from "./expression.ts";
import type { JobEnd } from "./job.ts";
import { runJob } from "./job.ts";
import { githubContext } from "./job-space.ts";
import type { JobPlan, Workshop } from "./job-space.ts";
import type { Cause, Conclusion, JobRecord, Ledger, RunRecord } from "./ledger.ts";
import { combinations } from "./matrix.ts";
import type { Combination } from "./matrix.ts";
import { Expression } from "./parser.ts";
import type { Tree } from "./parser.ts";
import type { JobDefinition, Workflow } from "./workflow.ts";

/** What all runs of an engine share. */
export interface Yard extends Workshop {
  ledger(): Ledger;
  groups: Groups;
  slots: ReturnType<typeof createSlots>;
  /** Tells the host: a webhook. */
  runChanged(run: RunRecord, action: "requested" | "in_progress" | "completed"): void;
  jobChanged(run: RunRecord, job: JobRecord, action: "queued" | "in_progress" | "completed"): void;
}

export interface LiveRun {
  record: RunRecord;
  cancel(because: string): void;
  kill(): void;
  ended: Promise<void>;
}

/** The end of all jobs made from one definition. */
interface Group {
  result: Status;
  outputs: Record<string, string>;
}

interface Play {
  yard: Yard;
  workflow: Workflow;
  record: RunRecord;
  cause: Cause;
  /** Stands for the whole run. */
  control: JobControl;
  live: Map<JobRecord, { control: JobControl; keepsOn: () => boolean }>;
  groups: Map<string, Promise<Group>>;
  /** Of jobs that have ended, by key. */
  ended: Map<string, Group>;
}

export function startRun(
  yard: Yard,
  given: { workflow: Workflow; record: RunRecord; cause: Cause },
): LiveRun {
  const play: Play = {
    yard,
    ...given,
    control: createControl(),
    live: new Map(),
    groups: new Map(),
    ended: new Map(),
  };
  const ended = playRun(play);
  return {
    record: given.record,
    cancel: (because) => cancelAll(play, because),
    kill: () => {
      play.control.kill();
      for (const { control } of play.live.values()) control.kill();
    },
    ended,
  };
}

async function playRun(play: Play): Promise<void> {
  const { yard, record, workflow, control } = play;
  yard.runChanged(record, "requested");
  try {
    if (workflow.problems.length > 0) return await failRun(play, workflow.problems.join("\n"));
    const scope: Scope = { contexts: runContexts(play), status: "success" };
    const leave = await enter(play, {
      tree: workflow.concurrency,
      scope,
      control,
      record,
      cancel: (why) => cancelAll(play, why),
    });
    if (leave === null) return finish(play, "cancelled");
    try {
      const ends = await Promise.all(workflow.jobs.map((job) => groupOf(play, job.id)));
      finish(play, conclusionOf(play, ends));
    } finally {
      leave();
    }
  } catch (error) {
    await failRun(play, error instanceof Error ? error.message : String(error));
  }
}

async function failRun(play: Play, problem: string): Promise<void> {
  const { record, yard } = play;
  record.problem = problem;
  record.log = join(yard.folder, "runs", String(record.id), "workflow.log");
  await yard.host.machine.files.write(
    record.log,
    `The workflow ${record.path} could not be started.\n${problem}\n`,
  );
  finish(play, "startup_failure");
}

/** A running job whose `if` holds in a cancelled run goes on. */
function cancelAll(play: Play, because: string): void {
  play.control.cancel(because);
  for (const { control, keepsOn } of play.live.values()) if (!keepsOn()) control.cancel(because);
}

function finish({ yard, record }: Play, conclusion: Conclusion): void {
  Object.assign(record, { status: "completed", conclusion, updatedAt: timeOf(yard) });
  yard.runChanged(record, "completed");
}

function conclusionOf({ record, control, workflow }: Play, ends: readonly Group[]): Conclusion {
  if (control.cancelled) return "cancelled";
  const results = new Set(ends.map((end) => end.result));
  for (const worst of ["failure", "cancelled"] as const) if (results.has(worst)) return worst;
  const ran = record.jobs.some((job) => job.conclusion !== "skipped");
  return ran || workflow.jobs.length === 0 ? "success" : "skipped";
}

function groupOf(play: Play, id: string): Promise<Group> {
  const known = play.groups.get(id);
  if (known !== undefined) return known;
  const definition = play.workflow.jobs.find((job) => job.id === id);
  if (definition === undefined) throw new Error(`There is no job ${id}`);
  const group = playGroup(play, definition).then((end) => {
    play.ended.set(id, end);
    return end;
  });
  play.groups.set(id, group);
  return group;
}

async function playGroup(play: Play, definition: JobDefinition): Promise<Group> {
  await Promise.all(definition.needs.map((id) => groupOf(play, id)));
  if (play.control.killed) return { result: "cancelled", outputs: {} };
  const contexts = { ...runContexts(play, definition), needs: needsOf(play, definition) };
  const scope = (): Scope => ({ contexts, status: statusBefore(play, definition) });
  try {
    if (!holds(definition.if, scope())) {
      const result = play.control.cancelled ? "cancelled" : "skipped";
      recordEnd(play, { job: newJob(play, definition, definition.id), conclusion: result });
      return { result, outputs: {} };
    }
    return await playMatrix(play, { definition, scope });
  } catch (error) {
    return failJob(play, { job: newJob(play, definition, definition.id), error });
  }
}

/** What was wrong with a job before its first step stands in its own log. */
function failJob(play: Play, { job, error }: { job: JobRecord; error: unknown }): Group {
  const sentence = `Error: ${error instanceof Error ? error.message : String(error)}\n`;
  void play.yard.host.machine.files.append(job.log, sentence).catch(() => {});
  recordEnd(play, { job, conclusion: "failure" });
  return { result: "failure", outputs: {} };
}

async function playMatrix(
  play: Play,
  { definition, scope }: { definition: JobDefinition; scope: () => Scope },
): Promise<Group> {
  const strategy = resolve(definition.strategy, scope()) as Record<string, unknown> | null;
  const matrix = strategy?.["matrix"];
  const found: (Combination | null)[] =
    matrix === undefined || matrix === null ? [null] : combinations(matrix as Combination);
  const failFast = strategy?.["fail-fast"] !== false;
  const limit = typeof strategy?.["max-parallel"] === "number" ? strategy["max-parallel"] : found.length;
  const slots = createSlots(limit);
  const siblings: JobControl[] = [];
  const ends = await Promise.all(
    found.map(async (combination, index) => {
      const control = createControl();
      siblings.push(control);
      const about = {
        "fail-fast": failFast,
        "job-index": index,
        "job-total": found.length,
        "max-parallel": limit,
      };
      const end = await playJob(play, { definition, scope, combination, control, strategy: about, slots });
      if (end.result === "failure" && failFast) {
        for (const other of siblings)
          if (other !== control)
            other.cancel("The strategy configuration was canceled because another job of the matrix failed.");
      }
      return end;
    }),
  );
  return {
    result:
      (["failure", "cancelled", "success"] as const).find((one) => ends.some((end) => end.result === one)) ??
      "skipped",
    outputs: Object.assign({}, ...ends.map((end) => withoutEmpty(end.outputs))) as Record<string, string>,
  };
}

/** Of matrix jobs the last one that says something wins. */
function withoutEmpty(outputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ""));
}

interface OneJob {
  definition: JobDefinition;
  scope: () => Scope;
  combination: Combination | null;
  control: JobControl;
  strategy: Record<string, unknown>;
  slots: ReturnType<typeof createSlots>;
}

async function playJob(play: Play, one: OneJob): Promise<Group> {
  const { yard, record: run } = play;
  const { definition, control, combination, strategy } = one;
  const scope: Scope = {
    ...one.scope(),
    contexts: { ...one.scope().contexts, matrix: combination, strategy },
  };
  const job = newJob(play, definition, nameOf({ definition, combination, scope }));
  job.labels = labelsOf(definition.runsOn, scope);
  const keepsOn = (): boolean => safely(() => holds(definition.if, { ...scope, status: "cancelled" }));
  play.live.set(job, { control, keepsOn });
  if (play.control.killed) control.kill();
  else if (play.control.cancelled && !keepsOn()) control.cancel(play.control.because);
  yard.jobChanged(run, job, "queued");
  const release: (() => void)[] = [];
  try {
    const turns = [
      () => one.slots.take(control.signal),
      () =>
        enter(play, {
          tree: definition.concurrency,
          scope,
          control,
          record: job,
          cancel: (why) => control.cancel(why),
        }),
      () => yard.slots.take(control.signal),
    ];
    for (const turn of turns) {
      const leave = await turn();
      if (leave === null) {
        recordEnd(play, { job, conclusion: "cancelled" });
        return { result: "cancelled", outputs: {} };
      }
      release.push(leave);
    }
    begin(play, job);
    const needs = scope.contexts["needs"] as JobPlan["needs"];
    const { workflow, cause } = play;
    const end = await runJob(yard, {
      workflow,
      definition,
      run,
      cause,
      record: job,
      control,
      needs,
      matrix: combination,
      strategy,
    });
    recordEnd(play, { job, conclusion: end.conclusion });
    return groupEnd(end, { tolerated: resolve(definition.continueOnError, scope) === true });
  } catch (error) {
    return failJob(play, { job, error });
  } finally {
    play.live.delete(job);
    for (const leave of release.toReversed()) leave();
  }
}

function groupEnd(end: JobEnd, { tolerated }: { tolerated: boolean }): Group {
  const result = end.conclusion === "failure" && tolerated ? "success" : end.conclusion;
  return { result: result === "startup_failure" ? "failure" : result, outputs: end.outputs };
}

function begin({ yard, record }: Play, job: JobRecord): void {
  Object.assign(job, { status: "in_progress", startedAt: timeOf(yard) });
  if (record.status !== "in_progress") {
    Object.assign(record, { status: "in_progress", startedAt: timeOf(yard), updatedAt: timeOf(yard) });
    yard.runChanged(record, "in_progress");
  }
  yard.jobChanged(record, job, "in_progress");
}

function recordEnd(
  { yard, record }: Play,
  { job, conclusion }: { job: JobRecord; conclusion: Conclusion },
): void {
  const at = timeOf(yard);
  Object.assign(job, { status: "completed", conclusion, startedAt: job.startedAt ?? at, completedAt: at });
  record.updatedAt = at;
  yard.jobChanged(record, job, "completed");
}

function newJob({ yard, record }: Play, definition: JobDefinition, name: string): JobRecord {
  const id = yard.ledger().nextId++;
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

/** The name of a matrix job gets its values in brackets unless it names them itself. */
function nameOf(given: { definition: JobDefinition; combination: Combination | null; scope: Scope }): string {
  const { definition, combination, scope } = given;
  const name = definition.name === null ? definition.id : resolveText(definition.name, scope);
  const own = definition.name instanceof Expression && definition.name.source.includes("matrix.");
  if (combination === null || own) return name;
  const values = Object.values(combination).map((value) =>
    typeof value === "object" ? JSON.stringify(value) : String(value),
  );
  return `${name} (${values.join(", ")})`;
}

function labelsOf(runsOn: Tree, scope: Scope): string[] {
  const value = resolve(runsOn, scope);
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
}

/** A function that leaves the group; null: evicted or given up. */
async function enter(
  play: Play,
  given: {
    tree: Tree;
    scope: Scope;
    control: JobControl;
    record: RunRecord | JobRecord;
    cancel: (why: string) => void;
  },
): Promise<(() => void) | null> {
  if (given.tree === null) return () => {};
  const value = resolve(given.tree, given.scope);
  const setting =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : { group: value };
  const group = typeof setting["group"] === "string" ? setting["group"] : "";
  if (group === "") return () => {};
  return play.yard.groups.enter({
    repository: play.record.repository,
    group,
    cancelInProgress: setting["cancel-in-progress"] === true,
    queue: setting["queue"] === "max" ? "max" : "single",
    cancelHolder: () => given.cancel(`Canceling since a higher priority waiting request for ${group} exists`),
    signal: given.control.signal,
    waits: () => (given.record.status = "pending"),
  });
}

function runContexts(
  { yard, record, cause, workflow }: Play,
  definition?: JobDefinition,
): Record<string, unknown> {
  const about =
    definition === undefined
      ? { run: record, cause, workflow }
      : { run: record, cause, workflow, definition };
  return { github: githubContext(about, yard.host.origin()), inputs: cause.inputs, vars: yard.vars };
}

function needsOf(play: Play, definition: JobDefinition): JobPlan["needs"] {
  return Object.fromEntries(
    definition.needs.map((id) => [id, play.ended.get(id) ?? { result: "skipped", outputs: {} }]),
  );
}

/** Status functions of a job look at all its ancestors, not only at what it names in `needs`. */
function statusBefore(play: Play, definition: JobDefinition): Status {
  if (play.control.cancelled) return "cancelled";
  const results = new Set([...ancestorsOf(play, definition)].map((id) => play.ended.get(id)?.result));
  if (results.has("failure")) return "failure";
  // Neither success() nor failure() holds after a skipped or cancelled ancestor.
  return results.has("cancelled") || results.has("skipped") ? "skipped" : "success";
}

function ancestorsOf(play: Play, definition: JobDefinition, found = new Set<string>()): Set<string> {
  for (const id of definition.needs) {
    if (found.has(id)) continue;
    found.add(id);
    const job = play.workflow.jobs.find((one) => one.id === id);
    if (job !== undefined) ancestorsOf(play, job, found);
  }
  return found;
}

function safely(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}

function timeOf(yard: Yard): string {
  return yard.host.machine.clock.now().toISOString();
}
