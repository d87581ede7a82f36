/** Our records as objects of GitHub's GraphQL schema; lists and links are functions, so that only what is asked is made. */
import type { Grant } from "../access.ts";
import { headRepositoryOf } from "../forks.ts";
import { association, nodeId, pullAssociation } from "../shapes/account.ts";
import { dependenciesSummary, findLabel, parentOf } from "../shapes/issue.ts";
import { apiUrl, htmlUrl } from "../shapes/repository.ts";
import type { Comment, Issue, Label, Repository, Review } from "../state.ts";
import { accountOf, isPull } from "../world.ts";
import type { PullIssue, World } from "../world.ts";
import { readMergeability } from "../mergeability.ts";
import { connection, GraphqlRefusal } from "./fields.ts";
import { itemsOf, projectFields } from "./projects.ts";
import type { ConnectionArguments } from "./fields.ts";
import { ordered, passes, reactionsOf } from "./lists.ts";
import type { IssueFilters, ListArguments, ReactionArguments } from "./lists.ts";
import { entryNode } from "./tree-entry.ts";

type Node = Record<string, unknown>;

export function actorNode(world: World, login: string): Node {
  const account = accountOf(world, login);
  const type = account?.type ?? "User";
  const prefix = { Bot: "BOT", Organization: "O", User: "U" }[type];
  // GraphQL shows apps without the suffix that REST gives them.
  const shown = login.replace(/\[bot\]$/u, "");
  return {
    __typename: type,
    id: nodeId(prefix, account?.id ?? 0),
    databaseId: account?.id ?? null,
    login: shown,
    name: null,
    url: `${world.origin()}/${encodeURIComponent(shown)}`,
    resourcePath: `/${encodeURIComponent(shown)}`,
    avatarUrl: `${world.origin()}/avatars/${account?.id ?? 0}`,
  };
}

