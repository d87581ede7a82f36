/** What the server is started with: environment variables, and flags above them. Nothing has a default that is a secret. */
import type { KeyObject } from "node:crypto";
import { UserError } from "../../domain/problem.ts";
import { readAppKey } from "../app-key.ts";
import type { Terminal } from "../terminal.ts";

export interface ServeFlags {
  host?: string;
  port?: string;
  maxPasses?: string;
  every?: string;
}

export interface Settings {
  appId: string;
  privateKey: KeyObject;
  webhookSecret: string;
  host: string;
  port: number;
  webhookPath: string;
  baseUrl: string;
  logLevel: LogLevel;
  maxPasses: number;
  everyMs: number;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Probot's own stand-in for a missing secret; everybody knows it. */
const KNOWN_SECRET = "development";

const WANTED = {
  APP_ID:
    "APP_ID is the number at the top of the App's page (Settings → Developer settings → GitHub Apps → your App → About).",
  PRIVATE_KEY:
    "PRIVATE_KEY is the text of the .pem file that `Generate a private key` on that page downloads; PRIVATE_KEY_PATH may name the file instead.",
  WEBHOOK_SECRET:
    "WEBHOOK_SECRET is the one that you wrote under Webhook on that page: long and random, such as `openssl rand -hex 32` prints.",
} as const;

export async function readSettings(
  env: Terminal["env"],
  flags: ServeFlags,
  readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<Settings> {
  const { APP_ID: appId, WEBHOOK_SECRET: webhookSecret } = env;
  const key = await keyText(env, readFile);
  const missing = [
    ...(appId ? [] : (["APP_ID"] as const)),
    ...(key ? [] : (["PRIVATE_KEY"] as const)),
    ...(webhookSecret && webhookSecret !== KNOWN_SECRET ? [] : (["WEBHOOK_SECRET"] as const)),
  ];
  if (!appId || !key || !webhookSecret || missing.length > 0)
    throw new UserError({
      what: "The App does not start",
      why: missing
        .map((name) =>
          name === "WEBHOOK_SECRET" && webhookSecret
            ? `${name} is the word "${KNOWN_SECRET}", which everybody knows`
            : `${name} is not set`,
        )
        .join(", "),
      fix: `${missing.map((name) => WANTED[name]).join(" ")} docs/app.md shows how to make an App.`,
    });
  const logLevel = LOG_LEVELS.find((level) => level === (env["LOG_LEVEL"] || "info"));
  if (!logLevel) throw wrong("LOG_LEVEL", env["LOG_LEVEL"], `one of ${LOG_LEVELS.join(", ")}`);
  return {
    appId,
    privateKey: readAppKey(key, WANTED.PRIVATE_KEY),
    webhookSecret,
    host: flags.host ?? (env["HOST"] || "127.0.0.1"),
    port: wholeNumber("PORT", flags.port ?? (env["PORT"] || "3000"), { least: 0, most: 65_535 }),
    webhookPath: env["WEBHOOK_PATH"] || "/api/github/webhooks",
    baseUrl: (env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, ""),
    logLevel,
    maxPasses: wholeNumber("--max-passes", flags.maxPasses ?? "4", { least: 1, most: 64 }),
    everyMs: wholeNumber("--every", flags.every ?? "5", { least: 1, most: 1440 }) * 60_000,
  };
}

/** Whose App the environment names; null: none. */
export async function appOf(
  env: Terminal["env"],
  readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<Pick<Settings, "appId" | "privateKey"> | null> {
  const [appId, key] = [env["APP_ID"], await keyText(env, readFile)];
  return appId && key ? { appId, privateKey: readAppKey(key, WANTED.PRIVATE_KEY) } : null;
}

async function keyText(
  env: Terminal["env"],
  readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<string | null> {
  const { PRIVATE_KEY: text, PRIVATE_KEY_PATH: path } = env;
  if (text) return text;
  if (!path) return null;
  const bytes = await readFile(path);
  if (bytes !== null) return new TextDecoder().decode(bytes);
  throw new UserError({
    what: `PRIVATE_KEY_PATH names ${path}`,
    why: "there is no such file",
    fix: WANTED.PRIVATE_KEY,
  });
}

function wholeNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw wrong(name, text, `a whole number from ${least} to ${most}`);
}

const wrong = (name: string, given: string | undefined, wanted: string): UserError =>
  new UserError({
    what: `${name} is "${given}"`,
    why: `it takes ${wanted}`,
    fix: "Put it right and start again.",
  });
