/** The newest journal of a run that is in order, or one that is made from what GitHub shows of it. */
import { ACTIONS_LOGIN, dispatchOf, ORIGIN } from "../../domain/board/dispatch.ts";
import { PlanFlags } from "../../domain/plan/flags.ts";
import type { Hash } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import { parseCommand, type AskFlags } from "../../domain/run/command.ts";
import type { CommentFact } from "../../domain/run/facts.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { mayCommand } from "../../domain/run/heard.ts";
import { vouchFor } from "../../domain/run/journal-guards.ts";
import { parseMarker, PASS_WORKFLOW } from "../../domain/run/names.ts";
import { DamagedJournalError } from "../../domain/run/read-state.ts";
import { ceilingFor } from "../ceiling.ts";
import { dispatchedAsk } from "../dispatched-ask.ts";
import { firstState } from "../open-run.ts";
import { planAt } from "../plan-at.ts";
import type { Github } from "../ports.ts";
import type { JournalHistory, LineCommit } from "./ports.ts";
import { planInForce, spokenOfBefore } from "./shown-plan.ts";

export interface Repairing {
  history: JournalHistory;
  /** The board is known by its author: the account that the product writes with. */
  githubAs(me: string): Github;
  hash: Hash;
}

export interface FoundJournal {
  planFile: PlanFile;
  state: State;
  /** The revision that it is; null: made anew. */
  ground: string | null;
  /** Why the newest revision is no journal; null: it is in order. */
  damage: string | null;
  /** Revisions after it that cannot be read. */
  lost: readonly LineCommit[];
  /** The account whose board it is. */
  me: string;
}

/** Throws a UserError where a newer program wrote it, and where nothing of a run is left. */
export async function findJournal(
  { history, githubAs, hash }: Repairing,
  run: number,
  at: { revision: string; isEnded: boolean } | null,
): Promise<FoundJournal> {
  const head = at?.revision ?? null;
  const { journal } = githubAs("");
  const line = head === null ? [] : await history.line(head);
  let damage: string | null = head === null ? "its ref is gone" : null;
  for (const [place, { sha, author, message }] of line.entries()) {
    // Of others' commits only the newest is looked into, for what is wrong with it: its ref may stand on any branch.
    if (place > 0 && !OUR_COMMIT.test(message)) continue;
    try {
      const { planFile, state } = await readSound(journal, run, sha);
      if (at?.isEnded && state.ended === null)
        throw hasEnded(
          run,
          `its journal stands among those of ended runs, and no revision of its end is left; from ${sha.slice(0, 7)} it would go on`,
        );
      const me = passAuthor(line) ?? state.account ?? author;
      return { planFile, state, ground: sha, damage, lost: line.slice(0, place), me };
    } catch (error) {
      if (!(error instanceof DamagedJournalError)) throw error;
      damage ??= error.why;
    }
  }
  const made = await fromBoard({ githubAs, history, hash }, run);
  return { ...made, ground: null, damage, lost: line };
}

const OUR_COMMIT = /\nRoundtable-(?:Pass|Repair): /;

/** By the name that GitHub knows it by now: no repair's, and nobody's who broke the journal. */
const passAuthor = (line: readonly LineCommit[]): string | null =>
  line.find(({ message, author }) => /\nRoundtable-Pass: /.test(message) && author !== "")?.author ?? null;

async function readSound(
  journal: Github["journal"],
  run: number,
  revision: string,
): Promise<{ planFile: PlanFile; state: State }> {
  const read = await journal.read(revision);
  vouchFor(read, run);
  return read;
}

