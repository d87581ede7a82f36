/** A run as a pass would see it now, without anything being written: `decide` without `apply`. */
import { observeRun } from "../application/observe.ts";
import type { Github, OpenRun } from "../application/ports.ts";
import type { RunReport } from "../application/report.ts";
import { decide } from "../domain/run/decide.ts";
import { sha256 } from "./compose.ts";

export async function lookAt(github: Github, open: OpenRun): Promise<RunReport> {
  const snapshot = await observeRun(github, open, {
    hash: sha256,
    others: [],
    results: (state) => state,
    isClose: true,
  });
  const seen = decide(snapshot, { id: "look", now: github.now(), seed: "0", takesOver: false });
  const { outcome, reason, view, waits, lookAgainAt } = seen;
  return { run: open.run, outcome, reason, view, waits, did: {}, lookAgainAt, isHeldBack: false };
}

/** The end of a run as its journal tells it; null for one that has not ended. */
export async function endOf(github: Github, run: number): Promise<RunReport | null> {
  if (!(await github.journal.hasEnded(run))) return null;
  const found = await github.journal.find(run);
  return found && lookAt(github, { run, revision: found.revision });
}
