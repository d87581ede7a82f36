/**
 * What the App does, apart from how webhooks reach it: Probot hands them over, looks and rounds follow. It keeps nothing
 * that another copy of it would need: all of them may come and go.
 */
import { Probot } from "probot";
import type { Clock, Log, Random } from "../../application/ports.ts";
import { TransientError } from "../../domain/problem.ts";
import { createApp } from "../app.ts";
import { sha256 } from "../compose.ts";
import type { AppGithub } from "../compose-app.ts";
import { createLooks } from "./looks.ts";
import { createPasses } from "./passes.ts";
import { createRounds } from "./rounds.ts";
import type { Settings } from "./settings.ts";

/** Between two tries to reach GitHub at the start. */
const TRY_AGAIN_MS = 15_000;

export interface AppPorts {
  github: AppGithub;
  clock: Clock;
  random: Random;
  /** Left out: Probot's. */
  log?: Log;
}

export interface AppService {
  probot: Probot;
  log: Log;
  state(): "starting" | "ready" | "stopping";
  /** Begins to work; resolves when GitHub knows the App, rejects where it does not. */
  begin(): Promise<void>;
  /** Resolves when no pass is under way or waits for its turn, and no list is being read. */
  idle(): Promise<void>;
  /** No pass is begun any more; those under way have `withinMs`. False when some were left. */
  stop(withinMs: number): Promise<boolean>;
}

export async function createService(
  settings: Pick<
    Settings,
    "appId" | "privateKey" | "webhookSecret" | "baseUrl" | "logLevel" | "maxPasses" | "everyMs"
  >,
  ports: AppPorts,
): Promise<AppService> {
  const { github, clock, random } = ports;
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    secret: settings.webhookSecret,
    baseUrl: settings.baseUrl,
    logLevel: settings.logLevel,
    logFormat: "json",
    logLevelInString: true,
  });
  await probot.ready();
  const log = ports.log ?? logOf(probot);
  const passes = createPasses({ github, random, log, hash: sha256, now: () => clock.now() });
  const looks = createLooks({ clock, log, cap: settings.maxPasses, look: passes.look });
  const rounds = createRounds({ github, looks, passes, clock, log, everyMs: settings.everyMs });
  let me: string | null = null;
  await probot.load(
    createApp({
      me: () => me,
      heard: ({ id, name }) => log.info("webhook", { delivery: id, event: name }),
      look: (place, delivery) => {
        passes.settle(place);
        looks.ask(place.key, delivery);
      },
      welcome: (installation) => rounds.welcome(installation),
      farewell: (installation, keys) => {
        const gone = keys ?? passes.of(installation);
        log.info("left", { installation, repositories: gone.length });
        for (const key of gone) looks.forget(key);
        passes.leave(gone);
      },
    }),
  );

  const ending = new AbortController();
  let working: Promise<void> = Promise.resolve();

  async function introduce(): Promise<void> {
    me = await knownAs(ports, { log, signal: ending.signal });
    if (me !== null) log.info("ready", { login: me });
  }

  const idle = async (): Promise<void> => {
    await rounds.idle();
    await looks.idle();
  };
  return {
    probot,
    log,
    state: () => (ending.signal.aborted ? "stopping" : me === null ? "starting" : "ready"),
    begin() {
      const ready = introduce();
      working = ready.then(
        () => rounds.run(ending.signal),
        // Whoever waits for `ready` is told.
        () => undefined,
      );
      return ready;
    },
    idle,
    async stop(withinMs) {
      log.info("stopping");
      ending.abort();
      looks.stop();
      const late = new AbortController();
      const isDone = await Promise.race([
        Promise.all([idle(), working]).then(() => true),
        clock.sleep(withinMs, late.signal).then(() => false),
      ]);
      late.abort();
      if (!isDone) log.warn("passes were left; what they had begun is taken over by the next");
      return isDone;
    },
  };
}

/** Asks until GitHub answers; null when the server is stopped before. */
async function knownAs(
  { github, clock }: AppPorts,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<string | null> {
  while (!signal.aborted) {
    try {
      return await github.login();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      log.warn("GitHub does not answer yet", { why: error.message });
      await clock.sleep(Math.min(TRY_AGAIN_MS, error.retryAfterMs), signal);
    }
  }
  return null;
}

const logOf = ({ log }: Probot): Log => ({
  info: (message, fields) => log.info(fields ?? {}, message),
  warn: (message, fields) => log.warn(fields ?? {}, message),
  error: (message, fields) => log.error(fields ?? {}, message),
});
