/**
 * What people with write access say of a unit: each request for changes that stands, and what was said since an attempt
 * last came through, in reviews, at lines, on its pull request, its issue and the run's. The words of others are left out.
 */
import type { BriefInput } from "../../domain/agent/brief-input.ts";
import { lastWords } from "../../domain/review/report.ts";
import { parseCommand } from "../../domain/run/command.ts";
import type { BoardFact, CommentFact, LineCommentFact, ReviewFact } from "../../domain/run/facts.ts";
import type { State } from "../../domain/run/journal.ts";
import { integrationBranch, parseMarker, plainSlug, unitBranch } from "../../domain/run/names.ts";
import { attemptsOf, type AttemptView } from "../../domain/run/attempts.ts";
import { newest } from "../../domain/text/newest.ts";
import type { Github } from "../ports.ts";

/** Characters of one remark, and of all of a kind. */
const MAX_SAID = { remark: 2000, all: 7500 } as const;

export type Board = Pick<Github["board"], "reviews" | "lineComments" | "comments" | "permission"> & {
  board(integrationBranch: string, account: string | null): Promise<BoardFact>;
};

interface Remark {
  author: string;
  at: number;
  text: string;
}

export async function remarksOfPeople(
  board: Board,
  { state, attempt }: { state: State; attempt: AttemptView },
): Promise<BriefInput["troubles"]> {
  const { issues, pulls } = await board.board(integrationBranch(state.run), state.account);
  const branch = unitBranch(state.run, attempt.slug);
  const pull = pulls.find(({ head, state: is }) => head === branch && is === "open")?.number;
  const own = issues.filter(({ body }) => {
    const { kind, values } = parseMarker(body) ?? {};
    const isOfUnit = kind === "unit" || kind === "task";
    return isOfUnit && values?.["run"] === String(state.run) && values["unit"] === plainSlug(attempt.slug);
  });
  const reviews = pull === undefined ? [] : await board.reviews(pull);
  const lines = pull === undefined ? [] : await board.lineComments(pull);
  const requests = lastWords(reviews).filter((review) => review.state === "CHANGES_REQUESTED");
  const comments = reviews.filter((review) => review.state === "COMMENTED" && !isOurs(review));
  const since = lastThrough(state, attempt);
  const remarks = [
    ...comments.map((review) => ofReview(review, lines)).filter(({ text }) => text !== ""),
    ...(pull === undefined ? [] : (await board.comments(pull)).flatMap(ofComment)),
    ...(await Promise.all(own.map(({ number }) => board.comments(number)))).flat().flatMap(ofComment),
    ...(await board.comments(state.run)).filter(({ id }) => id > state.ask.comment).flatMap(ofComment),
  ];
  const levels = new Map<string, string>();
  const told = async (what: string, all: readonly Remark[]): Promise<BriefInput["troubles"]> => {
    for (const { author } of all) if (!levels.has(author)) levels.set(author, await board.permission(author));
    const said = all
      .filter(({ author }) => ["write", "admin"].includes(levels.get(author)!))
      .toSorted((a, b) => a.at - b.at)
      .map(({ author, text }) => `${author}: ${text || "(no words)"}`.slice(0, MAX_SAID.remark));
    return said.length === 0 ? [] : [{ what, text: newest(said, MAX_SAID.all).join("\n\n") }];
  };
  return [
    ...(await told(
      "People with write access ask for changes",
      requests.map((review) => ofReview(review, lines)),
    )),
    ...(await told(
      "People with write access said, on this unit or on the whole run, oldest first",
      remarks.filter(({ at }) => at > since),
    )),
  ];
}

/** When the last attempt began whose work went on to a review: it knew what had been said before. */
const lastThrough = (state: State, attempt: AttemptView): number =>
  Math.max(
    0,
    ...attemptsOf(state)
      .filter(
        ({ slug, role, outcome }) => slug === attempt.slug && role !== "review" && outcome === "completed",
      )
      .map(({ at }) => Date.parse(at)),
  );

const ofReview = (
  { id, author, body, submittedAt }: ReviewFact,
  lines: readonly LineCommentFact[],
): Remark => {
  const own = lines.filter(({ review }) => review === id);
  const said = own.map(({ path, line, body: text }) => `${path}${line === null ? "" : `:${line}`}: ${text}`);
  return { author, at: submittedAt?.getTime() ?? 0, text: [body, ...said].join("\n").trim() };
};

/** A command's own line is said to the run; what stands below it is said to whoever does the work. */
function ofComment(comment: CommentFact): Remark[] {
  if (isOurs(comment)) return [];
  const isCommand = parseCommand(comment.body).kind !== "none";
  const text = (isCommand ? comment.body.split("\n").slice(1).join("\n") : comment.body).trim();
  return text === "" ? [] : [{ author: comment.author, at: comment.createdAt.getTime(), text }];
}

/** Also where our account is a machine's user. */
const isOurs = ({ authorIsBot, body }: { authorIsBot: boolean; body: string }): boolean =>
  authorIsBot || parseMarker(body) !== null;
