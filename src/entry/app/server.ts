/**
 * The App server: Probot verifies webhooks and hands them over, everything else is ours. It keeps nothing that another
 * copy of it would need: all of them may come and go.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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

/** GitHub sends no larger payload. */
const MOST_BYTES = 25 * 1024 * 1024;
/** Between two tries to reach GitHub at the start. */
const TRY_AGAIN_MS = 15_000;

export interface AppServer {
  port: number;
  /** Resolves when GitHub knows the App; rejects where it does not. */
  ready: Promise<void>;
  /** Resolves when no pass is under way or waits for its turn, and no list is being read. */
  idle(): Promise<void>;
  /** No webhook and no pass is begun any more; passes under way have `withinMs`. False when some were left. */
  stop(withinMs: number): Promise<boolean>;
}

export interface AppServerPorts {
  github: AppGithub;
  clock: Clock;
  random: Random;
}

export async function startAppServer(settings: Settings, ports: AppServerPorts): Promise<AppServer> {
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
  const log = logOf(probot);
  const passes = createPasses({ github, random, log, hash: sha256, now: () => clock.now() });
  const looks = createLooks({ clock, log, cap: settings.maxPasses, look: passes.look });
  const rounds = createRounds({ github, looks, passes, clock, log, everyMs: settings.everyMs });
  let me: string | null = null;
  await probot.load(
    createApp({
      me: () => me,
      heard: ({ id, name }) => log.info("webhook", { delivery: id, event: name }),
      look: ({ key, installation }, delivery) => {
        passes.settle(key, installation);
        looks.ask(key, delivery);
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
  const state = (): State => (ending.signal.aborted ? "stopping" : me === null ? "starting" : "ready");
  const webhooks = await probot.getNodeMiddleware({ path: settings.webhookPath });
  const server = createServer((request, response) => {
    if (!answerHealth(request, response, state()) && !isTooLarge(request, response))
      void webhooks(request, response, () => void response.writeHead(404).end());
  });
  const port = await listen(server, settings);
  log.info("listening", { host: settings.host, port });

  const introduce = async (): Promise<void> => {
    me = await knownAs(ports, { log, signal: ending.signal });
    if (me !== null) log.info("ready", { login: me });
  };
  const ready = introduce();
  const working = ready.then(
    () => rounds.run(ending.signal),
    // Whoever waits for `ready` is told.
    () => undefined,
  );
  const idle = async (): Promise<void> => {
    await rounds.idle();
    await looks.idle();
  };
  return {
    port,
    ready,
    idle,
    async stop(withinMs) {
      log.info("stopping");
      ending.abort();
      looks.stop();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const late = new AbortController();
      const isDone = await Promise.race([
        Promise.all([idle(), working]).then(() => true),
        clock.sleep(withinMs, late.signal).then(() => false),
      ]);
      late.abort();
      server.closeAllConnections();
      await closed;
      if (!isDone) log.warn("passes were left; what they had begun is taken over by the next");
      log.info("stopped");
      return isDone;
    },
  };
}

type State = "starting" | "ready" | "stopping";

/** Asks until GitHub answers; null when the server is stopped before. */
async function knownAs(
  { github, clock }: AppServerPorts,
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

/** `/healthz`: this process answers. `/readyz`: it takes webhooks and makes passes. */
function answerHealth({ method, url }: IncomingMessage, response: ServerResponse, state: State): boolean {
  const path = url?.split("?")[0];
  if (method !== "GET" || (path !== "/healthz" && path !== "/readyz")) return false;
  const isGood = path === "/healthz" || state === "ready";
  response.writeHead(isGood ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify({ status: state }));
  return true;
}

/** Before a signature can be checked the whole body must be read: it has a bound. */
function isTooLarge(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) {
    response.writeHead(413, { connection: "close" }).end();
    return true;
  }
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) request.destroy();
  });
  return false;
}

async function listen(server: Server, { host, port }: Settings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

const logOf = ({ log }: Probot): Log => ({
  info: (message, fields) => log.info(fields ?? {}, message),
  warn: (message, fields) => log.warn(fields ?? {}, message),
  error: (message, fields) => log.error(fields ?? {}, message),
});
