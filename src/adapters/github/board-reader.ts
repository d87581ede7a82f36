import type { BoardReader } from "../../application/ports.ts";
import type { PermissionLevel } from "../../domain/run/facts.ts";
import type { Client } from "./client.ts";
import { isStatus } from "./refusals.ts";
import { askRepository, knownRepository } from "./repository.ts";
import { commentFact, labelNames, linksOf, pullFact, reviewFact } from "./rest-facts.ts";
import { rulesOf } from "./rules.ts";
import type { Said, Talk } from "./talk.ts";

export interface Identity {
  me: string;
  reviewer: string;
}

const PAGE = 100;
/** So old a comment is still found by a pass that nothing woke for it, in a repository that talks much. */
const HEARD_MS = 24 * 3_600_000;
const MAX_PAGES = 10;
/** Who asked before that does not wait any more: the product may have come to the repository since. */
const OLDEST_MS = 30 * 24 * 3_600_000;

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
