/** Issues, comments, pull requests, reviews: each is looked for by marker and own author before it is made. */
import type { BoardReader, BoardWriter, Ensured } from "../../application/ports.ts";
import { TransientError, UserError } from "../../domain/problem.ts";
import type { Client } from "./client.ts";
import { isStatus, says, unlessGone } from "./refusals.ts";
import type { BoardMemory, KnownIssue } from "./board-memory.ts";
import type { Talk } from "./talk.ts";
import { editsOfIssue, editsOfPull } from "./board-edits.ts";
import type { Edit, Edits } from "./edits.ts";
import { commentFact, labelNames, pullFact, reviewFact, type Identity } from "./board-reader.ts";

interface BoardAccess {
  client: Client;
  /** The client whose account reviews. */
  reviews: Client;
  identity: Identity;
  memory: BoardMemory;
  talk: Talk;
  edits: Edits;
  reader: BoardReader;
}

const CREATED = { did: "created" } as const;
const UPDATED = { did: "updated" } as const;
const UNCHANGED = { did: "unchanged" } as const;

/** GitHub shows a push to its pull requests a moment later. */
const INDEXING_MS = 5000;

const EVENTS = { approve: "APPROVE", "request-changes": "REQUEST_CHANGES", comment: "COMMENT" } as const;

