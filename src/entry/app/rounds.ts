/**
 * What no webhook tells: a lost one loses nothing. At the start, and every hour, all repositories of all installations
 * are looked at; every few minutes those with open runs, and those whose deliveries GitHub could not bring anywhere.
 */
import type { Clock, Log } from "../../application/ports.ts";
import type { AppGithub } from "../compose-app.ts";
import type { Looks } from "./looks.ts";
import type { Passes } from "./passes.ts";

const ALL_EVERY_MS = 3_600_000;

export interface RoundsOptions {
  github: Pick<AppGithub, "installations" | "repositories" | "failedDeliveries">;
  looks: Pick<Looks, "ask">;
  passes: Pick<Passes, "settle" | "nameOf" | "withRuns">;
  clock: Clock;
  log: Log;
  everyMs: number;
}

export interface Rounds {
  /** The first of them, and all that follow until the signal ends them. */
  run(signal: AbortSignal): Promise<void>;
  /** All repositories of one installation. */
  welcome(installation: number): void;
  /** Resolves when nothing is being read. */
  idle(): Promise<void>;
}

export function createRounds(options: RoundsOptions): Rounds {
  const { github, looks, passes, clock, log, everyMs } = options;
  let lastFailed = 0;
  let nextAll = 0;
  const suspended = new Set<number>();
  const underWay = new Set<Promise<void>>();

  async function learn(installation: number): Promise<string[]> {
    const repositories = await github.repositories(installation);
    for (const { id, fullName: key } of repositories) passes.settle({ key, id, installation });
    return repositories.map(({ fullName }) => fullName);
  }

  async function all(): Promise<void> {
    for (const { id, isSuspended } of await github.installations()) {
      if (isSuspended && !suspended.has(id)) log.warn("left alone", { installation: id, why: "suspended" });
      if (isSuspended) suspended.add(id);
      else suspended.delete(id);
      if (isSuspended) continue;
      await guarded("an installation could not be read", async () => {
        for (const key of await learn(id)) looks.ask(key, "round");
      });
    }
  }

  async function failed(): Promise<void> {
    const since = lastFailed;
    for (const { id, guid, installation, repository } of await github.failedDeliveries()) {
      lastFailed = Math.max(lastFailed, id);
      if (id <= since || repository === null || installation === null) continue;
      await guarded("an installation could not be read", async () => {
        if (passes.nameOf(repository) === null) await learn(installation);
        const key = passes.nameOf(repository);
        if (key === null) return;
        log.info("a delivery had failed", { delivery: guid, repository: key });
        looks.ask(key, guid);
      });
    }
  }

  /** One part that fails leaves the others alone. */
  function guarded(what: string, work: () => Promise<void>): Promise<void> {
    const done = work()
      .catch((error: unknown) =>
        log.warn(what, { why: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  }

  async function round(): Promise<void> {
    await guarded("failed deliveries could not be read", failed);
    for (const key of passes.withRuns()) looks.ask(key, "timer");
    if (clock.now().getTime() < nextAll) return;
    await guarded("installations could not be read", async () => {
      await all();
      nextAll = clock.now().getTime() + ALL_EVERY_MS;
    });
  }

  return {
    welcome(installation) {
      void guarded("an installation could not be read", async () => {
        suspended.delete(installation);
        for (const key of await learn(installation)) looks.ask(key, "installation");
      });
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async run(signal) {
      while (!signal.aborted) {
        await guarded("a round failed", round);
        await clock.sleep(everyMs, signal);
      }
    },
  };
}
