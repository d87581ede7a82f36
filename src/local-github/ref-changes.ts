/**
 * What follows from a moved ref, whoever moved it (API, merge, push): events, and pull requests that get new commits,
 * are merged or closed by it. A pull request is merged as soon as its head is reachable from its base.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
import { headRepositoryOf, networkOf } from "./forks.ts";
import type { Commit } from "./git/objects.ts";
import type { RefChange } from "./git/store.ts";
import { emitIssue, setIssueState, touch } from "./issue-changes.ts";
import type { Actor } from "./issue-changes.ts";
import { noteMoves } from "./lag.ts";
import { measure } from "./pull-numbers.ts";
import { noreplyAddress } from "./shapes/git.ts";
import { htmlUrl } from "./shapes/repository.ts";
import type { Repository } from "./state.ts";
import { isPull, now } from "./world.ts";
import type { PullIssue, World } from "./world.ts";

const ZERO = "0".repeat(40);
const MOST_COMMITS = 20;
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/giu;

export async function followRefChanges(
  world: World,
  actor: Actor,
  changes: readonly RefChange[],
): Promise<void> {
  noteMoves(world, actor.repository, changes);
  for (const change of changes) {
    // oxlint-disable-next-line no-await-in-loop -- events keep the order of the changes
    await emitRefEvents(world, actor, change);
  }
  const moved = new Map(changes.map((change) => [change.name, change]));
  for (const repository of networkOf(world, actor.repository)) {
    for (const issue of repository.issues.filter(isPull)) {
      const { pull } = issue;
      const isHeadHere = headRepositoryOf(world, repository, pull) === actor.repository;
      const head = isHeadHere ? moved.get(`refs/heads/${pull.head}`) : undefined;
      const base = repository === actor.repository ? moved.get(`refs/heads/${pull.base}`) : undefined;
      if (issue.state === "closed" || (head === undefined && base === undefined)) continue;
      // oxlint-disable-next-line no-await-in-loop
      await followPull(world, { ...actor, repository }, { issue, head, base });
    }
  }
}

/** Called once when a stored world is opened: refs may have moved after the state was last stored. */
export async function catchUpWithRefs(world: World, actor: Actor): Promise<void> {
  const git = world.git(actor.repository);
  for (const issue of actor.repository.issues.filter(isPull).filter((one) => one.state === "open")) {
    const head = `refs/heads/${issue.pull.head}`;
    const base = `refs/heads/${issue.pull.base}`;
    // oxlint-disable-next-line no-await-in-loop
    const from = headRepositoryOf(world, actor.repository, issue.pull);
    const [headSha, baseSha] = await Promise.all([
      from === null ? issue.pull.headSha : world.git(from).refSha(head),
      git.refSha(base),
    ]);
    // oxlint-disable-next-line no-await-in-loop
    await followPull(world, actor, {
      issue,
      head:
        headSha === issue.pull.headSha
          ? undefined
          : { name: head, before: issue.pull.headSha, after: headSha },
      base: { name: base, before: issue.pull.baseSha, after: baseSha },
    });
  }
}

/** Issues named by closing keywords in a text. */
function closingNumbers(text: string): number[] {
  return [...text.matchAll(CLOSING)].map((match) => Number(match[1]));
}

function closeIssues(world: World, actor: Actor, numbers: readonly number[]): void {
  for (const issue of actor.repository.issues) {
    if (issue.pull !== null || !numbers.includes(issue.number)) continue;
    setIssueState(world, actor, { issue, state: "closed", reason: "completed" });
  }
}

async function followPull(
  world: World,
  actor: Actor,
  change: { issue: PullIssue; head: RefChange | undefined; base: RefChange | undefined },
): Promise<void> {
  const { issue, head, base } = change;
  const git = world.git(actor.repository);
  const baseSha = await git.refSha(`refs/heads/${issue.pull.base}`);
  if (head?.after === null || baseSha === null) {
    setIssueState(world, actor, { issue, state: "closed", reason: null });
    return;
  }
  const before = issue.pull.headSha;
  if (head !== undefined) {
    issue.pull.headSha = head.after;
    await keepHead(world, actor.repository, issue);
  }
  const isReached = await git.isAncestor(issue.pull.headSha, baseSha);
  if (isReached && base !== undefined) {
    markMerged(world, actor, { issue, sha: baseSha });
    return;
  }
  if (head === undefined) return;
  issue.pull.baseSha = baseSha;
  await measure(world, actor.repository, issue);
  touch(world, issue);
  emitIssue(world, actor, { issue, action: "synchronize", extra: { before, after: issue.pull.headSha } });
  if (isReached) setIssueState(world, actor, { issue, state: "closed", reason: null });
}

