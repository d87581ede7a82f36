import { isVisible } from "../access.ts";
import type { Grant } from "../access.ts";
import type { Issue, Repository } from "../state.ts";
import { findRepository } from "../world.ts";
import type { World } from "../world.ts";
import { GraphqlRefusal } from "./fields.ts";
import { actorNode, commentNode, repositoryNode, subjectNode } from "./nodes.ts";

export function queriesOf(world: World, grant: Grant): Record<string, unknown> {
  const repository = ({ owner, name }: { owner: string; name: string }): Record<string, unknown> => {
    const found = findRepository(world, `${owner}/${name}`);
    if (found === null || !isVisible(found, grant)) {
      throw new GraphqlRefusal(
        "NOT_FOUND",
        `Could not resolve to a Repository with the name '${owner}/${name}'.`,
      );
    }
    return repositoryNode(world, found);
  };
  return {
    viewer: () => ({
      ...actorNode(world, grant.caller.login),
      __typename: "User",
      login: grant.caller.login,
    }),
    repository,
    node: ({ id }: { id: string }) => nodeOf(world, grant, id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => nodeOf(world, grant, id)),
    rateLimit: () => {
      const { reset, ...rate } = world.limits.rate(grant, "graphql");
      return { ...rate, cost: 1, nodeCount: 0, resetAt: new Date(reset * 1000).toISOString() };
    },
  };
}

/** The issue or pull request with a node id, and its repository. */
export function findSubject(
  world: World,
  grant: Grant,
  id: string,
): { repository: Repository; issue: Issue } {
  const [kind = "", number = ""] = id.split("_");
  for (const repository of world.state.repositories.filter((one) => isVisible(one, grant))) {
    const issue = repository.issues.find((one) => one.id === Number(number));
    if (issue !== undefined && kind === (issue.pull === null ? "I" : "PR")) return { repository, issue };
  }
  throw new GraphqlRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

function nodeOf(world: World, grant: Grant, id: string): Record<string, unknown> {
  const [kind, number] = id.split("_");
  for (const repository of world.state.repositories.filter((one) => isVisible(one, grant))) {
    if (kind === "R" && repository.id === Number(number)) return repositoryNode(world, repository);
    const comment = kind === "IC" && repository.comments.find((one) => one.id === Number(number));
    if (comment) return commentNode(world, repository, comment);
  }
  const { repository, issue } = findSubject(world, grant, id);
  return subjectNode(world, repository, issue);
}
