/**
 * The Action. `mode` says which job of the two workflows this is (design section 9); each reads no more inputs than it
 * needs. What the jobs start gets an environment by allow-list, and whatever untrusted programs print cannot give
 * orders to the runner.
 */
import { askByDispatch } from "../../application/job/ask.ts";
import { allowedEnvironment } from "../../application/job/commands.ts";
import { passUntilStill } from "../../application/job/pass.ts";
import { prepare } from "../../application/job/prepare.ts";
import { networkOf, verify } from "../../application/job/verify.ts";
import { createReconciler } from "../../application/reconcile.ts";
import { untilReached } from "../../application/job/reach.ts";
import { wakePass } from "../../application/job/wake.ts";
import { refuse, work, type Work } from "../../application/job/work.ts";
import type { Github } from "../../application/ports.ts";
import { modelKeysIn } from "../../domain/agent/backend.ts";
import { Job } from "../../domain/handover/job.ts";
import { UserError, type Problem } from "../../domain/problem.ts";
import { nearest } from "../../domain/text/nearest.ts";
import {
  composeAgent,
  composeAppToken,
  composeJobGithub,
  composeModelProxy,
  composePass,
  composePlace,
  sha256,
  type GithubPlace,
  type Place,
} from "../compose.ts";
import { createPassReport } from "../pass-report.ts";
import type { JobContext } from "./job.ts";

const MODES: Readonly<Record<string, (job: JobContext) => Promise<void>>> = {
  ask: runAsk,
  forward: runWake,
  wake: runWake,
  pass: runPass,
  prepare: runPrepare,
  work: runWork,
  verify: runVerify,
};

/** Rejects where the job is to fail; `UserError` is a mistake that its user can mend. */
export async function runMode(job: JobContext): Promise<void> {
  const mode = job.getInput("mode");
  const run = MODES[mode];
  if (run) return run(job);
  const close = nearest(mode, Object.keys(MODES));
  throw new UserError({
    what: `There is no mode "${mode}"`,
    why: `this action knows ${Object.keys(MODES).join(", ")}`,
    fix: close ? `Did you mean ${close}?` : "Copy the workflows from this action's workflows folder.",
  });
}

const github = (job: JobContext): Github => composeJobGithub({ ...placeOf(job), token: tokenOf(job) });

function tokenOf(job: JobContext): string {
  const token = job.getInput("token");
  if (token !== "") return token;
  throw new UserError({
    what: "The input token is empty",
    why: "this mode calls GitHub",
    fix: "Pass `token: ${{ github.token }}`.",
  });
}

const placeOf = ({ event, clock, fetch }: JobContext): GithubPlace => ({
  fullName: event.fullName,
  baseUrl: event.apiUrl,
  clock,
  fetch,
});

/** A folder of this job, outside the checkout. */
function ownFolder({ env }: JobContext): string {
  const temp = env["RUNNER_TEMP"];
  if (!temp)
    throw new UserError({
      what: "RUNNER_TEMP is not set",
      why: "this program runs in a job of GitHub Actions",
      fix: "Start it by a workflow.",
    });
  return `${temp}/roundtable`;
}

const workspace = ({ env }: JobContext): string => env["GITHUB_WORKSPACE"] ?? process.cwd();

async function runAsk(job: JobContext): Promise<void> {
  const { actor, isBySomeBot, runId, runAttempt } = job.event;
  const { issue } = await askByDispatch(
    { github: github(job), log: job.log },
    {
      spec: job.getInput("spec"),
      options: job.getInput("options"),
      consent: job.getInput("consent"),
      maxCost: job.getInput("max_cost"),
      actor: { login: actor, isBot: isBySomeBot },
      runId,
      runAttempt,
    },
  );
  job.setOutput("run", issue);
}

async function runWake(job: JobContext): Promise<void> {
  await wakePass({ github: github(job), clock: job.clock, log: job.log }, job.getInput("wake"));
}

async function runPass(job: JobContext): Promise<void> {
  const { random, clock, log } = job;
  const at = placeOf(job);
  const { github: pass, others } = await untilReached(job, async () =>
    composePass({
      ...at,
      token: await passToken(job, at),
      reviewerToken: job.getInput("reviewer-token") || null,
    }),
  );
  const reconciler = createReconciler({ github: pass, others, random, log, form: "action", hash: sha256 });
  const about = job.getInput("wake");
  const report = createPassReport(job);
  try {
    await passUntilStill({ reconciler, github: pass, clock, log, seen: report.seen }, about);
  } finally {
    await report.tell(about);
  }
}

/** An App's, where both its inputs are given. */
async function passToken(job: JobContext, at: GithubPlace): Promise<string> {
  const [id, key] = [job.getInput("app-id"), job.getInput("app-key")];
  if (id === "" && key === "") return tokenOf(job);
  if (id === "" || key === "")
    throw new UserError({
      what: "Of app-id and app-key only one is given",
      why: "an App's token takes both",
      fix: "Set the variable ROUNDTABLE_APP_ID and the secret ROUNDTABLE_APP_KEY, or neither.",
    });
  const token = await composeAppToken(at, { id, key });
  job.setSecret(token);
  return token;
}

