/**
 * The hooks of a push are ours, never those that lie in the repository: one that refuses workflow files to who lacks
 * the permission for them, and what protected branches and rulesets do not let a push do, worded as GitHub words it.
 */
import { demandsOn } from "../demands.ts";
import type { Actor } from "../issue-changes.ts";
import type { Machine } from "../ports.ts";
import type { World } from "../world.ts";
import { gitEnvironment } from "./command.ts";

/** Each line of the variable: what it forbids, the ref, the sentence. */
const GUARD = `#!/bin/sh
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
  kind=update
  if [ "$new" = "$zero" ]; then kind=deletion
  elif [ "$old" != "$zero" ] && ! git merge-base --is-ancestor "$old" "$new"; then kind=force; fi
  refused=$(printf '%s\n' "$LOCAL_GITHUB_FORBIDDEN" | while read -r what where sentence; do
    [ "$where" = "$ref" ] || continue
    if [ "$what" = "$kind" ] || { [ "$what" = update ] && [ "$kind" = force ]; }; then echo "$sentence"; fi
  done)
  if [ -n "$refused" ]; then printf 'error: %s\n' "$refused" >&2; exit 1; fi
  [ "$LOCAL_GITHUB_WORKFLOWS" = no ] || continue
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

const KINDS: Record<string, readonly [kind: string, reason: string]> = {
  update: ["update", "Cannot update this protected ref."],
  pull_request: ["update", "Changes must be made through a pull request."],
  required_status_checks: ["update", "Required status checks are expected."],
  non_fast_forward: ["force", "Cannot force-push to this branch"],
  deletion: ["deletion", "Cannot delete this branch"],
};

export interface PushGuard {
  /** The folder to name in core.hooksPath. */
  hooks: string;
  env: Record<string, string>;
}

/** Null for a push that may do all it asks. */
export async function guardOf(
  world: World,
  actor: Actor & { folder: string },
  mayWorkflows: boolean,
): Promise<PushGuard | null> {
  const branches = await world.git(actor.repository).refs("refs/heads/");
  const forbidden = branches.flatMap(({ name }) =>
    demandsOn(world, actor, name.slice("refs/heads/".length)).flatMap(({ source, rule }) => {
      const [kind, reason] = KINDS[rule.type] ?? [];
      const head =
        source === "protection"
          ? `GH006: Protected branch update failed for ${name}.`
          : `GH013: Repository rule violations found for ${name}.`;
      return kind === undefined ? [] : [`${kind} ${name} ${head} ${reason}`];
    }),
  );
  if (mayWorkflows && forbidden.length === 0) return null;
  return {
    hooks: await hooksFor(world.machine, actor.folder),
    env: {
      LOCAL_GITHUB_FORBIDDEN: forbidden.join("\n"),
      LOCAL_GITHUB_WORKFLOWS: mayWorkflows ? "yes" : "no",
    },
  };
}

async function hooksFor(machine: Machine, folder: string): Promise<string> {
  const hooks = `${folder}/push-guard`;
  const known = await machine.files.read(`${hooks}/pre-receive`);
  if (known !== null && new TextDecoder().decode(known) === GUARD) return hooks;
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
