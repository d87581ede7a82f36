/** The mutations served. What GitHub's schema has beside them is refused by name. */
import type { Grant } from "../access.ts";
import { checkRefChange } from "../demands.ts";
import { addComment, openIssue } from "../issue-changes.ts";
import type { Actor } from "../issue-changes.ts";
import { setDraft } from "../pull-changes.ts";
import { followRefChanges } from "../ref-changes.ts";
import { rulesOf } from "../rest/protection.ts";
import { writeChanges } from "../rest/git-data.ts";
import { addSubIssue } from "../rest/issue-links.ts";
import { nodeId } from "../shapes/account.ts";
import { noreplyAddress } from "../shapes/git.ts";
import { commentShape, issueShape } from "../shapes/issue.ts";
import type { Protection, Repository } from "../state.ts";
import { findRepository, isPull, now } from "../world.ts";
import type { PullIssue, World } from "../world.ts";
import { allow, echo, type Input } from "./demand.ts";
import { editMutations } from "./edit-mutations.ts";
import { GraphqlRefusal } from "./fields.ts";
import { commentNode, commitNode, issueNode, pullNode } from "./nodes.ts";
import { projectMutations } from "./project-mutations.ts";
import { findSubject } from "./queries.ts";

interface ProtectionInput {
  repositoryId: string;
  pattern: string;
  isAdminEnforced?: boolean | null;
  allowsForcePushes?: boolean | null;
  allowsDeletions?: boolean | null;
  requiresApprovingReviews?: boolean | null;
  requiredApprovingReviewCount?: number | null;
  requiresStatusChecks?: boolean | null;
  requiredStatusCheckContexts?: string[] | null;
}

interface CommitInput {
  clientMutationId?: string | null;
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] } | null;
}

export function mutationsOf(world: World, grant: Grant): Record<string, (args: never) => unknown> {
  const setDraftOf =
    (draft: boolean) =>
    ({ input }: Input<{ pullRequestId: string }>): Record<string, unknown> => {
      const { repository, issue } = findPull(world, grant, input.pullRequestId);
      allow(grant, repository, { permission: "pull_requests:write", role: "read" });
      if (issue.user !== grant.caller.login)
        allow(grant, repository, { permission: "pull_requests:write", role: "write" });
      setDraft(world, { repository, caller: grant.caller }, { issue, draft });
      return { ...echo(input), pullRequest: pullNode(world, repository, issue) };
    };
  return {
    ...projectMutations(world, grant),
    ...editMutations(world, grant),
    markPullRequestReadyForReview: setDraftOf(false),
    convertPullRequestToDraft: setDraftOf(true),
    createCommitOnBranch: ({ input }: Input<CommitInput>) => createCommit(world, grant, input),
    addSubIssue: ({
      input,
    }: Input<{ issueId: string; subIssueId?: string | null; replaceParent?: boolean | null }>) => {
      const { repository, issue } = findSubject(world, grant, input.issueId);
      const child = findSubject(world, grant, input.subIssueId ?? "").issue;
      allow(grant, repository, { permission: "issues:write", role: "triage" });
      const actor: Actor = { repository, caller: grant.caller };
      addSubIssue(world, actor, { parent: issue, childId: child.id, replace: input.replaceParent === true });
      return {
        ...echo(input),
        issue: issueNode(world, repository, issue),
        subIssue: issueNode(world, repository, child),
      };
    },
    createBranchProtectionRule: ({ input }: Input<ProtectionInput>) => {
      const repository = world.state.repositories.find(({ id }) => nodeId("R", id) === input.repositoryId);
      if (repository === undefined)
        throw new GraphqlRefusal(
          "NOT_FOUND",
          `Could not resolve to a node with the global id of '${input.repositoryId}'`,
        );
      allow(grant, repository, { permission: "administration:write", role: "admin" });
      repository.protections = { ...repository.protections, [input.pattern]: protectionOfInput(input) };
      return { ...echo(input), branchProtectionRule: { pattern: input.pattern } };
    },
    addComment: ({ input }: Input<{ subjectId: string; body: string }>) => {
      const { repository, issue } = findSubject(world, grant, input.subjectId);
      allow(grant, repository, { permission: "issues:write; pull_requests:write", role: "read" });
      const comment = addComment(world, { repository, caller: grant.caller }, { issue, body: input.body });
      const payload = {
        issue: issueShape(world, repository, issue),
        comment: commentShape(world, repository, comment),
      };
      world.emit({ name: "issue_comment", action: "created", repository, sender: grant.caller, payload });
      return { ...echo(input), commentEdge: { cursor: "", node: commentNode(world, repository, comment) } };
    },
    createIssue: ({
      input,
    }: Input<{
      repositoryId: string;
      title: string;
      body?: string | null;
      parentIssueId?: string | null;
    }>) => {
      const repository = world.state.repositories.find((one) => `R_${one.id}` === input.repositoryId);
      if (repository === undefined)
        throw new GraphqlRefusal(
          "NOT_FOUND",
          `Could not resolve to a node with the global id of '${input.repositoryId}'`,
        );
      allow(grant, repository, { permission: "issues:write", role: "read" });
      const actor: Actor = { repository, caller: grant.caller };
      const parent = input.parentIssueId ? findSubject(world, grant, input.parentIssueId).issue : null;
      const issue = openIssue(world, actor, {
        title: input.title,
        body: input.body ?? null,
        labels: [],
        assignees: [],
      });
      if (parent !== null) addSubIssue(world, actor, { parent, childId: issue.id, replace: false });
      return { ...echo(input), issue: issueNode(world, repository, issue) };
    },
  };
}

