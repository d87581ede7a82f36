/**
 * Who a token is and what it may do. A person's token may do what the person's role allows; the token of an app or of
 * an Actions job what its permissions name, in its repositories only.
 * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
import type { Machine } from "./ports.ts";
import type { Caller } from "./route.ts";
import { Refusal } from "./route.ts";
import type { Repository, Role } from "./state.ts";
import { isAtLeast, roleOf } from "./world.ts";

export interface Grant {
  caller: Caller;
  /** Null: a person's token, which holds all that the person may. */
  permissions: Readonly<Record<string, Level>> | null;
  /** Full names in lower case; null: all. */
  repositories: readonly string[] | null;
  /** Of a person's classic token; left out: all. They are told, and not held to. */
  scopes?: readonly string[];
  /** Throws where the token has come to its end, or its installation has. */
  check?: () => void;
}

export type Level = "read" | "write" | "admin";

export interface Access {
  issue(grant: Grant): string;
  readonly revoke: (token: string) => void;
  /** Null without credentials. Refuses bad ones with 401. */
  authenticate(headers: Headers): Grant | null;
}

const LEVELS: readonly string[] = ["read", "write", "admin"];

export function createAccess(machine: Machine): Access {
  const grants = new Map<string, Grant>();
  return {
    issue: (grant) => {
      const token = newToken(machine, grant);
      grants.set(token, grant);
      return token;
    },
    revoke: (token) => void grants.delete(token),
    authenticate: (headers) => {
      const token = tokenIn(headers.get("authorization"));
      if (token === null) return null;
      const grant = grants.get(token);
      if (grant === undefined) throw new Refusal(401, "Bad credentials");
      grant.check?.();
      return grant;
    },
  };
}

/** Stateless installation tokens are long: nothing may rely on forty characters. */
function newToken(machine: Machine, grant: Grant): string {
  if (grant.permissions === null) return `ghp_${machine.random.hex(36)}`;
  const part = (): string => Buffer.from(machine.random.hex(96), "hex").toString("base64url");
  return `ghs_1_${part()}.${part()}${part()}.${part()}`;
}

function tokenIn(header: string | null): string | null {
  if (header === null || header === "") return null;
  const [scheme = "", value = ""] = header.split(/ +/u);
  if (/^(token|bearer)$/iu.test(scheme)) return value;
  if (!/^basic$/iu.test(scheme)) return "";
  const [, password = ""] = /^[^:]*:(.*)$/su.exec(Buffer.from(value, "base64").toString("utf8")) ?? [];
  return password;
}

export function isVisible(repository: Repository, grant: Grant | null): boolean {
  if (!repository.private) return true;
  if (grant === null) return false;
  if (grant.permissions === null) return roleOf(repository, grant.caller.login) !== "none";
  return covers(grant, repository);
}

/**
 * `permission` may name alternatives: `issues:write; pull_requests:write`. `role` is what a person needs instead.
 * Reading what is public needs no permission.
 */
export function isAllowed(
  grant: Grant | null,
  repository: Repository,
  need: { permission: string | null; role: Role },
): boolean {
  if (grant === null) return !repository.private && need.role === "read" && !isWrite(need.permission);
  if (grant.permissions === null) return isAtLeast(roleOf(repository, grant.caller.login), need.role);
  if (need.permission === null) return true;
  if (!repository.private && !isWrite(need.permission)) return true;
  if (!covers(grant, repository)) return false;
  return need.permission.split(";").some((one) => {
    const [name = "", level = "read"] = one.trim().split(":");
    return LEVELS.indexOf(grant.permissions?.[name] ?? "") >= LEVELS.indexOf(level);
  });
}

/** Who asks: nobody without credentials, a refusal where they are bad. */
export type Asker = Grant | Refusal | null;

export function askerOf(access: Access, headers: Headers): Asker {
  try {
    return access.authenticate(headers);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The least role of a person for a permission, where a route does not say. */
export function usualRole(permission: string | null): Role {
  if (!isWrite(permission)) return "read";
  return permission?.startsWith("administration") === true ? "admin" : "write";
}

function isWrite(permission: string | null): boolean {
  return permission !== null && !permission.endsWith(":read");
}

export function covers(grant: Grant, repository: Repository): boolean {
  const names = [repository.fullName.toLowerCase(), ...(repository.formerNames ?? [])];
  return grant.repositories === null || grant.repositories.some((one) => names.includes(one));
}
