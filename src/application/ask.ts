/**
 * Who asks for a run: a person by `/orchestrate <path>` in a comment, or by a dispatch of the pass workflow, for which
 * its `ask` job has opened an issue. Problems become one comment with line numbers and nothing else.
 *
 * An ask is answered once: our own 👀 on it says so, whoever else's it carries; an accepted one is known by its journal
 * too, should a pass die in between.
 */
import { ACTIONS_LOGIN, DISPATCH_AGE_MS, dispatchOf, refusedDispatch } from "../domain/board/dispatch.ts";
import { helpBody } from "../domain/board/decision.ts";
import { askRefusalBody } from "../domain/board/plan-comment.ts";
import { FileError, formatProblem, traceOf, TransientError, UserError } from "../domain/problem.ts";
import { COMMANDS } from "../domain/run/commands.ts";
import { parseCommand, type ParsedCommand } from "../domain/run/command.ts";
import { mayCommand } from "../domain/run/heard.ts";
import { marker } from "../domain/run/names.ts";
import { isAnswered } from "./answered.ts";
import { openRunFor, type Attached } from "./attach.ts";
import { dispatchedAsk } from "./dispatched-ask.ts";
import { openRun, showPlanOf, type Ask, type Asking } from "./open-run.ts";
import type { Reactable } from "./ports.ts";
import type { AskReport } from "./report.ts";

const NO_RUN =
  "No run is under way on this issue. `/orchestrate <folder of a spec>` asks for one; every other command goes to the issue that tracks its run.";

/** Where an ask stands. */
interface Place {
  issue: number;
  /** 0: the issue itself is the ask. */
  comment: number;
}

type Command = Exclude<ParsedCommand, { kind: "none" }>;

interface Said extends Place {
  onPull: boolean;
  by: string;
  parsed: Command;
  /** Its 👀, whoever's. */
  eyes: number;
  createdAt: Date;
}

/** An issue that names a workflow run. */
interface DispatchIssue extends Place {
  body: string;
  runId: number;
  /** The first issue that names it; no other can be its ask. */
  first: number;
  eyes: number;
}

/** Oldest first. */
export async function answerAsks(asking: Asking): Promise<AskReport[]> {
  const reports: (AskReport | null)[] = [];
  for (const said of await commands(asking))
    reports.push(await apart(asking, said, () => answerComment(asking, said)));
  // A dispatch runs the pass workflow: no other form sees one.
  const issues = asking.form === "action" ? await askingIssues(asking) : [];
  for (const issue of issues) reports.push(await apart(asking, issue, () => answerIssue(asking, issue)));
  return reports.filter((report) => report !== null);
}

/** What cannot be answered, for its issue is locked, is left to a later pass: it keeps no other ask and no run waiting. */
async function apart(
  { log }: Asking,
  { issue, comment }: Place,
  work: () => Promise<AskReport | null>,
): Promise<AskReport | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TransientError) throw error;
    if (error instanceof UserError)
      log.warn("an ask has no answer yet", { issue, comment, why: error.message });
    else log.error("an ask has no answer yet", { issue, comment, error: traceOf(error) });
    return { issue, comment, accepted: false, sentences: [], why: error };
  }
}

async function commands({ github, hasHeard }: Asking): Promise<Said[]> {
  const said: Said[] = [];
  const comments = await github.board.recentComments(hasHeard ? undefined : "anew");
  for (const comment of comments.toReversed()) {
    if (comment.authorIsBot || comment.edited) continue;
    const parsed = parseCommand(comment.body);
    if (parsed.kind === "none" || (!isAsk(parsed) && comment.answered)) continue;
    const { id, issue, onPull, author: by, eyes, createdAt } = comment;
    said.push({ issue, comment: id, onPull, by, parsed, eyes, createdAt });
  }
  return said;
}

/** Null for what is answered, and for what the run obeys that is tracked there: see domain/run/obey.ts. */
async function answerComment(asking: Asking, said: Said): Promise<AskReport | null> {
  const { issue, comment, onPull, by, parsed, eyes, createdAt } = said;
  if (await isDone(asking, { comment }, { eyes, createdAt })) return null;
  if (!isAsk(parsed) && (await asking.github.journal.openRuns()).some(({ run }) => run === issue))
    return null;
  if (!(await mayAsk(asking, by))) return turnAway(asking, said);
  if (parsed.kind === "mistake") return refuse(asking, said, [parsed.sentence]);
  if (parsed.command.kind === "help") {
    await tell(asking, said, helpBody(COMMANDS));
    return { issue, comment, accepted: true, sentences: [] };
  }
  if (parsed.command.kind !== "ask") return refuse(asking, said, [NO_RUN]);
  const { path, flags } = parsed.command;
  return answer(asking, said, async () => ({
    issue,
    comment,
    onPull,
    by,
    path,
    flags,
    sha: null,
    consents: false,
  }));
}

const isAsk = (parsed: Command): boolean => parsed.kind === "command" && parsed.command.kind === "ask";

