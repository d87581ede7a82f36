/**
 * All that the local GitHub remembers beside git objects and refs, as plain data that is stored as one JSON document.
 * Times are ISO 8601 in UTC; people are named by login, issues and comments by their database id.
 */

export type Role = "none" | "read" | "triage" | "write" | "admin";

export interface Account {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Reaction {
  id: number;
  user: string;
  content: string;
  createdAt: string;
}

export interface Comment {
  id: number;
  /** Number of the issue or pull request. */
  issue: number;
  user: string;
  body: string;
  createdAt: string;
  updatedAt: string;
  reactions: Reaction[];
}

export interface PullNumbers {
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

export interface Pull {
  /** The branch's name. */
  head: string;
  /** Where the head lies, when that is another repository; its owner stays known when it is gone. */
  fork?: { id: number; owner: string };
  headSha: string;
  base: string;
  /** Where the base was when the pull request was made or last changed. */
  baseSha: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  mergeCommitSha: string | null;
  requestedReviewers: string[];
  maintainerCanModify: boolean;
  /** As last counted; absent from older stores. */
  numbers?: PullNumbers;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: string;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: string[];
  assignees: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  reactions: Reaction[];
  /** Database ids, in order. */
  subIssues: number[];
  blockedBy: number[];
  pull: Pull | null;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export interface Review {
  id: number;
  pull: number;
  user: string;
  body: string;
  state: ReviewState;
  commitId: string;
  submittedAt: string | null;
}

export interface ReviewComment {
  id: number;
  review: number | null;
  pull: number;
  user: string;
  body: string;
  path: string;
  /** Null for a comment on a file as a whole. */
  line: number | null;
  side: "LEFT" | "RIGHT";
  startLine: number | null;
  startSide: "LEFT" | "RIGHT" | null;
  commitId: string;
  diffHunk: string;
  inReplyTo: number | null;
  createdAt: string;
  updatedAt: string;
}

export interface CheckRun {
  id: number;
  /** The app's account. */
  user: string;
  name: string;
  sha: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  output: { title: string; summary: string; text: string | null } | null;
}

export interface CommitStatus {
  id: number;
  user: string;
  sha: string;
  state: "error" | "failure" | "pending" | "success";
  context: string;
  description: string | null;
  targetUrl: string | null;
  createdAt: string;
}

export interface Rule {
  type: string;
  parameters?:
    | {
        required_approving_review_count?: number | undefined;
        dismiss_stale_reviews_on_push?: boolean | undefined;
        required_status_checks?: { context: string }[] | undefined;
      }
    | undefined;
}

export interface Protection {
  enforcesAdmins: boolean;
  rules: Rule[];
}

export interface Ruleset {
  id: number;
  name: string;
  enforcement: "active" | "evaluate" | "disabled";
  /** Patterns of whole ref names. */
  include: string[];
  exclude: string[];
  rules: Rule[];
  /** Accounts that it does not hold for, by id. */
  bypass: number[];
}

export interface Variable {
  name: string;
  value: string;
  created_at: string;
  updated_at: string;
}

export interface Repository {
  id: number;
  owner: string;
  name: string;
  fullName: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  /** Of its bare repository; null: it lies in memory. */
  folder: string | null;
  /** The id of the repository that it is a fork of. */
  forkOf?: number;
  createdAt: string;
  pushedAt: string;
  roles: Record<string, Role>;
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  actionsMayApprove: boolean;
  /** Absent from older stores. */
  rulesets?: Ruleset[];
  /** Classic ones, by the pattern of branches; absent from older stores. */
  protections?: Record<string, Protection>;
  /** As private repositories of free accounts; absent from older stores. */
  refusesDrafts?: boolean;
  /** Names of refs that begin so are refused by a hook of the server; absent from older stores. */
  refusedRefs?: string | null;
  /** Full names that it had before, in lower case; requests to them are redirected. */
  formerNames?: string[];
  /** Settings that are told, all absent from older stores. */
  lacksIssues?: boolean;
  archived?: boolean;
  actionsSettings?: {
    enabled: boolean;
    allowed: "all" | "local_only" | "selected";
    selected: { github_owned_allowed: boolean; verified_allowed: boolean; patterns_allowed: string[] };
  };
  secretNames?: string[];
  variables?: Variable[];
  nextNumber: number;
  labels: Label[];
  issues: Issue[];
  comments: Comment[];
  reviews: Review[];
  reviewComments: ReviewComment[];
  /** Absent from older stores, as are statuses. */
  checks?: CheckRun[];
  statuses?: CommitStatus[];
}

export interface ProjectOption {
  id: string;
  name: string;
  color: string;
  description: string;
}

export interface ProjectField {
  id: number;
  name: string;
  /** As GraphQL names them: `SINGLE_SELECT`, `TEXT`, `NUMBER`, `DATE`; others are GitHub's own and cannot be set. */
  type: string;
  options: ProjectOption[];
}

export interface ProjectItem {
  id: number;
  /** Of the issue or pull request, in the repository with that id. */
  issue: number;
  repository: number;
  /** By the field's id: an option's id, a text, a number or a date. */
  values: Record<string, string | number>;
  isArchived: boolean;
  creator: string;
  createdAt: string;
  updatedAt: string;
}

export interface Project {
  id: number;
  /** Counted for each owner. */
  number: number;
  owner: string;
  creator: string;
  title: string;
  shortDescription: string | null;
  readme: string | null;
  public: boolean;
  closedAt: string | null;
  createdAt: string;
  updatedAt: string;
  fields: ProjectField[];
  items: ProjectItem[];
  /** Ids of those it is linked to. */
  repositories: number[];
}

export interface Counters {
  /** Requests by kind. */
  rest: number;
  graphql: number;
  git: number;
  /** POST of an issue, comment, pull request, review or review comment, also by GraphQL. */
  contentWrites: number;
  /** Every request that may change something: not GET, and GraphQL mutations. */
  writes: number;
}

export interface State {
  v: 1;
  nextId: number;
  accounts: Account[];
  repositories: Repository[];
  counters: Counters;
  /** Absent from older stores. */
  projects?: Project[];
  /** What the Actions engine stores; opaque here. */
  actions: unknown;
}

export function emptyState(): State {
  return {
    v: 1,
    nextId: 1001,
    accounts: [],
    repositories: [],
    counters: { rest: 0, graphql: 0, git: 0, contentWrites: 0, writes: 0 },
    actions: null,
  };
}
