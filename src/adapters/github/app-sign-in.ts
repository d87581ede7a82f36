/**
 * How an App signs in: as itself by a word signed with its private key, in a repository by an hour's token.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
 */
import type { KeyObject } from "node:crypto";
import type { Octokit } from "@octokit/rest";
import createJwt from "universal-github-app-jwt";
import { UserError } from "../../domain/problem.ts";
import { createClient, type Client, type ClientOptions } from "./client.ts";
import { isStatus, textOf } from "./refusals.ts";

export interface AppSignIn extends Pick<ClientOptions, "baseUrl" | "clock" | "fetch"> {
  appId: string;
  privateKey: KeyObject;
}

/** A signed word that ends sooner than this is not sent any more. */
const RENEW_SECONDS = 60;

/** What the App may ask as itself. */
export function signInAsApp({ appId, privateKey, fetch: send = fetch, ...at }: AppSignIn): Client {
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  let word: { token: string; expiration: number } | null = null;
  const signed = withAuthorization(send, async () => {
    // By GitHub's clock, which its first refusal tells.
    const now = Math.floor(client.now().getTime() / 1000);
    if (word === null || word.expiration - now < RENEW_SECONDS)
      word = await createJwt({ id: appId, privateKey: pem, now });
    return `bearer ${word.token}`;
  });
  const client: Client = createClient({
    ...at,
    token: "",
    fullName: "/",
    async fetch(input, init) {
      const answer = await signed(input, init);
      if (answer.status === 401) word = null;
      return answer;
    },
  });
  return client;
}

export const withAuthorization =
  (send: typeof fetch, authorization: () => Promise<string>): typeof fetch =>
  async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", await authorization());
    return send(input, { ...init, headers });
  };

/** A first refusal may be due to our clock: GitHub's is known from then on. */
export const askedAgain = <T>(ask: () => Promise<T>): Promise<T> =>
  ask().catch((error: unknown) => {
    if (error instanceof UserError) return ask();
    throw error;
  });

/** Null: the token lists the installation's repositories, and may do nothing else. */
export async function createInstallationToken(
  octokit: Octokit,
  installation: number,
  chosen: { repositories: string[] } | { repository_ids: number[] } | null,
): Promise<{ token: string; expiresAt: Date }> {
  const { data } = await octokit.rest.apps.createInstallationAccessToken({
    installation_id: installation,
    ...(chosen ?? { permissions: { metadata: "read" } }),
  });
  return { token: data.token, expiresAt: new Date(data.expires_at) };
}

/** A token for one repository, wherever the App is installed. */
export async function tokenForRepository(app: AppSignIn, fullName: string): Promise<string> {
  const [owner, repo] = fullName.split("/") as [string, string];
  const { octokit } = signInAsApp(app);
  try {
    const { data: installation } = await askedAgain(() =>
      octokit.rest.apps.getRepoInstallation({ owner, repo }),
    );
    return (await createInstallationToken(octokit, installation.id, { repositories: [repo] })).token;
  } catch (error) {
    if (isStatus(error, 404)) throw notInstalledIn(app, fullName);
    if (error instanceof UserError || isStatus(error, 422))
      throw noToken(
        { appId: app.appId, fullName },
        error instanceof UserError ? error.why : textOf(error),
        "See that app-id and app-key are of one App, that its key was not deleted, and that its installation is not suspended.",
      );
    throw error;
  }
}

export const notInstalledIn = ({ appId }: Pick<AppSignIn, "appId">, fullName: string): UserError =>
  noToken(
    { appId, fullName },
    "it is not installed there",
    "Install it in the repository: the App's page, Install App.",
  );

const noToken = (
  { appId, fullName }: { appId: string; fullName: string },
  why: string,
  fix: string,
): UserError => new UserError({ what: `The App ${appId} gives no token for ${fullName}`, why, fix });
