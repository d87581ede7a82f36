/**
 * Edits of the board that are asked for at the same time go in one request (GraphQL): of what a round shows, most is
 * labels and texts. Nothing here creates what others read, so a repeat does no harm.
 * https://docs.github.com/en/graphql/reference/mutations
 */
import type { Client } from "./client.ts";

const INPUTS = {
  updateIssue: "UpdateIssueInput",
  closeIssue: "CloseIssueInput",
  reopenIssue: "ReopenIssueInput",
  updatePullRequest: "UpdatePullRequestInput",
  closePullRequest: "ClosePullRequestInput",
  markPullRequestReadyForReview: "MarkPullRequestReadyForReviewInput",
  updateIssueComment: "UpdateIssueCommentInput",
  addSubIssue: "AddSubIssueInput",
} as const;

/** A long request ends in a time-out. */
const MOST_AT_ONCE = 20;

export interface Edit {
  mutation: keyof typeof INPUTS;
  input: Record<string, unknown>;
}

interface Waiting extends Edit {
  /** False: GitHub refuses it. */
  isDone(done: boolean): void;
  failed(error: unknown): void;
}

export interface Edits {
  /** False where GitHub refuses one of them: who asks does them one by one, and is told why. */
  all(edits: readonly Edit[]): Promise<boolean>;
}

export function createEdits({ mutate }: Pick<Client, "mutate">): Edits {
  let waiting: Waiting[] = [];

  async function send(edits: readonly Waiting[]): Promise<void> {
    const declared = edits.map(({ mutation }, at) => `$input${at}: ${INPUTS[mutation]}!`).join(", ");
    const fields = edits.map(
      ({ mutation }, at) => `edit${at}: ${mutation}(input: $input${at}) { clientMutationId }`,
    );
    const inputs = Object.fromEntries(edits.map(({ input }, at) => [`input${at}`, input]));
    try {
      const refused = await mutate(`mutation Edits(${declared}) { ${fields.join(" ")} }`, inputs);
      edits.forEach(({ isDone }, at) => isDone(refused !== "all" && !refused.has(`edit${at}`)));
    } catch (error) {
      for (const { failed } of edits) failed(error);
    }
  }

  async function sendAll(): Promise<void> {
    const edits = waiting;
    waiting = [];
    for (let at = 0; at < edits.length; at += MOST_AT_ONCE) await send(edits.slice(at, at + MOST_AT_ONCE));
  }

  return {
    async all(edits) {
      if (edits.length === 0) return true;
      // Whoever else asks at this moment comes along.
      if (waiting.length === 0) setImmediate(() => void sendAll());
      const done = edits.map(
        (edit) => new Promise<boolean>((isDone, failed) => void waiting.push({ ...edit, isDone, failed })),
      );
      return (await Promise.all(done)).every(Boolean);
    },
  };
}
