/**
 * Who asks for a run: a person by `/orchestrate <path>` in a comment, or by a dispatch of the pass workflow, for which
 * its `ask` job has opened an issue. Problems become one comment with line numbers and nothing else.
 *
 * An ask is answered once: our own 👀 on it says so, whoever else's it carries; an accepted one is known by its journal
 * too, should a pass die in between.
 */
import {
  ACTIONS_LOGIN,
  askOfRun,
  DISPATCH_AGE_MS,
  dispatchOf,
  refusedDispatch,
} from "../domain/board/dispatch.ts";
import { askRefusalBody } from "../domain/board/plan-comment.ts";
import { formatProblem, TransientError, UserError } from "../domain/problem.ts";
import { parseCommand } from "../domain/run/command.ts";
import { marker } from "../domain/run/names.ts";
import { openRun, showPlanOf, type Ask, type Asking } from "./open-run.ts";
import type { Reactable } from "./ports.ts";
import type { AskReport } from "./report.ts";

/** Where an ask stands; `read` says what it is, or throws a UserError that says why it is none. */
interface Place {
  issue: number;
  comment: number;
  /** The author of a comment; null where only `read` tells who asks. */
  author: string | null;
  read(): Promise<Ask> | Ask;
}

/** Oldest first. */
export async function answerAsks(asking: Asking): Promise<AskReport[]> {
  const reports: AskReport[] = [];
  for (const place of await askingComments(asking)) reports.push(await answer(asking, place));
  // A dispatch runs the pass workflow: no other form sees one.
  const dispatches = asking.form === "action" ? await askingIssues(asking) : [];
  for (const place of dispatches) reports.push(await answer(asking, place));
  return reports;
}

async function askingComments(asking: Asking): Promise<Place[]> {
  const places: Place[] = [];
  for (const comment of (await asking.github.board.recentComments()).toReversed()) {
    if (comment.authorIsBot || comment.edited) continue;
    const parsed = parseCommand(comment.body);
    if (parsed.kind !== "command" || parsed.command.kind !== "ask") continue;
    if (await isAnswered(asking, { comment: comment.id }, comment.eyes)) continue;
    const { path, flags } = parsed.command;
    const { issue, onPull, author } = comment;
    const ask = { issue, comment: comment.id, onPull, by: author, path, flags, sha: null, consents: false };
    places.push({ issue, comment: comment.id, author, read: () => ask });
  }
  return places;
}

/** Issues of the `ask` job. Only the first that names a workflow run can be its ask. */
async function askingIssues(asking: Asking): Promise<Place[]> {
  const { github } = asking;
  const since = new Date(github.now().getTime() - DISPATCH_AGE_MS);
  const firsts = new Map<number, number>();
  const places: Place[] = [];
  for (const { number, body, state, eyes } of await github.board.issuesOf(ACTIONS_LOGIN, since)) {
    const runId = dispatchOf(body);
    if (runId === null) continue;
    const first = firsts.get(runId) ?? number;
    firsts.set(runId, first);
    // Closed by a person: taken back.
    if (state === "closed" || (await isAnswered(asking, { issue: number }, eyes))) continue;
    const read = (): Promise<Ask> => {
      if (first === number) return readDispatch(asking, { issue: number, body, runId });
      throw refusedDispatch(`issue ${first} is for the same workflow run`, "Close this one.");
    };
    places.push({ issue: number, comment: 0, author: null, read });
  }
  return places;
}

async function readDispatch(
  { github }: Asking,
  { issue, body, runId }: { issue: number; body: string; runId: number },
): Promise<Ask> {
  const [run, repository] = await Promise.all([
    github.workflows.dispatched(runId),
    github.board.repository(),
  ]);
  if (run === null) throw refusedDispatch("GitHub knows no such workflow run");
  const { path, flags, consents } = askOfRun(run, { ...repository, issueBody: body, now: github.now() });
  const { login: by } = run.actor;
  if (!(await mayAsk({ github }, by))) throw refusedDispatch(`${by} has no write access`);
  const sha = flags.base === undefined ? run.sha : null;
  return { issue, comment: 0, onPull: false, by, path, flags, sha, consents };
}

async function mayAsk({ github }: Pick<Asking, "github">, login: string): Promise<boolean> {
  const level = await github.board.permission(login);
  return level === "write" || level === "admin";
}

async function isAnswered({ github }: Asking, what: Reactable, eyes: number): Promise<boolean> {
  if (eyes === 0) return false;
  const [me, reviewer, logins] = await Promise.all([
    github.board.me(),
    github.board.reviewer(),
    github.board.eyesOn(what),
  ]);
  return logins.includes(me) || logins.includes(reviewer);
}

async function answer(asking: Asking, place: Place): Promise<AskReport> {
  const { github } = asking;
  const { issue, comment, author } = place;
  const what = comment === 0 ? { issue } : { comment };
  const report = { issue, comment, accepted: true, sentences: [] };
  const seen = (): Promise<unknown> => github.board.react(what, "eyes");
  if (author !== null && !(await mayAsk(asking, author))) {
    await github.board.react(what, "confused");
    await seen();
    return { ...report, accepted: false, sentences: ["The author has no write access."] };
  }
  if (await isOpened(asking, place)) {
    await seen();
    return report;
  }
  try {
    const opened = await openRun(asking, await place.read());
    if (Array.isArray(opened)) return await refuse(asking, place, opened);
    await seen();
    return { ...report, issue: opened.run ?? issue };
  } catch (error) {
    if (error instanceof TransientError) throw error;
    // A fault of ours is answered as well: an ask left unanswered would stand in the way of every later pass.
    const sentence =
      error instanceof UserError
        ? formatProblem(error)
        : `Roundtable itself failed: ${error instanceof Error ? error.message : String(error)}. Its log has more.`;
    return refuse(asking, place, [sentence]);
  }
}

/** True where a pass has opened this ask's run and died before it said so; its plan is shown now. */
async function isOpened(asking: Asking, { issue, comment }: Place): Promise<boolean> {
  const isOpen = await showPlanOf(asking, { run: issue, comment });
  return isOpen || (comment === 0 && (await asking.github.journal.hasEnded(issue)));
}

async function refuse(
  { github }: Asking,
  { issue, comment }: Place,
  sentences: readonly string[],
): Promise<AskReport> {
  await github.board.ensureComment({
    issue,
    marker: marker("run", { run: issue, ask: comment }),
    body: askRefusalBody({ run: issue, comment, sentences }),
  });
  await github.board.react(comment === 0 ? { issue } : { comment }, "eyes");
  return { issue, comment, accepted: false, sentences };
}
