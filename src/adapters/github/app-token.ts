/**
 * An hour's token of an App for one repository, from the App's private key.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
 */
import { createPrivateKey } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { UserError } from "../../domain/problem.ts";
import type { ClientOptions } from "./client.ts";
import { familyOf, isStatus, textOf } from "./refusals.ts";

export async function mintAppToken(
  { fullName, baseUrl, clock, fetch }: Omit<ClientOptions, "token">,
  app: { id: string; key: string },
): Promise<string> {
  const [owner, repo] = fullName.split("/") as [string, string];
  const octokit = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: pemOf(app.key) },
    baseUrl,
    userAgent: "roundtable",
    ...(fetch && { request: { fetch } }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  try {
    const { data: installation } = await octokit.rest.apps.getRepoInstallation({ owner, repo });
    const made = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
      repositories: [repo],
    });
    return made.data.token;
  } catch (error) {
    const refusal = (why: string, fix: string): UserError =>
      new UserError({ what: `The App ${app.id} gives no token for ${fullName}`, why, fix });
    if (isStatus(error, 404))
      throw refusal(
        "it is not installed there",
        "Install it in the repository: the App's page, Install App.",
      );
    if (isStatus(error, 401, 403, 422))
      throw refusal(
        textOf(error),
        "See that app-id and app-key are of one App, that its key was not deleted, and that its installation is not suspended.",
      );
    throw familyOf(error, clock);
  }
}

/** Secrets hold it in its lines, in one line with `\n` for their ends, or as base64. */
function pemOf(text: string): string {
  const lines = text.replaceAll("\\n", "\n");
  const pem = lines.includes("-----BEGIN") ? lines : Buffer.from(lines, "base64").toString("utf8");
  try {
    return createPrivateKey(pem).export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    // Whatever is wrong with it: its text belongs in no message.
    throw new UserError({
      what: "The App's private key cannot be read",
      why: "it is no key in PEM form, nor one as base64",
      fix: "Set the secret ROUNDTABLE_APP_KEY to the text of the .pem file: gh secret set ROUNDTABLE_APP_KEY < app.pem.",
    });
  }
}
