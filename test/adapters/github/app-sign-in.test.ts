/** A token from an App's key: what it is asked with, and every way in which there is none. */
import { createPrivateKey, createVerify } from "node:crypto";
import nock from "nock";
import { describe, expect, it } from "vitest";
import { createAppAccess } from "../../../src/adapters/github/app.ts";
import { tokenForRepository } from "../../../src/adapters/github/app-sign-in.ts";
import { TransientError } from "../../../src/domain/problem.ts";
import { APP_KEY } from "../../support/app-key.ts";
import { createTestMachine } from "../../support/machine.ts";
import { answerByNock } from "../../support/nocked.ts";

const privateKey = createPrivateKey(APP_KEY.privateKey);

const clock = { now: () => new Date(), sleep: async () => {} };

interface Server {
  /** Instead of the installation's id. */
  installation?: () => Response;
  /** Instead of a token. */
  token?: () => Response;
}

/** GitHub, as far as it is asked here: it knows the App 12 by its public key, installed in octo/demo alone. */
function github({ installation, token }: Server = {}): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (!isSigned(request.headers.get("authorization") ?? ""))
      return Response.json({ message: "A JSON web token could not be decoded" }, { status: 401 });
    if (pathname === "/repos/octo/demo/installation") return installation?.() ?? Response.json({ id: 7 });
    if (pathname !== "/app/installations/7/access_tokens")
      return Response.json({ message: "Not Found" }, { status: 404 });
    const { repositories } = (await request.json()) as { repositories: string[] };
    return token?.() ?? Response.json({ token: `ghs_for_${repositories.join("+")}` }, { status: 201 });
  };
}

function isSigned(header: string): boolean {
  const [head = "", claims = "", signature = ""] = header.replace(/^bearer /i, "").split(".");
  if (JSON.parse(Buffer.from(claims, "base64url").toString() || "{}").iss !== "12") return false;
  const verify = createVerify("RSA-SHA256").update(`${head}.${claims}`);
  return verify.verify(APP_KEY.publicKey, Buffer.from(signature, "base64url"));
}

const mint = (server: Server, { fullName = "octo/demo", appId = "12" } = {}): Promise<string> =>
  tokenForRepository(
    { appId, privateKey, baseUrl: "https://github.test", clock, fetch: github(server) },
    fullName,
  );

describe("an App's token", () => {
  it("is for this repository alone", async () => {
    expect(await mint({})).toBe("ghs_for_demo");
  });

  const refused = (status: number, message: string) => (): Response => Response.json({ message }, { status });

  it.each<[string, Server, object, string]>([
    ["a key of another App", {}, { appId: "13" }, "See that app-id and app-key are of one App"],
    ["a repository where it is not installed", {}, { fullName: "octo/other" }, "it is not installed there"],
    [
      "an installation that is suspended",
      { token: refused(403, "This installation has been suspended") },
      {},
      "This installation has been suspended",
    ],
  ])("is not given for %s, with a sentence", async (...[, server, given, says]) => {
    const error = await mint(server, given).catch((why: unknown) => why);
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain("BEGIN");
  });

  it("is asked for again when GitHub is in trouble", async () => {
    await expect(mint({ installation: refused(502, "") })).rejects.toBeInstanceOf(TransientError);
  });
});

describe("the App's signed word", () => {
  const machine = createTestMachine();
  const words: string[] = [];
  let isRefused = false;
  const access = createAppAccess({
    appId: "12",
    privateKey,
    baseUrl: "https://github.test",
    clock: machine.clock,
    async fetch(input, init) {
      words.push(new Request(input, init).headers.get("authorization")!);
      const headers = { date: machine.clock.now().toUTCString() };
      return isRefused
        ? Response.json({ message: "Bad credentials" }, { status: 401, headers })
        : Response.json([], { headers });
    },
  });
  const expiry = (word: string): number =>
    JSON.parse(Buffer.from(word.split(".")[1]!, "base64url").toString()).exp * 1000;

  it("is good for several requests, and another is signed before it ends, or where it was refused", async () => {
    const minutes = [0, 5, 9, 10, 18];
    const began = machine.clock.now().getTime();
    for (const minute of minutes) {
      machine.clock.advance(began + minute * 60_000 - machine.clock.now().getTime());
      await access.failedDeliveries();
      expect(expiry(words.at(-1)!)).toBeGreaterThan(machine.clock.now().getTime());
    }
    expect(new Set(words).size).toBeLessThan(minutes.length);
    isRefused = true;
    await expect(access.failedDeliveries()).rejects.toThrow("GitHub does not know this token");
    isRefused = false;
    machine.clock.advance(1000);
    await access.failedDeliveries();
    expect(words.at(-1)).not.toBe(words.at(-2));
  });
});

describe("the App's server in a repository", () => {
  answerByNock();
  const BASE = "https://api.github.test";

  function connect(): { machine: ReturnType<typeof createTestMachine>; ask: () => Promise<string> } {
    const machine = createTestMachine();
    const access = createAppAccess({ appId: "12", privateKey, baseUrl: BASE, fetch, clock: machine.clock });
    const place = { installation: 7, id: 5, fullName: "octo/demo" };
    return {
      machine,
      ask: async () => (await (await access.fetchIn(place))(`${BASE}/repos/octo/demo`)).text(),
    };
  }
  const token = (name: string, until: string): nock.Scope =>
    nock(BASE)
      .post("/app/installations/7/access_tokens", { repository_ids: [5] })
      .reply(201, { token: name, expires_at: until });
  const answer = (name: string): nock.Interceptor =>
    nock(BASE, { reqheaders: { authorization: `token ${name}` } }).get("/repos/octo/demo");

  it("keeps its token, and has another one before that one ends", async () => {
    const { machine, ask } = connect();
    token("ghs_first", "2026-03-01T13:00:00Z");
    nock(BASE, { reqheaders: { authorization: "token ghs_first" } })
      .get("/repos/octo/demo")
      .twice()
      .reply(200, "by the first");
    expect([await ask(), await ask()]).toEqual(["by the first", "by the first"]);
    machine.clock.advance(56 * 60_000);
    token("ghs_second", "2026-03-01T13:56:00Z");
    answer("ghs_second").reply(200, "by the second");
    expect(await ask()).toBe("by the second");
  });

  it("has another one after one was taken back", async () => {
    const { ask } = connect();
    token("ghs_first", "2026-03-01T13:00:00Z");
    answer("ghs_first").reply(401, "no");
    await ask();
    token("ghs_second", "2026-03-01T13:00:00Z");
    answer("ghs_second").reply(200, "by the second");
    expect(await ask()).toBe("by the second");
  });
});
