/** Reads what a repository's set-up lacks, live: the agent workflow on the default branch, the configuration at the base. */
import { lacksOf } from "../domain/board/set-up.ts";
import type { Config } from "../domain/config.ts";
import type { Plan } from "../domain/plan/plan.ts";
import { AGENT_WORKFLOW } from "../domain/run/names.ts";
import { CONFIG_PATH } from "./plan-at.ts";
import type { Github } from "./ports.ts";

export async function setUpLacks(
  { board, code }: Github,
  { plan, config, sha }: { plan: Plan; config: Config; sha: string },
): Promise<string[]> {
  const { defaultBranch } = await board.repository();
  const head = await code.branch(defaultBranch);
  const workflow = head === null ? null : await code.file(head, `.github/workflows/${AGENT_WORKFLOW}`);
  const { files } = await code.paths(sha);
  return lacksOf(
    {
      defaultBranch,
      agentWorkflow: workflow === null ? null : Buffer.from(workflow).toString("utf8"),
      hasConfig: files.includes(CONFIG_PATH),
    },
    { plan, config },
  );
}
