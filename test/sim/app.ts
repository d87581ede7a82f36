/** The App in a simulation: its service as `serve` begins it, apart from the port that webhooks would come in by. */
import { createPrivateKey } from "node:crypto";
import { createService, type AppService } from "../../src/entry/app/service.ts";
import { composeApp } from "../../src/entry/compose-app.ts";
import type { Delivery } from "../../src/local-github/webhooks.ts";
import { APP_KEY } from "../support/app-key.ts";
import type { Life } from "./life.ts";

export interface Replica {
  life: Life;
  receive(hook: Delivery): void;
}

export const HOOK_URL = "http://app.sim/api/github/webhooks";
export const HOOK_SECRET = "of the webhooks";
const PRIVATE_KEY = createPrivateKey(APP_KEY.privateKey);

export async function startReplica(
  life: Life,
  given: { app: number; baseUrl: string; everyMinutes: number; told(line: string): void },
): Promise<Replica> {
  const { app, baseUrl, everyMinutes } = given;
  const github = composeApp({
    appId: String(app),
    privateKey: PRIVATE_KEY,
    baseUrl,
    clock: life.clock,
    fetch: life.fetch,
  });
  const settings = {
    appId: String(app),
    privateKey: PRIVATE_KEY,
    webhookSecret: HOOK_SECRET,
    baseUrl,
    logLevel: "fatal" as const,
    maxPasses: 4,
    everyMs: everyMinutes * 60_000,
  };
  const say = (message: string, fields?: object): void =>
    given.told(`${message} ${JSON.stringify(fields ?? {})}`);
  const log = { info: say, warn: say, error: say };
  const service: AppService = await createService(settings, {
    log,
    github,
    clock: life.clock,
    random: life.random,
  });
  void service.begin().catch((error: unknown) => given.told(`cannot begin: ${String(error)}`));
  return {
    life,
    receive: (hook) => {
      if (life.isDead()) return;
      // Its signature is checked by Probot, on the way that is left out here.
      void service.probot.receive(hook as Parameters<typeof service.probot.receive>[0]);
    },
  };
}
