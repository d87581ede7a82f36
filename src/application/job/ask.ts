/**
 * `mode: ask`: a dispatch of the pass workflow with a spec opens the tracking issue. Whoever acts on it reads that
 * workflow run again: see domain/board/dispatch.ts.
 */
import {
  askOfInputs,
  dispatchIssueBody,
  dispatchMarker,
  refusedDispatch,
  type DispatchInputs,
} from "../../domain/board/dispatch.ts";
import { OWN_LABEL } from "../../domain/run/names.ts";
import type { Github, Log } from "../ports.ts";

export interface DispatchAsk extends DispatchInputs {
  actor: { login: string; isBot: boolean };
  runId: number;
  /** From 1; a repeated workflow run asks for nothing. */
  runAttempt: number;
}

export async function askByDispatch(
  { github, log }: { github: { board: Pick<Github["board"], "permission" | "ensureIssue"> }; log: Log },
  asked: DispatchAsk,
): Promise<{ issue: number }> {
  const ask = askOfInputs(asked);
  const { actor, runId } = asked;
  if (actor.isBot) throw refusedDispatch("a bot started this workflow run");
  if (asked.runAttempt !== 1)
    throw refusedDispatch("this is a repeated workflow run", "Start the workflow anew.");
  const level = await github.board.permission(actor.login);
  if (level !== "write" && level !== "admin") throw refusedDispatch(`${actor.login} has no write access`);
  const { number } = await github.board.ensureIssue({
    marker: dispatchMarker(runId),
    title: `Orchestrate ${ask.path}`,
    body: dispatchIssueBody(ask, { by: actor.login, runId }),
    labels: [OWN_LABEL],
    parent: null,
  });
  log.info(`Issue ${number} tracks what ${actor.login} asked for.`);
  return { issue: number };
}
