/**
 * The Action. `mode` says which job of the two workflows this is (design section 9); each reads no more inputs than it
 * needs. What the jobs start gets an environment by allow-list, and whatever untrusted programs print cannot give
 * orders to the runner.
 */
import * as core from "@actions/core";
import { context } from "@actions/github";
import { askByDispatch } from "../application/job/ask.ts";
import { allowedEnvironment } from "../application/job/commands.ts";
import { passUntilStill } from "../application/job/pass.ts";
import { prepare } from "../application/job/prepare.ts";
import { networkOf, verify } from "../application/job/verify.ts";
import { createReconciler } from "../application/reconcile.ts";
import { wakePass } from "../application/job/wake.ts";
import { refuse, work } from "../application/job/work.ts";
import type { Github } from "../application/ports.ts";
import { modelKeysIn } from "../domain/agent/backend.ts";
import { Job } from "../domain/handover/job.ts";
import { UserError, type Problem } from "../domain/problem.ts";
import { nearest } from "../domain/text/nearest.ts";
import { createPassReport } from "./pass-report.ts";
import {
  composeAgent,
  composeAppToken,
  composeJobGithub,
  composeModelProxy,
  composePass,
  composePlace,
  lineLog,
  machine,
  sha256,
  type Place,
} from "./compose.ts";

const log = lineLog((level, line) => {
  if (level === "info") core.info(line);
  else if (level === "warning") core.warning(line);
  else core.error(line);
});

const MODES: Readonly<Record<string, () => Promise<void>>> = {
  ask: runAsk,
  forward: runWake,
  wake: runWake,
  pass: runPass,
  prepare: runPrepare,
  work: runWork,
  verify: runVerify,
};

async function main(): Promise<void> {
  const mode = core.getInput("mode");
  const run = MODES[mode];
  if (run) return run();
  const close = nearest(mode, Object.keys(MODES));
  throw new UserError({
    what: `There is no mode "${mode}"`,
    why: `this action knows ${Object.keys(MODES).join(", ")}`,
    fix: close ? `Did you mean ${close}?` : "Copy the workflows from this action's workflows folder.",
  });
}

function github(): Github {
  const token = core.getInput("token");
  if (token === "")
    throw new UserError({
      what: "The input token is empty",
      why: "this mode calls GitHub",
      fix: "Pass `token: ${{ github.token }}`.",
    });
  return composeJobGithub({
    token,
    fullName: `${context.repo.owner}/${context.repo.repo}`,
    baseUrl: context.apiUrl,
  });
}

/** A folder of this job, outside the checkout. */
function ownFolder(): string {
  const temp = process.env["RUNNER_TEMP"];
  if (!temp)
    throw new UserError({
      what: "RUNNER_TEMP is not set",
      why: "this program runs in a job of GitHub Actions",
      fix: "Start it by a workflow.",
    });
  return `${temp}/roundtable`;
}

const workspace = (): string => process.env["GITHUB_WORKSPACE"] ?? process.cwd();

async function runAsk(): Promise<void> {
  const sender: unknown = context.payload.sender?.["type"];
  const { issue } = await askByDispatch(
    { github: github(), log },
    {
      spec: core.getInput("spec"),
      options: core.getInput("options"),
      consent: core.getInput("consent"),
      maxCost: core.getInput("max_cost"),
      actor: { login: context.actor, isBot: sender === "Bot" || context.actor.endsWith("[bot]") },
      runId: context.runId,
      runAttempt: context.runAttempt,
    },
  );
  core.setOutput("run", issue);
}

async function runWake(): Promise<void> {
  await wakePass({ github: github(), log }, core.getInput("wake"));
}

async function runPass(): Promise<void> {
  const at = { fullName: `${context.repo.owner}/${context.repo.repo}`, baseUrl: context.apiUrl };
  const { github: pass, others } = await composePass({
    ...at,
    token: await passToken(at),
    reviewerToken: core.getInput("reviewer-token") || null,
  });
  const { random, clock } = machine;
  const reconciler = createReconciler({ github: pass, others, random, log, form: "action", hash: sha256 });
  const about = core.getInput("wake");
  const report = createPassReport(machine.clock);
  try {
    await passUntilStill({ reconciler, github: pass, clock, log, seen: report.seen }, about);
  } finally {
    await report.tell(about);
  }
}

/** An App's, where both its inputs are given. */
async function passToken(at: { fullName: string; baseUrl: string }): Promise<string> {
  const [id, key] = [core.getInput("app-id"), core.getInput("app-key")];
  if (id === "" && key === "") return core.getInput("token", { required: true });
  if (id === "" || key === "")
    throw new UserError({
      what: "Of app-id and app-key only one is given",
      why: "an App's token takes both",
      fix: "Set the variable ROUNDTABLE_APP_ID and the secret ROUNDTABLE_APP_KEY, or neither.",
    });
  const token = await composeAppToken(at, { id, key });
  core.setSecret(token);
  return token;
}

