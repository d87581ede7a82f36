/** Pull requests and reviews: each is looked for by its branches, or by marker and own author, before it is made. */
import type { BoardReader, BoardWriter, Ensured } from "../../application/ports.ts";
import { TransientError, UserError } from "../../domain/problem.ts";
import { editsOfPull } from "./board-edits.ts";
import type { Identity } from "./board-reader.ts";
import type { BoardMemory } from "./board-memory.ts";
import type { Client } from "./client.ts";
import type { Edit, Edits } from "./edits.ts";
import { CREATED, endsWith, GONE, isSameSet, UNCHANGED, UPDATED } from "./ensured.ts";
import { isStatus, says, unlessGone } from "./refusals.ts";
import { labelNames, pullFact, reviewFact } from "./rest-facts.ts";

interface PullAccess {
  /** The client whose account reviews. */
  reviews: Client;
  identity: Identity;
  memory: BoardMemory;
  edits: Edits;
  reader: BoardReader;
}

type PullWriter = Pick<BoardWriter, "ensurePull" | "updatePull" | "ensureReview">;

/** GitHub shows a push to its pull requests a moment later. */
const INDEXING_MS = 5000;

const EVENTS = { approve: "APPROVE", "request-changes": "REQUEST_CHANGES", comment: "COMMENT" } as const;

export function createPullWriter(
  client: Client,
  { reviews, identity, memory, edits, reader }: PullAccess,
): PullWriter {
  const { octokit, owner, repo } = client;
  const at = { owner, repo };

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

/** An author's own pull request, or a job's token where the repository lets no job approve. */
const NO_VERDICT =
  /can not (approve|request changes on) your own pull request|not permitted to (create or )?approve pull requests/i;

const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1) ?? "";
