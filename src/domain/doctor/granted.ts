/** What a token may do, where GitHub tells: the scopes of a classic token, the permissions of an App's installation. */
import type { Config } from "../config.ts";
import { found, type Check, type Finding } from "./check.ts";
import type { Facts } from "./facts.ts";

/** As app.yml asks for them; `metadata` comes with every other. */
export const APP_PERMISSIONS: Readonly<Record<string, "read" | "write">> = {
  actions: "write",
  checks: "read",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "read",
};
/** Asked for by those who want a project board. */
export const PROJECTS = "organization_projects";
const OF_CHECKS: readonly string[] = ["checks", "statuses"];

export const GRANTED_CHECKS: readonly Check[] = [
  {
    code: "granted",
    sound: "The token may do what a run does",
    needs: "a classic token, or the App's own APP_ID and PRIVATE_KEY",
    judge: (facts) => {
      const { granted } = facts;
      if (granted === null) return null;
      return granted.by === "scopes" ? scopeFindings(facts, granted.scopes) : appFindings(facts, granted);
    },
  },
];

const wantsProject = ({ config }: Facts): boolean => (config?.config.project ?? "off") !== "off";

function scopeFindings(facts: Facts, scopes: readonly string[]): Finding[] {
  const isPublic = facts.repository?.isPrivate === false;
  const missing = [
    ...(scopes.includes("repo") || (isPublic && scopes.includes("public_repo"))
      ? []
      : [isPublic ? "public_repo" : "repo"]),
    ...(wantsProject(facts) && !scopes.includes("project") ? ["project"] : []),
  ];
  if (missing.length === 0) return [];
  const page = facts.page === null ? "its page" : `${new URL(facts.page).origin}/settings/tokens`;
  return [
    found("warning", {
      what: `The token lacks the ${missing.length > 1 ? "scopes" : "scope"} ${missing.join(" and ")}`,
      why: `GitHub tells that it has ${scopes.join(", ") || "none"}: it could not write what a run writes`,
      fix: `Add it on ${page}, or by gh auth refresh --scopes ${missing.join(",")}.`,
    }),
  ];
}

function neededBy(config: Config | undefined, isWithProject: boolean): [string, "read" | "write"][] {
  const own = Object.entries(APP_PERMISSIONS).filter(
    ([name]) => name !== "metadata" && (config?.checks === "required" || !OF_CHECKS.includes(name)),
  );
  return isWithProject ? [...own, [PROJECTS, "write"]] : own;
}

function appFindings(facts: Facts, grant: AppGrant): Finding[] {
  const has = (held: AppGrant["permissions"], name: string, level: "read" | "write"): boolean =>
    held[name] === level || held[name] === "write" || held[name] === "admin";
  return neededBy(facts.config?.config, wantsProject(facts))
    .filter(([name, level]) => !has(grant.permissions, name, level))
    .map(([name, level]) => {
      const isAsked = has(grant.asked, name, level);
      const accept = `an owner accepts it at ${grant.acceptAt}`;
      return found(name === PROJECTS ? "warning" : "error", {
        what: `The App's installation lacks the permission ${name}: ${level}`,
        why: isAsked
          ? "the App asks for it, and nobody has accepted that yet"
          : "the App does not ask for it",
        fix: isAsked ? `Let it be accepted: ${accept}.` : `Add it at ${grant.askAt}; then ${accept}.`,
      });
    });
}

type AppGrant = Extract<NonNullable<Facts["granted"]>, { by: "app" }>;
