/** Making, reading and merging pull requests. */
import { mergeBreach } from "./demands.ts";
import { headLabel, networkOf } from "./forks.ts";
import { readMergeability } from "./mergeability.ts";
import { emitIssue, newIssue, touch } from "./issue-changes.ts";
import type { Actor } from "./issue-changes.ts";
import { seenSha } from "./lag.ts";
import { measure } from "./pull-numbers.ts";
import { followRefChanges, keepHead, markMerged } from "./ref-changes.ts";
import { Refusal } from "./route.ts";
import { noreplyAddress } from "./shapes/git.ts";
import { pullDetails } from "./shapes/pull.ts";
import type { Repository } from "./state.ts";
import { isPull, now } from "./world.ts";
import type { PullIssue, World } from "./world.ts";

export interface NewPull {
  title: string;
  body: string | null;
  /** `branch`, or `owner:branch` for one of a fork. */
  head: string;
  base: string;
  draft: boolean;
  maintainerCanModify: boolean;
}

/** Refuses as GitHub: unknown branches, nothing between them, a second open one for the same pair. */
export async function openPull(world: World, actor: Actor, input: NewPull): Promise<PullIssue> {
  const { repository } = actor;
  const git = world.git(repository);
  const [head, from] = headOf(world, repository, input.head);
  const headSha = from === null ? null : await seenSha(world, from, `refs/heads/${head}`);
  const baseSha = await git.refSha(`refs/heads/${input.base}`);
  if (from === null || headSha === null) throw pullRefusal({ field: "head", code: "invalid" });
  if (baseSha === null) throw pullRefusal({ field: "base", code: "invalid" });
  if (input.draft && repository.refusesDrafts === true) {
    throw pullRefusal({
      code: "custom",
      message: "Draft pull requests are not supported in this repository.",
    });
  }
  if (await git.isAncestor(headSha, baseSha)) {
    throw pullRefusal({ code: "custom", message: `No commits between ${input.base} and ${head}` });
  }
  const twin = repository.issues
    .filter(isPull)
    .find(
      ({ state, pull }) =>
        state === "open" &&
        headLabel(repository, pull) === `${from.owner}:${head}` &&
        pull.base === input.base,
    );
  if (twin !== undefined) {
    const message = `A pull request already exists for ${from.owner}:${head}.`;
    throw pullRefusal({ code: "custom", message });
  }
  const issue: PullIssue = {
    ...newIssue(world, actor, { title: input.title, body: input.body, labels: [], assignees: [] }),
    pull: {
      head,
      ...(from === repository ? {} : { fork: { id: from.id, owner: from.owner } }),
      headSha,
      base: input.base,
      baseSha,
      draft: input.draft,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      requestedReviewers: [],
      maintainerCanModify: input.maintainerCanModify,
    },
  };
  await measure(world, repository, issue);
  await keepHead(world, repository, issue);
  repository.issues.push(issue);
  emitIssue(world, actor, { issue, action: "opened" });
  return issue;
}

/** The branch, and the repository of the network that it is said to lie in. */
function headOf(world: World, repository: Repository, text: string): [string, Repository | null] {
  const [, owner = repository.owner, branch = text] = /^([\w-]+):(.+)$/u.exec(text) ?? [];
  const isTheirs = (one: Repository): boolean => one.owner.toLowerCase() === owner.toLowerCase();
  if (isTheirs(repository)) return [branch, repository];
  return [branch, networkOf(world, repository).find(isTheirs) ?? null];
}

export function setDraft(world: World, actor: Actor, change: { issue: PullIssue; draft: boolean }): void {
  const { issue, draft } = change;
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  touch(world, issue);
  emitIssue(world, actor, { issue, action: draft ? "converted_to_draft" : "ready_for_review" });
}

/** The single pull request with its numbers. `mergeable` is null until GitHub's test merge is done: ask again. */
export async function readPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<Record<string, unknown>> {
  const [, mergeable] = await Promise.all([
    measure(world, repository, issue),
    issue.state === "closed" ? null : readMergeability(world, repository, issue),
  ]);
  const nobody = { login: "", type: "User", workflowRunId: null } as const;
  const isBlocked = mergeBreach(world, { repository, caller: nobody }, issue) !== null;
  return pullDetails(world, repository, { issue, mergeable, isBlocked });
}

