/** The newest journal of a run that is in order, or one that is made from what GitHub shows of it. */
import { ACTIONS_LOGIN } from "../../domain/board/dispatch.ts";
import { PlanFlags } from "../../domain/plan/flags.ts";
import type { Hash } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import { parseCommand, type AskFlags } from "../../domain/run/command.ts";
import type { CommentFact } from "../../domain/run/facts.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { vouchFor } from "../../domain/run/journal-guards.ts";
import { parseMarker, PASS_WORKFLOW } from "../../domain/run/names.ts";
import { DamagedJournalError } from "../../domain/run/read-state.ts";
import { ceilingFor } from "../ceiling.ts";
import { firstState } from "../open-run.ts";
import { planAt } from "../plan-at.ts";
import type { Github } from "../ports.ts";
import type { JournalHistory, LineCommit } from "./ports.ts";

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
  head: string | null,
): Promise<FoundJournal> {
  const { journal } = githubAs("");
  const line = head === null ? [] : await history.line(head);
  let damage: string | null = head === null ? "its ref is gone" : null;
  for (const [at, { sha, author }] of line.entries()) {
    try {
      const { planFile, state } = await readSound(journal, run, sha);
      return { planFile, state, ground: sha, damage, lost: line.slice(0, at), me: author };
    } catch (error) {
      if (!(error instanceof DamagedJournalError)) throw error;
      damage ??= error.why;
    }
  }
  const made = await fromBoard({ githubAs, history, hash }, run);
  return { ...made, ground: null, damage, lost: line };
}

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
  const { board, code, workflows } = githubAs("");
  const comments = await board.comments(run);
  const shown = comments.findLast((comment) => comment.authorIsBot && hashIn(comment, run) !== null);
  if (!shown) throw beyondRepair(run, `#${run} has no comment of Roundtable that shows a plan`);
  const asked = await askOf(board, run, comments);
  if (!asked) throw beyondRepair(run, "the comment that asked for it is not to be found");
  const base = asked.flags.base ?? (await board.repository()).defaultBranch;
  const [, short] = /at base `([0-9a-f]{7,40})`/.exec(shown.body) ?? [];
  const sha = short === undefined ? null : await history.commit(short);
  const baseHead = await code.branch(base);
  if (sha === null || baseHead === null || !(await code.isAncestor(sha, baseHead)))
    throw beyondRepair(run, `the commit that its plan was made at is not on ${base}`);
  const { path, flags, by, comment, at } = asked;
  const labels = (await board.issue(run))?.labels ?? [];
  const { plan, config } = await planAt(
    { github: { code }, hash },
    { sha, path, flags: PlanFlags.strip().parse(flags), labels },
  );
  if (!plan.hash.startsWith(hashIn(shown, run)!))
    throw beyondRepair(run, "the plan that was shown last cannot be made again as it was");
  const isAction =
    shown.author === ACTIONS_LOGIN ||
    (await workflows.active()).some((one) => one.endsWith(`/${PASS_WORKFLOW}`));
  const ask = { issue: run, comment, onPull: false, by, path, flags, sha: null, consents: false };
  const state = firstState({
    run,
    form: isAction ? "action" : "app",
    plan,
    base: { branch: base, sha },
    ask,
    labels,
    maxCost: ceilingFor(flags.maxCost ?? null, config),
    now: at,
  });
  return { planFile: { v: 1, plan, config }, state, me: shown.author };
}

const beyondRepair = (run: number, why: string): UserError =>
  new UserError({
    what: `Run ${run} cannot be brought back`,
    why: `no revision of its journal is left, and ${why}`,
    fix: `Ask for the spec anew; what had landed stands on roundtable/${run}/main.`,
  });

/** The first characters of the plan's hash. */
function hashIn({ body }: CommentFact, run: number): string | null {
  const mark = parseMarker(body);
  return mark?.kind === "run" && mark.values["run"] === String(run) ? (mark.values["plan"] ?? null) : null;
}

interface Asked {
  path: string;
  flags: AskFlags;
  by: string;
  comment: number;
  at: Date;
}

/** On the tracking issue, or where that issue says. */
async function askOf(
  board: Github["board"],
  run: number,
  comments: readonly CommentFact[],
): Promise<Asked | null> {
  const mark = parseMarker((await board.issue(run))?.body ?? "");
  const { issue, ask } = mark?.kind === "run" ? mark.values : {};
  const place = issue === undefined ? comments : await board.comments(Number(issue));
  const asks = place.flatMap((comment): Asked[] => {
    const { id, body, author: by, createdAt: at, edited, authorIsBot } = comment;
    const parsed = parseCommand(body);
    if (edited || authorIsBot || parsed.kind !== "command" || parsed.command.kind !== "ask") return [];
    return [{ path: parsed.command.path, flags: parsed.command.flags, by, comment: id, at }];
  });
  return (ask === undefined ? asks[0] : asks.find(({ comment }) => String(comment) === ask)) ?? null;
}
