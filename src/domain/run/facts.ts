/** What GitHub says, in the shape that deciding needs: read, never copied into the journal. */

export type PermissionLevel = "admin" | "write" | "read" | "none";

export interface CommentFact {
  id: number;
  author: string;
  authorIsBot: boolean;
  body: string;
  createdAt: Date;
  /** Changed after it was made: an edited comment is no command. */
  edited: boolean;
  /** How many of the given reaction it has, by anybody. */
  eyes: number;
  /** It has a rocket or a puzzled face: our answer to a command. */
  answered: boolean;
}

export interface IssueFact {
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: "open" | "closed";
  /** Absent where this look was not told: its id for links, the issue it is part of, by how many it is blocked. */
  links?: { id: number; parent: number | null; blockedBy: number } | undefined;
}

export interface PullFact {
  number: number;
  title: string;
  body: string;
  labels: string[];
  head: string;
  headSha: string;
  base: string;
  draft: boolean;
  state: "open" | "closed";
  merged: boolean;
}

/** Into the integration branch, from a branch of the repository itself, by another account than ours. */
export interface OutsidePullFact extends PullFact {
  author: string;
  authorIsBot: boolean;
}

export interface BoardFact {
  issues: IssueFact[];
  pulls: PullFact[];
}

export interface ReviewFact {
  id: number;
  author: string;
  authorIsBot: boolean;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  sha: string;
  body: string;
  submittedAt: Date | null;
}

/** What a review says at a line of the diff. */
export interface LineCommentFact {
  review: number | null;
  path: string;
  /** Null: of the whole file. */
  line: number | null;
  body: string;
}

export interface WorkflowRunFact {
  id: number;
  /** The run-name: `roundtable <run> <u> <role> <n>`. */
  name: string;
  status: "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";
  conclusion: string | null;
  createdAt: Date;
  url: string;
}

/** A time in which GitHub gave no answer. */
export interface Outage {
  from: Date;
  /** Null while it lasts. */
  to: Date | null;
  why: string;
}

/** A check run or a commit status. */
export interface CheckFact {
  name: string;
  state: "pending" | "green" | "red";
}

export interface JobFact {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  steps: { name: string; conclusion: string | null; status: string }[];
  /** When one of its steps, or it itself, last began or ended; null before that. */
  lastSign: Date | null;
}
