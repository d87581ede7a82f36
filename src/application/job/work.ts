/**
 * `mode: work`: the agent works in the checkout, the wrapper measures what it did and hands it over (design 2.6).
 *
 * What the agent answers is one thing, what changed is another: files and verify results are measured here, and even
 * they are only a hand-over, to be checked by the pass and verified by a job of its own.
 */
import { handOverOf, plainAnswer, type AgentAnswer } from "../../domain/agent/answer.ts";
import { commitsOf } from "../../domain/agent/commits.ts";
import { joinAnswers, MAX_SELF_CHECKS, selfCheckSection } from "../../domain/agent/self-check.ts";
import { SCRIPTED } from "../../domain/config-agents.ts";
import type { Job } from "../../domain/handover/job.ts";
import type { SentFile, SentHandOver, VerifyStep } from "../../domain/handover/result.ts";
import { formatProblem, UserError, type Problem } from "../../domain/problem.ts";
import type { Clock, Files, Log, Processes } from "../ports.ts";
import { isRed, runCommands } from "./commands.ts";
import { restoreConfiguration } from "./configuration.ts";
import { openConflict } from "./conflict.ts";
import { withModel } from "./model.ts";
import type { Agent, Echo, ModelAccess, ModelProxy } from "./ports.ts";
import { openWorkTree, type WorkTree } from "./work-tree.ts";

/** More than a hand-over may hold is not even packed. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Beyond the agent's deadline, for the verify commands; the rest of the job's hour is for packing and handing over. */
export const SELF_CHECK_MINUTES = 5;
const INSTALL_MINUTES = 10;

export interface WorkPorts {
  agent: Agent;
  proxy: ModelProxy;
  processes: Processes;
  files: Files;
  clock: Clock;
  log: Log;
  echo: Echo;
  /** Aborted when the job is cancelled: it has seconds left, to hand over what is there. */
  cancelled: AbortSignal;
  /** Reaches the checkout while no branch code runs; its folder is out of branch code's reach. */
  wrapper: { processes: Processes; files: Files; folder: string };
}

export interface WorkRequest {
  brief: string;
  job: Job;
  /** The checkout, at `job.headSha`, with nothing run in it yet. */
  checkout: string;
  /** A folder of ours, outside the checkout, for the result. */
  folder: string;
  /** Of everything that is started. */
  env: Readonly<Record<string, string>>;
  /** The job's own environment: where the model's key is. */
  secrets: Readonly<Record<string, string | undefined>>;
}

/** With the line to its model open. */
type Attempt = Omit<WorkRequest, "secrets"> & { model: ModelAccess | null };

export interface Work {
  /** Of result.json. */
  path: string;
  outcome: string;
  /** True when there are commits to verify. */
  changed: boolean;
}

/** Measured where nothing was done. */
const NOTHING = { commits: [], verify: [], selfChecks: 0 };

export async function work(ports: WorkPorts, { secrets, ...request }: WorkRequest): Promise<Work> {
  const { job } = request;
  const handOver = await withModel(ports, { job, secrets }, async (model) => {
    try {
      const since = ports.clock.now().getTime();
      const hindrance = await unready(ports, job);
      // What the installation took the agent has less: the job's own limit does not move.
      const gone = (ports.clock.now().getTime() - since) / 60_000;
      return hindrance ?? (await begin(ports, { ...request, model, job: shortened(job, gone) }));
    } catch (error) {
      // An attempt without a hand-over would be paid for and never told of.
      return handOverOf(job, unableAnswer(ports, error), NOTHING);
    }
  });
  return pack(ports, request, handOver);
}

const shortened = (job: Job, gone: number): Job => ({
  ...job,
  limits: { ...job.limits, minutes: Math.max(1, job.limits.minutes - Math.floor(gone)) },
});

/** Hands over that nothing has begun, and what a person must do first. */
export async function refuse(
  ports: Pick<WorkPorts, "files" | "log">,
  request: Pick<WorkRequest, "job" | "folder">,
  why: Problem,
): Promise<Work> {
  const answer = plainAnswer("blocked", formatProblem(why));
  return pack(ports, request, handOverOf(request.job, answer, NOTHING));
}

