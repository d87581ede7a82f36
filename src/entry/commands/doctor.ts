/** `roundtable doctor`: what would keep a run from working, each with why and the mend. */
import { join } from "node:path";
import { examineMachine, examineRepository, type Tree } from "../../application/doctor/examine.ts";
import { probe } from "../../application/doctor/probe.ts";
import { CONFIG_PATH } from "../../application/plan-at.ts";

import { judge, type Judged } from "../../domain/doctor/checks.ts";
import { MACHINE_CHECKS } from "../../domain/doctor/machine.ts";
import { reportLines, reportOf } from "../../domain/doctor/report.ts";
import { AGENT_WORKFLOW, PASS_WORKFLOW } from "../../domain/run/names.ts";
import { UserError } from "../../domain/problem.ts";
import { machine } from "../compose.ts";
import { composeDoctor } from "../compose-github.ts";
import { composeMachineReader } from "../compose-place.ts";
import { appOf } from "../app/settings.ts";
import { githubAccess, githubUrl } from "../github-access.ts";
import { createGit } from "../local/git.ts";
import { lookOf, type Screen } from "../terminal.ts";
import { readShipped } from "./shipped-files.ts";
import { readText } from "./spec-files.ts";

export interface DoctorOptions {
  repo?: string;
  probe?: boolean;
  json?: boolean;
}

/** 1 where something prevents a run. */
export async function doctor(options: DoctorOptions, screen: Screen): Promise<number> {
  const { repo } = options;
  if (repo === undefined && options.probe)
    throw new UserError({
      what: "--probe stands without --repo",
      why: "it makes and removes things in a repository on GitHub",
      fix: "Write --repo owner/name --probe.",
    });
  const { judged, account } =
    repo === undefined ? await lookHere(screen) : await lookAt(repo, { options, env: screen.env });
  const report = reportOf(judged, { repository: repo ?? null, account });
  if (options.json) screen.print(JSON.stringify(report));
  else for (const line of reportLines(judged, report, lookOf(screen))) screen.print(line);
  return report.isFit ? 0 : 1;
}

interface Looked {
  judged: Judged[];
  account: string | null;
}

async function lookAt(
  fullName: string,
  { options, env }: { options: DoctorOptions; env: Screen["env"] },
): Promise<Looked> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(fullName))
    throw new UserError({
      what: "--repo does not fit",
      why: "a repository is owner/name",
      fix: "Write --repo owner/name.",
    });
  const by = (await appOf(env, machine.files.read)) ?? githubAccess(env).token;
  const { prober, ...ports } = await composeDoctor({ by, baseUrl: githubUrl(env), fullName });
  const facts = await examineRepository(ports, await readShipped());
  // What was asked cannot be seen here: no check of this machine belongs to the answer.
  const judged = judge(facts).filter(({ code }) => !OF_MACHINE.has(code));
  const head = facts.repository?.hasCommits
    ? await ports.github.code.branch(facts.repository.defaultBranch)
    : null;
  const probed = options.probe && head ? await probe({ prober, random: machine.random }, head) : [];
  return { judged: [...judged, ...probed], account: facts.account?.login ?? null };
}

const OF_MACHINE: ReadonlySet<string> = new Set(MACHINE_CHECKS.map(({ code }) => code));

async function lookHere({ cwd, env }: Screen): Promise<Looked> {
  const path = env["PATH"] ?? "/usr/bin:/bin";
  const git = createGit(machine.processes, path);
  const top = await git.ask(["rev-parse", "--show-toplevel"], { cwd }).catch(() => null);
  const tree = top === null ? null : await treeOf(top);
  const facts = await examineMachine(composeMachineReader({ PATH: path }), tree, await readShipped());
  // Only what a folder and a machine can tell.
  return { judged: judge(facts).filter(({ findings }) => findings !== null), account: null };
}

async function treeOf(root: string): Promise<Tree> {
  const workflow = (name: string): Promise<string | null> => readText(root, join(".github/workflows", name));
  return {
    agent: await workflow(AGENT_WORKFLOW),
    pass: await workflow(PASS_WORKFLOW),
    config: await readText(root, CONFIG_PATH),
  };
}
