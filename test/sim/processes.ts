/**
 * What the jobs of a simulation start. The Action's modes are played by its own code in this process; in place of the
 * two that start an agent or a repository's commands stands what comes of them. Programs are never started.
 */
import { Buffer } from "node:buffer";
import { Job } from "../../src/domain/handover/job.ts";
import type { Files, Processes, ProcessRequest, ProcessResult } from "../../src/local-github/ports.ts";
import { agentEnd, unfinished, type AgentEnd, type AgentFault, type Habits } from "./agents.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import { inputOf, playMode, setOutput, type JobStep } from "./job.ts";
import type { Life } from "./life.ts";

export interface ProcessesOptions {
  files: Files;
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  habits: Habits;
  begin(name: string): Life;
  cancelRun(runId: number): void;
  /** An agent begins to work for a nonce. */
  works(nonce: string): void;
  /** It says what that took. */
  took(nonce: string, usd: number): void;
  told(who: string, what: string): void;
}

/** Of cancelled jobs: they hand nothing over. */
const TOO_SLOW = 0.3;

const AGENT_FAULTS: readonly AgentFault[] = [
  "agent-hangs",
  "agent-dies",
  "agent-garbage",
  "agent-nothing",
  "agent-too-much",
];

export function createProcesses(options: ProcessesOptions): Processes {
  const { files, clock, chance, faults, told } = options;

  /** False where the job was ended before. */
  async function wait(minutes: number, request: ProcessRequest): Promise<boolean> {
    const end = endOf(request);
    await clock.sleep(minutes * 60_000, end);
    return !end.aborted;
  }

  /** True where its machine is gone before it has come to its end. */
  async function dies(minutes: number, request: ProcessRequest): Promise<boolean> {
    return faults.strikes("job-killed") && (await wait(chance.next() * minutes, request));
  }

  async function work(step: JobStep, name: string): Promise<number | null> {
    const { request } = step;
    const job = Job.parse(await readJson(files, `${inputOf(request, "brief")}/job.json`));
    options.works(job.nonce);
    const fault = faults.firstOf(AGENT_FAULTS);
    const end = agentEnd({ job, habits: options.habits, fault }, chance);
    if (await dies(end.minutes, request)) return null;
    if (await wait(end.minutes, request)) {
      if (end.usd !== null) options.took(job.nonce, end.usd);
      return handOver(step, end, name);
    }
    // Killed, or too slow for the seconds that it had.
    if (request.signal?.aborted || chance.is(TOO_SLOW)) return null;
    const isWhole = fault === null || fault === "agent-hangs";
    return handOver(step, isWhole ? unfinished(job, end) : end, name);
  }

  async function handOver(step: JobStep, end: AgentEnd, name: string): Promise<number> {
    if (end.result === null) return 1;
    const path = `${step.request.env["RUNNER_TEMP"]}/roundtable/result/result.json`;
    if (!faults.strikes("artifact-missing")) await files.write(path, end.result);
    await setOutput(step, "path", path);
    await setOutput(step, "outcome", end.outcome);
    await setOutput(step, "changed", String(end.changed));
    told(name, `hands over: ${end.outcome}`);
    return 0;
  }

  async function verify(step: JobStep): Promise<number | null> {
    const { request } = step;
    const isTrain = inputOf(request, "role") === "verify";
    const said = isTrain ? null : await readResult(files, `${inputOf(request, "result")}/result.json`);
    const isRed =
      said === null ? chance.is(options.habits.red / 3) : said.verify.some(({ code }) => code !== 0);
    const minutes = chance.between(1, 6);
    if ((await dies(minutes, request)) || !(await wait(minutes, request))) return null;
    return isRed ? 1 : 0;
  }

  async function product(step: JobStep, name: string): Promise<number | null> {
    const life = options.begin(name);
    const { signal } = step.request;
    const stop = (): void => life.kill();
    signal?.addEventListener("abort", stop, { once: true });
    if (faults.strikes("job-killed")) void clock.sleep(chance.between(0, 4000)).then(stop);
    const code = await Promise.race([playMode(step, life), life.killed.then(() => null)]);
    // A signal that somebody listens to is kept for good, and with it this world.
    signal?.removeEventListener("abort", stop);
    return code;
  }

  async function play(request: ProcessRequest): Promise<number | null> {
    const mode = inputOf(request, "mode");
    const runId = Number(request.env["GITHUB_RUN_ID"]);
    const name = `${mode} of run ${runId}`;
    const step: JobStep = { request, files };
    told(name, "begins");
    if (faults.strikes("run-cancelled"))
      void clock
        .sleep(chance.between(0, mode === "work" || mode === "verify" ? 600_000 : 20_000))
        .then(() => options.cancelRun(runId));
    const code =
      mode === "work"
        ? await work(step, name)
        : mode === "verify"
          ? await verify(step)
          : await product(step, name);
    told(name, `ends with ${code ?? "a signal"}`);
    return code;
  }

  return {
    run: async (request) => {
      // A checkout: what it would bring is read by steps that do not run here.
      if (request.command === "git") return ended(0);
      return ended(await play(request));
    },
  };
}

/** What stands in for a program ends at the first word. */
const endOf = ({ signal, signals }: ProcessRequest): AbortSignal =>
  AbortSignal.any([signal, signals?.SIGINT].filter((one) => one !== undefined));

const ended = (code: number | null): ProcessResult => ({
  code,
  signal: code === null ? "SIGKILL" : null,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  timedOut: false,
});

const readJson = async (files: Files, path: string): Promise<unknown> =>
  JSON.parse(Buffer.from((await files.read(path)) ?? "").toString("utf8"));

/** A hand-over that is no JSON says nothing: whoever verifies it is red. */
async function readResult(files: Files, path: string): Promise<{ verify: { code: number | null }[] }> {
  try {
    return { verify: [], ...((await readJson(files, path)) as object) };
  } catch {
    return { verify: [{ code: 1 }] };
  }
}
