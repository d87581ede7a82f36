/** Runs a process of a step: files it may write to, its output into the log, what it hands back. */
import { join } from "node:path";
import type { Clock, ProcessRequest } from "../ports.ts";
import type { StepControl } from "./control.ts";
import { environmentOf } from "./job-space.ts";
import type { JobSpace } from "./job-space.ts";
import { lineSplitter } from "./log.ts";
import { sentenceOf } from "./plain-data.ts";
import { commandReader, parseAssignments } from "./workflow-commands.ts";

export interface StepProcess {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  control: StepControl;
}

export interface StepProcessEnd {
  /** Null when it was ended or could not be started. */
  code: number | null;
  outputs: Record<string, string>;
  state: Record<string, string>;
}

const FILES = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] as const;

export async function runStepProcess(
  space: JobSpace,
  { control, ...step }: StepProcess,
): Promise<StepProcessEnd> {
  const folder = join(space.temp, "_runner_file_commands", space.host.machine.random.hex(12));
  const paths = Object.fromEntries(FILES.map((name) => [name, join(folder, name.toLowerCase())]));
  const { files, processes } = space.host.machine;
  await Promise.all(Object.values(paths).map((path) => files.write(path, "")));
  const take = commandReader(space.log, (annotation) => space.plan.record.annotations.push(annotation));
  const streams = { stdout: lineSplitter(take), stderr: lineSplitter(take) };
  let code: number | null = null;
  const over = new AbortController();
  try {
    if (control.cancelled.aborted || control.killed.aborted) throw new Error("the step was ended before");
    const ended = await processes.run({
      ...step,
      ...endedBy(control, { clock: space.host.machine.clock, over: over.signal }),
      env: { ...environmentOf(space, step.env), ...paths },
      onOutput: (stream, chunk) => streams[stream].push(chunk),
    });
    code = ended.code;
  } catch (error) {
    space.log.write(`Error: ${step.command} could not be started in ${step.cwd}: ${sentenceOf(error)}`);
  } finally {
    over.abort();
  }
  streams.stdout.end();
  streams.stderr.end();
  const read = async (name: (typeof FILES)[number]): Promise<string> =>
    Buffer.from((await files.read(paths[name] ?? "")) ?? []).toString("utf8");
  return takeFiles(space, { code, read });
}

/** Before it is told to end, and before it is killed, all that it has started with it. */
const [INTERRUPTED_MS, TOLD_MS] = [7500, 2500];

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation */
function endedBy(
  { cancelled, killed }: StepControl,
  { clock, over }: { clock: Clock; over: AbortSignal },
): Pick<ProcessRequest, "signal" | "signals"> {
  const [told, ended] = [new AbortController(), new AbortController()];
  const end = async (): Promise<void> => {
    await clock.sleep(INTERRUPTED_MS, over);
    if (!over.aborted) told.abort();
    await clock.sleep(TOLD_MS, over);
    if (!over.aborted) ended.abort();
  };
  cancelled.addEventListener("abort", () => void end(), { once: true });
  return {
    signals: { SIGINT: cancelled, SIGTERM: told.signal },
    signal: AbortSignal.any([ended.signal, killed]),
  };
}

async function takeFiles(
  space: JobSpace,
  ended: { code: number | null; read: (name: (typeof FILES)[number]) => Promise<string> },
): Promise<StepProcessEnd> {
  const end: StepProcessEnd = { code: ended.code, outputs: {}, state: {} };
  try {
    end.outputs = Object.fromEntries(parseAssignments(await ended.read("GITHUB_OUTPUT")));
    end.state = Object.fromEntries(parseAssignments(await ended.read("GITHUB_STATE")));
    for (const [name, value] of parseAssignments(await ended.read("GITHUB_ENV")))
      setVariable(space, { name, value });
  } catch (error) {
    space.log.write(`Error: Unable to process file command successfully. ${sentenceOf(error)}`);
    end.code = end.code === 0 ? 1 : end.code;
  }
  const added = (await ended.read("GITHUB_PATH")).split(/\r?\n/u).filter((line) => line !== "");
  space.path.unshift(...added.toReversed());
  const summary = await ended.read("GITHUB_STEP_SUMMARY");
  if (summary.trim() !== "") {
    space.log.write("Summary:");
    for (const line of summary.trimEnd().split(/\r?\n/u)) space.log.write(`  ${line}`);
  }
  return end;
}

/** The runner guards its own variables and NODE_OPTIONS. */
function setVariable(space: JobSpace, { name, value }: { name: string; value: string }): void {
  if (name.toUpperCase() === "NODE_OPTIONS") {
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  if (/^(?:GITHUB|RUNNER)_/iu.test(name) && name !== "GITHUB_TOKEN") return;
  space.env[name] = value;
}