async function runPrepare(job: JobContext): Promise<void> {
  const [run, unit, role, attempt, reviewer, nonce, sha] = [
    "run",
    "unit",
    "role",
    "attempt",
    "reviewer",
    "nonce",
    "sha",
  ].map((name) => job.getInput(name));
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
    { github: github(job), files: job.files, hash: sha256 },
    { inputs, folder: `${ownFolder(job)}/brief` },
  );
  job.setOutput("path", path);
}

async function runWork(context: JobContext): Promise<void> {
  const { clock, files, log, env: own } = context;
  const cancelled = context.takeCancel();
  const folder = ownFolder(context);
  const from = context.getInput("brief");
  const [brief, job] = [await readText(context, `${from}/brief.md`), await readJob(context, from)];
  const working = inPlace(context, job, async ({ wrapper, checkout, env, door, ...place }) => {
    const ports = { processes: place.processes, files: place.files, tools: place.tools, echo: context.print };
    const keys = Object.keys(modelKeysIn(own));
    if (place.user === null && job.isolation === "required" && keys.length > 0)
      return tell(context, await refuse({ ...ports, log }, { job, folder }, noUser(keys)));
    const agent = composeAgent(job.backend, ports);
    const done = await work(
      { ...ports, wrapper, clock, agent, proxy: composeModelProxy(door), log, cancelled },
      { brief, job, checkout, folder, env, secrets: own },
    );
    // At once: a cancelled job may have no time left to see its place gone.
    tell(context, done);
  });
  await working.catch(async (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    tell(context, await refuse({ files, log }, { job, folder }, error));
  });
}

function tell({ setOutput }: JobContext, { path, outcome, changed }: Work): void {
  setOutput("path", path);
  setOutput("outcome", outcome);
  setOutput("changed", String(changed));
}

/** Whatever backend it is: all that this process was started with, its own user can read. */
const noUser = (keys: readonly string[]): Problem => ({
  what: "The agent did not begin",
  why: `its step holds a model's key (${keys.join(", ")}), and this runner has no user to give that could not read it`,
  fix: "Let the job run as root or with sudo without a password, as on GitHub's own runners; take keys that no agent needs out of the work step; or, where all that runs on this runner may have the key, set `isolation: none` in .github/roundtable.yml.",
});

async function runVerify(context: JobContext): Promise<void> {
  const { log, print: echo } = context;
  const handedOver =
    context.getInput("role") === "verify"
      ? null
      : {
          job: await readJob(context, context.getInput("brief")),
          result: await readBytes(context, `${context.getInput("result")}/result.json`),
        };
  const network = handedOver?.job.network ?? (await networkOf(context, workspace(context)));
  const green = await inPlace(context, { command: null, network }, ({ processes, files, checkout, env }) =>
    verify({ processes, files, log, echo }, { checkout, env, handedOver }),
  );
  if (!green) context.setFailed("Red: a command ended with another code than 0.");
}

/** In a place for branch code, which is gone when it is done. */
async function inPlace<T>(
  context: JobContext,
  { command, network }: Pick<Job, "command" | "network">,
  act: (place: Place) => Promise<T>,
): Promise<T> {
  const { log, env } = context;
  const isLocal = new URL(context.event.serverUrl).hostname === "127.0.0.1";
  const words = command?.split(/\s+/) ?? [];
  const place = await composePlace(log, {
    checkout: workspace(context),
    folder: ownFolder(context),
    env: allowedEnvironment(env),
    needs: words.filter((word) => word.startsWith("/")),
    // On a person's own machine programs are often where only that person goes, and there is no token to take.
    staysRather: isLocal && Object.keys(modelKeysIn(env)).length === 0,
    network,
  });
  for (const line of place.told) (place.user === null && !isLocal ? log.warn : log.info)(line);
  try {
    return await unheard(context, () => act(place));
  } finally {
    await place.close();
  }
}

/** While it lasts, the runner obeys no `::command::` of what is printed. */
async function unheard<T>({ random, print }: JobContext, act: () => Promise<T>): Promise<T> {
  const token = random.hex(32);
  print(`::stop-commands::${token}\n`);
  try {
    return await act();
  } finally {
    print(`\n::${token}::\n`);
  }
}

async function readJob(context: JobContext, folder: string): Promise<Job> {
  return Job.parse(JSON.parse(await readText(context, `${folder}/job.json`)));
}

const readText = async (context: JobContext, path: string): Promise<string> =>
  new TextDecoder().decode(await readBytes(context, path));

async function readBytes({ files }: JobContext, path: string): Promise<Uint8Array> {
  const bytes = await files.read(path);
  if (bytes === null)
    throw new UserError({
      what: `${path} is missing`,
      why: "an earlier step of the workflow puts it there",
      fix: "Copy the workflows of this version of Roundtable again.",
    });
  return bytes;
}
