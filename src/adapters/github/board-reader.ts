import type { BoardReader } from "../../application/ports.ts";
import type {
  CommentFact,
  IssueFact,
  PermissionLevel,
  PullFact,
  ReviewFact,
} from "../../domain/run/facts.ts";
import type { Client } from "./client.ts";
import { isStatus } from "./refusals.ts";
import { askRepository, knownRepository } from "./repository.ts";
import { rulesOf } from "./rules.ts";
import type { Said, Talk } from "./talk.ts";

export interface Identity {
  me: string;
  reviewer: string;
}

interface RawComment {
  id: number;
  user: { login: string; type?: string } | null;
  body?: string | undefined;
  created_at: string;
  updated_at: string;
  reactions?: { eyes: number; rocket: number; confused: number } | undefined;
}

const PAGE = 100;
/** So old a comment is still found by a pass that nothing woke for it, in a repository that talks much. */
const HEARD_MS = 24 * 3_600_000;
const MAX_PAGES = 10;
/** Who asked before that does not wait any more: the product may have come to the repository since. */
const OLDEST_MS = 30 * 24 * 3_600_000;

/** As far as a list tells them. */
export const linksOf = (issue: {
  id: number;
  parent_issue_url?: string | null;
  issue_dependencies_summary?: { total_blocked_by: number };
}): IssueFact["links"] =>
  issue.issue_dependencies_summary && {
    id: issue.id,
    parent: issue.parent_issue_url ? Number(issue.parent_issue_url.split("/").at(-1)) : null,
    blockedBy: issue.issue_dependencies_summary.total_blocked_by,
  };

export function createBoardReader(
  client: Client,
  { identity, look, talk }: { identity: Identity; look: BoardReader["look"]; talk: Talk },
): BoardReader {
  const { octokit, owner, repo } = client;
  const at = { owner, repo };
  const repository = knownRepository(client);
  /** By what is known; it may have been renamed since. */
  async function isHere(url: string): Promise<boolean> {
    for (const ask of [repository, askRepository(client)])
      if (url.toLowerCase().endsWith(`/${(await ask()).fullName.toLowerCase()}`)) return true;
    return false;
  }
  return {
    me: async () => identity.me,
    reviewer: async () => identity.reviewer,
    repository,
    look,
    async board(integrationBranch, account) {
      const me = account ?? identity.me;
      const [issues, into, final] = await Promise.all([
        octokit.paginate(octokit.rest.issues.listForRepo, {
          ...at,
          creator: me,
          state: "all",
          per_page: PAGE,
        }),
        octokit.paginate(octokit.rest.pulls.list, {
          ...at,
          base: integrationBranch,
          state: "all",
          per_page: PAGE,
        }),
        octokit.paginate(octokit.rest.pulls.list, {
          ...at,
          head: `${owner}:${integrationBranch}`,
          state: "all",
          per_page: PAGE,
        }),
      ]);
      return {
        issues: issues
          .filter((issue) => !issue.pull_request && issue.user?.login === me)
          .map((issue) => ({
            number: issue.number,
            title: issue.title,
            body: issue.body ?? "",
            labels: labelNames(issue.labels),
            state: issue.state === "closed" ? "closed" : "open",
            links: linksOf(issue),
          })),
        pulls: [...into, ...final].filter((pull) => pull.user?.login === me).map(pullFact),
        // Nothing of a fork is ever run or landed.
        outside: into
          .filter(({ user, head, base }) => user?.login !== me && head.repo?.id === base.repo.id)
          .map((pull) => ({
            ...pullFact(pull),
            author: pull.user?.login ?? "",
            authorIsBot: pull.user?.type === "Bot",
          })),
      };
    },
    async pullFrom(head, base) {
      const pulls = await octokit.paginate(octokit.rest.pulls.list, {
        ...at,
        head: `${owner}:${head}`,
        base,
        state: "all",
        per_page: PAGE,
      });
      const ours = pulls.filter((pull) => pull.user?.login === identity.me);
      const newest = ours.toSorted((a, b) => b.number - a.number)[0];
      return newest ? pullFact(newest) : null;
    },
    async comments(issue) {
      const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        ...at,
        issue_number: issue,
        per_page: PAGE,
      });
      return comments.map(commentFact);
    },
    async recentComments(how) {
      const listedAt = client.now().getTime();
      // GitHub's time is known once it has answered.
      const isHeard = ({ createdAt }: Said): boolean =>
        createdAt.getTime() >= client.now().getTime() - OLDEST_MS;
      const heard = talk.take();
      if (heard && how !== "anew") return heard.filter(isHeard);
      const newest = { ...at, sort: "created", direction: "desc", per_page: PAGE } as const;
      const since = listedAt - HEARD_MS;
      let pages = 0;
      const data = await octokit.paginate(octokit.rest.issues.listCommentsForRepo, newest, (page, done) => {
        const last = page.data.at(-1);
        pages += 1;
        if (!last || Date.parse(last.created_at) < since || pages === MAX_PAGES) done();
        return page.data;
      });
      const list = data.map((comment) => ({
        ...commentFact(comment),
        issue: Number(comment.issue_url.split("/").at(-1)),
        onPull: /\/pull\/\d+#/.test(comment.html_url),
      }));
      talk.keep(list, listedAt);
      return list.filter(isHeard);
    },
    async issue(number) {
      try {
        const { data } = await octokit.rest.issues.get({ ...at, issue_number: number });
        // One that was moved to another repository is answered from there.
        if (!(await isHere(data.repository_url))) return null;
        return {
          number,
          state: data.state === "closed" ? "closed" : "open",
          isPull: data.pull_request !== undefined,
          title: data.title,
          body: data.body ?? "",
          author: data.user?.login ?? "",
          labels: labelNames(data.labels),
        };
      } catch (error) {
        if (isStatus(error, 404, 410)) return null;
        throw error;
      }
    },
    async issuesOf(author, since) {
      const issues = await octokit
        .paginate(octokit.rest.issues.listForRepo, {
          ...at,
          creator: author,
          state: "all",
          since: since.toISOString(),
          sort: "created",
          direction: "asc",
          per_page: PAGE,
        })
        .catch((error: unknown) => {
          // Issues are switched off.
          if (isStatus(error, 410)) return [];
          throw error;
        });
      return issues
        .filter((issue) => !issue.pull_request && issue.user?.login === author)
        .map((issue) => ({
          number: issue.number,
          body: issue.body ?? "",
          state: issue.state === "closed" ? "closed" : "open",
          eyes: issue.reactions?.eyes ?? 0,
        }));
    },
    async eyesOn(what) {
      const page = { ...at, content: "eyes" as const, per_page: PAGE };
      const reactions =
        "comment" in what
          ? await octokit.paginate(octokit.rest.reactions.listForIssueComment, {
              ...page,
              comment_id: what.comment,
            })
          : await octokit.paginate(octokit.rest.reactions.listForIssue, {
              ...page,
              issue_number: what.issue,
            });
      return reactions.flatMap((reaction) => reaction.user?.login ?? []);
    },
    async changedFiles(pull) {
      const files = await octokit.paginate(octokit.rest.pulls.listFiles, {
        ...at,
        pull_number: pull,
        per_page: PAGE,
      });
      return files.map(({ filename, patch }) => ({ path: filename, patch: patch ?? null }));
    },
    async reviews(pull) {
      const reviews = await octokit.paginate(octokit.rest.pulls.listReviews, {
        ...at,
        pull_number: pull,
        per_page: PAGE,
      });
      return reviews.map(reviewFact);
    },
    async lineComments(pull) {
      const comments = await octokit.paginate(octokit.rest.pulls.listReviewComments, {
        ...at,
        pull_number: pull,
        per_page: PAGE,
      });
      // Where the line has changed since, GitHub tells only where it was.
      return comments.map(({ pull_request_review_id: review, path, line, original_line: was, body }) => ({
        review,
        path,
        line: line ?? was ?? null,
        body,
      }));
    },
    rules: (branch) => rulesOf(client, branch),
    async labels() {
      const labels = await octokit.paginate(octokit.rest.issues.listLabelsForRepo, { ...at, per_page: PAGE });
      return labels.map((label) => label.name);
    },
    async permission(login) {
      // An account that was deleted has no name, and a path with none is another one.
      if (login === "") return "none";
      try {
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login });
        return levelOf(data.permission);
      } catch (error) {
        if (isStatus(error, 404)) return "none";
        throw error;
      }
    },
  };
}

