/** The one place that chooses adapters. Small functions, one for each thing that is started. */
import { createHash, type KeyObject } from "node:crypto";
import { cliAgent } from "../adapters/agent/cli-agent.ts";
import { CLIS } from "../adapters/agent/clis.ts";
import { reachOf, type Installer } from "../adapters/agent/install.ts";
import { commandAgent } from "../adapters/agent/command.ts";
import { keyProxy } from "../adapters/agent/key-proxy.ts";
import { playbookAgent } from "../adapters/agent/playbook.ts";
import { practiceAgent } from "../adapters/agent/practice.ts";
import { tokenForRepository } from "../adapters/github/app-sign-in.ts";
import { createGithub, loginOf } from "../adapters/github/github.ts";
import { readingFetch } from "../adapters/github/reading.ts";
import { createJournalHistory } from "../adapters/github/journal-history.ts";
import { createLeftovers } from "../adapters/github/leftovers.ts";
import { createProber, createSetUpReader } from "../adapters/github/set-up-reader.ts";
import { openPlace, type Ground, type Place } from "../adapters/system/isolation.ts";
import { readMachine } from "../adapters/system/abilities.ts";
import { lineLog, machine } from "../adapters/system/machine.ts";
import { findSystem } from "../adapters/system/other-user.ts";
import type { Cleaning } from "../application/cleanup/leftovers.ts";
import { allowedEnvironment } from "../application/job/commands.ts";
import type { MachineReader, Prober, SetUpReader } from "../application/doctor/ports.ts";
import type { Agent, Echo, ModelProxy } from "../application/job/ports.ts";
import type { Repairing } from "../application/repair/find.ts";
import type { Clock, Files, Github, Log, Processes } from "../application/ports.ts";
import type { Backend } from "../domain/config-agents.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { UserError } from "../domain/problem.ts";
import { readAppKey } from "./app-key.ts";

export { lineLog, machine, type Place };

export const sha256: Hash = (text) => createHash("sha256").update(text).digest("hex");

/** A repository, and the way there. */
export interface GithubPlace {
  fullName: string;
  baseUrl: string;
  clock: Clock;
  fetch: typeof fetch;
}

/** The repository of a workflow run, with that run's own token. */
export function composeJobGithub(at: GithubPlace & { token: string }): Github {
  const me = "github-actions[bot]";
  return createGithub({ ...at, reviewerToken: null, me, reviewer: me });
}

/** A token of an App's installation, good for an hour. */
export async function composeAppToken(
  { fullName, ...at }: GithubPlace,
  { id: appId, key }: { id: string; key: string },
): Promise<string> {
  const privateKey = readAppKey(
    key,
    "Set the secret ROUNDTABLE_APP_KEY to the text of the .pem file: gh secret set ROUNDTABLE_APP_KEY < app.pem.",
  );
  return tokenForRepository({ appId, privateKey, ...at }, fullName);
}

/** What a pass in Actions writes with: who each token is, GitHub tells itself. `others`: see `ReconcilerOptions`. */
export async function composePass({
  token,
  reviewerToken,
  ...at
}: GithubPlace & { token: string; reviewerToken: string | null }): Promise<{
  github: Github;
  others: Github[];
}> {
  const me = await loginOf({ ...at, token });
  const reviewer = reviewerToken === null ? me : await loginOf({ ...at, token: reviewerToken });
  if (reviewerToken === null || reviewer === me) {
    const github = createGithub({ ...at, token, reviewerToken: null, me, reviewer: me });
    return { github, others: [] };
  }
  const alone = { token: reviewerToken, reviewerToken: null, me: reviewer, reviewer };
  return {
    github: createGithub({ ...at, token, reviewerToken, me, reviewer }),
    // Runs that began before there was an App go on with the job's own token.
    others: [createGithub({ ...at, ...alone })],
  };
}

/** A repository to read a run in, with a person's token. What this process sends can change nothing. */
export function composeReading(at: {
  token: string;
  fullName: string;
  baseUrl: string;
}): (run: number) => Promise<{ github: Github; revision: string }> {
  const as = (me: string): Github =>
    createGithub({
      ...at,
      clock: machine.clock,
      fetch: readingFetch(fetch),
      reviewerToken: null,
      me,
      reviewer: me,
    });
  return async (run) => {
    const found = await as("").journal.find(run);
    if (found === null)
      throw new UserError({
        what: `There is no run ${run} in ${at.fullName}`,
        why: "GitHub shows no such repository to this token, or no journal of that run in it",
        fix: "Name the number of the run's tracking issue, and use a token that may read the repository.",
      });
    // The board is known by its author: the account that writes the journal, which takes write access.
    return { github: as(found.writer), revision: found.revision };
  };
}

