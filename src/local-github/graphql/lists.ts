/** How GraphQL selects and orders lists. */
import { nodeId } from "../shapes/account.ts";
import type { Comment, Issue } from "../state.ts";
import type { ConnectionArguments } from "./fields.ts";

export interface ListArguments extends ConnectionArguments {
  states?: string[];
  orderBy?: { field: string; direction: string } | null;
}

export interface IssueFilters {
  createdBy?: string | null;
  labels?: string[] | null;
  since?: string | null;
  states?: string[] | null;
}

export function passes(issue: Issue, { createdBy, labels, since, states }: IssueFilters): boolean {
  return (
    (!createdBy || issue.user === createdBy) &&
    (labels?.every((label) => issue.labels.includes(label)) ?? true) &&
    (!since || Date.parse(issue.updatedAt) >= Date.parse(since)) &&
    (states?.includes(issue.state.toUpperCase()) ?? true)
  );
}

/** Oldest first, unless it is asked for otherwise. */
export function ordered<Kind extends Issue>(issues: readonly Kind[], { orderBy }: ListArguments): Kind[] {
  const key = orderBy?.field === "UPDATED_AT" ? "updatedAt" : "createdAt";
  const sign = orderBy?.direction === "DESC" ? -1 : 1;
  return issues.toSorted((a, b) => sign * (a[key].localeCompare(b[key]) || a.number - b.number));
}

export interface ReactionArguments extends ConnectionArguments {
  content?: string | null;
}

export function reactionsOf(comment: Comment, { content: wanted }: ReactionArguments) {
  return comment.reactions
    .filter(({ content }) => !wanted || REACTION_CONTENT[content] === wanted)
    .map(({ id, content, user, createdAt }) => ({
      __typename: "Reaction",
      id: nodeId("REA", id),
      databaseId: id,
      content: REACTION_CONTENT[content],
      createdAt,
      user,
    }));
}

const REACTION_CONTENT: Readonly<Record<string, string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  confused: "CONFUSED",
  heart: "HEART",
  hooray: "HOORAY",
  rocket: "ROCKET",
  eyes: "EYES",
};
