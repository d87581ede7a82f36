/** What a pull request adds: where it begins, how many commits, files and lines. */
import type { PullNumbers, Repository } from "./state.ts";
import type { PullIssue, World } from "./world.ts";

/** It begins at its merge base; that of a merged one is where the base was before it. */
export async function rangeOf(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<{ base: string | null; head: string }> {
  const git = world.git(repository);
  const tip = issue.state === "open" ? await git.refSha(`refs/heads/${issue.pull.base}`) : null;
  return {
    base: await git.mergeBase(tip ?? issue.pull.baseSha, issue.pull.headSha),
    head: issue.pull.headSha,
  };
}

/** Counts anew and remembers the numbers for webhooks, which cannot wait for git. */
export async function measure(world: World, repository: Repository, issue: PullIssue): Promise<PullNumbers> {
  const git = world.git(repository);
  const { base, head } = await rangeOf(world, repository, issue);
  const [commits, { files }] = await Promise.all([
    git.commitsBetween(base, head),
    base === null ? { files: [] } : git.diff(base, head),
  ]);
  const sum = (key: "additions" | "deletions"): number => files.reduce((total, file) => total + file[key], 0);
  issue.pull.numbers = {
    commits: commits.length,
    additions: sum("additions"),
    deletions: sum("deletions"),
    changedFiles: files.length,
  };
  return issue.pull.numbers;
}
