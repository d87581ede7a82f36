/** Puts together the App server's way to GitHub. */
import type { KeyObject } from "node:crypto";
import { createAppAccess, NotInstalledError, type AppAccess, type AppPlace } from "../adapters/github/app.ts";
import { createTurns, type Turns } from "../adapters/github/turns.ts";
import { createGithub } from "../adapters/github/github.ts";
import { createPacer, type Pacer } from "../adapters/github/pacer.ts";
import type { Clock, Github } from "../application/ports.ts";

export { NotInstalledError, type AppPlace, type Turns };

export interface AppGithub extends Omit<AppAccess, "fetchIn"> {
  /** One repository; throws `NotInstalledError` where the App may not work there. */
  open(place: AppPlace): Promise<{ github: Github; turns: Turns }>;
  /** Makes sure that a pass may begin there: with a token that lasts. */
  mayWork(place: AppPlace): Promise<void>;
}

export function composeApp(options: {
  appId: string;
  privateKey: KeyObject;
  baseUrl: string;
  clock: Clock;
  /** Left out: the machine's own. */
  fetch?: typeof fetch;
}): AppGithub {
  const { baseUrl, clock } = options;
  const { fetchIn, ...access } = createAppAccess({ fetch, ...options });
  /** GitHub's limits are an installation's, whatever repository it is about. */
  const pacers = new Map<number, Pacer>();
  const pacerOf = (installation: number): Pacer => {
    const pacer = pacers.get(installation) ?? createPacer(clock);
    pacers.set(installation, pacer);
    return pacer;
  };
  return {
    ...access,
    mayWork: async (place) => void (await fetchIn(place)),
    async open(place) {
      const me = await access.login();
      // The token comes with each request: it is renewed within the hour.
      const token = "";
      const pacer = pacerOf(place.installation);
      const at = { token, fullName: place.fullName, baseUrl, fetch: await fetchIn(place), clock, pacer };
      return {
        // One identity: reviews of its own pull requests are comments.
        github: createGithub({ ...at, reviewerToken: null, me, reviewer: me }),
        turns: createTurns(at),
      };
    },
  };
}
