/** GitHub tests a merge in the background: the first question is answered "not known yet". */
import type { Repository } from "./state.ts";
import type { PullIssue, World } from "./world.ts";

const tests = new WeakMap<World, Map<string, Promise<boolean>>>();

export async function readMergeability(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<boolean | null> {
  const git = world.git(repository);
  const base = await git.refSha(`refs/heads/${issue.pull.base}`);
  if (base === null) return false;
  const known = tests.get(world) ?? new Map<string, Promise<boolean>>();
  tests.set(world, known);
  const key = `${repository.id} ${base} ${issue.pull.headSha}`;
  const test = known.get(key);
  if (test !== undefined) return test;
  known.set(
    key,
    git.mergeTrees(base, issue.pull.headSha).then(
      (merged) => "tree" in merged,
      () => false,
    ),
  );
  return null;
}