async function runPrepare(): Promise<void> {
  const [run, unit, role, attempt, reviewer, nonce, sha] = [
    "run",
    "unit",
    "role",
    "attempt",
    "reviewer",
    "nonce",
    "sha",
  ].map((name) => core.getInput(name));
  const inputs = {
    run: run!,
    unit: unit!,
    role: role!,
    attempt: attempt!,
    reviewer: reviewer!,
    nonce: nonce!,
    sha: sha!,
  };
  const { path } = await prepare(
    { github: github(), files: machine.files, hash: sha256 },
    { inputs, folder: `${ownFolder()}/brief` },
  );
  core.setOutput("path", path);
}

async function runWork(): Promise<void> {
  const folder = core.getInput("brief");
  const [brief, job] = [await readText(`${folder}/brief.md`), await readJob(folder)];
  const working = inPlace(job, async ({ wrapper, checkout, env, door, ...place }) => {
    const ports = { processes: place.processes, files: place.files, tools: place.tools, echo };
    const keys = Object.keys(modelKeysIn(process.env));
    if (place.user === null && job.isolation === "required" && keys.length > 0)
      return refuse({ ...ports, log }, { job, folder: ownFolder() }, noUser(keys));
    const agent = composeAgent(job.backend, ports);
    return work(
      { ...ports, wrapper, clock: machine.clock, agent, proxy: composeModelProxy(door), log },
      { brief, job, checkout, folder: ownFolder(), env, secrets: process.env },
    );
  });
  const done = await working.catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return refuse({ files: machine.files, log }, { job, folder: ownFolder() }, error);
  });
  core.setOutput("path", done.path);
  core.setOutput("outcome", done.outcome);
  core.setOutput("changed", String(done.changed));
}

/** Whatever backend it is: all that this process was started with, its own user can read. */
const noUser = (keys: readonly string[]): Problem => ({
  what: "The agent did not begin",
  why: `its step holds a model's key (${keys.join(", ")}), and this runner has no user to give that could not read it`,
  fix: "Let the job run as root or with sudo without a password, as on GitHub's own runners; take keys that no agent needs out of the work step; or, where all that runs on this runner may have the key, set `isolation: none` in .github/roundtable.yml.",
});

async function runVerify(): Promise<void> {
  const handedOver =
    core.getInput("role") === "verify"
      ? null
      : {
          job: await readJob(core.getInput("brief")),
          result: await readBytes(`${core.getInput("result")}/result.json`),
        };
  const network = handedOver?.job.network ?? (await networkOf(machine, workspace()));
  const green = await inPlace({ command: null, network }, ({ processes, files, checkout, env }) =>
    verify({ processes, files, log, echo }, { checkout, env, handedOver }),
  );
  if (!green) core.setFailed("Red: a command ended with another code than 0.");
}

/** In a place for branch code, which is gone when it is done. */
async function inPlace<T>(
  { command, network }: Pick<Job, "command" | "network">,
  act: (place: Place) => Promise<T>,
): Promise<T> {
  const words = command?.split(/\s+/) ?? [];
  const place = await composePlace(log, {
    checkout: workspace(),
    folder: ownFolder(),
    env: allowedEnvironment(process.env),
    needs: words.filter((word) => word.startsWith("/")),
    // On a person's own machine programs are often where only that person goes, and there is no token to take.
    staysRather: isLocal() && Object.keys(modelKeysIn(process.env)).length === 0,
    network,
  });
  for (const line of place.told) (place.user === null && !isLocal() ? log.warn : log.info)(line);
  try {
    return await unheard(() => act(place));
  } finally {
    await place.close();
  }
}

const isLocal = (): boolean => new URL(context.serverUrl).hostname === "127.0.0.1";

const echo = (chunk: Uint8Array): void => void process.stdout.write(chunk);

/** While it lasts, the runner obeys no `::command::` of what is printed. */
async function unheard<T>(job: () => Promise<T>): Promise<T> {
  const token = machine.random.hex(32);
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    return await job();
  } finally {
    process.stdout.write(`\n::${token}::\n`);
  }
}

async function readJob(folder: string): Promise<Job> {
  return Job.parse(JSON.parse(await readText(`${folder}/job.json`)));
}

const readText = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));

async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await machine.files.read(path);
  if (bytes === null)
    throw new UserError({
      what: `${path} is missing`,
      why: "an earlier step of the workflow puts it there",
      fix: "Copy the workflows of this version of Roundtable again.",
    });
  return bytes;
}

// A cancelled job takes along what it has started: a signal's own way out would leave that behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError) && error instanceof Error) log.info(error.stack ?? "");
  log.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
