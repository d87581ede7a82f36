/** A repository's set-up as a pass can see it: workflows, configuration, rules of branches, and whose account writes. */
import { projectLacks } from "../domain/board/project-rows.ts";
import { hindrancesOf, lacksOf } from "../domain/board/set-up.ts";
import { NOTHING_KNOWN, type Facts } from "../domain/doctor/facts.ts";
import type { Config } from "../domain/config.ts";
import type { Plan } from "../domain/plan/plan.ts";
import { formatProblem } from "../domain/problem.ts";
import { AGENT_WORKFLOW, integrationBranch, trainBranch, unitBranch } from "../domain/run/names.ts";
import { CONFIG_PATH } from "./plan-at.ts";
import type { Github } from "./ports.ts";

interface Asked {
  run: number;
  config: Config;
  sha: string;
}

/** Why a run cannot begin before its repository is set up otherwise. */
export async function setUpHindrances(github: Github, { run, config, sha }: Asked): Promise<string[]> {
  const { files } = config.checks === "required" ? await github.code.paths(sha) : { files: [] };
  return hindrancesOf({
    ...NOTHING_KNOWN,
    identity: await identityOf(github.board),
    rules: await rulesFor(github.board, run),
    config: { isThere: true, config, faults: [] },
    workflows: { ...NOTHING_KNOWN.workflows, all: await workflowsAt(github.code, { sha, files }) },
  });
}

export async function setUpLacks(
  github: Github,
  { run, plan, config, sha }: Asked & { plan: Plan },
): Promise<string[]> {
  const { board, code, journal, workflows } = github;
  const { defaultBranch } = await board.repository();
  const head = await code.branch(defaultBranch);
  const agent = head === null ? null : await code.file(head, `.github/workflows/${AGENT_WORKFLOW}`);
  const { files } = await code.paths(sha);
  const active = new Set(await workflows.active());
  const all = await workflowsAt(code, { sha, files: files.filter((path) => active.has(path)) });
  const lacks = lacksOf({
    ...NOTHING_KNOWN,
    identity: await identityOf(board),
    rules: await rulesFor(board, run),
    isJournalOnBranch: await journal.isOnBranch(run),
    workflows: {
      where: `on the default branch ${defaultBranch}`,
      agent: { text: agent && textOf(agent), shipped: null, isDisabled: false },
      pass: null,
      all,
    },
    config: { isThere: files.includes(CONFIG_PATH), config, faults: [] },
    agents: agentsIn(plan),
  });
  return [...lacks, ...projectLacks(config.project, await board.me()).map(formatProblem)];
}

async function identityOf(board: Github["board"]): Promise<Facts["identity"]> {
  const [me, reviewer] = await Promise.all([board.me(), board.reviewer()]);
  if (me !== reviewer) return "two";
  return me === "github-actions[bot]" ? "job-token" : "one";
}

export async function rulesFor(board: Github["board"], run: number): Promise<NonNullable<Facts["rules"]>> {
  const branches = [integrationBranch(run), trainBranch(run), unitBranch(run, "1")];
  return (await Promise.all(branches.map((branch) => board.rules(branch)))).flat();
}

/** The workflow files among these, at a commit. */
export async function workflowsAt(
  code: Github["code"],
  { sha, files }: { sha: string; files: readonly string[] },
): Promise<{ path: string; text: string }[]> {
  const paths = files.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  return Promise.all(
    paths.map(async (path) => ({ path, text: textOf((await code.file(sha, path)) ?? new Uint8Array()) })),
  );
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const agentsIn = ({ units }: Plan): string[] => [
  ...new Set(
    units
      .filter(({ type, person }) => type !== "checkpoint" && person === null)
      .flatMap(({ agent, reviewers }) => [agent, ...reviewers.map((reviewer) => reviewer.agent)]),
  ),
];