/** Issues of the `ask` job. */
async function askingIssues({ github }: Asking): Promise<DispatchIssue[]> {
  const since = new Date(github.now().getTime() - DISPATCH_AGE_MS);
  const firsts = new Map<number, number>();
  const asks: DispatchIssue[] = [];
  for (const { number, body, state, eyes } of await github.board.issuesOf(ACTIONS_LOGIN, since)) {
    const runId = dispatchOf(body);
    if (runId === null) continue;
    const first = firsts.get(runId) ?? number;
    firsts.set(runId, first);
    // Closed by a person: taken back.
    if (state === "open") asks.push({ issue: number, comment: 0, body, runId, first, eyes });
  }
  return asks;
}

async function answerIssue(asking: Asking, issue: DispatchIssue): Promise<AskReport | null> {
  if (await isDone(asking, { issue: issue.issue }, { eyes: issue.eyes, createdAt: null })) return null;
  return answer(asking, issue, () => readDispatch(asking, issue));
}

/** Throws a UserError that says why the issue asks for nothing. */
async function readDispatch(asking: Asking, ask: DispatchIssue): Promise<Ask> {
  const { github } = asking;
  const { issue, comment, body, runId, first } = ask;
  if (first !== issue)
    throw refusedDispatch(`issue ${first} is for the same workflow run`, "Close this one.");
  const { path, flags, consents, by, sha: at } = await dispatchedAsk(github, { runId, body });
  const sha = flags.base === undefined ? at : null;
  return { issue, comment, onPull: false, by, path, flags, sha, consents };
}

async function mayAsk({ github }: Asking, login: string): Promise<boolean> {
  return mayCommand(await github.board.permission(login));
}

async function isDone(
  { github, answered }: Asking,
  what: Reactable,
  seen: { eyes: number; createdAt: Date | null },
): Promise<boolean> {
  const key = JSON.stringify(what);
  if (answered.has(key)) return true;
  const is = await isAnswered(github, what, seen);
  if (is) answered.add(key);
  return is;
}

async function answer(asking: Asking, place: Place, read: () => Promise<Ask>): Promise<AskReport> {
  const { issue, comment } = place;
  const accepted = { issue, comment, accepted: true, sentences: [] };
  try {
    if (await isOpened(asking, place)) {
      await markAnswered(asking, place);
      return accepted;
    }
    const ask = await read();
    const attached = ask.flags.dryRun ? null : await openRunFor(asking.github, ask);
    if (attached) return await attach(asking, place, attached);
    const opened = await openRun(asking, ask);
    if (Array.isArray(opened)) return await refuse(asking, place, opened);
    await markAnswered(asking, place);
    return { ...accepted, issue: opened.run ?? issue };
  } catch (error) {
    if (error instanceof TransientError) throw error;
    if (error instanceof FileError) return refuse(asking, place, [...error.mistakes, error.fix]);
    if (error instanceof UserError) return refuse(asking, place, [formatProblem(error)]);
    // A fault of ours is answered as well: an ask left unanswered would stand in the way of every later pass.
    const cause = error instanceof Error ? error.message : String(error);
    asking.log.error("an ask failed", { issue, comment, error: traceOf(error) });
    return refuse(asking, place, [`Roundtable itself failed: ${cause}. Its log has more.`]);
  }
}

/** True where a pass has opened this ask's run and died before it said so; its plan is shown now. */
async function isOpened(asking: Asking, { issue, comment }: Place): Promise<boolean> {
  const isOpen = await showPlanOf(asking, { run: issue, comment });
  return isOpen || (comment === 0 && (await asking.github.journal.hasEnded(issue)));
}

async function refuse(asking: Asking, place: Place, sentences: readonly string[]): Promise<AskReport> {
  const { issue, comment } = place;
  await asking.github.board.ensureComment({
    issue,
    marker: marker("run", { run: issue, ask: comment }),
    body: askRefusalBody({ run: issue, comment, sentences }),
  });
  await markAnswered(asking, place);
  return { issue, comment, accepted: false, sentences };
}

/** Nothing is opened twice: who asks again is told where the run is. */
async function attach(asking: Asking, place: Place, { run, sentence }: Attached): Promise<AskReport> {
  await tell(asking, place, sentence);
  return { issue: run, comment: place.comment, accepted: true, sentences: [sentence] };
}

async function tell(asking: Asking, { issue, comment }: Place, text: string): Promise<void> {
  const mark = marker("run", { run: issue, ask: comment });
  await asking.github.board.ensureComment({ issue, marker: mark, body: `${text}\n\n${mark}` });
  await markAnswered(asking, { issue, comment });
}

/** Nothing is said to who may not ask: their comment gets a 😕. */
async function turnAway(asking: Asking, { issue, comment }: Place): Promise<AskReport> {
  await asking.github.board.react({ comment }, "confused");
  await markAnswered(asking, { issue, comment });
  return { issue, comment, accepted: false, sentences: ["The author has no write access."] };
}

async function markAnswered({ github }: Asking, { issue, comment }: Place): Promise<void> {
  await github.board.react(comment === 0 ? { issue } : { comment }, "eyes");
}