/** The head can be read in the base's repository, wherever it comes from and whatever becomes of its branch. */
export async function keepHead(world: World, repository: Repository, issue: PullIssue): Promise<void> {
  const git = world.git(repository);
  const name = `refs/pull/${issue.number}/head`;
  await git.setRef({ name, before: await git.refSha(name), after: issue.pull.headSha });
}

/** `sha` is the commit by which the head reached the base. */
export function markMerged(world: World, actor: Actor, change: { issue: PullIssue; sha: string }): void {
  const { issue, sha } = change;
  issue.pull.mergedAt = now(world);
  issue.pull.mergedBy = actor.caller.login;
  issue.pull.mergeCommitSha = sha;
  setIssueState(world, actor, { issue, state: "closed", reason: null });
  if (issue.pull.base === actor.repository.defaultBranch) {
    closeIssues(world, actor, closingNumbers(issue.body ?? ""));
  }
}

async function emitRefEvents(world: World, actor: Actor, change: RefChange): Promise<void> {
  const branch = /^refs\/(head|tag)s\/(.+)$/u.exec(change.name);
  if (branch === null) return;
  const { repository, caller } = actor;
  repository.pushedAt = now(world);
  const ref = branch[2] ?? "";
  const isBranch = branch[1] === "head";
  const kind = { ref, ref_type: isBranch ? "branch" : "tag", pusher_type: "user" };
  const about = { repository, sender: caller };
  if (change.before === null) {
    const payload = { ...kind, master_branch: repository.defaultBranch, description: repository.description };
    world.emit({ ...about, name: "create", action: null, payload });
  }
  const commits = await newCommits(world, actor, change);
  const head = commits.at(-1) ?? null;
  const git = world.git(repository);
  const isForced =
    change.before !== null && change.after !== null && !(await git.isAncestor(change.before, change.after));
  world.emit({
    ...about,
    name: "push",
    action: null,
    payload: {
      ref: change.name,
      before: change.before ?? ZERO,
      after: change.after ?? ZERO,
      created: change.before === null,
      deleted: change.after === null,
      forced: isForced,
      base_ref: null,
      compare: `${htmlUrl(world, repository)}/compare/${(change.before ?? ZERO).slice(0, 12)}...${(change.after ?? ZERO).slice(0, 12)}`,
      commits: commits.slice(-MOST_COMMITS).map((commit) => pushCommit(world, actor, commit)),
      head_commit: head === null ? null : pushCommit(world, actor, head),
      pusher: { name: caller.login, email: noreplyAddress(world, caller.login) },
    },
  });
  if (change.after === null) world.emit({ ...about, name: "delete", action: null, payload: kind });
  if (isBranch && ref === repository.defaultBranch) {
    closeIssues(
      world,
      actor,
      commits.flatMap((commit) => closingNumbers(commit.message)),
    );
  }
}

/** Of a new branch, those that the default branch does not have. */
async function newCommits(world: World, actor: Actor, change: RefChange): Promise<Commit[]> {
  if (change.after === null) return [];
  const git = world.git(actor.repository);
  const head = await git.peel(change.after);
  if (head === null) return [];
  const trunk = await git.refSha(`refs/heads/${actor.repository.defaultBranch}`);
  const base = change.before ?? (trunk === head ? null : trunk);
  if (base === head) return [];
  const shas = base === null ? [head] : await git.commitsBetween(base, head);
  return git.commits(shas.length === 0 ? [head] : shas);
}

function pushCommit(world: World, actor: Actor, commit: Commit): Record<string, unknown> {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${htmlUrl(world, actor.repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: [],
    removed: [],
    modified: [],
  };
}
