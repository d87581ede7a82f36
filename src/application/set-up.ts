/** Reads what a repository's set-up lacks, live: the agent workflow on the default branch, the configuration at the base, rulesets. */
import { hindrancesOf, lacksOf, type RuleFact } from "../domain/board/set-up.ts";
import type { Config } from "../domain/config.ts";
import type { Plan } from "../domain/plan/plan.ts";
import { checksFaults } from "../domain/run/own-checks.ts";
import { AGENT_WORKFLOW, integrationBranch, trainBranch, unitBranch } from "../domain/run/names.ts";
import { CONFIG_PATH } from "./plan-at.ts";
import type { Github } from "./ports.ts";

/** Why a run cannot begin before its repository is set up otherwise. */
export async function setUpHindrances(
  { board, code }: Github,
  { run, config, sha }: { run: number; config: Config; sha: string },
): Promise<string[]> {
  const hindrances = hindrancesOf(await rulesFor(board, run));
  if (config.checks !== "required") return hindrances;
  const { files } = await code.paths(sha);
  const paths = files.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  const texts = await Promise.all(paths.map((path) => code.file(sha, path)));
  const workflows = texts.map((bytes) => new TextDecoder().decode(bytes ?? new Uint8Array()));
  return [...hindrances, ...checksFaults(run, { me: await board.me(), workflows })];
}

async function rulesFor(board: Github["board"], run: number): Promise<RuleFact[]> {
  const branches = [integrationBranch(run), trainBranch(run), unitBranch(run, "1")];
  return (await Promise.all(branches.map((branch) => board.rules(branch)))).flat();
}

export async function setUpLacks(
  { board, code }: Github,
  { run, plan, config, sha }: { run: number; plan: Plan; config: Config; sha: string },
): Promise<string[]> {
  const { defaultBranch } = await board.repository();
  const head = await code.branch(defaultBranch);
  const workflow = head === null ? null : await code.file(head, `.github/workflows/${AGENT_WORKFLOW}`);
  const rules = await rulesFor(board, run);
  const { files } = await code.paths(sha);
  return lacksOf(
    {
      defaultBranch,
      agentWorkflow: workflow === null ? null : Buffer.from(workflow).toString("utf8"),
      hasConfig: files.includes(CONFIG_PATH),
      me: await board.me(),
      rules,
    },
    { plan, config },
  );
}
