/** Which comments on the tracking issue are heard as commands: only new ones of people who may write (design 2.1). */
import type { CommentFact, PermissionLevel } from "./facts.ts";
import type { State } from "./journal.ts";

export interface CommentGuard {
  code: string;
  leavesAlone: (comment: CommentFact, state: Pick<State, "ask" | "commands">) => boolean;
}

export const COMMENT_GUARDS: readonly CommentGuard[] = [
  { code: "comment-bot", leavesAlone: ({ authorIsBot }) => authorIsBot },
  { code: "comment-edited", leavesAlone: ({ edited }) => edited },
  { code: "comment-before", leavesAlone: ({ id }, { ask }) => id <= ask.comment },
  { code: "comment-obeyed", leavesAlone: ({ id }, { commands }) => id in commands },
];

export const isHeard = (
  comment: CommentFact,
  state: Pick<State, "ask" | "commands">,
  guards: readonly CommentGuard[] = COMMENT_GUARDS,
): boolean => !guards.some(({ leavesAlone }) => leavesAlone(comment, state));

/** Read live, never from what a comment says of its author. */
export const mayCommand = (level: PermissionLevel): boolean => level === "write" || level === "admin";
