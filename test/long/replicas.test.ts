/** Two processes of the server share nothing but GitHub. One is killed in the middle of a pass; the other goes on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { APP_KEY } from "../support/app-key.ts";
import { HOOK_SECRET, registerApp } from "../support/app-world.ts";
import { doubles } from "../support/doubles.ts";
import { fastClock, type Pace } from "../support/fast-clock.ts";
import { ROOT } from "../support/local-run.ts";
import { createTestMachine } from "../support/machine.ts";
import { serveProcess, type ServeProcess } from "../support/serve-process.ts";
import { SHIPPED, SPEC, WORKFLOW } from "../support/shipped-run.ts";
import { wholeStory, type World } from "../support/world.ts";

const TASKS = `- [ ] 1. Write a greeting
  - _Writes: a.txt_
- [ ] 2. Write another
  - _Writes: b.txt_
`;
const FASTER = 20;

interface Replica {
  process: ServeProcess;
  url: string;
}

/** Each calls GitHub by a name of its own, which tells them apart. */
const NAMES = ["127.0.0.1", "localhost"] as const;

async function begin(
  world: World,
  { app, name, pace: { since, factor } }: { app: number; name: string; pace: Pace },
): Promise<Replica> {
  const entry = join(ROOT, "test/support/serve-fast.ts");
  const process = serveProcess(entry, [String(since), String(factor)], {
    APP_ID: String(app),
    PRIVATE_KEY: APP_KEY.privateKey,
    WEBHOOK_SECRET: HOOK_SECRET,
    GITHUB_API_URL: world.local.origin().replace("127.0.0.1", name),
  });
  const { port } = await process.line(({ msg }) => msg === "listening");
  await process.line(({ msg }) => msg === "look ends");
  return { process, url: `http://127.0.0.1:${Number(port)}/api/github/webhooks` };
}

/** One address that hands every webhook to all replicas: the worst that could happen to them. */
async function fanOut(replicas: readonly Replica[]): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
      const body = Buffer.concat(chunks);
      for (const { url } of replicas) void fetch(url, { method: "POST", headers, body }).catch(() => {});
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}

/** On the world's own clock, for three of its hours at most. */
async function until({ machine: { clock } }: World, is: () => Promise<boolean>): Promise<void> {
  const end = clock.now().getTime() + 3 * 3_600_000;
  while (!(await is())) {
    if (clock.now().getTime() > end) throw new Error("it never came to be so");
    await clock.sleep(5000);
  }
}

it.each(["/pulls", "/dispatches", "/issues"])(
  "two replicas write nothing twice; one is killed as it posts to %s, the other ends the run",
  async (path) => {
    const pace = { since: Date.now(), factor: FASTER };
    const machine = { ...createTestMachine(), clock: fastClock(pace) };
    await wholeStory(
      async (world) => {
        const { local, github } = world;
        const app = registerApp(local);
        local.apps.install(app, { account: "octo" });
        await world.commit({
          [`${SPEC}/tasks.md`]: TASKS,
          [WORKFLOW]: SHIPPED,
          "a.txt": "a\n",
          "b.txt": "b\n",
        });
        const replicas: Replica[] = [];
        const hook = await fanOut(replicas);
        local.apps.setHook(app, { url: hook.url, secret: HOOK_SECRET });
        try {
          const killed: { name: string; end: Promise<unknown> }[] = [];
          local.interceptor = (request) => {
            const { hostname: name, pathname } = new URL(request.url);
            const isOfApp = request.headers.get("authorization")?.includes("ghs_");
            // Its request still arrives: what it asked for is made, and nobody is there to hear of it.
            if (isOfApp && request.method === "POST" && pathname.endsWith(path) && killed.length === 0)
              killed.push({
                name,
                end: replicas[NAMES.findIndex((one) => one === name)]!.process.end("SIGKILL"),
              });
            return null;
          };
          for (const name of NAMES) replicas.push(await begin(world, { app, name, pace }));

          const run = await world.ask(`/orchestrate ${SPEC} --agent practice`);
          await until(world, async () => (await world.comments(run)).length > 1);
          await world.say(run, "/orchestrate confirm");
          await until(world, () => github.journal.hasEnded(run));
          await local.settled();
          expect(await doubles(world)).toEqual([]);
          const { revision } = (await github.journal.find(run))!;
          expect((await github.journal.read(revision)).state.ended?.outcome).toBe("complete");
          expect(await killed[0]?.end).toBe("SIGKILL");
          const survivor = NAMES.findIndex((name) => name !== killed[0]?.name);
          expect(await replicas[survivor]!.process.end("SIGTERM")).toBe(0);
        } finally {
          local.interceptor = null;
          hook.close();
          for (const { process } of replicas) await process.end("SIGKILL");
        }
      },
      { machine },
    );
  },
  600_000,
);
