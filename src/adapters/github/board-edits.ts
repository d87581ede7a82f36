/** Changes of an issue or a pull request as GraphQL says them. */
import type { BoardMemory } from "./board-memory.ts";
import type { Edit } from "./edits.ts";

interface IssueChange {
  title?: string;
  body?: string;
  labels?: string[];
  state?: "open" | "closed";
  reason?: string | undefined;
}

/** Null where the id of a label is not known. */
function labelled(
  memory: BoardMemory,
  labels: readonly string[] | undefined,
): { labelIds?: string[] } | null {
  if (labels === undefined) return {};
  const labelIds = memory.labelIds(labels);
  return labelIds && { labelIds };
}

export function editsOfIssue(
  memory: BoardMemory,
  id: string,
  { labels, state, reason, ...texts }: IssueChange,
): Edit[] | null {
  const ids = labelled(memory, labels);
  if (ids === null) return null;
  const input = { ...texts, ...ids };
  const stateReason = reason === "not_planned" ? "NOT_PLANNED" : "COMPLETED";
  return [
    ...(Object.keys(input).length > 0 ? [{ mutation: "updateIssue", input: { id, ...input } } as const] : []),
    ...(state === "closed" ? [{ mutation: "closeIssue", input: { issueId: id, stateReason } } as const] : []),
    ...(state === "open" ? [{ mutation: "reopenIssue", input: { issueId: id } } as const] : []),
  ];
}

export function editsOfPull(
  memory: BoardMemory,
  pullRequestId: string,
  { labels, body, state }: { labels?: string[]; body?: string; state?: "closed" },
): Edit[] | null {
  const ids = labelled(memory, labels);
  if (ids === null) return null;
  const input = { ...(body === undefined ? {} : { body }), ...ids };
  return [
    ...(Object.keys(input).length > 0
      ? [{ mutation: "updatePullRequest", input: { pullRequestId, ...input } } as const]
      : []),
    ...(state === undefined ? [] : [{ mutation: "closePullRequest", input: { pullRequestId } } as const]),
  ];
}