function protectionOfInput(input: ProtectionInput): Protection {
  return {
    enforcesAdmins: input.isAdminEnforced === true,
    rules: rulesOf({
      checks: input.requiresStatusChecks ? (input.requiredStatusCheckContexts ?? []) : null,
      reviews: input.requiresApprovingReviews
        ? { count: input.requiredApprovingReviewCount ?? 1, dismissesStale: false }
        : null,
      allowsForce: input.allowsForcePushes === true,
      allowsDeletion: input.allowsDeletions === true,
    }),
  };
}

async function createCommit(
  world: World,
  grant: Grant,
  input: CommitInput,
): Promise<Record<string, unknown>> {
  const repository = findRepository(world, input.branch.repositoryNameWithOwner ?? "");
  const branch = (input.branch.branchName ?? "").replace(/^refs\/heads\//u, "");
  if (repository === null)
    throw new GraphqlRefusal("NOT_FOUND", "Could not resolve the branch's repository.");
  allow(grant, repository, { permission: "contents:write", role: "write" });
  const git = world.git(repository);
  const name = `refs/heads/${branch}`;
  const before = await git.refSha(name);
  const parent = before === null ? null : await git.commit(before);
  if (before === null || parent === null) throw new GraphqlRefusal("NOT_FOUND", `No such branch: ${branch}.`);
  if (before !== input.expectedHeadOid) throw stale(input.expectedHeadOid);
  const changes = new Map<string, { mode: string; sha: string } | null>();
  for (const { path, contents } of input.fileChanges?.additions ?? []) {
    // oxlint-disable-next-line no-await-in-loop
    const [sha, known] = await Promise.all([
      git.write({ type: "blob", content: Buffer.from(contents, "base64") }),
      git.entryAt(parent.tree, path),
    ]);
    changes.set(path, { mode: known?.mode ?? "100644", sha });
  }
  for (const { path } of input.fileChanges?.deletions ?? []) changes.set(path, null);
  const { login } = grant.caller;
  const author = { name: login, email: noreplyAddress(world, login), date: now(world) };
  const sha = await git.writeCommit({
    tree: (await writeChanges(git, parent.tree, changes)) ?? (await git.writeTree([])),
    parents: [before],
    author,
    committer: { ...author, name: "GitHub", email: "noreply@github.com" },
    message: [input.message.headline, input.message.body].filter(Boolean).join("\n\n"),
  });
  const change = { name, before, after: sha };
  await checkRefChange(world, { repository, caller: grant.caller }, change);
  if (!(await git.setRef(change))) throw stale(input.expectedHeadOid);
  await followRefChanges(world, { repository, caller: grant.caller }, [change]);
  return {
    ...echo(input),
    commit: commitNode(world, repository, sha),
    ref: { name: branch, prefix: "refs/heads/" },
  };
}

function findPull(world: World, grant: Grant, id: string): { repository: Repository; issue: PullIssue } {
  const { repository, issue } = findSubject(world, grant, id);
  if (!isPull(issue))
    throw new GraphqlRefusal(
      "NOT_FOUND",
      `Could not resolve to PullRequest node with the global id of '${id}'.`,
    );
  return { repository, issue };
}

/** Two blanks after the full stop, as GitHub has them. */
function stale(oid: string): GraphqlRefusal {
  return new GraphqlRefusal(
    "STALE_DATA",
    `Expected branch to point to "${oid}" but it did not.  Pull and try again.`,
  );
}
