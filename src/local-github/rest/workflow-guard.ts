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
  throw new Refusal(
    403,
    `refusing to allow a GitHub App to create or update workflow \`${FOLDER}\` without \`workflows\` permission`,
  );
}
