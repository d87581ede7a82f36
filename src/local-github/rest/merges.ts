/** https://docs.github.com/en/rest/branches/branches#merge-a-branch */
import { z } from "zod";

import { checkRefChange } from "../demands.ts";
import { writeMerge } from "../pull-changes.ts";
import { followRefChanges } from "../ref-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { commitShape } from "../shapes/git.ts";
import { repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, NO_CONTENT, readBody } from "./exchange.ts";
import { checkWorkflowMerge } from "./workflow-guard.ts";

const Merge = z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() });

export function mergeRoutes(world: World): LocalRoute[] {
  return [
    {
      method: "POST",
      path: "/repos/:owner/:repo/merges",
      permission: "contents:write",
      handle: (request) => merge(world, request),
    },
  ];
}

async function merge(world: World, request: LocalRequest): Promise<{ status: number; body: unknown }> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const input = readBody(request, Merge);
  const name = `refs/heads/${input.base}`;
  const [base, head] = await Promise.all([git.refSha(name), git.resolve(input.head)]);
  if (base === null) throw new Refusal(404, "Base does not exist");
  if (head === null) throw new Refusal(404, "Head does not exist");
  if (await git.isAncestor(head, base)) return NO_CONTENT;
  await checkWorkflowMerge(world, request, { base, head });
  const merged = await git.mergeTrees(base, head);
  if ("conflicts" in merged) throw new Refusal(409, "Merge conflict");
  const actor = { repository, caller: request.caller };
  const sha = await writeMerge(world, actor, {
    tree: merged.tree,
    parents: [base, head],
    message: input.commit_message ?? `Merge ${input.head} into ${input.base}`,
  });
  const change = { name, before: base, after: sha };
  await checkRefChange(world, actor, { ...change, status: 409 });
  if (!(await git.setRef(change)))
    throw new Refusal(409, "Base branch was modified. Review and try the merge again.");
  await followRefChanges(world, actor, [change]);
  const commit = await git.commit(sha);
  if (commit === null) throw new Error(`The merge commit ${sha} cannot be read.`);
  return created(commitShape(world, repository, commit));
}
