/** GitHub tests a merge in the background: the first question is answered "not known yet". */
import type { Repository } from "./state.ts";
import { now } from "./world.ts";
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

/** The commit that the merge would make, kept as `refs/pull/<number>/merge` as on GitHub; null in conflict. */
export async function testMerge(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Promise<string | null> {
  const git = world.git(repository);
  const { headSha } = issue.pull;
  const base = await git.refSha(`refs/heads/${issue.pull.base}`);
  const merged = base === null ? null : await git.mergeTrees(base, headSha);
  if (base === null || merged === null || "conflicts" in merged) return null;
  const author = { name: "GitHub", email: "noreply@github.com", date: now(world) };
  const after = await git.writeCommit({
    tree: merged.tree,
    parents: [base, headSha],
    author,
    committer: author,
    message: `Merge ${headSha} into ${base}`,
  });
  const name = `refs/pull/${issue.number}/merge`;
  await git.setRef({ name, before: await git.refSha(name), after });
  return after;
}
