/**
 * The hooks of a push are ours, never those that lie in the repository. Who lacks the permission for workflow files
 * gets one that refuses them, worded as GitHub words it.
 */
import type { Machine } from "../ports.ts";
import { gitEnvironment } from "./command.ts";

const GUARD = `#!/bin/sh
while read -r old new ref; do
  wanted=$(git rev-parse -q --verify "$new:.github/workflows" 2>/dev/null) || continue
  known=no
  for head in $(git for-each-ref --format='%(objectname)' refs/heads); do
    if [ "$(git rev-parse -q --verify "$head:.github/workflows" 2>/dev/null)" = "$wanted" ]; then known=yes; break; fi
  done
  if [ "$known" = no ]; then
    echo 'refusing to allow a GitHub App to create or update workflow \`.github/workflows\` without \`workflows\` permission' >&2
    exit 1
  fi
done
`;

/** The folder to name in core.hooksPath. */
export async function hooksFor(machine: Machine, folder: string, mayWorkflows: boolean): Promise<string> {
  if (mayWorkflows) return "/dev/null";
  const hooks = `${folder}/push-guard`;
  if ((await machine.files.read(`${hooks}/pre-receive`)) !== null) return hooks;
  await machine.files.write(`${hooks}/pre-receive`, GUARD);
  const result = await machine.processes.run({
    command: "chmod",
    args: ["755", `${hooks}/pre-receive`],
    cwd: folder,
    env: gitEnvironment(machine),
  });
  if (result.code !== 0) throw new Error("The guard of pushes could not be made executable.");
  return hooks;
}
