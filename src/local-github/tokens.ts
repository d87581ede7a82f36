/** Tokens as one asks for them: of a person, or of an app by its permissions. */
import type { Access, Level } from "./access.ts";
import { ensureAccount } from "./world.ts";
import type { World } from "./world.ts";

/** Of a classic token with every box ticked that is asked about here. */
const ALL_SCOPES = ["project", "repo", "workflow"] as const;

export interface TokenRequest {
  login: string;
  /** Makes it the token of an app, `<slug>[bot]`. Left out: a person's token, which holds all the person may. */
  permissions?: Readonly<Record<string, Level>>;
  /** Full names; left out: all. */
  repositories?: readonly string[];
  /** Of a person's classic token: what GitHub tells of it; left out: all. */
  scopes?: readonly string[];
}

export function issueToken(
  world: World,
  access: Access,
  { login, permissions, repositories, scopes = ALL_SCOPES }: TokenRequest,
): string {
  const type = permissions === undefined ? "User" : "Bot";
  const name = permissions === undefined || login.endsWith("[bot]") ? login : `${login}[bot]`;
  const account = ensureAccount(world, name, type);
  return access.issue({
    caller: { login: account.login, type, workflowRunId: null },
    permissions: permissions ?? null,
    ...(permissions === undefined && { scopes }),
    repositories: repositories?.map((one) => one.toLowerCase()) ?? null,
  });
}