export function repositoryNode(world: World, repository: Repository): Node {
  const one = (number: number): Issue => {
    const found = repository.issues.find((issue) => issue.number === number);
    if (found === undefined) {
      throw new GraphqlRefusal(
        "NOT_FOUND",
        `Could not resolve to an issue or pull request with the number of ${number}.`,
      );
    }
    return found;
  };
  const refNode = async (name: string): Promise<Node | null> => {
    const sha = await world.git(repository).refSha(name);
    return sha === null
      ? null
      : {
          id: `REF_${name}`,
          name: name.replace(/^refs\/(heads|tags)\//u, ""),
          prefix: name.replace(/[^/]+$/u, ""),
          target: commitNode(world, repository, sha),
        };
  };
  return {
    __typename: "Repository",
    id: nodeId("R", repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    isPrivate: repository.private,
    isFork: repository.forkOf !== undefined,
    url: htmlUrl(world, repository),
    owner: () => actorNode(world, repository.owner),
    defaultBranchRef: () => refNode(`refs/heads/${repository.defaultBranch}`),
    object: async ({ oid, expression }: { oid?: string | null; expression?: string | null }) => {
      const sha = await world.git(repository).resolve(oid ?? expression ?? "");
      return sha === null ? null : commitNode(world, repository, sha);
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refNode(qualifiedName.startsWith("refs/") ? qualifiedName : `refs/heads/${qualifiedName}`),
    issue: ({ number }: { number: number }) => issueNode(world, repository, one(number)),
    issueOrPullRequest: ({ number }: { number: number }) => subjectNode(world, repository, one(number)),
    pullRequest: ({ number }: { number: number }) => {
      const issue = one(number);
      if (!isPull(issue)) {
        throw new GraphqlRefusal(
          "NOT_FOUND",
          `Could not resolve to a PullRequest with the number of ${number}.`,
        );
      }
      return pullNode(world, repository, issue);
    },
    issues: (args: ListArguments & { filterBy?: IssueFilters | null }) =>
      connection(
        ordered(
          repository.issues.filter(
            (issue) =>
              !isPull(issue) &&
              (args.states?.includes(issue.state.toUpperCase()) ?? true) &&
              passes(issue, args.filterBy ?? {}),
          ),
          args,
        ),
        args,
        (issue) => issueNode(world, repository, issue),
      ),
    pullRequests: (args: ListArguments & { headRefName?: string; baseRefName?: string }) =>
      connection(
        ordered(
          repository.issues
            .filter(isPull)
            .filter((issue) => args.states?.includes(stateOf(issue)) ?? true)
            .filter((issue) => !args.headRefName || issue.pull.head === args.headRefName)
            .filter((issue) => !args.baseRefName || issue.pull.base === args.baseRefName),
          args,
        ),
        args,
        (issue) => pullNode(world, repository, issue),
      ),
    branchProtectionRules: (args: ConnectionArguments) =>
      connection(
        Object.keys(repository.protections ?? {}).map((pattern) => ({ pattern })),
        args,
      ),
    ...projectFields(world, (project) => project.repositories.includes(repository.id)),
    labels: (args: ConnectionArguments) =>
      connection(repository.labels, args, (label) => labelNode(world, repository, label)),
  };
}

export function subjectNode(world: World, repository: Repository, issue: Issue): Node {
  return isPull(issue) ? pullNode(world, repository, issue) : issueNode(world, repository, issue);
}

export function issueNode(world: World, repository: Repository, issue: Issue): Node {
  return {
    ...commonNode(world, repository, issue),
    __typename: "Issue",
    id: nodeId("I", issue.id),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    url: `${htmlUrl(world, repository)}/issues/${issue.number}`,
    parent: () => {
      const parent = parentOf(repository, issue);
      return parent === null ? null : issueNode(world, repository, parent);
    },
    issueDependenciesSummary: () => {
      const summary = dependenciesSummary(repository, issue);
      return {
        blockedBy: summary.blocked_by,
        blocking: summary.blocking,
        totalBlockedBy: summary.total_blocked_by,
        totalBlocking: summary.total_blocking,
      };
    },
    subIssues: (args: ConnectionArguments) =>
      connection(
        issue.subIssues
          .map((id) => repository.issues.find((one) => one.id === id))
          .filter((one) => one !== undefined),
        args,
        (one) => issueNode(world, repository, one),
      ),
  };
}

export function pullNode(world: World, repository: Repository, issue: PullIssue): Node {
  const { pull } = issue;
  return {
    ...commonNode(world, repository, issue),
    __typename: "PullRequest",
    id: nodeId("PR", issue.id),
    state: stateOf(issue),
    url: `${htmlUrl(world, repository)}/pull/${issue.number}`,
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: pull.mergedBy === null ? null : actorNode(world, pull.mergedBy),
    mergeCommit: pull.mergeCommitSha === null ? null : commitNode(world, repository, pull.mergeCommitSha),
    mergeable: async () => {
      const answer = issue.state === "closed" ? null : await readMergeability(world, repository, issue);
      return answer === null ? "UNKNOWN" : answer ? "MERGEABLE" : "CONFLICTING";
    },
    headRefName: pull.head,
    headRefOid: pull.headSha,
    baseRefName: pull.base,
    baseRefOid: pull.baseSha,
    reviewDecision: null,
    isCrossRepository: pull.fork !== undefined,
    headRepository: () => {
      const from = headRepositoryOf(world, repository, pull);
      return from === null ? null : repositoryNode(world, from);
    },
    headRepositoryOwner: () => actorNode(world, pull.fork?.owner ?? repository.owner),
    maintainerCanModify: pull.maintainerCanModify,
    authorAssociation: () => pullAssociation(repository, issue.user),
    reviews: (args: ConnectionArguments) =>
      connection(
        repository.reviews.filter((review) => review.pull === issue.number),
        args,
        (review) => reviewNode(world, repository, review),
      ),
  };
}

export function commitNode(world: World, repository: Repository, oid: string): Node {
  const url = `${htmlUrl(world, repository)}/commit/${oid}`;
  return {
    __typename: "Commit",
    id: `C_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    url,
    commitUrl: url,
    message: async () => (await world.git(repository).commit(oid))?.message ?? "",
    file: async ({ path }: { path: string }) => {
      const git = world.git(repository);
      const commit = await git.commit(oid);
      const entry = commit && (await git.entryAt(commit.tree, path));
      return entry ? entryNode(world.git(repository), { ...entry, path }) : null;
    },
    messageHeadline: async () => ((await world.git(repository).commit(oid))?.message ?? "").split("\n")[0],
    committedDate: async () => (await world.git(repository).commit(oid))?.committer.date,
  };
}

export function commentNode(world: World, repository: Repository, comment: Comment): Node {
  return {
    __typename: "IssueComment",
    id: nodeId("IC", comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    reactions: (args: ReactionArguments) =>
      connection(reactionsOf(comment, args), args, (one) => ({ ...one, user: actorNode(world, one.user) })),
    body: comment.body,
    author: () => actorNode(world, comment.user),
    authorAssociation: () => association(repository, comment.user),
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    url: `${htmlUrl(world, repository)}/issues/${comment.issue}#issuecomment-${comment.id}`,
  };
}

function commonNode(world: World, repository: Repository, issue: Issue): Node {
  return {
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? "",
    closed: issue.state === "closed",
    closedAt: issue.closedAt,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    author: () => actorNode(world, issue.user),
    repository: () => repositoryNode(world, repository),
    resourcePath: `/${repository.fullName}/${isPull(issue) ? "pull" : "issues"}/${issue.number}`,
    labels: (args: ConnectionArguments) =>
      connection(
        issue.labels.map((name) => findLabel(repository, name)).filter((label) => label !== undefined),
        args,
        (label) => labelNode(world, repository, label),
      ),
    projectItems: (args: ConnectionArguments, grant: Grant) =>
      connection(itemsOf(world, grant, { repository, issue }), args),
    comments: (args: ConnectionArguments) =>
      connection(
        repository.comments.filter((comment) => comment.issue === issue.number),
        args,
        (comment) => commentNode(world, repository, comment),
      ),
  };
}

function reviewNode(world: World, repository: Repository, review: Review): Node {
  return {
    __typename: "PullRequestReview",
    id: nodeId("PRR", review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    body: review.body,
    state: review.state,
    author: () => actorNode(world, review.user),
    submittedAt: review.submittedAt,
    commit: () => commitNode(world, repository, review.commitId),
    url: `${htmlUrl(world, repository)}/pull/${review.pull}#pullrequestreview-${review.id}`,
  };
}

function labelNode(world: World, repository: Repository, label: Label): Node {
  return {
    __typename: "Label",
    id: nodeId("LA", label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    url: () => `${apiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
  };
}

function stateOf(issue: PullIssue): string {
  return issue.pull.mergedAt === null ? issue.state.toUpperCase() : "MERGED";
}