/** The plan is made again, as it was asked for, at the commit that the plan comment names. */
async function fromBoard(
  { history, githubAs, hash }: Repairing,
  run: number,
): Promise<Pick<FoundJournal, "planFile" | "state" | "me">> {
  const github = githubAs("");
  const { board, code, workflows } = github;
  const issue = await board.issue(run);
  const comments = issue === null ? [] : await board.comments(run);
  const shown = await planInForce(github, run, comments);
  if (!issue || !shown) throw beyondRepair(run, `#${run} has no comment of Roundtable that shows a plan`);
  if (comments.some((one) => one.author === shown.comment.author && isSummary(one, run)))
    throw hasEnded(
      run,
      "its summary is there and its journal is not, as after `roundtable cleanup`; brought back from the board it would begin anew",
    );
  const [, short] = /at base `([0-9a-f]{7,40})`/.exec(shown.comment.body) ?? [];
  const sha = short === undefined ? null : await history.commit(short);
  if (sha === null) throw beyondRepair(run, "the commit that its plan was made at is gone");
  const { labels } = issue;
  const isAction =
    shown.comment.author === ACTIONS_LOGIN ||
    (await workflows.active()).some((one) => one.endsWith(`/${PASS_WORKFLOW}`));
  const { defaultBranch } = await board.repository();
  let isRefined = false;
  for (const { path, flags, by, comment, at } of await asksFor(
    github,
    { ...issue, me: shown.comment.author },
    comments,
  )) {
    const branch = flags.base ?? defaultBranch;
    const baseHead = await code.branch(branch);
    if (baseHead === null || !(await code.isAncestor(sha, baseHead))) continue;
    const made = await unlessMistaken(
      planAt({ github: { code }, hash }, { sha, path, flags: PlanFlags.strip().parse(flags), labels }),
    );
    isRefined ||= made?.config.planner === "model";
    if (!made?.plan.hash.startsWith(shown.hash)) continue;
    const { plan, config } = made;
    const state = firstState({
      run,
      form: isAction ? "action" : "app",
      plan,
      base: { branch, sha },
      ask: { issue: run, comment, onPull: false, by, path, flags, sha: null, consents: false },
      labels,
      maxCost: ceilingFor(flags.maxCost ?? null, config),
      now: at,
    });
    const { author: account } = shown.comment;
    const { replannedBy } = shown;
    const commands = spokenOfBefore(shown, comments);
    return {
      planFile: { v: 1, plan, config },
      state: { ...state, account, replannedBy, commands },
      me: account,
    };
  }
  throw beyondRepair(
    run,
    isRefined
      ? "a model had refined its plan, and nothing but a journal holds what it proposed"
      : "the plan that was shown cannot be made again from what people with write access asked for",
  );
}

/** An ask that was refused for its spec. */
const unlessMistaken = <T>(made: Promise<T>): Promise<T | null> =>
  made.catch((error: unknown) => {
    if (error instanceof UserError) return null;
    throw error;
  });

const isSummary = ({ body }: CommentFact, run: number): boolean => {
  const mark = parseMarker(body);
  return mark?.kind === "final" && mark.values["run"] === String(run);
};

const hasEnded = (run: number, why: string): UserError =>
  new UserError({
    what: `Run ${run} has ended`,
    why,
    fix: "Nothing is needed; ask for the spec anew where more is to be done.",
  });

const beyondRepair = (run: number, why: string): UserError =>
  new UserError({
    what: `Run ${run} cannot be brought back`,
    why: `no revision of its journal is left, and ${why}`,
    fix: `Ask for the spec anew; what had landed stands on roundtable/${run}/main.`,
  });

interface Asked {
  path: string;
  flags: AskFlags;
  by: string;
  comment: number;
  at: Date;
}

/** On the tracking issue, or where that issue says; oldest first, and only of those that were not answered by words. */
async function asksFor(
  github: Github,
  tracking: { author: string; body: string; me: string },
  comments: readonly CommentFact[],
): Promise<Asked[]> {
  const { board } = github;
  const { author, me } = tracking;
  // Whoever opened another issue can write into it, also without write access.
  const mark = author === me ? parseMarker(tracking.body) : null;
  const { issue, ask } = mark?.kind === "run" ? mark.values : {};
  const from = issue === undefined ? tracking : await board.issue(Number(issue));
  const place = issue === undefined ? comments : await board.comments(Number(issue));
  const asks = place.flatMap((comment): Asked[] => {
    const { id, body, author: by, createdAt: at, edited, authorIsBot } = comment;
    const parsed = parseCommand(body);
    if (edited || authorIsBot || parsed.kind !== "command" || parsed.command.kind !== "ask") return [];
    const { path, flags } = parsed.command;
    const isRuns = ask === undefined ? !flags.dryRun && !isTold(place, { ask: id, me }) : String(id) === ask;
    return isRuns ? [{ path, flags, by, comment: id, at }] : [];
  });
  const may = await Promise.all(asks.map(async ({ by }) => mayCommand(await board.permission(by))));
  return [...asks.filter((_, at) => may[at]), ...(await byDispatch(github, from?.body ?? ""))];
}

/** Of whatever age: its plan stands on the issue. */
const OF_ANY_AGE = ORIGIN.filter(({ code }) => code !== "origin-old");

async function byDispatch(github: Github, body: string): Promise<Asked[]> {
  const runId = dispatchOf(body);
  const made = runId && (await unlessMistaken(dispatchedAsk(github, { runId, body }, OF_ANY_AGE)));
  return made ? [{ ...made, comment: 0 }] : [];
}

/** Why there is no run of it, or where its run is. */
const isTold = (comments: readonly CommentFact[], { ask, me }: { ask: number; me: string }): boolean =>
  comments.some(({ author, body }) => {
    const mark = parseMarker(body);
    return author === me && mark?.kind === "run" && mark.values["ask"] === String(ask);
  });
