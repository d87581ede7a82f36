/** One step of a job: whether it runs, what it does, how it ends. */
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import type { Action, NodeAction } from "./action.ts";
import { inputVariables, loadLocalAction } from "./action.ts";
import { alarm, OVER } from "./control.ts";
import type { StepControl } from "./control.ts";
import { holds, holdsAsIs, resolve, resolveText, resolveTexts } from "./expression.ts";
import type { JobSpace } from "./job-space.ts";
import { scopeOf } from "./job-space.ts";
import type { Conclusion, StepRecord } from "./ledger.ts";
import { Expression, texts } from "./parser.ts";
import { sentenceOf } from "./plain-data.ts";
import type { Tree } from "./parser.ts";
import { runStepProcess } from "./step-process.ts";
import type { StepDefinition } from "./workflow.ts";

export interface PlannedStep {
  definition: StepDefinition;
  /** Null in a `run` step. */
  action: Action | null;
  record: StepRecord;
  /** What the action's scripts saved for each other. */
  state: Record<string, string>;
  /** Set when main ran: what `post` runs with. */
  post: { action: NodeAction; env: Record<string, string> } | null;
}

interface Done {
  ok: boolean;
  outputs: Record<string, string>;
}

export async function runMain(space: JobSpace, step: PlannedStep): Promise<void> {
  const { definition } = step;
  const end = await runRecorded(space, {
    record: step.record,
    title: () => titleOf(space, step),
    condition: () => holds(definition.if, scopeOf(space, ownEnv(space, definition))),
    timeoutMinutes: () => resolve(definition.timeoutMinutes, scopeOf(space)),
    work: (control) => perform(space, { step, control }),
    tolerate: () => resolve(definition.continueOnError, scopeOf(space)) === true,
  });
  if (definition.id !== null) space.steps[definition.id] = end;
}

export async function runPre(space: JobSpace, step: PlannedStep, record: StepRecord): Promise<void> {
  const { action } = step;
  if (action?.kind !== "node" || action.pre === null) return;
  const script = action.pre;
  await runRecorded(space, {
    record,
    title: () => record.name,
    condition: () => holdsAsIs(action.preIf, scopeOf(space)),
    timeoutMinutes: () => null,
    work: (control) =>
      runScript(space, { step, action, script, env: actionEnv(space, { step, action }), control }),
    tolerate: () => false,
  });
}

export async function runPost(space: JobSpace, step: PlannedStep, record: StepRecord): Promise<void> {
  const script = step.post?.action.post;
  if (step.post === null || script === null || script === undefined) return;
  const { action, env } = step.post;
  await runRecorded(space, {
    record,
    title: () => record.name,
    condition: () => holdsAsIs(action.postIf, scopeOf(space)),
    timeoutMinutes: () => null,
    work: (control) => runScript(space, { step, action, script, env, control }),
    tolerate: () => false,
  });
}

export function titleOf(space: JobSpace, { definition }: PlannedStep): string {
  if (definition.name !== null) return resolveText(definition.name, scopeOf(space));
  if (definition.uses !== null) return `Run ${definition.uses}`;
  const script =
    definition.run instanceof Expression
      ? resolveText(definition.run, scopeOf(space))
      : texts(definition.run).join("");
  return `Run ${script.trim().split("\n")[0] ?? ""}`;
}

interface Recorded {
  record: StepRecord;
  title: () => string;
  condition: () => boolean;
  timeoutMinutes: () => unknown;
  work: (control: StepControl) => Promise<Done>;
  tolerate: () => boolean;
}

/** Never throws: what goes wrong is a sentence in the log and a failed step. */
async function runRecorded(
  space: JobSpace,
  given: Recorded,
): Promise<{ outcome: Conclusion; conclusion: Conclusion; outputs: Record<string, string> }> {
  const { record } = given;
  const { log, host, plan } = space;
  const clock = (): string => host.machine.clock.now().toISOString();
  const finish = (
    outcome: Conclusion,
    conclusion: Conclusion,
    outputs: Record<string, string> = {},
  ): { outcome: Conclusion; conclusion: Conclusion; outputs: Record<string, string> } => {
    Object.assign(record, { status: "completed", conclusion, completedAt: clock() });
    return { outcome, conclusion, outputs };
  };
  record.startedAt = clock();
  try {
    if (plan.control.killed) return finish("cancelled", "cancelled");
    if (!given.condition()) return finish("skipped", "skipped");
    record.status = "in_progress";
    record.name = log.masks.hide(given.title());
    log.write(`\n=== ${record.name}`);
  } catch (error) {
    return fail(error);
  }
  const minutes = given.timeoutMinutes();
  const control = plan.control.beginStep(() => keepsOn(given.condition));
  const { done, timedOut } = await withTimeout(space, { minutes, control, work: given.work });
  await log.flush();
  if (timedOut)
    log.write(`Error: The action '${record.name}' has timed out after ${String(minutes)} minutes.`);
  else if (control.cancelled.aborted || control.killed.aborted) {
    // Whatever its program made of that, and with what it has handed out.
    log.write(`Error: The operation was canceled.`);
    return finish("cancelled", "cancelled", done.outputs);
  }
  if (done.ok) return finish("success", "success", done.outputs);
  return fail(null, done.outputs);

  function fail(error: unknown, outputs: Record<string, string> = {}): ReturnType<typeof finish> {
    if (error !== null) log.write(`Error: ${sentenceOf(error)}`);
    if (given.tolerate()) return finish("failure", "success", outputs);
    space.status = "failure";
    return finish("failure", "failure", outputs);
  }
}

