/** What the engine remembers: workflows, runs, jobs, artifacts. Plain data, so that the host can store it. */
import type { RepositoryEvent } from "./host.ts";
import { isRecord } from "./plain-data.ts";

export interface Ledger {
  nextId: number;
  workflows: WorkflowRecord[];
  /** Oldest first. */
  runs: RunRecord[];
  artifacts: ArtifactRecord[];
}

export interface WorkflowRecord {
  id: number;
  repository: string;
  path: string;
  name: string;
  /** How many runs it has had. */
  runs: number;
  createdAt: string;
}

export type RunStatus = "queued" | "pending" | "in_progress" | "completed";
export type Conclusion =
  | "success"
  | "failure"
  | "cancelled"
  | "skipped"
  | "startup_failure"
  | "action_required";

export interface RunRecord {
  id: number;
  repository: string;
  workflowId: number;
  workflowName: string;
  path: string;
  event: string;
  displayTitle: string;
  runNumber: number;
  /** `refs/heads/…` or `refs/tags/…`. */
  ref: string;
  headSha: string;
  /** Where the head lies, when that is a fork. */
  headRepository?: string | null;
  actor: string;
  status: RunStatus;
  conclusion: Conclusion | null;
  createdAt: string;
  updatedAt: string;
  startedAt: string;
  jobs: JobRecord[];
  /** Why it could not start. */
  problem: string | null;
  /** The log of a run that could not start. */
  log: string | null;
}

export interface JobRecord {
  id: number;
  /** The key in the workflow file. */
  key: string;
  name: string;
  labels: string[];
  status: RunStatus;
  conclusion: Conclusion | null;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
  steps: StepRecord[];
  annotations: Annotation[];
  /** Path of the log file. */
  log: string;
}

export interface StepRecord {
  number: number;
  name: string;
  status: RunStatus;
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
}

export interface Annotation {
  level: "error" | "warning" | "notice";
  message: string;
  path: string | null;
  line: number | null;
}

export interface ArtifactRecord {
  id: number;
  repository: string;
  runId: number;
  name: string;
  /** Bytes of the zip file. */
  size: number;
  sha256: string;
  file: string;
  createdAt: string;
}

/** What a run was started by; kept only while it runs. */
export interface Cause {
  event: string;
  payload: Record<string, unknown>;
  actor: RepositoryEvent["sender"]["login"];
  inputs: Readonly<Record<string, unknown>>;
  ref: string;
  sha: string;
  /** Of a pull request, by which its runs are listed. */
  head?: PullHead;
}

export interface PullHead {
  ref: string;
  sha: string;
  /** Null when it is gone. */
  repository: string | null;
}

/** Such runs get no secrets and a token that only reads. */
export function isFromFork(repository: string, { head }: Cause): boolean {
  return head !== undefined && head.repository !== repository;
}

export function emptyLedger(): Ledger {
  return { nextId: 1001, workflows: [], runs: [], artifacts: [] };
}

export function isOver(record: { status: RunStatus }): boolean {
  return record.status === "completed";
}

/** The branch's or tag's own name. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//u, "");
}

/** Takes up what was stored; what was under way then died with its process. */
export function restoreLedger(ledger: Ledger, snapshot: unknown, now: string): void {
  if (!isLedger(snapshot)) return;
  Object.assign(ledger, structuredClone(snapshot));
  const end = { status: "completed", conclusion: "cancelled" } as const;
  for (const run of ledger.runs.filter((one) => !isOver(one))) {
    Object.assign(run, end, { updatedAt: now });
    for (const job of run.jobs.filter((one) => !isOver(one))) {
      Object.assign(job, end, { startedAt: job.startedAt ?? now, completedAt: now });
      for (const step of job.steps.filter((one) => !isOver(one)))
        Object.assign(step, end, { completedAt: now });
    }
  }
}

function isLedger(snapshot: unknown): snapshot is Ledger {
  return isRecord(snapshot) && Array.isArray(snapshot["runs"]) && typeof snapshot["nextId"] === "number";
}
