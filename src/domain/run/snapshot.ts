/** What one pass sees: facts of GitHub and the journal, as plain data. Only `observe` makes one. */
import type { HandOver } from "../handover/result.ts";
import type {
  BoardFact,
  CheckFact,
  CommentFact,
  Outage,
  OutsidePullFact,
  PermissionLevel,
  PullFact,
  ReviewFact,
  WorkflowRunFact,
} from "./facts.ts";
import type { PlanFile, State } from "./journal.ts";

export interface Life {
  /** No runner has taken it, or its next job, yet. */
  isQueued: boolean;
  /** `work: Agent`: the job and step at work. */
  at: string | null;
  /** When a job or step of it last began or ended. */
  lastSign: string | null;
}

/** What is known of an open attempt's workflow run. */
export interface RunOutcome {
  runId: number;
  url: string;
  /** Null while it is under way. */
  conclusion: string | null;
  /** Of one that is under way, where it is worth a look. */
  life?: Life | undefined;
  /** The verify job's conclusion: the only word on green or red that counts. Null when it did not run. */
  verify: "success" | "failure" | null;
  /** Last lines of the verify job's log when it failed. */
  tail: string;
  handOver:
    | { kind: "none" }
    | { kind: "refused"; sentence: string }
    | { kind: "accepted"; content: HandOver };
}

/** Or the sentences that say why there is none. */
export type Replanned =
  | { planFile: PlanFile; sha: string; changed: string[]; maxCost: number | null }
  | { sentences: string[] };

export interface RunSnapshot {
  fullName: string;
  run: number;
  revision: string;
  planFile: PlanFile;
  state: State;
  /** Unit id → the slug in branch names. */
  slugs: Readonly<Record<string, string>>;
  /** The last time in which GitHub gave this process no answer. */
  outage: Outage | null;
  me: string;
  reviewer: string;
  /** Branches of this run by full name. */
  branches: Readonly<Record<string, string>>;
  /** The integration branch is at the commit that landed last, or ahead of it. */
  integrationHolds: boolean;
  /** The base branch's head now. */
  baseHead: string | null;
  /** The spec's tasks.md on the base branch, where it is another than the plan's and no person was told of it. */
  newTasks: { blob: string; before: string; after: string | null } | null;
  tracking: {
    /** Somebody has deleted it, or moved it to another repository. */
    isGone?: boolean;
    state: "open" | "closed";
    labels: readonly string[];
    comments: readonly CommentFact[];
  };
  /** Of authors of commands not yet obeyed, read live. */
  permissions: Readonly<Record<string, PermissionLevel>>;
  board: BoardFact;
  outside: readonly OutsidePullFact[];
  /** From the branch that adds to AGENTS.md. */
  learningsPull: PullFact | null;
  /** Runs of the agent workflow since the run began. */
  runs: readonly WorkflowRunFact[];
  /** By attempt key, for attempts without an outcome whose run is known. */
  outcomes: Readonly<Record<string, RunOutcome>>;
  /** The repository's own checks on the train's commit, where a run waits for them. */
  checks: readonly CheckFact[];
  /** Other open runs of the same spec on the same base branch; looked for until this one is confirmed. */
  siblings: readonly { run: number; isConfirmed: boolean }[];
  /** What came of a wanted new plan, where it has just been made; see replan.ts. */
  replanned: Replanned | null;
  /** The plan that waits for a confirm in place of the present one. */
  next: PlanFile | null;
  /** The plan with what a model has just proposed, where that fits; see planning.ts. */
  refined: PlanFile | null;
  /** By unit id, for pull requests in review. */
  reviews: Readonly<Record<string, readonly ReviewFact[]>>;
  labels: readonly string[];
}
