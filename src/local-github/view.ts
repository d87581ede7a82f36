/** A repository as plain data for pages. */
import type { WorkflowRunView } from "./actions/host.ts";
import { headLabel } from "./forks.ts";
import type { FileChange } from "./git/diff.ts";
import { rangeOf } from "./pull-numbers.ts";
import { findLabel, parentOf } from "./shapes/issue.ts";
import type { Comment, Issue, Label, Repository, Review, ReviewComment } from "./state.ts";
import { isPull } from "./world.ts";
import type { World } from "./world.ts";

export interface IssueView extends Omit<Issue, "labels" | "subIssues" | "blockedBy" | "pull"> {
  labels: Label[];
  comments: Comment[];
  /** Numbers. */
  subIssues: number[];
  blockedBy: number[];
  parent: number | null;
}

export interface PullView extends Omit<IssueView, "subIssues" | "blockedBy" | "parent"> {
  /** `branch`, or `owner:branch` of a fork. */
  head: string;
  headSha: string;
  base: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  reviews: (Review & { comments: ReviewComment[] })[];
  commits: { sha: string; title: string; author: string }[];
  files: FileChange[];
}

export interface RepositoryView {
  fullName: string;
  defaultBranch: string;
  private: boolean;
  branches: { name: string; sha: string }[];
  /** Newest first, as the pull requests. */
  issues: IssueView[];
  pulls: PullView[];
  /** Newest first; `log` holds the text itself here. */
  runs: readonly WorkflowRunView[];
  generatedAt: string;
}

export async function viewOf(
  world: World,
  repository: Repository,
  runs: readonly WorkflowRunView[],
): Promise<RepositoryView> {
  const issues = repository.issues.toSorted((a, b) => b.number - a.number);
  const branches = await world.git(repository).refs("refs/heads/");
  return {
    fullName: repository.fullName,
    defaultBranch: repository.defaultBranch,
    private: repository.private,
    branches: branches.map((ref) => ({ name: ref.name.replace(/^refs\/heads\//u, ""), sha: ref.sha })),
    issues: issues.filter((issue) => !isPull(issue)).map((issue) => issueView(repository, issue)),
    pulls: await Promise.all(issues.filter(isPull).map((issue) => pullView(world, repository, issue))),
    runs: await Promise.all(runs.map((run) => withLogs(world, run))),
    generatedAt: world.machine.clock.now().toISOString(),
  };
}

/** The engine names the files that logs lie in. */
async function withLogs(world: World, run: WorkflowRunView): Promise<WorkflowRunView> {
  const jobs = run.jobs.map(async (job) => {
    const bytes = job.log === "" ? null : await world.machine.files.read(job.log);
    return { ...job, log: bytes === null ? "" : new TextDecoder().decode(bytes) };
  });
  return { ...run, jobs: await Promise.all(jobs) };
}

function issueView(repository: Repository, issue: Issue): IssueView {
  const { pull: _pull, ...rest } = issue;
  const numbers = (ids: readonly number[]): number[] =>
    ids.map((id) => repository.issues.find((one) => one.id === id)?.number ?? 0);
  return {
    ...rest,
    labels: issue.labels.map((name) => findLabel(repository, name)).filter((label) => label !== undefined),
    comments: repository.comments.filter((comment) => comment.issue === issue.number),
    subIssues: numbers(issue.subIssues),
    blockedBy: numbers(issue.blockedBy),
    parent: parentOf(repository, issue)?.number ?? null,
  };
}

async function pullView(world: World, repository: Repository, issue: Issue): Promise<PullView> {
  if (!isPull(issue)) throw new Error(`#${issue.number} is no pull request.`);
  const git = world.git(repository);
  const { base, head } = await rangeOf(world, repository, issue);
  const [shas, { files }] = await Promise.all([
    git.commitsBetween(base, head),
    base === null ? { files: [] } : git.diff(base, head),
  ]);
  const commits = await git.commits(shas);
  const { subIssues: _sub, blockedBy: _blocked, parent: _parent, ...rest } = issueView(repository, issue);
  return {
    ...rest,
    head: issue.pull.fork === undefined ? issue.pull.head : headLabel(repository, issue.pull),
    headSha: issue.pull.headSha,
    base: issue.pull.base,
    draft: issue.pull.draft,
    mergedAt: issue.pull.mergedAt,
    mergedBy: issue.pull.mergedBy,
    reviews: repository.reviews
      .filter((review) => review.pull === issue.number && review.state !== "PENDING")
      .map((review) => ({
        ...review,
        comments: repository.reviewComments.filter((comment) => comment.review === review.id),
      })),
    commits: commits.map((commit) => ({
      sha: commit.sha,
      title: commit.message.split("\n")[0] ?? "",
      author: commit.author.name,
    })),
    files,
  };
}