/** GitHub folds maintain into write and triage into read; `push` is an older word for write. */
function levelOf(permission: string): PermissionLevel {
  if (permission === "admin") return "admin";
  if (permission === "write" || permission === "maintain" || permission === "push") return "write";
  return permission === "none" ? "none" : "read";
}

export function commentFact(comment: RawComment): CommentFact {
  return {
    id: comment.id,
    author: comment.user?.login ?? "",
    authorIsBot: comment.user?.type === "Bot",
    body: comment.body ?? "",
    createdAt: new Date(comment.created_at),
    edited: comment.updated_at !== comment.created_at,
    eyes: comment.reactions?.eyes ?? 0,
    answered: (comment.reactions?.rocket ?? 0) + (comment.reactions?.confused ?? 0) > 0,
  };
}

interface RawReview {
  id: number;
  user: { login: string; type?: string } | null;
  state: string;
  commit_id: string | null;
  body: string;
  submitted_at?: string | undefined;
}

export const reviewFact = (review: RawReview): ReviewFact => ({
  id: review.id,
  author: review.user?.login ?? "",
  authorIsBot: review.user?.type === "Bot",
  state: review.state as "APPROVED",
  sha: review.commit_id ?? "",
  body: review.body,
  submittedAt: review.submitted_at ? new Date(review.submitted_at) : null,
});

interface RawPull {
  number: number;
  title: string;
  body: string | null;
  labels: readonly { name?: string }[];
  head: { ref: string; sha: string };
  base: { ref: string };
  draft?: boolean | undefined;
  state: string;
  merged_at: string | null;
}

export const pullFact = (pull: RawPull): PullFact => ({
  number: pull.number,
  title: pull.title,
  body: pull.body ?? "",
  labels: labelNames(pull.labels),
  head: pull.head.ref,
  headSha: pull.head.sha,
  base: pull.base.ref,
  draft: pull.draft === true,
  state: pull.state === "closed" ? "closed" : "open",
  merged: pull.merged_at !== null,
});

export const labelNames = (labels: readonly (string | { name?: string })[]): string[] =>
  labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