/** Asked when its job is cancelled: a condition that cannot be evaluated keeps nothing going. */
function keepsOn(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    return false;
  }
}

async function withTimeout(
  space: JobSpace,
  { minutes, control, work }: { minutes: unknown; control: StepControl; work: Recorded["work"] },
): Promise<{ done: Done; timedOut: boolean }> {
  const timer = new AbortController();
  let timedOut = false;
  if (typeof minutes === "number" && minutes > 0) {
    void alarm(space.host.machine.clock, { minutes, signal: timer.signal }, () => {
      timedOut = true;
      control.cancel();
    });
  }
  try {
    const done = await work(control);
    return { done, timedOut };
  } catch (error) {
    space.log.write(`Error: ${sentenceOf(error)}`);
    return { done: { ok: false, outputs: {} }, timedOut };
  } finally {
    timer.abort(OVER);
  }
}

async function perform(
  space: JobSpace,
  { step, control }: { step: PlannedStep; control: StepControl },
): Promise<Done> {
  const { definition, action } = step;
  if (action === null) return runShell(space, { definition, control });
  if (action.kind === "stand-in") {
    const given = resolveTexts(definition.with, scopeOf(space, ownEnv(space, definition)));
    const inputs = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const signal = AbortSignal.any([control.cancelled, control.killed]);
    return { ok: true, outputs: await action.run({ space, inputs, signal }) };
  }
  const node = action.kind === "local" ? await loadLocalAction(space, action.path) : action;
  const env = actionEnv(space, { step, action: node });
  step.post = { action: node, env };
  return runScript(space, { step, action: node, script: node.main, env, control });
}

function ownEnv(space: JobSpace, definition: StepDefinition): Record<string, string> {
  return resolveTexts(definition.env, scopeOf(space));
}

function actionEnv(
  space: JobSpace,
  { step, action }: { step: PlannedStep; action: NodeAction },
): Record<string, string> {
  const env = ownEnv(space, step.definition);
  const given = resolveTexts(step.definition.with, scopeOf(space, env));
  const [name = "", ref = ""] = (step.definition.uses ?? "").split("@");
  return {
    ...env,
    ...inputVariables(space, { declared: action.inputs, given }),
    GITHUB_ACTION: step.definition.id ?? `__${name.replaceAll(/[^\w]/gu, "_")}`,
    GITHUB_ACTION_PATH: action.folder,
    GITHUB_ACTION_REPOSITORY: ref === "" ? "" : name.split("/").slice(0, 2).join("/"),
    GITHUB_ACTION_REF: ref,
  };
}

async function runScript(
  space: JobSpace,
  given: {
    step: PlannedStep;
    action: NodeAction;
    script: string;
    env: Record<string, string>;
    control: StepControl;
  },
): Promise<Done> {
  const state = Object.entries(given.step.state).map(([name, value]) => [`STATE_${name}`, value] as const);
  // Where our own process keeps what Node has compiled, a script of many steps is compiled once.
  const compiled = getCompileCacheDir();
  const end = await runStepProcess(space, {
    command: process.execPath,
    args: [given.script],
    cwd: space.workspace,
    env: {
      ...given.env,
      ...Object.fromEntries(state),
      ...(compiled !== undefined && { NODE_COMPILE_CACHE: dirname(compiled) }),
    },
    control: given.control,
  });
  Object.assign(given.step.state, end.state);
  return { ok: end.code === 0, outputs: end.outputs };
}

async function runShell(
  space: JobSpace,
  { definition, control }: { definition: StepDefinition; control: StepControl },
): Promise<Done> {
  const env = ownEnv(space, definition);
  const scope = scopeOf(space, env);
  const { workflow, definition: job } = space.plan;
  const first = (...trees: Tree[]): string => {
    const tree = trees.find((one) => one !== null);
    return tree === undefined ? "" : resolveText(tree, scope);
  };
  const shell = first(definition.shell, job.defaults.shell, workflow.defaults.shell);
  const folder = first(
    definition.workingDirectory,
    job.defaults.workingDirectory,
    workflow.defaults.workingDirectory,
  );
  const script = join(space.temp, `${space.host.machine.random.hex(12)}.sh`);
  const text = resolveText(definition.run, scope);
  for (const line of text.trimEnd().split("\n")) space.log.write(`$ ${line}`);
  await space.host.machine.files.write(script, text);
  const [command = "", ...args] = shellCommand(shell, script);
  const end = await runStepProcess(space, {
    command,
    args,
    cwd: join(space.workspace, folder),
    env,
    control,
  });
  if (end.code !== 0) space.log.write(`Error: Process completed with exit code ${end.code ?? "none"}.`);
  return { ok: end.code === 0, outputs: end.outputs };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
function shellCommand(shell: string, script: string): string[] {
  if (shell === "") return ["bash", "-e", script];
  if (shell === "bash") return ["bash", "--noprofile", "--norc", "-eo", "pipefail", script];
  if (shell === "sh") return ["sh", "-e", script];
  if (shell === "node") return [process.execPath, script];
  if (shell.includes("{0}")) return shell.split(/ +/u).map((part) => part.replaceAll("{0}", script));
  throw new Error(
    `shell: ${shell} is not supported by the local runner (bash, sh, node, or a command with {0})`,
  );
}
