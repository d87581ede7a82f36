/** Labels, issues and comments: an issue or a comment is looked for by marker and own author before it is made. */
import type { BoardReader, BoardWriter, Ensured } from "../../application/ports.ts";
import { editsOfIssue } from "./board-edits.ts";
import type { Identity } from "./board-reader.ts";
import type { BoardMemory, KnownIssue } from "./board-memory.ts";
import type { Client } from "./client.ts";
import type { Edits } from "./edits.ts";
import { CREATED, endsWith, GONE, isSameSet, UNCHANGED, UPDATED } from "./ensured.ts";
import { isStatus, says, unlessGone } from "./refusals.ts";
import { commentFact, labelNames } from "./rest-facts.ts";
import type { Talk } from "./talk.ts";

type IssueWriter = Pick<
  BoardWriter,
  "ensureLabels" | "ensureIssue" | "updateIssue" | "assign" | "ensureComment" | "react"
>;

interface IssueAccess {
  identity: Identity;
  memory: BoardMemory;
  talk: Talk;
  edits: Edits;
  reader: BoardReader;
}

export function createIssueWriter(
  { octokit, owner, repo }: Client,
  { identity, memory, talk, edits, reader }: IssueAccess,
): IssueWriter {
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
  };
}
