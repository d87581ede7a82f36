/** Which of the plans that a run's tracking issue shows is the one in force: a new one may wait for its confirm, or have been left. */
import { parseCommand } from "../../domain/run/command.ts";
import type { CommentFact } from "../../domain/run/facts.ts";
import { mayCommand } from "../../domain/run/heard.ts";
import type { State } from "../../domain/run/journal.ts";
import { parseMarker } from "../../domain/run/names.ts";
import type { Github } from "../ports.ts";

export interface ShownPlan {
  comment: CommentFact;
  /** The first characters of the plan's hash. */
  hash: string;
  /** The comment by which a new plan was asked for; null: it is the run's first. */
  replannedBy: number | null;
}

/** The last one that somebody has confirmed, else the last one. */
export async function planInForce(
  { board }: Pick<Github, "board">,
  run: number,
  comments: readonly CommentFact[],
): Promise<ShownPlan | undefined> {
  // What other bots repeat of what people wrote is nobody's word.
  const first = comments.find((comment) => shownIn(comment, run).length > 0);
  const ours = comments.filter(({ author }) => author === first?.author);
  const shown = ours.flatMap((comment) => shownIn(comment, run));
  // Only a confirm that came to nothing is answered by words.
  const turnedDown = new Set(ours.map(({ body }) => parseMarker(body)?.values["reply"]));
  const confirms = comments.flatMap(({ id, body, author, authorIsBot, edited }) => {
    const parsed = parseCommand(body);
    if (authorIsBot || edited || parsed.kind !== "command" || parsed.command.kind !== "confirm") return [];
    return turnedDown.has(String(id)) ? [] : [{ id, author, hash: parsed.command.hash }];
  });
  const levels = await Promise.all(confirms.map(({ author }) => board.permission(author)));
  const heard = confirms.filter((_, at) => mayCommand(levels[at]!));
  const isConfirmed = ({ comment, hash }: ShownPlan, at: number): boolean => {
    const next = shown[at + 1]?.comment.id ?? Infinity;
    return heard.some(
      (one) =>
        one.id > comment.id &&
        (one.hash === null ? one.id < next : one.hash.startsWith(hash) || hash.startsWith(one.hash)),
    );
  };
  return shown.findLast(isConfirmed) ?? shown.at(-1);
}

function shownIn(comment: CommentFact, run: number): ShownPlan[] {
  const mark = parseMarker(comment.body);
  const { plan: hash, by } = mark?.kind === "run" && mark.values["run"] === String(run) ? mark.values : {};
  if (!comment.authorIsBot || hash === undefined) return [];
  return [{ comment, hash, replannedBy: by === undefined ? null : Number(by) }];
}

/** What was said of plans before it was asked for, and the asking itself, is not to be obeyed again. */
export function spokenOfBefore(
  { replannedBy }: ShownPlan,
  comments: readonly CommentFact[],
): State["commands"] {
  const old = comments.filter(({ id, body }) => {
    const parsed = parseCommand(body);
    const isOfPlans = parsed.kind === "command" && ["confirm", "replan"].includes(parsed.command.kind);
    return replannedBy !== null && (id === replannedBy || (id < replannedBy && isOfPlans));
  });
  return Object.fromEntries(old.map(({ id }) => [String(id), { did: "obeyed" as const, say: null }]));
}
