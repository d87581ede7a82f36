import { Refusal } from "../route.ts";
import { repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";

const FOLDER = ".github/workflows";

/**
 * Apps may bring workflow files into a branch only with the permission for it; files as they already stand on some
 * branch are no change. https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export async function checkWorkflowChange(world: World, request: LocalRequest, sha: string): Promise<void> {
  if (request.caller.type !== "Bot" || request.may("workflows:write", "write")) return;
  const git = world.git(repositoryOf(world, request));
  const folderAt = async (commit: string): Promise<string | null> =>
    (await git.entryAt(commit, FOLDER))?.sha ?? null;
  const wanted = await folderAt(sha);
  if (wanted === null) return;
  const branches = await git.refs("refs/heads/");
  const known = await Promise.all(branches.map((branch) => folderAt(branch.sha)));
  if (known.includes(wanted)) return;
  throw refusal();
}

/** A merge that brings changed workflow files is refused even though they stand on its head branch already. */
export async function checkWorkflowMerge(
  world: World,
  request: LocalRequest,
  merge: { base: string; head: string },
): Promise<void> {
  if (request.caller.type !== "Bot" || request.may("workflows:write", "write")) return;
  const git = world.git(repositoryOf(world, request));
  const fork = await git.mergeBase(merge.base, merge.head);
  const [before, after] = await Promise.all(
    [fork ?? merge.base, merge.head].map((commit) => git.entryAt(commit, FOLDER)),
  );
  if (before?.sha !== after?.sha) throw refusal();
}

function refusal(): Refusal {
  return new Refusal(
    403,
    `refusing to allow a GitHub App to create or update workflow \`${FOLDER}\` without \`workflows\` permission`,
  );
}
