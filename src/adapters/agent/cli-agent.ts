/**
 * The backends that are programs of vendors: each is a `Cli`, and here is what they have in common. A program gets a
 * fresh HOME, the brief on its standard input, and of the model no more than the address and token of our proxy.
 */
import { ABILITIES } from "../../domain/agent/backend.ts";
import { lastAnswer, plainAnswer, readAnswer, type AgentAnswer } from "../../domain/agent/answer.ts";
import type { Job } from "../../domain/handover/job.ts";
import type { WorkOutcome } from "../../domain/handover/result.ts";
import { UserError } from "../../domain/problem.ts";
import type { Agent, AgentRequest, Echo } from "../../application/job/ports.ts";
import type { Files, Processes, ProcessRequest, ProcessResult, Random } from "../../application/ports.ts";
import type { Cli, CliOutput, Fault } from "./cli.ts";
import { KEPT_BYTES, limitsOf } from "./limits.ts";
import { install, programOf, type Installer } from "./install.ts";

export interface CliPorts {
  processes: Processes;
  files: Files;
  random: Random;
  echo: Echo;
  /** The job's own side: what is installed here the agent can read, and not change. */
  installer: Installer;
  /** The job's own environment: where a key is that must be seen. */
  secrets: Readonly<Record<string, string | undefined>>;
}

export function cliAgent(cli: Cli, ports: CliPorts): Agent {
  return {
    prepare: (signal) => install(cli, ports.installer, signal),
    work: async (request) => {
      await refuse(cli, ports, request);
      const home = await freshHome(ports, request.env["HOME"] ?? "/tmp");
      const start = starter(cli, ports, { request, home });
      const hasSandbox = cli.sandboxProbe !== null && (await start({ args: cli.sandboxProbe })).code === 0;
      const command = cli.command({ ...request, home, hasSandbox });
      for (const [path, content] of Object.entries(command.files)) await ports.files.write(path, content);
      const limits = limitsOf(cli, request.job);
      const ended = await start({
        args: command.args,
        env: { ...command.env, ...keyOf(cli, ports) },
        input: request.brief,
        signal: AbortSignal.any([request.signal, limits.signal]),
        onOutput: (stream, chunk) => {
          ports.echo(chunk);
          limits.hear(stream, chunk);
        },
      });
      const usage = command.usageFile === undefined ? null : await ports.files.read(command.usageFile);
      const answer = answerOf(cli, request.job, {
        code: ended.code,
        stdout: text(ended.stdout),
        stderr: text(ended.stderr),
        usage: usage === null ? "" : text(usage),
      });
      return limits.hasUsedTurns() ? { ...faulty(cli, USED_UP), usage: answer.usage } : answer;
    },
  };
}

const USED_UP: Fault = { kind: "limit", message: "" };

type Start = Pick<ProcessRequest, "args" | "input" | "onOutput" | "env" | "signal">;

function starter(
  cli: Cli,
  { processes, installer }: CliPorts,
  { request, home }: { request: AgentRequest; home: string },
): (start: Omit<Start, "env"> & Partial<Start>) => Promise<ProcessResult> {
  return async (start) => {
    try {
      return await processes.run({
        keepsBytes: KEPT_BYTES,
        ...start,
        command: programOf(cli, installer.folder),
        cwd: request.checkout,
        env: { ...request.env, HOME: home, ...start.env },
        signal: start.signal ?? request.signal,
      });
    } catch (error) {
      request.signal.throwIfAborted();
      if (cli.npm !== null) throw error;
      throw new UserError({
        what: `${cli.program} cannot be started`,
        why: error instanceof Error ? error.message : String(error),
        fix: "Install it on the work job's runner, on the PATH: npm has it not.",
      });
    }
  };
}

function keyOf({ ownKey, program }: Cli, { secrets }: CliPorts): Record<string, string> {
  if (ownKey === null) return {};
  const key = secrets[ownKey];
  if (key) return { [ownKey]: key };
  throw new UserError({
    what: `${program} has no key`,
    why: `the work job's environment has no ${ownKey}`,
    fix: `Add the repository's secret ${ownKey}, and give it to the work step of roundtable-agent.yml.`,
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Each round has its own, by a name that no setup or earlier round could know: what they left tells it nothing. */
async function freshHome({ files, random }: CliPorts, above: string): Promise<string> {
  const home = `${above}/.roundtable-agent/${random.hex(16)}`;
  await files.makeFolder(home);
  return home;
}

async function refuse(cli: Cli, { files }: CliPorts, { job, checkout }: AgentRequest): Promise<void> {
  if (ABILITIES[cli.backend].needsKeyVisible && job.isolation !== "none")
    throw new UserError({
      what: `The backend ${cli.backend} is not started`,
      why: "it takes its key from its environment, where whatever it starts could read it",
      fix: "Set `isolation: none` in .github/roundtable.yml if that is acceptable, or use another backend.",
    });
  for (const path of cli.refuses) {
    const at = `${checkout}/${path}`;
    if ((await files.read(at)) === null && (await files.list(at)).length === 0) continue;
    throw new UserError({
      what: `The backend ${cli.backend} is not started in a repository with ${path}`,
      why: `${cli.program} ${cli.npm?.version ?? ""} runs the plugins that it names, whatever it is told`,
      fix: `Take ${path} out of the repository, or use another backend.`,
    });
  }
}

/** The outcome follows from how the program ended; where it came to its own end, from its answer. */
export function answerOf(cli: Cli, job: Job, output: CliOutput): AgentAnswer {
  const told = cli.read(output);
  const fault = told.fault ?? endedOddly(output);
  const answer = fault === null ? saidBy(cli, job, told.text) : faulty(cli, fault);
  const usage = told.usage && { ...told.usage, model: told.usage.model || (job.model ?? cli.backend) };
  return { ...answer, usage };
}

/** A good last event does not make up for a program that did not come to its end. */
const endedOddly = ({ code, stderr }: CliOutput): Fault | null =>
  code === 0
    ? null
    : { kind: "infra", message: `It ended with ${code ?? "a signal"}. ${stderr.trim().slice(-500)}` };

/** A worker may answer in prose: what it changed is measured. A review without its form is none. */
function saidBy({ program }: Cli, { role }: Job, said: string): AgentAnswer {
  const raw = lastAnswer(said);
  if (raw !== null) return readAnswer(raw);
  if (role === "review" || role === "plan")
    return plainAnswer("failed", `${program} gave no line of JSON with its answer.`);
  return plainAnswer("completed", said.trim() || `${program} ended without a word of its own.`);
}

const OUTCOMES: Readonly<Record<Fault["kind"], WorkOutcome>> = {
  rate_limited: "rate_limited",
  infra: "infra",
  // Nothing gets better by itself: a person is asked at once.
  key: "blocked",
  limit: "timed_out",
  refusal: "failed",
  failed: "failed",
};

function faulty({ backend, program }: Cli, { kind, message }: Fault): AgentAnswer {
  const key = ABILITIES[backend].provider?.key ?? "the key";
  const why: Readonly<Record<Fault["kind"], string>> = {
    rate_limited: "The model's server takes no more requests for now",
    infra: `${program} or the model's server failed`,
    key: `The model's server refuses the key: see that the repository's secret ${key} is there, and valid`,
    limit: "The agent's turns were used up before it had finished",
    refusal: "The model would not go on with this task",
    failed: `${program} could not do its part`,
  };
  const said = message.trim();
  return plainAnswer(OUTCOMES[kind], said === "" ? `${why[kind]}.` : `${why[kind]}. It said: ${said}`);
}
