/** Issues, comments, pull requests, reviews: each is looked for by marker and own author before it is made. */
import type { BoardReader, BoardWriter, Ensured } from "../../application/ports.ts";
import { isStatus, messagesOf, type Client } from "./client.ts";
import type { Identity } from "./board-reader.ts";

interface BoardAccess {
  client: Client;
  /** The client whose account reviews. */
  reviews: Client;
  identity: Identity;
  reader: BoardReader;
}

const CREATED = { did: "created" } as const;
const UPDATED = { did: "updated" } as const;
const UNCHANGED = { did: "unchanged" } as const;

const EVENTS = { approve: "APPROVE", "request-changes": "REQUEST_CHANGES", comment: "COMMENT" } as const;

export function createBoardWriter({ client, reviews, identity, reader }: BoardAccess): BoardWriter {
  const { octokit, owner, repo } = client;
  const at = { owner, repo };

  async function findIssue(marker: string): Promise<number | null> {
    const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
      ...at,
      creator: identity.me,
      state: "all",
      per_page: 100,
    });
    return (
      issues.find(
        (issue) => !issue.pull_request && issue.user?.login === identity.me && endsWith(issue.body, marker),
      )?.number ?? null
    );
  }

  async function findPull(head: string, base: string): Promise<number | null> {
    const { data } = await octokit.rest.pulls.list({ ...at, head: `${owner}:${head}`, base, state: "open" });
    return data[0]?.number ?? null;
  }

  /** A lost link is a flaw of the picture, not of the run. */
  async function linkSubIssue(parent: number, id: number): Promise<void> {
    try {
      await octokit.rest.issues.addSubIssue({ ...at, issue_number: parent, sub_issue_id: id });
    } catch (error) {
      if (!isStatus(error, 404, 422)) throw error;
    }
  }

  return {
    async ensureLabels(labels) {
      let did: Ensured = UNCHANGED;
      for (const label of labels) {
        try {
          await octokit.rest.issues.createLabel({ ...at, ...label });
          did = CREATED;
        } catch (error) {
          if (!isStatus(error, 422)) throw error;
        }
      }
      return did;
    },

    async ensureIssue({ marker, title, body, labels, parent }) {
      const existing = await findIssue(marker);
      if (existing !== null) return { ...UNCHANGED, number: existing };
      const { data } = await octokit.rest.issues.create({ ...at, title, body, labels: [...labels] });
      if (parent !== null) await linkSubIssue(parent, data.id);
      return { ...CREATED, number: data.number };
    },

    async updateIssue(number, { body, labels, state, stateReason }) {
      await octokit.rest.issues.update({
        ...at,
        issue_number: number,
        ...(body === undefined ? {} : { body }),
        ...(labels === undefined ? {} : { labels: [...labels] }),
        ...(state === undefined ? {} : { state }),
        ...(stateReason === undefined ? {} : { state_reason: stateReason }),
      });
      return UPDATED;
    },

    async ensureComment({ issue, marker, body }) {
      const comments = await reader.comments(issue);
      const existing = comments.find(
        (comment) => comment.author === identity.me && endsWith(comment.body, marker),
      );
      if (!existing) {
        await octokit.rest.issues.createComment({ ...at, issue_number: issue, body });
        return CREATED;
      }
      if (existing.body === body) return UNCHANGED;
      await octokit.rest.issues.updateComment({ ...at, comment_id: existing.id, body });
      return UPDATED;
    },

    async react(what, content) {
      const { status } =
        "comment" in what
          ? await octokit.rest.reactions.createForIssueComment({ ...at, comment_id: what.comment, content })
          : await octokit.rest.reactions.createForIssue({ ...at, issue_number: what.issue, content });
      return Number(status) === 201 ? CREATED : UNCHANGED;
    },

    async ensurePull({ head, base, title, body, draft, labels }) {
      const existing = await findPull(head, base);
      if (existing !== null) return { ...UNCHANGED, number: existing };
      const create = async (asDraft: boolean): Promise<number> =>
        (await octokit.rest.pulls.create({ ...at, head, base, title, body, draft: asDraft })).data.number;
      let number: number;
      try {
        number = await create(draft).catch((error: unknown) => {
          // Private repositories of some plans have no drafts: a plain pull request does.
          if (
            draft &&
            isStatus(error, 422) &&
            messagesOf(error).some((message) => /draft pull requests are not supported/i.test(message))
          )
            return create(false);
          throw error;
        });
      } catch (error) {
        const raced = isStatus(error, 422) ? await findPull(head, base) : null;
        if (raced === null) throw error;
        return { ...UNCHANGED, number: raced };
      }
      if (labels.length > 0)
        await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] });
      return { ...CREATED, number };
    },

    async updatePull(number, { body, labels, ready, state }) {
      if (body !== undefined || state !== undefined) {
        await octokit.rest.pulls.update({
          ...at,
          pull_number: number,
          ...(body === undefined ? {} : { body }),
          ...(state === undefined ? {} : { state }),
        });
      }
      if (labels !== undefined)
        await octokit.rest.issues.setLabels({ ...at, issue_number: number, labels: [...labels] });
      if (ready) {
        const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
        // REST cannot take a pull request out of draft.
        if (data.draft)
          await octokit.graphql(
            "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }",
            { id: data.node_id },
          );
      }
      return UPDATED;
    },

    async ensureReview({ pull, sha, verdict, body, marker }) {
      const existing = await reader.reviews(pull);
      if (existing.some((review) => review.author === identity.reviewer && endsWith(review.body, marker)))
        return UNCHANGED;
      const post = (event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT"): Promise<unknown> =>
        reviews.octokit.rest.pulls.createReview({ ...at, pull_number: pull, commit_id: sha, body, event });
      if (identity.reviewer === identity.me) {
        await post("COMMENT");
        return CREATED;
      }
      try {
        await post(EVENTS[verdict]);
      } catch (error) {
        const isOwn =
          isStatus(error, 422) &&
          messagesOf(error).some((message) =>
            /can not (approve|request changes on) your own pull request/i.test(message),
          );
        if (!isOwn) throw error;
        await post("COMMENT");
      }
      return CREATED;
    },
  };
}

const endsWith = (body: string | null | undefined, marker: string): boolean =>
  (body ?? "").trimEnd().endsWith(marker);
