/**
 * `permissions:` of a workflow or job. Naming any key sets all others to none; a job's block replaces the workflow's.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
import { isMap } from "./parser.ts";
import type { Tree } from "./parser.ts";

/** In the words of GitHub Apps: `pull_requests`, not `pull-requests`. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

/** What a repository gives a job that declares nothing (the restricted setting, the default of new repositories). */
const RESTRICTED: Permissions = { contents: "read", metadata: "read", packages: "read" };

const NAMES = [
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "issues",
  "packages",
  "pages",
  "pull_requests",
  "security_events",
  "statuses",
];

/** `inherited` is the workflow's; null at the top. */
export function permissionsOf(tree: Tree, inherited: Permissions | null): Permissions {
  if (tree === "read-all" || tree === "write-all") {
    const level = tree === "read-all" ? "read" : "write";
    return { metadata: "read", ...Object.fromEntries(NAMES.map((name) => [name, level] as const)) };
  }
  if (!isMap(tree)) return inherited ?? RESTRICTED;
  const granted = Object.entries(tree).flatMap(([name, level]) =>
    level === "read" || level === "write" ? [[name.replaceAll("-", "_"), level] as const] : [],
  );
  return { metadata: "read", ...Object.fromEntries(granted) };
}

export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(Object.keys(permissions).map((name) => [name, "read"] as const));
}