async function pack(
  ports: Pick<WorkPorts, "files" | "log">,
  request: Pick<WorkRequest, "folder">,
  handOver: SentHandOver,
): Promise<Work> {
  const path = `${request.folder}/result/result.json`;
  await ports.files.write(path, `${JSON.stringify(handOver)}\n`);
  const files =
    "verdict" in handOver ? 0 : handOver.commits.reduce((sum, commit) => sum + commit.files.length, 0);
  ports.log.info(
    `Handed over: ${handOver.outcome}, ${"verdict" in handOver ? `${handOver.verdict}, ${handOver.findings.length} findings` : `${files} files`}. ${handOver.summary}`,
  );
  return { path, outcome: handOver.outcome, changed: files > 0 };
}

/** Null when the agent's program is in place. */
async function unready(ports: WorkPorts, job: Job): Promise<SentHandOver | null> {
  if (!ports.agent.prepare) return null;
  const time = startDeadline(ports, INSTALL_MINUTES);
  try {
    await ports.agent.prepare(time.signal);
    return null;
  } catch (error) {
    return handOverOf(job, unableAnswer(ports, error), NOTHING);
  } finally {
    time.stop();
  }
}

const begin = (ports: WorkPorts, request: Attempt): Promise<SentHandOver> =>
  request.job.role === "review" || request.job.role === "plan"
    ? askOnly(ports, request)
    : workAndMeasure(ports, request);

/** Who only says something is asked in the checkout as it is, but for what would instruct a reviewer. */
async function askOnly(ports: WorkPorts, request: Attempt): Promise<SentHandOver> {
  const time = startDeadline(ports, request.job.limits.minutes);
  try {
    const told = await restoreConfiguration(ports, request);
    const brief = told === null ? request.brief : `${request.brief}\n${told}`;
    const answer = await ask(ports, { ...request, brief }, time.signal);
    return handOverOf(request.job, answer, NOTHING);
  } finally {
    time.stop();
  }
}

async function workAndMeasure(ports: WorkPorts, request: Attempt): Promise<SentHandOver> {
  const { minutes } = request.job.limits;
  const agent = startDeadline(ports, minutes);
  const check = startDeadline(ports, minutes + SELF_CHECK_MINUTES);
  try {
    return await workWithin(ports, request, { agent: agent.signal, check: check.signal });
  } finally {
    agent.stop();
    check.stop();
  }
}

/** Setup counts as the agent's time: what it takes longer, the agent has less. */
async function workWithin(
  ports: WorkPorts,
  request: Attempt,
  times: Record<"agent" | "check", AbortSignal>,
): Promise<SentHandOver> {
  const { job, checkout, env } = request;
  const conflict = job.role === "resolve" ? await openConflict(ports, request) : null;
  const { folder } = ports.wrapper;
  const tree = await openWorkTree(ports.wrapper, { checkout, folder, path: env["PATH"] ?? "" });
  const setup = await runCommands(ports, { commands: job.setup, checkout, env, signal: times.agent });
  if (isRed(setup))
    ports.log.warn("A setup command is red before the agent has begun; it is run again after.");
  const before = await tree.mark();
  if (conflict) await tree.turn(conflict.base, conflict.merged);
  const brief = conflict ? `${request.brief}\n${conflict.told}` : request.brief;
  const commands = isRed(setup) ? [...job.setup, ...job.verify] : job.verify;
  const check = (): Promise<VerifyStep[]> =>
    runCommands(ports, { commands, checkout, env, signal: times.check });
  const done = await checkItself(ports, {
    request: { ...request, brief },
    tree,
    before,
    check,
    time: times.agent,
  });
  return handOverOf(job, done.answer, {
    commits: commitsOf(job, { files: done.files, tasks: done.answer.tasks }),
    // A check that had no time to end says nothing; the verify job will.
    verify: verifySteps(done.verify.filter(({ code }) => code !== null || !times.check.aborted)),
    selfChecks: done.rounds,
  });
}

