/** What GitHub tells of what a token may do. */
import type { Facts } from "../../domain/doctor/facts.ts";
import { askedAgain, notInstalledIn, signInAsApp, type AppSignIn } from "./app-sign-in.ts";
import type { Client } from "./client.ts";
import { isStatus } from "./refusals.ts";

/** Null for all but classic tokens: only of those GitHub tells it. */
export async function scopesOf({ octokit }: Client): Promise<Facts["granted"]> {
  const { headers } = await octokit.rest.rateLimit.get();
  const scopes = headers["x-oauth-scopes"];
  if (typeof scopes !== "string") return null;
  return { by: "scopes", scopes: scopes.split(/,\s*/).filter((scope) => scope !== "") };
}

export async function grantOf(app: AppSignIn, fullName: string): Promise<Facts["granted"]> {
  const { octokit } = signInAsApp(app);
  const [owner, repo] = fullName.split("/") as [string, string];
  const { data: own } = await askedAgain(() => octokit.rest.apps.getAuthenticated());
  const { data: installation } = await octokit.rest.apps
    .getRepoInstallation({ owner, repo })
    .catch((error: unknown) => {
      throw isStatus(error, 404) ? notInstalledIn(app, fullName) : error;
    });
  const { origin } = new URL(own!.html_url);
  const isOfOrganization = own!.owner && "type" in own!.owner && own!.owner.type === "Organization";
  const account = own!.owner && "login" in own!.owner ? own!.owner.login : "";
  const settings = isOfOrganization ? `organizations/${account}/settings` : "settings";
  return {
    by: "app",
    permissions: levelsOf(installation.permissions),
    asked: levelsOf(own!.permissions),
    acceptAt: installation.html_url,
    askAt: `${origin}/${settings}/apps/${own!.slug}/permissions`,
  };
}

const levelsOf = (permissions: object): Record<string, string> =>
  Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)]));
