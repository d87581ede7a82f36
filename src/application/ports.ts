/**
 * The outside world, named by what the application needs of it. Readers cannot write; each port is small and has one
 * real implementation in `adapters/`, which the `entry/compose-….ts` choose.
 */
import type { ProjectRow } from "../domain/board/project-rows.ts";
import type { DispatchFact } from "../domain/board/dispatch.ts";
import type { RuleFact } from "../domain/doctor/facts.ts";
import type {
  BoardFact,
  CheckFact,
  CommentFact,
  JobFact,
  LineCommentFact,
  Outage,
  OutsidePullFact,
  PermissionLevel,
  PullFact,
  ReviewFact,
  WorkflowRunFact,
} from "../domain/run/facts.ts";
import type { ChangedFile, LineComment } from "../domain/review/inline.ts";
import type { PlanFile, State } from "../domain/run/journal.ts";

export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** A lower-case hexadecimal string of `length` characters. */
  hex(length: number): string;
}

export interface ProcessRequest {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the child: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Number of the user, and of its group, that it runs as; only root may name another. */
  user?: number;
  input?: string | Uint8Array;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** What the program itself is sent, without what it has started, each once that is aborted. */
  signals?: Readonly<Partial<Record<"SIGINT" | "SIGTERM", AbortSignal>>>;
  onOutput?: (stream: "stdout" | "stderr", chunk: Uint8Array) => void;
  /** Of each stream the last of its bytes that are given back; without it all are. */
  keepsBytes?: number;
}

export interface ProcessResult {
  /** Null when the process was ended by a signal. */
  code: number | null;
  signal: string | null;
  stdout: Uint8Array;
  stderr: Uint8Array;
  timedOut: boolean;
}

export interface Processes {
  /** Starts a program without a shell and waits for its end; the whole process tree is ended on time-out or abort. Rejects when it cannot be started. */
  run(request: ProcessRequest): Promise<ProcessResult>;
}

