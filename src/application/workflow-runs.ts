/** Which workflow runs a pass has to know of, and which of them is an attempt's. */
import type { WorkflowRunFact } from "../domain/run/facts.ts";
import { CLOCK_SLACK_MS, runsOf } from "../domain/run/attempt.ts";
import type { State } from "../domain/run/journal.ts";
import { parseAttemptKey, runName } from "../domain/run/names.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import type { AttemptView } from "../domain/run/attempts.ts";
import type { Github } from "./ports.ts";

/** From the oldest attempt on whose workflow run may still matter: without an outcome, or ended by a person. */
export async function readRuns(
  { workflows }: Github,
  { run, attempts }: State,
  before: RunSnapshot | null,
): Promise<readonly WorkflowRunFact[]> {
  const matter = Object.entries(attempts).filter(
    ([, { outcome }]) => outcome === null || outcome === "cancelled",
  );
  if (matter.length === 0) return [];
  // Who has died before its append knew the run's id: then it is known by its name.
  const names = new Set(before?.runs.map(({ name }) => name));
  const isKnown = matter.every(([key, { outcome, runId }]) => {
    const name = parseAttemptKey(key);
    return outcome === null && (runId !== null || (name !== null && names.has(runName({ ...name, run }))));
  });
  if (before === null || !isKnown) {
    const oldest = Math.min(...matter.map(([, { at }]) => Date.parse(at)));
    return workflows.runs(new Date(oldest - CLOCK_SLACK_MS));
  }
  const listed = new Set(before.runs.map(({ id }) => id));
  const begun = matter.flatMap(([key, { runId, at }]): WorkflowRunFact[] => {
    const name = parseAttemptKey(key);
    if (name === null || runId === null || listed.has(runId)) return [];
    const fact = { id: runId, name: runName({ ...name, run }), createdAt: new Date(at), url: "" };
    return [{ ...fact, status: "queued", conclusion: null }];
  });
  return [...before.runs, ...begun];
}

/** By the id that the dispatch told, else the newest of that name since the write-ahead. */
export function runOf(snapshot: RunSnapshot, attempt: AttemptView): WorkflowRunFact | null {
  if (attempt.runId !== null) return snapshot.runs.find((fact) => fact.id === attempt.runId) ?? null;
  const name = runName({ run: snapshot.run, slug: attempt.slug, role: attempt.role, n: attempt.n });
  const since = Date.parse(attempt.at) - CLOCK_SLACK_MS;
  const known = new Set(Object.values(snapshot.state.attempts).flatMap(runsOf));
  return (
    snapshot.runs
      .filter((fact) => fact.name === name && fact.createdAt.getTime() >= since && !known.has(fact.id))
      .toSorted((a, b) => b.id - a.id)[0] ?? null
  );
}
