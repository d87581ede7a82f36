/**
 * Roundtable as a GitHub App: it signs in with its key, and works in each repository with a token of that installation,
 * narrowed to that repository and renewed before its hour is over. Time comes from the injected clock alone.
 */
import { UserError } from "../../domain/problem.ts";
import {
  askedAgain,
  createInstallationToken,
  signInAsApp,
  withAuthorization,
  type AppSignIn,
} from "./app-sign-in.ts";
import { createClient, remembered } from "./client.ts";
import { isStatus } from "./refusals.ts";

/** A token that ends sooner than this is not begun with: a pass may last some minutes. */
const RENEW_MS = 5 * 60_000;

/** Where the App works: a repository, and the installation that lets it. */
export interface AppPlace {
  installation: number;
  /** GitHub's number of it, which no renaming changes. */
  id: number;
  fullName: string;
}

/** Without a number: all of the installation, to list it. */
type Reach = Omit<AppPlace, "id"> & { id: number | null };

export interface FailedDelivery {
  id: number;
  guid: string;
  installation: number | null;
  /** GitHub's number of the repository. */
  repository: number | null;
}

export interface AppAccess {
  /** `roundtable[bot]`: the account that the App writes as. */
  login(): Promise<string>;
  installations(): Promise<{ id: number; isSuspended: boolean }[]>;
  repositories(installation: number): Promise<{ id: number; fullName: string }[]>;
  /** Newest first, as many as one page holds. */
  failedDeliveries(): Promise<FailedDelivery[]>;
  /** A way to GitHub that works in one repository; throws `NotInstalledError` where the App may not. */
  fetchIn(place: AppPlace): Promise<typeof fetch>;
}

/** The installation was suspended or taken away. */
export class NotInstalledError extends UserError {}

export function createAppAccess(options: AppSignIn & { fetch: typeof fetch }): AppAccess {
  const { appId, baseUrl, clock } = options;
  const tokens = new Map<string, { token: string; until: number }>();
  const asked = new Map<string, Promise<string>>();
  const client = signInAsApp(options);
  const { octokit } = client;

  const nameOf = ({ installation, id }: Reach): string => `${installation} ${id}`;

  async function mint(place: Reach): Promise<string> {
    const chosen = place.id === null ? null : { repository_ids: [place.id] };
    try {
      const { token, expiresAt } = await createInstallationToken(octokit, place.installation, chosen);
      tokens.set(nameOf(place), { token, until: expiresAt.getTime() - RENEW_MS });
      return token;
    } catch (error) {
      throw notInstalled(error, place) ?? error;
    }
  }

  function tokenIn(place: Reach): Promise<string> {
    const name = nameOf(place);
    const known = tokens.get(name);
    if (known && known.until > client.now().getTime()) return Promise.resolve(known.token);
    const minting = asked.get(name) ?? mint(place).finally(() => asked.delete(name));
    asked.set(name, minting);
    return minting;
  }

  async function fetchIn(place: Reach): Promise<typeof fetch> {
    await tokenIn(place);
    const send = withAuthorization(options.fetch, async () => `token ${await tokenIn(place)}`);
    return async (input, init) => {
      const answer = await send(input, init);
      // Taken back before its time: the next pass asks for another one.
      if (answer.status === 401) tokens.delete(nameOf(place));
      return answer;
    };
  }

  async function login(): Promise<string> {
    const ask = async (): Promise<string> =>
      `${(await octokit.rest.apps.getAuthenticated()).data!.slug}[bot]`;
    const isRefused = (error: unknown): boolean => error instanceof UserError || isStatus(error, 404);
    try {
      return await askedAgain(ask);
    } catch (error) {
      if (!isRefused(error)) throw error;
      throw new UserError({
        what: "GitHub does not know this App",
        why: isStatus(error, 404) ? `there is none with the id ${appId}` : "its key does not fit its id",
        fix: "APP_ID and PRIVATE_KEY must be of one App: look at its page, and generate another key there.",
      });
    }
  }

  return {
    login: remembered(login),
    async installations() {
      const all = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
      return all.map(({ id, suspended_at }) => ({ id, isSuspended: suspended_at !== null }));
    },
    async repositories(installation) {
      const whole = { installation, id: null, fullName: "" };
      const { octokit: inside } = createClient({
        token: "",
        fullName: "/",
        baseUrl,
        clock,
        fetch: await fetchIn(whole),
      });
      const all = await inside.paginate(inside.rest.apps.listReposAccessibleToInstallation, {
        per_page: 100,
      });
      return all.map(({ id, full_name: fullName }) => ({ id, fullName }));
    },
    async failedDeliveries() {
      const { data } = await octokit.rest.apps.listWebhookDeliveries({ per_page: 100, status: "failure" });
      return data.map(({ id, guid, installation_id, repository_id }) => ({
        id: Number(id),
        guid,
        installation: installation_id === null ? null : Number(installation_id),
        repository: repository_id === null ? null : Number(repository_id),
      }));
    },
    fetchIn,
  };
}

function notInstalled(error: unknown, { installation, id, fullName }: Reach): NotInstalledError | null {
  const isSuspended = error instanceof UserError && /suspended/i.test(error.why);
  // 422: the repository is none of this installation's any more.
  const isGone = isStatus(error, 404, 422);
  if (!isSuspended && !isGone) return null;
  return new NotInstalledError({
    what: `Installation ${installation} gives no access`,
    why: isSuspended
      ? "it is suspended"
      : `the App is not installed ${id === null ? "there" : `in ${fullName}`} any more`,
    fix: "Who owns the repository can install the App again or end the suspension.",
  });
}
