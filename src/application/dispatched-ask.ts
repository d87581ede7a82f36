/** What a person started the pass workflow with, for an issue that names the workflow run: see domain/board/dispatch.ts. */
import { askOfRun, refusedDispatch, type DispatchedAsk, type OriginGuard } from "../domain/board/dispatch.ts";
import { mayCommand } from "../domain/run/heard.ts";
import type { Github } from "./ports.ts";

export interface Dispatched extends DispatchedAsk {
  by: string;
  /** Of the default branch. */
  sha: string;
  at: Date;
}

/** Throws a UserError that says why it asks for nothing. */
export async function dispatchedAsk(
  { board, code, workflows, now }: Github,
  { runId, body }: { runId: number; body: string },
  origin?: readonly OriginGuard[],
): Promise<Dispatched> {
  const run = await workflows.dispatched(runId);
  if (run === null) throw refusedDispatch("GitHub knows no such workflow run");
  const repository = await board.repository();
  const ask = askOfRun(run, { ...repository, issueBody: body, now: now() }, origin);
  // A tag may be named like the branch.
  const head = await code.branch(repository.defaultBranch);
  if (head === null || !(await code.isAncestor(run.sha, head)))
    throw refusedDispatch("the commit of its workflow run is not of the default branch");
  const by = run.actor.login;
  if (!mayCommand(await board.permission(by))) throw refusedDispatch(`${by} has no write access`);
  return { ...ask, by, sha: run.sha, at: run.createdAt };
}