export interface Files {
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Makes missing folders; writes to a temporary name first, then renames. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  append(path: string, content: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, sorted; empty when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Removes a file or a folder with all below it; nothing happens when it does not exist. */
  remove(path: string): Promise<void>;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface OpenRun {
  run: number;
  /** The newest of its journal. */
  revision: string;
}

/** A commit chain on `refs/roundtable/<run>`, or on a branch where a server refuses such refs; an append is a fast-forward, which is compare-and-swap. */
export interface JournalStore {
  openRuns(): Promise<OpenRun[]>;
  /** What `read` tells of an open run's newest revision; null when no such run is open. */
  open(run: number): Promise<{ planFile: PlanFile; state: State } | null>;
  /** True when an ended run has this number. */
  hasEnded(run: number): Promise<boolean>;
  /** The newest revision of a run, open or ended, and the account that wrote it; null when there is no such run. */
  find(run: number): Promise<{ revision: string; writer: string } | null>;
  /** Its own workflows may then begin by what a run writes down. */
  isOnBranch(run: number): Promise<boolean>;
  /** `next`: the plan that waits for a confirm in place of the present one. */
  read(revision: string): Promise<{ planFile: PlanFile; state: State; next: PlanFile | null }>;
  /** The first revision; "lost" when another pass has opened the run already. */
  create(run: number, entry: Required<Omit<JournalEntry, "next">>): Promise<Appended | "lost">;
  /** "lost" when the journal has moved on since `parent`. */
  append(run: number, parent: string, entry: JournalEntry): Promise<Appended | "lost">;
  /** Moves the ref of an ended run to `refs/roundtable-ended/<run>`, its branch to one that says so. */
  archive(run: number, revision: string): Promise<void>;
}

export interface JournalEntry {
  /** The random id of the pass, part of the commit message. */
  pass: string;
  message: string;
  state: State;
  /** Lines for events.jsonl. */
  events: readonly object[];
  /** In place of the plan before it, which is kept beside it. */
  planFile?: PlanFile;
  /** A plan that waits for a confirm; kept beside the present one. */
  next?: PlanFile;
}

export interface Appended {
  revision: string;
  /** GitHub's time of the append (the answer's Date header). */
  at: Date;
}

/** What can carry a reaction. */
export type Reactable = { comment: number } | { issue: number };

export interface Look {
  /** Branch name → head; without those that are not there. */
  branches: Record<string, string>;
  /** Null: the issue is gone. */
  tracking: { state: "open" | "closed"; labels: string[]; comments: CommentFact[] } | null;
  board: BoardFact;
  outside: OutsidePullFact[];
  /** By pull request; without those that have more of them than a look tells. */
  reviews: Record<number, ReviewFact[]>;
  labels: string[];
}

export interface BoardReader {
  /** The login that our writes carry: `roundtable[bot]`. */
  me(): Promise<string>;
  /** The login that reviews carry; the same as `me` where there is one identity only. */
  reviewer(): Promise<string>;
  repository(): Promise<{ fullName: string; defaultBranch: string }>;
  /**
   * Issues of our own account, and its pull requests into or from the integration branch, open and closed: a label that
   * somebody took off hides nothing. `account`: of another one, as a job sees what the passes have made.
   */
  board(
    integrationBranch: string,
    account?: string | null,
  ): Promise<BoardFact & { outside: OutsidePullFact[] }>;
  /**
   * A run's board as `board`, `comments`, `labels` and `reviews` tell it, and heads of branches, read at once. What it
   * saw stands in, for as long as a pass goes on, for reading again before a write.
   */
  look(request: {
    run: number;
    integrationBranch: string;
    /** Whose heads are wanted. */
    branches: readonly string[];
    /** The run's issues were made after it. */
    since: Date;
    /** Since the last look this process has won an append, so nobody else has written: what it knows suffices. */
    isOwn: boolean;
  }): Promise<Look>;
  /** Our newest pull request from one branch into another, open or closed. */
  pullFrom(head: string, base: string): Promise<PullFact | null>;
  comments(issue: number): Promise<CommentFact[]>;
  /** Newest first: comments of the whole repository whose first line may be a command. */
  recentComments(how?: "anew"): Promise<(CommentFact & { issue: number; onPull: boolean })[]>;
  issue(number: number): Promise<{
    number: number;
    state: "open" | "closed";
    isPull: boolean;
    title: string;
    body: string;
    author: string;
    labels: string[];
  } | null>;
  /** Issues that an account opened, open and closed, changed at or after `since`; oldest first. */
  issuesOf(
    author: string,
    since: Date,
  ): Promise<{ number: number; body: string; state: "open" | "closed"; eyes: number }[]>;
  /** Logins of all whose 👀 it carries. */
  eyesOn(what: Reactable): Promise<string[]>;
  /** What a pull request changes, as its diff is shown. */
  changedFiles(pull: number): Promise<ChangedFile[]>;
  reviews(pull: number): Promise<ReviewFact[]>;
  /** What all reviews of a pull request say at lines. */
  lineComments(pull: number): Promise<LineCommentFact[]>;
  /** Rules of rulesets for a branch of that name, whether it is there or not; empty where GitHub does not tell them. */
  rules(branch: string): Promise<RuleFact[]>;
  /** Names of the repository's labels. */
  labels(): Promise<string[]>;
  /** Read live; `none` for a stranger. */
  permission(login: string): Promise<PermissionLevel>;
}

export interface CodeReader {
  /** Branch name → head, for all branches that begin with the prefix. */
  branches(prefix: string): Promise<Record<string, string>>;
  branch(name: string): Promise<string | null>;
  /** Whether a commit is the head or lies behind it. */
  isAncestor(sha: string, head: string): Promise<boolean>;
  /** What a head changes against a commit, from their common past on; 300 files at most. Null where GitHub does not compare them. */
  changes(sha: string, head: string): Promise<ChangedFile[] | null>;
  /** Paths of all ordinary files of a commit; symlinks and submodules are listed apart so that they can be refused. */
  paths(sha: string): Promise<{ files: string[]; special: string[] }>;
  /** Null when the commit has no such ordinary file. */
  file(sha: string, path: string): Promise<Uint8Array | null>;
  /** Several at once, in that order. */
  files(sha: string, paths: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** The SHA of such a file's content: the same for the same content. */
  blob(sha: string, path: string): Promise<string | null>;
  /** The files of each of the last changes up to a commit, merges left out. */
  recentChanges(sha: string): Promise<string[][]>;
  /** Check runs and statuses on a commit, the newest of each name. */
  checks(sha: string): Promise<CheckFact[]>;
  readCommit(sha: string): Promise<{ sha: string; tree: string; parents: string[]; message: string } | null>;
}

export interface WorkflowReader {
  /** Runs of our agent workflow by workflow_dispatch on the default branch, created at or after `since`. */
  runs(since: Date): Promise<WorkflowRunFact[]>;
  /** One workflow run of this repository, of any workflow; null when there is none. */
  dispatched(runId: number): Promise<DispatchFact | null>;
  jobs(runId: number): Promise<JobFact[]>;
  /** Paths of the repository's workflows that are switched on; empty where GitHub does not tell. */
  active(): Promise<string[]>;
  /** The one file of a result artifact; null when the run has none, or what it has is broken; "too-large" when it is more than `maxBytes` unpacked. */
  artifact(request: {
    runId: number;
    name: string;
    file: string;
    maxBytes: number;
  }): Promise<Uint8Array | null | "too-large">;
  jobLog(jobId: number): Promise<string>;
}

/** All ensure: what exists already in the wanted form is left alone. */
export interface BoardWriter {
  ensureLabels(labels: readonly { name: string; color: string; description: string }[]): Promise<Ensured>;
  /** Found again by its marker, over all pages; with `parent` it is a sub-issue of that one. */
  ensureIssue(issue: {
    marker: string;
    title: string;
    body: string;
    labels: readonly string[];
    parent: number | null;
  }): Promise<Ensured & { number: number }>;
  updateIssue(
    number: number,
    change: {
      title?: string;
      body?: string;
      labels?: readonly string[];
      state?: "open" | "closed";
      stateReason?: "completed" | "not_planned" | "reopened";
    },
  ): Promise<Ensured>;
  /** Adds a person to who has an issue, or takes them off; who cannot have one is left out. */
  assign(issue: number, login: string, isOn: boolean): Promise<Ensured>;
  /** Found by marker and own author over all pages of the issue's comments; created or edited. */
  ensureComment(comment: { issue: number; marker: string; body: string }): Promise<Ensured>;
  /** Of an issue: the issue it becomes part of, where one is given, those that block it, and those that do no more. What GitHub refuses of it is left. */
  ensureLinks(links: {
    number: number;
    parent: number | null;
    blockedBy: readonly { number: number; id: number | null }[];
    drops: readonly number[];
  }): Promise<Ensured>;
  react(what: Reactable, content: "eyes" | "rocket" | "confused"): Promise<Ensured>;
  ensurePull(pull: {
    head: string;
    base: string;
    title: string;
    body: string;
    draft: boolean;
    labels: readonly string[];
  }): Promise<Ensured & { number: number }>;
  updatePull(
    number: number,
    change: { body?: string; labels?: readonly string[]; ready?: true; state?: "closed" },
  ): Promise<Ensured>;
  /**
   * One review per marker; the event is COMMENT where the reviewer is the author. "misplaced", and nothing is posted,
   * when the diff at `sha` has no line for one of the comments.
   */
  ensureReview(review: {
    pull: number;
    sha: string;
    verdict: "approve" | "request-changes" | "comment";
    body: string;
    comments?: readonly LineComment[];
    marker: string;
  }): Promise<Ensured | "misplaced">;
}

export interface Ensured {
  did: "created" | "updated" | "unchanged";
}

export interface CommitFiles {
  message: string;
  files: readonly { path: string; mode: "100644" | "100755"; content: Uint8Array | null }[];
}

export interface CodeWriter {
  /** The branch at `sha`, or at a new empty commit on top of `sha` when `message` is given. Existing branches are left alone. */
  ensureBranch(branch: {
    name: string;
    sha: string;
    message: string | null;
    restores?: string | null;
  }): Promise<Ensured & { sha: string }>;
  /** Sets a branch of ours to a commit, whatever it was (train only). */
  resetBranch(name: string, sha: string): Promise<Ensured>;
  /**
   * Appends commits to a branch whose head is `expectedHead`; content null deletes. "moved" when the head is another
   * one. With `merges` the first is a merge: its files stand on that commit, which is its second parent.
   */
  commit(request: {
    branch: string;
    expectedHead: string;
    merges?: string | null;
    commits: readonly CommitFiles[];
  }): Promise<{ sha: string } | "moved">;
  /** POST /merges: the merge commit, or what was in the way. */
  merge(request: {
    base: string;
    head: string;
    message: string;
  }): Promise<{ sha: string } | "nothing" | "conflict">;
  /** Moves a branch forward to a commit; "refused" when that is no fast-forward. */
  advance(name: string, sha: string): Promise<Ensured | "refused">;
}

export interface WorkflowWriter {
  /** Starts a workflow on the default branch; the run's id where GitHub tells it. "missing" when there is no such workflow. */
  dispatch(
    workflow: string,
    inputs: Readonly<Record<string, string>>,
  ): Promise<{ runId: number | null } | "missing">;
  cancel(runId: number): Promise<Ensured>;
}

/** A project board of GitHub, written only. */
export interface ProjectMirror {
  /** `project`: its URL, or `auto` for the repository's own, which is made where there is none. */
  mirror(request: { project: string; rows: readonly ProjectRow[] }): Promise<Ensured & { url: string }>;
}

export interface Github {
  journal: JournalStore;
  board: BoardReader & BoardWriter;
  code: CodeReader & CodeWriter;
  workflows: WorkflowReader & WorkflowWriter;
  projects: ProjectMirror;
  /** GitHub's time: that of its last answer, moved on by our clock. */
  now(): Date;
  /** The last time in which it gave this process none; null: there was none. */
  outage(): Outage | null;
}
