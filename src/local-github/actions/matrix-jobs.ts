/** The jobs that one definition makes: one, or one for each combination of its matrix. */
import { createSlots } from "./concurrency.ts";
import type { Slots } from "./concurrency.ts";
import { createControl } from "./control.ts";
import type { JobControl } from "./control.ts";
import { holds, resolve, resolveText, textOf } from "./expression.ts";
import type { Scope } from "./expression.ts";
import { runJob } from "./job.ts";
import type { JobRecord } from "./ledger.ts";
import { combinations } from "./matrix.ts";
import type { Combination } from "./matrix.ts";
import { Expression } from "./parser.ts";
import { beginJob, endJob, enterGroup, failJob, needsOf, newJob } from "./play.ts";
import type { GroupEnd, Play } from "./play.ts";
import { isRecord } from "./plain-data.ts";
import type { JobDefinition } from "./workflow.ts";

interface OneJob {
  definition: JobDefinition;
  record: JobRecord;
  scope: Scope;
  combination: Combination | null;
  strategy: Readonly<Record<string, unknown>>;
  control: JobControl;
  /** Of `max-parallel`. */
  slots: Slots;
}

export async function playMatrix(play: Play, definition: JobDefinition, before: Scope): Promise<GroupEnd> {
  const jobs = jobsOf(play, definition, before);
  const ends = await Promise.all(
    jobs.map(async (job) => {
      const end = await playJob(play, job);
      if (end.result === "failure" && job.strategy["fail-fast"] === true) {
        const because = `The strategy configuration was canceled because "${job.record.name}" failed`;
        for (const other of jobs) if (other !== job) other.control.cancel(because);
      }
      return end;
    }),
  );
  const worst = (["failure", "cancelled", "success"] as const).find((result) =>
    ends.some((end) => end.result === result),
  );
  const outputs: Record<string, string> = {};
  // Of several jobs the last one that says something wins.
  for (const [name, value] of ends.flatMap((end) => Object.entries(end.outputs))) {
    if (value !== "" || !(name in outputs)) outputs[name] = value;
  }
  return { result: worst ?? "skipped", outputs };
}

function jobsOf(play: Play, definition: JobDefinition, before: Scope): OneJob[] {
  const value = resolve(definition.strategy, before);
  const setting = isRecord(value) ? value : {};
  const matrix = setting["matrix"];
  const found = isRecord(matrix) ? combinations(matrix) : [null];
  const most = typeof setting["max-parallel"] === "number" ? setting["max-parallel"] : found.length;
  const slots = createSlots(most);
  return found.map((combination, index) => {
    const strategy = {
      "fail-fast": setting["fail-fast"] !== false,
      "job-index": index,
      "job-total": found.length,
      "max-parallel": most,
    };
    const scope = { ...before, contexts: { ...before.contexts, matrix: combination, strategy } };
    const record = newJob(play, definition, nameOf({ definition, combination, scope }));
    return { definition, record, scope, combination, strategy, slots, control: createControl() };
  });
}

/** Never rejects, so that siblings are always waited for. */
async function playJob(play: Play, job: OneJob): Promise<GroupEnd> {
  const { definition, record, scope, control } = job;
  const keepsOn = (): boolean => holdsWhenCancelled(definition, scope);
  const release: (() => void)[] = [];
  play.live.set(record, { control, keepsOn });
  try {
    record.labels = labelsOf(resolve(definition.runsOn, scope));
    if (play.control.killed) control.kill(play.control.because);
    play.yard.jobChanged(play.record, record, "queued");
    for (const turn of turnsOf(play, job)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: who waits for a group holds no slot
      const leave = await turn();
      if (leave === null) {
        endJob(play, record, "cancelled");
        return { result: "cancelled", outputs: {} };
      }
      release.push(leave);
    }
    return await runNow(play, job);
  } catch (error) {
    return await failJob(play, record, error);
  } finally {
    play.live.delete(record);
    for (const leave of release.toReversed()) leave();
  }
}

function turnsOf(play: Play, job: OneJob): (() => Promise<(() => void) | null>)[] {
  const { definition, record, scope, control } = job;
  const cancel = (because: string): void => control.cancel(because);
  return [
    () => job.slots.take(control.signal),
    () => enterGroup(play, { tree: definition.concurrency, scope, control, record, cancel }),
    () => play.yard.slots.take(control.signal),
  ];
}

async function runNow(play: Play, job: OneJob): Promise<GroupEnd> {
  const { yard, workflow, record: run, cause } = play;
  const { definition, record, scope, combination: matrix, strategy, control } = job;
  beginJob(play, record);
  const needs = needsOf(play, definition);
  const plan = { workflow, definition, run, cause, record, control, needs, matrix, strategy };
  const { conclusion, outputs } = await runJob(yard, plan);
  endJob(play, record, conclusion);
  const tolerated = conclusion === "failure" && resolve(definition.continueOnError, scope) === true;
  return { result: tolerated ? "success" : conclusion, outputs };
}

/** The name of a matrix job gets its values in brackets unless it names them itself. */
function nameOf(given: { definition: JobDefinition; combination: Combination | null; scope: Scope }): string {
  const { definition, combination, scope } = given;
  const name = definition.name === null ? definition.id : resolveText(definition.name, scope);
  const own = definition.name instanceof Expression && definition.name.source.includes("matrix.");
  if (combination === null || own) return name;
  const values = Object.values(combination).map((value) =>
    typeof value === "object" ? JSON.stringify(value) : textOf(value),
  );
  return `${name} (${values.join(", ")})`;
}

function labelsOf(runsOn: unknown): string[] {
  return [runsOn].flat().filter((one) => typeof one === "string");
}

function holdsWhenCancelled(definition: JobDefinition, scope: Scope): boolean {
  try {
    return holds(definition.if, { ...scope, status: "cancelled" });
  } catch {
    return false;
  }
}
