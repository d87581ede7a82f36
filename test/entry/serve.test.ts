/** The App's server on a port, with the local GitHub at its other end. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { appStory, HOOK_SECRET, type AppWorld } from "../support/app-world.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT } from "../support/world.ts";

/** A command that is answered with one comment: that the spec is not there. */
async function askInVain(world: AppWorld): Promise<number> {
  const issue = await world.ask(`/orchestrate ${SPEC}`);
  await world.local.settled();
  return issue;
}

const answers = async (world: AppWorld, issue: number): Promise<number> =>
  (await world.comments(issue)).filter((comment) => comment.startsWith("roundtable[bot]:")).length;

const statusOf = async (url: string): Promise<string> => {
  const response = await fetch(url);
  return `${response.status} ${await response.text()}`;
};

/** GitHub, from which no answer comes any more once it hangs. */
async function hangingLine({ local }: AppWorld) {
  const handOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const { method = "GET", url = "" } = request;
    const body = method === "GET" ? null : Readable.toWeb(request);
    const answer = await fetch(`${local.origin()}${url}`, { method, headers, body, duplex: "half" });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  };
  const reached = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (line.hangs) reached.resolve();
    else void handOn(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const line = {
    hangs: false,
    isReached: reached.promise,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return line;
}

/** What was ready by now has happened. */
const turn = (): Promise<string> =>
  new Promise((resolve) => void setImmediate(() => resolve("still waiting")));

describe("a command", () => {
  it("is answered by the next look, two seconds after its webhook", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      const issue = await askInVain(world);
      expect(await answers(world, issue)).toBe(0);
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });

  it.each(["lost", "twice", "late"] as const)("whose webhook comes %s is answered once", async (fate) => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.pass(60_000);
      world.local.deliveryFate = () => fate;
      const issue = await askInVain(world);
      await world.pass();
      world.local.deliveryFate = null;
      world.local.deliverLate();
      await world.pass();
      // Repositories without an open run are looked at every hour.
      await world.pass(3_600_000);
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });

  it("whose delivery failed is found by another server within minutes", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.pass(60_000);
      const dead = { url: "http://127.0.0.1:9/", secret: HOOK_SECRET };
      world.local.apps.setHook(world.app, dead);
      const issue = await askInVain(world);
      await world.pass(5 * 60_000);
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });

  it("made while no server was up is answered at its start", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.stop();
      const issue = await askInVain(world);
      await world.start();
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });
});

describe("an installation", () => {
  it("gives tokens for one repository each; the one that lists them all may do nothing else", async () => {
    await appStory(async (world) => {
      const asked: Promise<string>[] = [];
      world.local.interceptor = (request) => {
        if (request.url.endsWith("/access_tokens")) asked.push(request.clone().text());
        return null;
      };
      await world.pass();
      await world.pass(3_600_000);
      const narrowed = (await Promise.all(asked)).map((text) => JSON.parse(text || "{}") as unknown);
      const { id } = world.local.repository("octo/demo");
      expect(narrowed).toContainEqual({ repository_ids: [id] });
      expect(narrowed).toContainEqual({ permissions: { metadata: "read" } });
      expect(new Set(narrowed.map((one) => JSON.stringify(one))).size).toBe(2);
    });
  });

  it("that is suspended is left alone, and looked at when that ends", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.pass();
      world.local.apps.suspend(world.installation);
      await world.local.settled();
      const issue = await askInVain(world);
      await world.pass(3_600_000);
      await world.pass();
      expect(await answers(world, issue)).toBe(0);
      world.local.apps.unsuspend(world.installation);
      await world.local.settled();
      await world.pass(0);
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });

  it("that was suspended, of which no webhook told, is left alone and found again all the same", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a", [`${SPEC}/tasks.md`]: "- [ ] 1. Write a.txt\n" });
      const run = await world.ask(`/orchestrate ${SPEC} --agent practice`);
      await world.local.settled();
      await world.pass();
      world.local.deliveryFate = () => "lost";
      world.local.apps.suspend(world.installation);
      await world.say(run, "/orchestrate cancel");
      for (let minutes = 0; minutes < 130; minutes += 5) await world.pass(5 * 60_000);
      expect(await world.github.journal.hasEnded(run)).toBe(false);
      world.local.apps.unsuspend(world.installation);
      await world.pass(3_600_000);
      await world.pass();
      expect(await world.github.journal.hasEnded(run)).toBe(true);
    });
  });

  it("that was taken away and put there again is worked with by its new number", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a", [`${SPEC}/tasks.md`]: "- [ ] 1. Write a.txt\n" });
      const run = await world.ask(`/orchestrate ${SPEC} --agent practice`);
      await world.local.settled();
      await world.pass();
      world.local.deliveryFate = ({ payload }) => (payload["action"] === "deleted" ? "lost" : "once");
      world.local.apps.uninstall(world.installation);
      world.local.apps.install(world.app, { account: "octo" });
      await world.local.settled();
      await world.say(run, "/orchestrate cancel");
      await world.pass(0);
      await world.pass();
      expect(await world.github.journal.hasEnded(run)).toBe(true);
    });
  });

  it("whose token would end within a pass has a new one, and so on for hours", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      for (let hour = 1; hour <= 3; hour++) {
        await world.pass(3_600_000);
        const issue = await askInVain(world);
        await world.pass();
        expect(await answers(world, issue)).toBe(1);
      }
    });
  });

  it("that is gone is left alone, whatever still comes for it", async () => {
    await appStory(
      async (world) => {
        await world.commit({ "a.txt": "a" });
        const { data: repository } = await world.as("octo").rest.repos.get(AT);
        world.local.apps.uninstall(world.installation);
        const issue = await askInVain(world);
        const body = JSON.stringify({
          action: "created",
          repository,
          installation: { id: world.installation },
          sender: { login: "octo" },
        });
        expect(await world.deliver("issue_comment", body)).toBe(200);
        await world.pass();
        expect(await answers(world, issue)).toBe(0);
      },
      { unheard: [`/orchestrate ${SPEC}`] },
    );
  });
});