interface Checked {
  request: Attempt;
  tree: WorkTree;
  /** The mark that the work is measured from. */
  before: string;
  check: () => Promise<VerifyStep[]>;
  /** The agent's. */
  time: AbortSignal;
}

/** The agent works, and is shown what is red while that may help: a script would only do the same again. */
async function checkItself(
  ports: WorkPorts,
  { request, tree, before, check, time }: Checked,
): Promise<{ answer: AgentAnswer; files: SentFile[]; verify: VerifyStep[]; rounds: number }> {
  let answer = await ask(ports, request, time);
  for (let rounds = 0; ; rounds++) {
    const measured = await measure(tree, { before, answer });
    if (ports.cancelled.aborted) return { ...measured, verify: [], rounds };
    const mayMend =
      measured.answer.outcome === "completed" &&
      rounds < MAX_SELF_CHECKS &&
      !SCRIPTED.includes(request.job.backend);
    const stood = mayMend ? await tree.mark() : null;
    const verify = measured.files.length === 0 ? [] : await check();
    const red = verify.find(({ code }) => code !== 0);
    if (!red || stood === null || time.aborted) return { ...measured, verify, rounds };
    ports.log.info(
      `Self-check ${rounds + 1} of ${MAX_SELF_CHECKS}: a verify command is red, the agent goes on.`,
    );
    await tree.back(stood);
    const brief = `${request.brief}\n${selfCheckSection(rounds + 1, red)}`;
    answer = joinAnswers(answer, await ask(ports, { ...request, brief }, time));
  }
}

async function ask(
  ports: WorkPorts,
  { brief, job, checkout, env, model }: Attempt,
  signal: AbortSignal,
): Promise<AgentAnswer> {
  try {
    const answer = await ports.agent.work({ brief, job, checkout, env, model, signal });
    if (ports.cancelled.aborted) return { ...answer, ...CANCELLED };
    return signal.aborted ? { ...answer, outcome: "timed_out" } : answer;
  } catch (error) {
    if (signal.aborted && !ports.cancelled.aborted)
      return plainAnswer("timed_out", `The agent was stopped after ${job.limits.minutes} minutes.`);
    return unableAnswer(ports, error);
  }
}

/** How its program ended when it was stopped says nothing. */
const CANCELLED = {
  outcome: "timed_out",
  summary: "The job was cancelled, or met its own limit, before the agent had come to its end.",
} as const;

/** What a person must mend is asked at once, and is no try at the unit; all else may be better next time. */
function unableAnswer({ log, cancelled }: Pick<WorkPorts, "log" | "cancelled">, error: unknown): AgentAnswer {
  if (cancelled.aborted) return plainAnswer(CANCELLED.outcome, CANCELLED.summary);
  const message = error instanceof Error ? error.message : String(error);
  log.error("The agent could not do its part.", { error: message });
  return plainAnswer(error instanceof UserError ? "blocked" : "infra", message);
}

interface Deadline {
  /** Aborted when the time is up, or the job is cancelled. */
  signal: AbortSignal;
  stop(): void;
}

function startDeadline(
  { clock, cancelled }: Pick<WorkPorts, "clock" | "cancelled">,
  minutes: number,
): Deadline {
  const [deadline, done] = [new AbortController(), new AbortController()];
  const watch = async (): Promise<void> => {
    await clock.sleep(minutes * 60_000, done.signal);
    if (!done.signal.aborted) deadline.abort();
  };
  void watch();
  return { signal: AbortSignal.any([deadline.signal, cancelled]), stop: () => done.abort() };
}

async function measure(
  tree: WorkTree,
  { before, answer }: { before: string; answer: AgentAnswer },
): Promise<{ files: SentFile[]; answer: AgentAnswer }> {
  try {
    return { files: await tree.changesSince(before, MAX_BYTES), answer };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { files: [], answer: { ...answer, outcome: "failed", summary: error.message } };
  }
}

const verifySteps = (steps: readonly VerifyStep[]): VerifyStep[] =>
  steps.map((step) => ({ ...step, command: step.command.slice(0, 2000) }));