export function createBoardWriter({
  client,
  reviews,
  identity,
  memory,
  talk,
  edits,
  reader,
}: BoardAccess): Omit<BoardWriter, "ensureLinks"> {
  const { octokit, owner, repo } = client;
  const at = { owner, repo };

  /** Undefined: the board was not looked at of late. */
  function rememberedIssue(marker: string): KnownIssue | null | undefined {
    const board = memory.ofMarker(marker);
    if (!board) return undefined;
    return [...board.issues.values()].find(({ fact }) => endsWith(fact.body, marker)) ?? null;
  }

  async function findIssue(marker: string) {
    const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
      ...at,
      creator: identity.me,
      state: "all",
      per_page: 100,
    });
    return issues.find(
      (issue) => !issue.pull_request && issue.user?.login === identity.me && endsWith(issue.body, marker),
    );
  }

  async function openPull(head: string, base: string, marker: string): Promise<number | null> {
    const board = memory.ofMarker(marker);
    if (!board) return findPull(head, base);
    const ours = [...board.pulls.values()].filter(({ author }) => author === identity.me);
    const pulls = ours.map(({ fact }) => fact);
    return (
      pulls.find((pull) => pull.head === head && pull.base === base && pull.state === "open")?.number ?? null
    );
  }

  async function findPull(head: string, base: string): Promise<number | null> {
    const { data } = await octokit.rest.pulls.list({ ...at, head: `${owner}:${head}`, base, state: "open" });
    return data[0]?.number ?? null;
  }

  async function readPull(number: number) {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    const { node_id: id, body, labels, state, draft } = data;
    return { id, body: body ?? "", labels: labelNames(labels), state, draft: draft === true };
  }

  /** False where it cannot be: a lost link is a flaw of the picture, not of the run. */
  async function linkSubIssue(parent: number, id: number): Promise<boolean> {
    try {
      await octokit.rest.issues.addSubIssue({ ...at, issue_number: parent, sub_issue_id: id });
      return true;
    } catch (error) {
      if (!isStatus(error, 404, 422)) throw error;
      return false;
    }
  }

  /** Null where one of the two is not there. */
  async function commitsAhead(basehead: string): Promise<number | null> {
    try {
      return (await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead })).data.ahead_by;
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  /** What a refused pull request is: commits that GitHub has not seen yet, or nothing to propose. */
  async function refusedPull(
    error: unknown,
    { head, base }: { head: string; base: string },
  ): Promise<unknown> {
    if (!isStatus(error, 422) || !says(error, /no commits between|\binvalid\b/i)) return error;
    const ahead = await commitsAhead(`${base}...${head}`);
    if (ahead !== null && ahead > 0)
      return new TransientError({
        what: `GitHub does not see the commits of ${head} yet`,
        why: "they were pushed a moment ago",
        retryAfterMs: INDEXING_MS,
      });
    return new UserError({
      what: `A pull request from ${head} into ${base} cannot be opened`,
      why: ahead === null ? "one of the two branches is gone" : `${base} has all its commits already`,
      fix: ahead === null ? "Restore the branch, or skip the unit." : "Skip the unit, or end the run.",
    });
  }

  return {
    async ensureLabels(labels) {
      let did: Ensured = UNCHANGED;
      for (const label of labels) {
        try {
          const { data } = await octokit.rest.issues.createLabel({ ...at, ...label });
          memory.labelled(label.name, data.node_id);
          did = CREATED;
        } catch (error) {
          if (!isStatus(error, 422) || !says(error, /already_exists/)) throw error;
          memory.mistrust();
        }
      }
      return did;
    },

    async ensureIssue({ marker, title, body, labels, parent }) {
      const remembered = rememberedIssue(marker);
      if (remembered && (remembered.isLinked || parent === null))
        return { ...UNCHANGED, number: remembered.fact.number };
      const existing = remembered === null ? null : await findIssue(marker);
      if (existing) {
        const isUnlinked = parent !== null && !existing.parent_issue_url;
        const isLinked = isUnlinked && (await linkSubIssue(parent, existing.id));
        return { ...(isLinked ? UPDATED : UNCHANGED), number: existing.number };
      }
      const { data } = await unlessGone(
        octokit.rest.issues.create({ ...at, title, body, labels: [...labels] }),
        { what: "No issue can be opened", fix: "Turn issues on in the repository's settings." },
      );
      const isLinked = parent !== null && (await linkSubIssue(parent, data.id));
      memory.ofMarker(marker)?.issues.set(data.number, {
        fact: {
          number: data.number,
          title,
          body,
          labels: labelNames(data.labels),
          state: "open",
          links: { id: data.id, parent: isLinked ? parent : null, blockedBy: 0 },
        },
        id: data.node_id,
        updatedAt: data.updated_at,
        isLinked,
      });
      return { ...CREATED, number: data.number };
    },

    async updateIssue(number, { title, body, labels, state, stateReason }) {
      const gone = { what: `Issue #${number} is gone`, fix: GONE };
      const remembered = memory.issue(number);
      const issue =
        remembered?.text ??
        (await unlessGone(octokit.rest.issues.get({ ...at, issue_number: number }), gone)).data;
      const changes = {
        ...(title === undefined || title === issue.title ? {} : { title }),
        ...(body === undefined || body === (issue.body ?? "") ? {} : { body }),
        ...(labels === undefined || isSameSet(labels, labelNames(issue.labels))
          ? {}
          : { labels: [...labels] }),
        ...(state === undefined || state === issue.state
          ? {}
          : { state, ...(stateReason === undefined ? {} : { state_reason: stateReason }) }),
      };
      if (Object.keys(changes).length === 0) return UNCHANGED;
      const { state_reason: reason, ...texts } = changes;
      const wanted = remembered && editsOfIssue(memory, remembered.id, { ...texts, reason });
      if (!wanted || !(await edits.all(wanted)))
        await unlessGone(octokit.rest.issues.update({ ...at, issue_number: number, ...changes }), gone);
      if (remembered) Object.assign(remembered.text, texts);
      return UPDATED;
    },

    async assign(issue, login, isOn) {
      const about = { ...at, issue_number: issue, assignees: [login] };
      const gone = { what: `Issue #${issue} is gone`, fix: GONE };
      if (isOn) await unlessGone(octokit.rest.issues.addAssignees(about), gone);
      else await unlessGone(octokit.rest.issues.removeAssignees(about), gone);
      return UPDATED;
    },

    async ensureComment({ issue, marker, body }) {
      const gone = { what: `Issue #${issue} is gone`, fix: GONE };
      const board = memory.fresh(issue);
      const comments = board?.tracking
        ? board.comments
        : (await unlessGone(reader.comments(issue), gone)).map((fact) => ({ fact, id: null }));
      const existing = comments.find(
        ({ fact }) => fact.author === identity.me && endsWith(fact.body, marker),
      );
      if (!existing) {
        const comment = octokit.rest.issues.createComment({ ...at, issue_number: issue, body });
        const { data } = await unlessGone(comment, gone);
        board?.comments.push({ fact: commentFact(data), id: data.node_id });
        return CREATED;
      }
      const { fact, id } = existing;
      if (fact.body === body) return UNCHANGED;
      if (id === null || !(await edits.all([{ mutation: "updateIssueComment", input: { id, body } }])))
        await octokit.rest.issues.updateComment({ ...at, comment_id: fact.id, body });
      fact.body = body;
      return UPDATED;
    },

    async react(what, content) {
      try {
        const { status } =
          "comment" in what
            ? await octokit.rest.reactions.createForIssueComment({ ...at, comment_id: what.comment, content })
            : await octokit.rest.reactions.createForIssue({ ...at, issue_number: what.issue, content });
        if ("comment" in what && Number(status) === 201) {
          memory.reacted(what.comment, content);
          talk.reacted(what.comment, content);
        }
        return Number(status) === 201 ? CREATED : UNCHANGED;
      } catch (error) {
        // Somebody took it away: nobody is left to see the reaction.
        if (isStatus(error, 404, 410)) return UNCHANGED;
        throw error;
      }
    },

    async ensurePull({ head, base, title, body, draft, labels }) {
      const existing = await openPull(head, base, lastLine(body));
      if (existing !== null) return { ...UNCHANGED, number: existing };
      const create = async (asDraft: boolean) =>
        (await octokit.rest.pulls.create({ ...at, head, base, title, body, draft: asDraft })).data;
      let made: Awaited<ReturnType<typeof create>>;
      try {
        made = await create(draft).catch((error: unknown) => {
          // Private repositories of some plans have no drafts: a plain pull request does.
          if (draft && isStatus(error, 422) && says(error, /draft pull requests are not supported/i))
            return create(false);
          throw error;
        });
      } catch (error) {
        const raced = isStatus(error, 422) ? await findPull(head, base) : null;
        if (raced === null) throw await refusedPull(error, { head, base });
        memory.mistrust();
        return { ...UNCHANGED, number: raced };
      }
      const { number } = made;
      memory.ofMarker(lastLine(body))?.pulls.set(number, {
        fact: { ...pullFact(made), labels: [...labels] },
        author: identity.me,
        authorIsBot: made.user.type === "Bot",
        id: made.node_id,
        updatedAt: made.updated_at,
        reviews: [],
      });
      if (labels.length > 0)
        await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] });
      return { ...CREATED, number };
    },

    async updatePull(number, { body, labels, ready: isReadyWanted, state }) {
      const gone = { what: `Pull request #${number} is gone`, fix: GONE };
      const remembered = memory.pull(number);
      const pull = remembered
        ? { ...remembered.fact, id: remembered.id }
        : await unlessGone(readPull(number), gone);
      const changes = {
        ...(body === undefined || body === pull.body ? {} : { body }),
        ...(labels === undefined || isSameSet(labels, pull.labels) ? {} : { labels: [...labels] }),
        ...(state === undefined || state === pull.state ? {} : { state }),
      };
      const isDue = { text: Object.keys(changes).length > 0, ready: isReadyWanted === true && pull.draft };
      const wanted = remembered && editsOfPull(memory, pull.id, changes);
      const ready: Edit = { mutation: "markPullRequestReadyForReview", input: { pullRequestId: pull.id } };
      const [isTold, isReady] = await Promise.all([
        isDue.text && wanted ? edits.all(wanted) : false,
        isDue.ready && remembered ? edits.all([ready]) : false,
      ]);
      // A pull request is an issue as well, and only there are its labels and its text one request.
      if (isDue.text && !isTold)
        await unlessGone(octokit.rest.issues.update({ ...at, issue_number: number, ...changes }), gone);
      // REST cannot take a pull request out of draft.
      if (isDue.ready && !isReady)
        await client.graphql(
          "mutation Ready($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }",
          { id: pull.id },
        );
      if (remembered) Object.assign(remembered.fact, changes, isDue.ready && { draft: false });
      return isDue.text || isDue.ready ? UPDATED : UNCHANGED;
    },

    async ensureReview({ pull, sha, verdict, body, comments = [], marker }) {
      const remembered = memory.pull(pull)?.reviews;
      const existing = remembered ?? (await reader.reviews(pull));
      if (existing.some((review) => review.author === identity.reviewer && endsWith(review.body, marker)))
        return UNCHANGED;
      const post = async (
        event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT",
      ): Promise<Ensured | "misplaced"> => {
        const about = { pull_number: pull, commit_id: sha };
        const atLines = comments.map((comment) => ({ ...comment, side: "RIGHT" }));
        try {
          const { data } = await reviews.octokit.rest.pulls.createReview({
            ...at,
            ...about,
            body,
            event,
            comments: atLines,
          });
          remembered?.push({ ...reviewFact(data), sha });
          return CREATED;
        } catch (error) {
          if (isStatus(error, 422) && says(error, NO_PLACE)) return "misplaced";
          throw error;
        }
      };
      if (identity.reviewer === identity.me) return post("COMMENT");
      try {
        return await post(EVENTS[verdict]);
      } catch (error) {
        if (!isStatus(error, 422) || !says(error, NO_VERDICT)) throw error;
        return post("COMMENT");
      }
    },
  };
}

/** One line outside the diff refuses the whole review. */
const NO_PLACE = /(?:line|path) could not be resolved/i;

const GONE = "Skip its unit, or end the run.";

/** An author's own pull request, or a job's token where the repository lets no job approve. */
const NO_VERDICT =
  /can not (approve|request changes on) your own pull request|not permitted to (create or )?approve pull requests/i;

/** GitHub tells labels apart without regard to case. */
function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const [wanted, found] = [some, others].map((names) => new Set(names.map((name) => name.toLowerCase())));
  return wanted!.size === found!.size && [...wanted!].every((name) => found!.has(name));
}

const endsWith = (body: string | null | undefined, marker: string): boolean =>
  (body ?? "").trimEnd().endsWith(marker);

const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1) ?? "";
