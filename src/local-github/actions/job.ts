/** Runs one job from its folder to its conclusion. */
import { findAction } from "./action.ts";
import { alarm, OVER } from "./control.ts";
import { resolve, resolveTexts } from "./expression.ts";
import { openSpace, scopeOf } from "./job-space.ts";
import type { JobPlan, JobSpace, Workshop } from "./job-space.ts";
import type { StepRecord } from "./ledger.ts";
import { createLog, createMasks } from "./log.ts";
import type { JobLog } from "./log.ts";
import { readOnly } from "./permissions.ts";
import { sentenceOf } from "./plain-data.ts";
import { runMain, runPost, runPre, titleOf } from "./step.ts";
import type { PlannedStep } from "./step.ts";

export interface JobEnd {
  conclusion: "success" | "failure" | "cancelled";
  outputs: Record<string, string>;
}

export async function runJob(usual: Workshop, given: JobPlan): Promise<JobEnd> {
  const { workshop, plan } =
    given.run.headRepository !== undefined ? withoutTrust(usual, given) : { workshop: usual, plan: given };
  const { host } = workshop;
  const { permissions } = plan.definition;
  const token = host.mintJobToken({ fullName: plan.run.repository, runId: plan.run.id, permissions });
  const masks = createMasks([token, ...Object.values(workshop.secrets)]);
  const log = createLog(host.machine.files, plan.record.log, masks);
  const timer = new AbortController();
  let space: JobSpace | null = null;
  try {
    space = await openSpace({ workshop, plan, token, log });
    startTimers(space, timer.signal);
    return await runSteps(space);
  } catch (error) {
    // What a job cannot even begin for lies in its workflow: an expression in env, an unknown action.
    log.write(`Error: ${sentenceOf(error)}`);
    return { conclusion: "failure", outputs: {} };
  } finally {
    timer.abort(OVER);
    host.revokeToken(token);
    if (plan.control.cancelled) log.write(`Error: ${plan.control.because}`);
    await log.flush();
    if (space !== null) await host.machine.files.remove(space.root);
  }
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories */
function withoutTrust(workshop: Workshop, plan: JobPlan): { workshop: Workshop; plan: JobPlan } {
  const permissions = readOnly(plan.definition.permissions);
  return {
    workshop: { ...workshop, secrets: {} },
    plan: { ...plan, definition: { ...plan.definition, permissions } },
  };
}

/** What a cancelled job has for its last steps: then the server ends it. */
const LAST_MINUTES = 5;

function startTimers(space: JobSpace, signal: AbortSignal): void {
  const { clock } = space.host.machine;
  const { control, definition } = space.plan;
  const endSoon = (): void =>
    void alarm(clock, { minutes: LAST_MINUTES, signal }, () => control.kill(control.because));
  if (control.cancelled) endSoon();
  else control.signal.addEventListener("abort", endSoon, { once: true });
  const minutes = resolve(definition.timeoutMinutes, scopeOf(space));
  if (typeof minutes !== "number") return;
  void alarm(clock, { minutes, signal }, () =>
    control.cancel(`The job has exceeded the maximum execution time of ${minutes}m0s`),
  );
}

async function runSteps(space: JobSpace): Promise<JobEnd> {
  const { plan } = space;
  const steps = await planSteps(space);
  const befores = steps.flatMap((step) =>
    step.action?.kind === "node" && step.action.pre !== null
      ? [{ step, record: newStep(`Pre ${step.record.name}`) }]
      : [],
  );
  const records = (plan.record.steps = [
    ...befores.map(({ record }) => record),
    ...steps.map(({ record }) => record),
  ]);
  for (const [index, record] of records.entries()) record.number = index + 1;
  for (const { step, record } of befores) await runPre(space, step, record);
  for (const step of steps) await runMain(space, step);
  for (const step of steps.toReversed()) {
    if (!step.post?.action.post) continue;
    const record = newStep(`Post ${step.record.name}`);
    record.number = records.push(record);
    await runPost(space, step, record);
  }
  const outputs = outputsOf(space);
  if (plan.control.cancelled) return { conclusion: "cancelled", outputs };
  return { conclusion: space.status === "failure" ? "failure" : "success", outputs };
}

async function planSteps(space: JobSpace): Promise<PlannedStep[]> {
  announce(space.log, space.plan);
  return Promise.all(
    space.plan.definition.steps.map(async (definition) => {
      const action = definition.uses === null ? null : await findAction(space, definition.uses);
      const step: PlannedStep = { definition, action, record: newStep(""), state: {}, post: null };
      step.record.name = space.log.masks.hide(nameBefore(space, step));
      return step;
    }),
  );
}

/** A name may need outputs that are not there yet; it is made again when the step begins. */
function nameBefore(space: JobSpace, step: PlannedStep): string {
  try {
    return titleOf(space, step);
  } catch {
    return step.definition.uses ?? "Run";
  }
}

function outputsOf(space: JobSpace): Record<string, string> {
  try {
    const outputs = resolveTexts(space.plan.definition.outputs, scopeOf(space));
    return Object.fromEntries(Object.entries(outputs).filter((output) => mayLeave(space, output)));
  } catch (error) {
    space.log.write(`Error: the outputs of the job could not be evaluated: ${sentenceOf(error)}`);
    space.status = "failure";
    return {};
  }
}

/** As on GitHub: what holds a secret stays in the job. */
function mayLeave({ log }: JobSpace, [name, value]: [string, string]): boolean {
  if (log.masks.hide(value) === value) return true;
  log.write(`Warning: Skip output '${name}' since it may contain secret.`);
  return false;
}

function announce(log: JobLog, { run, record, definition, cause }: JobPlan): void {
  log.write(`${record.name} (run ${run.id} of ${run.path}, ${run.repository} at ${cause.sha})`);
  const granted = Object.entries(definition.permissions).map(([name, level]) => `${name}: ${level}`);
  log.write(`GITHUB_TOKEN permissions: ${granted.join(", ")}`);
}

function newStep(name: string): StepRecord {
  return { number: 0, name, status: "queued", conclusion: null, startedAt: null, completedAt: null };
}
