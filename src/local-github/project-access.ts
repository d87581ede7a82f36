/**
 * Who reaches a project. Jobs' tokens reach none; apps those of organizations, with the permission
 * `organization_projects`: there is none for people's own.
 */
import type { Grant } from "./access.ts";
import type { Project } from "./state.ts";
import { accountOf, isAtLeast, roleOf } from "./world.ts";
import type { World } from "./world.ts";

export function mayReadProject(world: World, grant: Grant, project: Project): boolean {
  return mayAct(world, grant, { owner: project.owner, level: "read" }) || (project.public && !isJob(grant));
}

export function mayWriteProjects(world: World, grant: Grant, owner: string): boolean {
  return mayAct(world, grant, { owner, level: "write" });
}

function mayAct(
  world: World,
  grant: Grant,
  { owner, level }: { owner: string; level: "read" | "write" },
): boolean {
  const { caller, permissions } = grant;
  if (isJob(grant)) return false;
  const isOrganization = accountOf(world, owner)?.type === "Organization";
  if (permissions !== null) {
    const own = permissions["organization_projects"];
    return isOrganization && own !== undefined && (level === "read" || own !== "read");
  }
  if (caller.login.toLowerCase() === owner.toLowerCase()) return true;
  // Who may write to a repository of an organization stands here for its members.
  return (
    isOrganization &&
    world.state.repositories
      .filter((one) => one.owner.toLowerCase() === owner.toLowerCase())
      .some((one) => isAtLeast(roleOf(one, caller.login), "write"))
  );
}

/** The workflows' own account, whichever way its token came to be. */
function isJob({ caller }: Grant): boolean {
  return caller.workflowRunId !== null || caller.login === "github-actions[bot]";
}