/** Takes away what ended runs left; needs a token that may write. */
export function composeCleanup(at: { token: string; fullName: string; baseUrl: string }): Cleaning {
  const options = { ...at, clock: machine.clock, fetch };
  return {
    github: createGithub({ ...options, reviewerToken: null, me: "", reviewer: "" }),
    store: createLeftovers(options),
  };
}

/** Brings a run's journal back in order, as the person whose token it is. */
export async function composeRepair(at: {
  token: string;
  fullName: string;
  baseUrl: string;
}): Promise<{ repairing: Repairing; login: string; now: () => Date }> {
  const options = { ...at, clock: machine.clock, fetch };
  const githubAs = (me: string): Github =>
    createGithub({ ...options, reviewerToken: null, me, reviewer: me });
  const login = await loginOf(options);
  const history = createJournalHistory(options);
  return { repairing: { history, githubAs, hash: sha256 }, login, now: githubAs(login).now };
}

/** Looks at a repository's set-up, with a person's token or as an App. */
export async function composeDoctor({
  by,
  ...at
}: {
  by: string | { appId: string; privateKey: KeyObject };
  fullName: string;
  baseUrl: string;
}): Promise<{ github: Github; reader: SetUpReader; prober: Prober }> {
  const app = typeof by === "string" ? null : { ...by, baseUrl: at.baseUrl, clock: machine.clock };
  const token = typeof by === "string" ? by : await tokenForRepository(app!, at.fullName);
  const options = { ...at, token, clock: machine.clock, fetch };
  return {
    github: createGithub({ ...options, reviewerToken: null, me: "", reviewer: "" }),
    reader: createSetUpReader(options, app),
    prober: createProber(options),
  };
}

/** Brings files and labels, as the person whose token it is. */
export async function composeInit(at: {
  token: string;
  fullName: string;
  baseUrl: string;
}): Promise<{ github: Github; prober: Prober }> {
  const options = { ...at, clock: machine.clock, fetch };
  const me = await loginOf(options);
  return {
    github: createGithub({ ...options, reviewerToken: null, me, reviewer: me }),
    prober: createProber(options),
  };
}

/** Looks at this machine, as programs with this environment see it. */
export const composeMachineReader = (env: Readonly<Record<string, string>>): MachineReader => ({
  machine: async (programs) => readMachine(machine.processes, { env, programs, system: await findSystem() }),
});

/** Holds the model's key of a job. `door`: how a place reaches it that has no network. */
export const composeModelProxy = (door: Place["door"]): ModelProxy => keyProxy({ ...machine, door });

/** Where the branch code of a job runs. */
export const composePlace = async (log: Log, ground: Ground): Promise<Place> =>
  openPlace({ ...machine, log }, await findSystem(), ground);

export interface AgentPorts {
  /** Of the place where it works. */
  processes: Processes;
  files: Files;
  echo: Echo;
  /** Where programs are installed that it can read, and not change. */
  tools: string;
}

export function composeAgent(backend: Backend, ports: AgentPorts): Agent {
  switch (backend) {
    case "command":
      return commandAgent(ports);
    case "playbook":
      return playbookAgent(ports);
    case "practice":
      return practiceAgent(ports);
    case "claude":
    case "codex":
    case "gemini":
    case "opencode":
    case "copilot":
    case "kiro":
      return cliAgent(CLIS[backend], {
        ...ports,
        random: machine.random,
        installer: installer(ports),
        secrets: process.env,
      });
    default:
      return backend satisfies never;
  }
}

/** As the job's own user. `ROUNDTABLE_AGENTS`: a folder of the machine's where what is installed stays. */
const installer = ({ echo, tools }: AgentPorts): Installer => ({
  ...machine,
  echo,
  env: { ...allowedEnvironment(process.env), ...reachOf(process.env) },
  folder: process.env["ROUNDTABLE_AGENTS"] ?? tools,
});
