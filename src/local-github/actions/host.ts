/**
 * The seam between the Actions engine and the GitHub it runs in. The engine knows workflows, runs, jobs, artifacts
 * and logs; of repositories, accounts, tokens and webhooks it knows only this.
 */
import type { Machine } from "../ports.ts";
import type { Route } from "../route.ts";

export interface ActionsHost {
  readonly machine: Machine;
  /** `http://127.0.0.1:PORT` once the server listens; jobs reach REST, GraphQL and git below it. */
  origin(): string;
  repository(fullName: string): {
    id: number;
    fullName: string;
    owner: string;
    defaultBranch: string;
    private: boolean;
    fork: boolean;
  } | null;
  /** A branch, tag, full ref or commit SHA to its commit; null when there is none. */
  resolve(fullName: string, ref: string): Promise<string | null>;
  /** The commit of `refs/pull/<number>/merge`, made anew; null for a pull request in conflict. */
  mergeCommit(fullName: string, number: number): Promise<string | null>;
  /** Null when there is no such file at that commit. */
  readFile(fullName: string, sha: string, path: string): Promise<string | null>;
  listFolder(fullName: string, sha: string, folder: string): Promise<string[]>;
  /** A token of `github-actions[bot]` with just these permissions on just this repository, until revoked. */
  mintJobToken(request: {
    fullName: string;
    runId: number;
    permissions: Readonly<Record<string, "read" | "write">>;
  }): string;
  revokeToken(token: string): void;
  /** Delivers a webhook (`workflow_run`, `workflow_job`) about a repository. */
  deliver(event: {
    name: string;
    action: string;
    fullName: string;
    sender: string;
    payload: Record<string, unknown>;
  }): void;
}

/** Something that happened in a repository and that a workflow may listen to (`push`, `issue_comment`, …). */
export interface RepositoryEvent {
  name: string;
  action: string | null;
  fullName: string;
  sender: { login: string; type: "User" | "Bot" };
  /** True for what a job token caused: starts no workflow. */
  byJobToken: boolean;
  payload: Record<string, unknown>;
}

export interface ActionsEngine {
  /** REST routes below /repos/:owner/:repo/actions. */
  readonly routes: readonly Route[];
  /** Called by the host for every webhook event; starts the workflows that listen to it. */
  notice(event: RepositoryEvent): Promise<void>;
  /** A repository has another name from now on. */
  renamed(before: string, after: string): void;
  /** Resolves when no run is queued or in progress. */
  settled(): Promise<void>;
  /** Cancels what runs, ends every process and waits for it. */
  close(): Promise<void>;
  /** Plain data for the host to store; `restore` marks runs that were under way as cancelled. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
  /** All runs with jobs, steps and where their logs lie, newest first: for pages. */
  runs(fullName: string): readonly WorkflowRunView[];
}

export interface WorkflowRunView {
  id: number;
  name: string;
  displayTitle: string;
  path: string;
  event: string;
  status: string;
  conclusion: string | null;
  createdAt: string;
  jobs: readonly {
    id: number;
    name: string;
    status: string;
    conclusion: string | null;
    startedAt: string | null;
    completedAt: string | null;
    steps: readonly { name: string; status: string; conclusion: string | null }[];
    log: string;
  }[];
  artifacts: readonly { id: number; name: string; sizeInBytes: number }[];
}
