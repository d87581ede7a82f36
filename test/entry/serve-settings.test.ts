/** What the server must be told before it starts, and how it asks for what is missing. */
import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readSettings, type ServeFlags } from "../../src/entry/app/settings.ts";
import { UserError } from "../../src/domain/problem.ts";
import { APP_KEY } from "../support/app-key.ts";

const WHOLE = { APP_ID: "12", PRIVATE_KEY: APP_KEY.privateKey, WEBHOOK_SECRET: "long and random" };
const read = (env: Record<string, string>, flags: ServeFlags = {}): ReturnType<typeof readSettings> =>
  readSettings(env, flags, async (path) =>
    path === "/key.pem" ? new TextEncoder().encode(APP_KEY.privateKey) : null,
  );

async function refusal(env: Record<string, string>, flags: ServeFlags = {}): Promise<UserError> {
  const error: unknown = await read(env, flags).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error("it started");
  return error;
}

describe("the server does not start without", () => {
  it.each([
    ["APP_ID", "number at the top of the App's page"],
    ["PRIVATE_KEY", "Generate a private key"],
    ["WEBHOOK_SECRET", "under Webhook"],
  ])("%s, and says where to get it", async (name, how) => {
    const { why, fix } = await refusal(
      Object.fromEntries(Object.entries(WHOLE).filter(([key]) => key !== name)),
    );
    expect(why).toBe(`${name} is not set`);
    expect(fix).toContain(how);
  });

  it("any of them, named all at once", async () => {
    const { why, fix } = await refusal({});
    expect(why).toBe("APP_ID is not set, PRIVATE_KEY is not set, WEBHOOK_SECRET is not set");
    expect(fix).toMatch(/docs\/app\.md/);
  });

  it("a secret of its own: the word that Probot would take is known to everybody", async () => {
    expect((await refusal({ ...WHOLE, WEBHOOK_SECRET: "development" })).why).toContain("everybody knows");
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a key that is one",
      { PRIVATE_KEY: "-----BEGIN RSA PRIVATE KEY-----\nhush\n" },
      "The private key cannot be read",
    ],
    ["a key of that kind", { PRIVATE_KEY: "aHVzaA==" }, "The private key cannot be read"],
    [
      "a file that is there",
      { PRIVATE_KEY: "", PRIVATE_KEY_PATH: "/gone.pem" },
      "PRIVATE_KEY_PATH names /gone.pem",
    ],
  ])("%s, and shows nothing of it", async (_, change, what) => {
    const error = await refusal({ ...WHOLE, ...change });
    expect(error.what).toBe(what);
    expect(error.message).not.toContain("hush");
  });

  it.each<[Record<string, string>, ServeFlags, string]>([
    [{ PORT: "http" }, {}, 'PORT is "http"'],
    [{ LOG_LEVEL: "loud" }, {}, 'LOG_LEVEL is "loud"'],
    [{}, { maxPasses: "0" }, '--max-passes is "0"'],
    [{}, { every: "1.5" }, '--every is "1.5"'],
  ])("a sound %j %j", async (env, flags, what) => {
    expect((await refusal({ ...WHOLE, ...env }, flags)).what).toBe(what);
  });
});

describe("the private key", () => {
  const pkcs8 = createPrivateKey(APP_KEY.privateKey).export({ type: "pkcs8", format: "pem" }).toString();

  it.each<[string, Record<string, string>]>([
    ["as GitHub gives it", { PRIVATE_KEY: APP_KEY.privateKey }],
    ["as PKCS#8", { PRIVATE_KEY: pkcs8 }],
    ["in one line", { PRIVATE_KEY: APP_KEY.privateKey.replaceAll("\n", "\\n") }],
    ["as base64", { PRIVATE_KEY: Buffer.from(APP_KEY.privateKey).toString("base64") }],
    ["in a file", { PRIVATE_KEY: "", PRIVATE_KEY_PATH: "/key.pem" }],
  ])("is taken %s", async (_, env) => {
    const { privateKey } = await read({ ...WHOLE, ...env });
    expect(privateKey.export({ type: "pkcs1", format: "pem" })).toBe(APP_KEY.privateKey);
  });
});

it("flags go before the environment, and both before what is usual", async () => {
  expect(await read(WHOLE)).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    baseUrl: "https://api.github.com",
    logLevel: "info",
    maxPasses: 4,
    everyMs: 300_000,
  });
  const env = { ...WHOLE, HOST: "0.0.0.0", PORT: "80", GITHUB_API_URL: "https://ghe.example/api/v3/" };
  const flags = { port: "81", maxPasses: "2", every: "10" };
  expect(await read(env, flags)).toMatchObject({
    host: "0.0.0.0",
    port: 81,
    baseUrl: "https://ghe.example/api/v3",
    maxPasses: 2,
    everyMs: 600_000,
  });
});