describe("the server", () => {
  it("says whether it lives and whether it is ready, and knows no other page", async () => {
    await appStory(async (world) => {
      const { origin } = world.server();
      expect(await statusOf(`${origin}/healthz`)).toBe('200 {"status":"ready"}');
      expect(await statusOf(`${origin}/readyz`)).toBe('200 {"status":"ready"}');
      expect(await statusOf(`${origin}/`)).toBe("404 ");
      expect(await statusOf(`${origin}/probot`)).toBe("404 ");
    });
  });

  it("lives and is not ready as long as GitHub does not answer, and goes on by itself", async () => {
    await appStory(async (world) => {
      await world.stop();
      world.local.interceptor = () => new Response("", { status: 502 });
      const { origin } = await world.begin();
      expect(await statusOf(`${origin}/healthz`)).toBe('200 {"status":"starting"}');
      expect(await statusOf(`${origin}/readyz`)).toBe('503 {"status":"starting"}');
      world.local.interceptor = null;
      await world.until(async () => (await statusOf(`${origin}/readyz`)) === '200 {"status":"ready"}');
    });
  });

  it("refuses what is not signed with its secret, is no webhook, or is far too large", async () => {
    await appStory(async (world) => {
      const signed = (secret: string, body: string): string =>
        `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
      expect(await world.deliver("push", "{}", signed("another", "{}"))).toBe(400);
      expect(await world.deliver("push", "{}", signed("development", "{}"))).toBe(400);
      const huge = "x".repeat(25 * 1024 * 1024 + 1);
      expect(await world.deliver("push", huge)).toBe(413);
    });
  });

  it("does not begin with an id or a key that GitHub does not know", async () => {
    await appStory(async (world) => {
      await world.stop();
      await expect(world.start({ appId: "1" })).rejects.toThrow("there is none with the id 1");
    });
  });

  it("lets a pass under way end before it stops, and takes nothing more", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.pass();
      const issue = await askInVain(world);
      world.machine.clock.advance(2000);
      await new Promise((resolve) => void setImmediate(resolve));
      const { origin } = world.server();
      expect(await world.stop()).toBe(true);
      expect(await answers(world, issue)).toBe(1);
      await expect(fetch(`${origin}/healthz`)).rejects.toThrow("fetch failed");
    });
  });

  it("waits for a pass no longer than it is given; another server answers what was left", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a" });
      await world.stop();
      const line = await hangingLine(world);
      await world.start({ baseUrl: line.origin });
      const issue = await askInVain(world);
      line.hangs = true;
      world.machine.clock.advance(2000);
      await line.isReached;
      const stopped = world.stop();
      world.machine.clock.advance(999);
      expect(await Promise.race([stopped, turn()])).toBe("still waiting");
      world.machine.clock.advance(1);
      expect(await stopped).toBe(false);
      line.close();
      await world.start();
      await world.pass();
      expect(await answers(world, issue)).toBe(1);
    });
  });

  it("drives no run that the Action has begun", async () => {
    await appStory(async (world) => {
      await world.commit({ "a.txt": "a", [`${SPEC}/tasks.md`]: "- [ ] 1. Write a.txt\n" });
      await world.stop();
      const run = await world.ask(`/orchestrate ${SPEC} --agent practice`);
      await world.reconciler({ form: "action" }).pass();
      await world.start();
      await world.say(run, "/orchestrate confirm");
      await world.local.settled();
      const before = await world.github.journal.openRuns();
      for (let n = 0; n < 3; n++) await world.pass();
      expect(await world.github.journal.openRuns()).toEqual(before);
      await world.reconciler({ form: "action" }).pass();
      expect(await world.github.journal.openRuns()).not.toEqual(before);
    });
  });
});
