import { isVisible } from "../access.ts";
import type { Grant } from "../access.ts";
import { mayReadProject } from "../project-access.ts";
import { nodeId } from "../shapes/account.ts";
import type { Comment, Issue, Repository } from "../state.ts";
import { accountOf, findRepository, resolveRepository } from "../world.ts";
import type { World } from "../world.ts";
import { GraphqlRefusal } from "./fields.ts";
import { actorNode, commentNode, repositoryNode, subjectNode } from "./nodes.ts";
import { projectFields, projectNode } from "./projects.ts";

interface Named {
  owner: string;
  name: string;
  followRenames?: boolean;
}

export function queriesOf(world: World, grant: Grant): Record<string, unknown> {
  const repository = ({ owner, name, followRenames = true }: Named): Record<string, unknown> => {
    const found = (followRenames ? resolveRepository : findRepository)(world, `${owner}/${name}`);
    if (found === null || !isVisible(found, grant)) {
      throw new GraphqlRefusal(
        "NOT_FOUND",
        `Could not resolve to a Repository with the name '${owner}/${name}'.`,
      );
    }
    return repositoryNode(world, found);
  };
  const owner = (type: string) => {
    const name = type === "User" ? "User" : "Organization";
    return ({ login }: { login: string }): Record<string, unknown> => {
      const found = accountOf(world, login);
      if (found === null || found.type !== type)
        throw new GraphqlRefusal(
          "NOT_FOUND",
          `Could not resolve to a${type === "User" ? "" : "n"} ${name} with the login of '${login}'.`,
        );
      return ownerNode(world, found.login);
    };
  };
  return {
    viewer: () => ({
      ...ownerNode(world, grant.caller.login),
      __typename: "User",
      login: grant.caller.login,
    }),
    user: owner("User"),
    organization: owner("Organization"),
    repositoryOwner: ({ login }: { login: string }) => {
      const found = accountOf(world, login);
      return found === null || found.type === "Bot" ? null : ownerNode(world, found.login);
    },
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

export function findComment(
  world: World,
  grant: Grant,
  id: string,
): { repository: Repository; comment: Comment } {
  for (const repository of world.state.repositories.filter((one) => isVisible(one, grant))) {
    const comment = repository.comments.find((one) => nodeId("IC", one.id) === id);
    if (comment !== undefined) return { repository, comment };
  }
  throw new GraphqlRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

function ownerNode(world: World, login: string): Record<string, unknown> {
  return {
    ...actorNode(world, login),
    ...projectFields(world, (project) => project.owner === login),
  };
}

function nodeOf(world: World, grant: Grant, id: string): Record<string, unknown> {
  const [kind, number] = id.split("_");
  for (const repository of world.state.repositories.filter((one) => isVisible(one, grant))) {
    if (kind === "R" && repository.id === Number(number)) return repositoryNode(world, repository);
    const comment = kind === "IC" && repository.comments.find((one) => one.id === Number(number));
    if (comment) return commentNode(world, repository, comment);
  }
  const project = (world.state.projects ?? []).find((one) => `PVT_${one.id}` === id);
  if (project !== undefined && mayReadProject(world, grant, project))
    return projectNode(world, grant, project);
  const { repository, issue } = findSubject(world, grant, id);
  return subjectNode(world, repository, issue);
}
