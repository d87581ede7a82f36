/** A story's world with the App in it: registered as app.yml says, installed, and served by the real server on a port. */
import { createHmac, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { startAppServer, type AppServer } from "../../src/entry/app/server.ts";
import type { Settings } from "../../src/entry/app/settings.ts";
import type { Clock, Github } from "../../src/application/ports.ts";
import { composeApp, type AppGithub } from "../../src/entry/compose-app.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import { APP_KEY } from "./app-key.ts";
import { ROOT } from "./local-run.ts";
import { SHIPPED, SPEC, WORKFLOW } from "./shipped-run.ts";
import { createWorld, REPO, type World, type WorldOptions } from "./world.ts";

export const HOOK_SECRET = "of the webhooks";
interface Manifest {
  name: string;
  default_events: string[];
  default_permissions: Record<string, "read" | "write">;
}

const MANIFEST = parse(readFileSync(join(ROOT, "app.yml"), "utf8")) as Manifest;

/** The App with just the permissions and events of its manifest; answers its id. */
export function registerApp(local: LocalGithub): number {
  return local.apps.register({
    slug: MANIFEST.name,
    owner: "octo",
    publicKey: APP_KEY.publicKey,
    webhook: null,
    permissions: MANIFEST.default_permissions,
    events: MANIFEST.default_events,
  }).id;
}

export interface AppWorld extends Omit<World, "pass"> {
  app: number;
  installation: number;
  /** Starts the server, or another one in place of the one that was stopped. */
  start(change?: Partial<Settings>): Promise<void>;
  /** As `start`, which waits until GitHub knows the App. */
  begin(change?: Partial<Settings>): Promise<{ origin: string }>;
  /** Of the last start. */
  server(): { origin: string };
  /** A webhook of our own making; answers the status. */
  deliver(name: string, body: string, signature?: string): Promise<number>;
  /** Ends the server of the last `start`. */
  stop(): Promise<boolean>;
  /** Time goes by, webhooks arrive, looks and jobs come to their end. */
  pass(ms?: number): Promise<void>;
  /** Until it is so, in steps of two seconds, longer ones where nothing happens. */
  until(is: () => Promise<boolean>): Promise<void>;
}

/** Lets everything happen that waits for nothing but its turn. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export interface AppWorldOptions extends WorldOptions {
  /** In place of Actions, for all servers of the story. */
  jobs?: (github: Github) => Github["workflows"];
  /** By which calls to GitHub wait for their turn; left out: the story's own. */
  paceBy?: (clock: Clock) => Clock;
}

async function createAppWorld({
  jobs,
  paceBy = (clock) => clock,
  ...options
}: AppWorldOptions): Promise<AppWorld> {
  const world = await createWorld({
    ...(jobs ? { lies: "in memory" } : { lies: "in a folder", steps: "here" }),
    ...options,
  });
  const { local, machine } = world;
  const workflows = jobs?.(world.github);
  const app = registerApp(local);
  const installation = local.apps.install(app, { account: "octo", repositories: [REPO] });
  let server: AppServer | null = null;

  const settings = (change: Partial<Settings>): Settings => ({
    appId: String(app),
    privateKey: createPrivateKey(APP_KEY.privateKey),
    webhookSecret: HOOK_SECRET,
    host: "127.0.0.1",
    port: 0,
    webhookPath: "/api/github/webhooks",
    baseUrl: local.origin(),
    logLevel: "fatal",
    maxPasses: 4,
    everyMs: 5 * 60_000,
    ...change,
  });

  /** Looks cause webhooks and jobs, which cause looks: until neither is under way. */
  async function rest(): Promise<void> {
    for (let n = 0; n < 3; n++) {
      await turn();
      await server?.idle();
      await local.settled();
    }
  }

  const own: AppWorld = {
    ...world,
    app,
    installation,
    async begin(change = {}) {
      const made = settings(change);
      const { baseUrl, appId, privateKey } = made;
      const composed = composeApp({ appId, privateKey, baseUrl, clock: paceBy(machine.clock) });
      const github: AppGithub = {
        ...composed,
        async open(place) {
          const { github: opened, turns } = await composed.open(place);
          return { github: workflows ? { ...opened, workflows } : opened, turns };
        },
      };
      server = await startAppServer(made, { github, clock: machine.clock, random: machine.random });
      const { origin } = own.server();
      local.apps.setHook(app, { url: `${origin}${made.webhookPath}`, secret: HOOK_SECRET });
      return { origin };
    },
    async start(change) {
      await own.begin(change);
      await server!.ready;
      await rest();
    },
    server: () => ({ origin: `http://127.0.0.1:${server!.port}` }),
    async deliver(name, body, signature) {
      const own256 = `sha256=${createHmac("sha256", HOOK_SECRET).update(body).digest("hex")}`;
      const response = await fetch(`${own.server().origin}/api/github/webhooks`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-github-event": name,
          "x-github-delivery": machine.random.hex(8),
          "x-hub-signature-256": signature ?? own256,
        },
        body,
      });
      await response.arrayBuffer();
      await rest();
      return response.status;
    },
    async stop() {
      const stopped = (await server?.stop(1000)) ?? true;
      server = null;
      return stopped;
    },
    async pass(ms = 2000) {
      // A webhook under way is given up after ten seconds of this clock.
      await local.settled();
      machine.clock.advance(ms);
      await rest();
    },
    async until(is) {
      for (let step = 0; step < 200; step++) {
        if (await is()) return;
        // In less time so many looks would meet GitHub's limit of a minute, and wait for a clock that stands.
        await own.pass(20_000);
      }
      throw new Error("it never came to be so");
    },
    async done() {
      await own.stop();
      await world.done();
    },
  };
  return own;
}

/** Runs a story in a world of its own, with the server up. */
export async function appStory(
  tell: (world: AppWorld) => Promise<void>,
  options: AppWorldOptions = {},
): Promise<void> {
  const world = await createAppWorld(options);
  try {
    await world.start();
    await tell(world);
  } catch (error) {
    await world.done().catch(() => {});
    throw error;
  }
  await world.done();
}

const TASKS = "- [ ] 1. Write a greeting\n  - _Writes: a.txt_\n";

/** Asks for a run of practice agents; answers the issue. */
export async function askByApp(world: AppWorld, by = "octo", tasks = TASKS): Promise<number> {
  await world.commit({ [`${SPEC}/tasks.md`]: tasks, [WORKFLOW]: SHIPPED, "a.txt": "a\n" });
  const issue = await world.ask(`/orchestrate ${SPEC} --agent practice`, by);
  await world.local.settled();
  return issue;
}