export interface MergeRequest {
  issue: PullIssue;
  method: "merge" | "squash" | "rebase";
  title: string | undefined;
  message: string | undefined;
  /** The head that the caller has seen. */
  sha: string | undefined;
}

/** https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request; answers the SHA that the base is at then. */
export async function mergePull(world: World, actor: Actor, request: MergeRequest): Promise<string> {
  const { issue } = request;
  const { repository } = actor;
  const git = world.git(repository);
  if (issue.state === "closed") throw new Refusal(405, "Pull Request is not mergeable");
  if (issue.pull.draft) throw new Refusal(405, "Pull Request is still a draft");
  if (request.sha !== undefined && request.sha !== issue.pull.headSha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  const breach = mergeBreach(world, actor, issue);
  if (breach !== null) throw new Refusal(405, breach);
  const name = `refs/heads/${issue.pull.base}`;
  const base = await git.refSha(name);
  const merged = base === null ? null : await git.mergeTrees(base, issue.pull.headSha);
  if (base === null || merged === null || "conflicts" in merged) {
    throw new Refusal(405, "Pull Request is not mergeable");
  }
  const sha =
    request.method === "rebase"
      ? await rebase(world, actor, { issue, base })
      : await writeMerge(world, actor, {
          tree: merged.tree,
          parents: request.method === "merge" ? [base, issue.pull.headSha] : [base],
          message: mergeMessage(repository, request),
        });
  issue.pull.baseSha = base;
  const change = { name, before: base, after: sha };
  if (!(await git.setRef(change))) {
    throw new Refusal(405, "Base branch was modified. Review and try the merge again.");
  }
  if (request.method !== "merge") markMerged(world, actor, { issue, sha });
  await followRefChanges(world, actor, [change]);
  return sha;
}

/** Commits made by the site itself: the author is the caller, the committer is the site. */
export async function writeMerge(
  world: World,
  actor: Actor,
  commit: { tree: string; parents: string[]; message: string },
): Promise<string> {
  const { login } = actor.caller;
  const date = now(world);
  return world.git(actor.repository).writeCommit({
    ...commit,
    author: { name: login, email: noreplyAddress(world, login), date },
    committer: { name: "GitHub", email: "noreply@github.com", date },
  });
}

/** Each commit's change on top of the base, one after another: a throw-away commit makes a three-way merge of it. */
async function rebase(
  world: World,
  actor: Actor,
  change: { issue: PullIssue; base: string },
): Promise<string> {
  const git = world.git(actor.repository);
  const commits = await git.commits(await git.commitsBetween(change.base, change.issue.pull.headSha));
  let tip = change.base;
  for (const commit of commits.filter((one) => one.parents.length === 1)) {
    const parents = commit.parents;
    // oxlint-disable-next-line no-await-in-loop
    const ours = await git.writeCommit({ ...commit, tree: (await git.commit(tip))?.tree ?? "", parents });
    // oxlint-disable-next-line no-await-in-loop
    const merged = await git.mergeTrees(ours, commit.sha);
    if ("conflicts" in merged) throw new Refusal(405, "Pull Request is not mergeable");
    const { sha: _sha, ...rest } = commit;
    // oxlint-disable-next-line no-await-in-loop
    tip = await git.writeCommit({ ...rest, tree: merged.tree, parents: [tip] });
  }
  return tip;
}

function mergeMessage(repository: Repository, { issue, method, title, message }: MergeRequest): string {
  if (method === "squash") {
    return [title ?? `${issue.title} (#${issue.number})`, message].filter(Boolean).join("\n\n");
  }
  const head =
    title ??
    `Merge pull request #${issue.number} from ${headLabel(repository, issue.pull).replace(":", "/")}`;
  return [head, message ?? issue.title].filter(Boolean).join("\n\n");
}

function pullRefusal(error: Record<string, unknown>): Refusal {
  return new Refusal(422, "Validation Failed", [{ resource: "PullRequest", ...error }]);
}
