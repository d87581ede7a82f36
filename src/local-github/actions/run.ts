/**
 * Plays one workflow run: which jobs run when, and how the run ends. A job waits for its needs, then its `if` is asked,
 * then its matrix makes jobs of it, each of which waits for its concurrency group and a free slot.
 */
import { join } from "node:path";
import { holds } from "./expression.ts";
import type { Scope } from "./expression.ts";
import type { Cause, Conclusion, RunRecord } from "./ledger.ts";
import { playMatrix } from "./matrix-jobs.ts";
import {
  cancelPlay,
  contextsOf,
  createPlay,
  endJob,
  endRun,
  enterGroup,
  failJob,
  killPlay,
  needsOf,
  newJob,
  statusBefore,
} from "./play.ts";
import type { GroupEnd, Play, Yard } from "./play.ts";
import { sentenceOf } from "./plain-data.ts";
import type { JobDefinition, Workflow } from "./workflow.ts";

export interface LiveRun {
  record: RunRecord;
  /** Jobs with `always()` go on; the sentence stands in the logs. */
  cancel(because: string): void;
  /** Nothing goes on. */
  kill(because: string): void;
  /** Never rejects. */
  ended: Promise<void>;
}

export function startRun(
  yard: Yard,
  given: { workflow: Workflow; record: RunRecord; cause: Cause },
): LiveRun {
  const play = createPlay(yard, given);
  return {
    record: given.record,
    cancel: (because) => cancelPlay(play, because),
    kill: (because) => killPlay(play, because),
    ended: playRun(play),
  };
}

async function playRun(play: Play): Promise<void> {
  const { yard, record, workflow, control } = play;
  yard.runChanged(record, "requested");
  try {
    if (workflow.problems.length > 0) return await refuseRun(play, workflow.problems.join("\n"));
    const leave = await enterGroup(play, {
      tree: workflow.concurrency,
      scope: { contexts: contextsOf(play), status: "success" },
      control,
      record,
      cancel: (because) => cancelPlay(play, because),
    });
    if (leave === null) return endRun(play, "cancelled");
    try {
      const ends = await Promise.all(workflow.jobs.map((job) => groupOf(play, job.id)));
      endRun(play, conclusionOf(play, ends));
    } finally {
      leave();
    }
  } catch (error) {
    await refuseRun(play, sentenceOf(error));
  }
}

async function refuseRun(play: Play, problem: string): Promise<void> {
  const { record, yard } = play;
  record.problem = problem;
  record.log = join(yard.folder, "runs", String(record.id), "workflow.log");
  const text = `The workflow ${record.path} could not be started.\n${problem}\n`;
  // A log that cannot be written does not keep the run from ending.
  await yard.host.machine.files.write(record.log, text).catch(() => {});
  endRun(play, "startup_failure");
}

function conclusionOf({ record, control }: Play, ends: readonly GroupEnd[]): Conclusion {
  if (control.cancelled) return "cancelled";
  const results = new Set(ends.map((end) => end.result));
  for (const worst of ["failure", "cancelled"] as const) if (results.has(worst)) return worst;
  return record.jobs.some((job) => job.conclusion !== "skipped") ? "success" : "skipped";
}

function groupOf(play: Play, id: string): Promise<GroupEnd> {
  const known = play.groups.get(id);
  if (known !== undefined) return known;
  const definition = play.workflow.jobs.find((job) => job.id === id);
  if (definition === undefined) throw new Error(`There is no job ${id}`);
  const group = endOf(play, definition);
  play.groups.set(id, group);
  return group;
}

async function endOf(play: Play, definition: JobDefinition): Promise<GroupEnd> {
  await Promise.all(definition.needs.map((id) => groupOf(play, id)));
  const end = await playGroup(play, definition);
  play.ended.set(definition.id, end);
  return end;
}

async function playGroup(play: Play, definition: JobDefinition): Promise<GroupEnd> {
  if (play.control.killed) return { result: "cancelled", outputs: {} };
  const contexts = { ...contextsOf(play, definition), needs: needsOf(play, definition) };
  const scope: Scope = { contexts, status: statusBefore(play, definition) };
  try {
    if (holds(definition.if, scope)) return await playMatrix(play, definition, scope);
  } catch (error) {
    return failJob(play, newJob(play, definition, definition.id), error);
  }
  const result = play.control.cancelled ? "cancelled" : "skipped";
  endJob(play, newJob(play, definition, definition.id), result);
  return { result, outputs: {} };
}
