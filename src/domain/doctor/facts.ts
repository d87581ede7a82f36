/** What is known of a repository's set-up and of this machine. Null: nobody could look, and no check says anything of it. */
import type { Config } from "../config.ts";
import type { Diagnostic } from "../problem.ts";

export interface Facts {
  /** `https://github.com/octo/x`; null: mends name no addresses. */
  page: string | null;
  repository: RepositoryFact | null;
  /** Whose token looks. */
  account: { login: string; isBot: boolean; mayWrite: boolean } | null;
  /** What GitHub tells that the token may do: an App's may be asked for and not accepted yet. */
  granted:
    | { by: "scopes"; scopes: readonly string[] }
    | {
        by: "app";
        permissions: Readonly<Record<string, string>>;
        asked: Readonly<Record<string, string>>;
        /** Pages where the one is accepted and the other changed. */
        acceptAt: string;
        askAt: string;
      }
    | null;
  /** Permissions without which that token could not read what every pass reads. */
  unreadable: readonly string[] | null;
  actions: ActionsFact | null;
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  mayActionsOpenPulls: boolean | null;
  /** Who writes in passes: the workflow's own account alone, one account of an App, or an account beside the workflow's own. */
  identity: "job-token" | "one" | "two" | null;
  /** Of the branches that a run uses. */
  rules: readonly RuleFact[] | null;
  /** Patterns of classic branch protections. */
  protections: readonly string[] | null;
  /** A run's journal stands on a branch, not on a ref of its own kind. */
  isJournalOnBranch: boolean | null;
  workflows: WorkflowFacts;
  config: { isThere: boolean; config: Config; faults: readonly Diagnostic[] } | null;
  /** Names of the agents that are given work; null: all that the configuration names. */
  agents: readonly string[] | null;
  /** Names of secrets that the repository's Actions are given. */
  secrets: readonly string[] | null;
  /** Names of variables that they are given. */
  variables: readonly string[] | null;
  /** Names of the repository's labels. */
  labels: readonly string[] | null;
  rate: { limit: number; remaining: number; resetAt: string } | null;
  /** Whether our account reaches the repository's project boards. */
  reachesProjects: boolean | null;
  machine: MachineFact | null;
}

export interface RepositoryFact {
  defaultBranch: string;
  hasCommits: boolean;
  hasIssues: boolean;
  isArchived: boolean;
  isPrivate: boolean;
}

export interface ActionsFact {
  isEnabled: boolean;
  /** What `uses:` may name. */
  allowed: "all" | "local_only" | "selected";
  /** With `selected`: actions by GitHub itself, and patterns as `owner/name@*`. */
  isGithubAllowed: boolean;
  patterns: readonly string[];
}

export interface RuleFact {
  type: string;
  /** The repository or organization of its ruleset. */
  source: string;
  ruleset: number;
  /** Whether our account may bypass it; null where GitHub does not tell. */
  mayBypass: boolean | null;
}

export interface WorkflowFacts {
  /** Where the two files were looked for: "on the default branch main". */
  where: string;
  pass: WorkflowFile | null;
  agent: WorkflowFile | null;
  /** All workflow files of the base, those that GitHub runs: path and text. */
  all: readonly { path: string; text: string }[] | null;
}

export interface WorkflowFile {
  /** Null: it is not there. */
  text: string | null;
  /** As it is shipped with this version; null where that is not at hand. */
  shipped: string | null;
  isDisabled: boolean;
}

export interface MachineFact {
  /** Of the Node that runs this. */
  node: string;
  /** What `git --version` tells; null: there is no git. */
  git: string | null;
  /** How branch code could be given a user of its own. */
  user: "root" | "sudo" | null;
  /** Of the programs that agents need, whether they are found. */
  programs: Readonly<Record<string, boolean>>;
}

export const NOTHING_KNOWN: Facts = {
  page: null,
  repository: null,
  account: null,
  granted: null,
  unreadable: null,
  actions: null,
  mayActionsOpenPulls: null,
  identity: null,
  rules: null,
  protections: null,
  isJournalOnBranch: null,
  workflows: { where: "", pass: null, agent: null, all: null },
  config: null,
  agents: null,
  secrets: null,
  variables: null,
  labels: null,
  rate: null,
  reachesProjects: null,
  machine: null,
};
