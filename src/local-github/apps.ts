/**
 * GitHub Apps: who is registered, where each is installed, and the JSON web tokens they sign as themselves.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
import { createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { z } from "zod";

import type { Access, Level } from "./access.ts";
import { Refusal } from "./route.ts";
import type { Repository } from "./state.ts";
import { ensureAccount, newId, now, resolveRepository } from "./world.ts";
import type { World } from "./world.ts";

export interface AppRegistration {
  slug: string;
  owner: string;
  /** PEM; the other half signs the app's tokens. */
  publicKey: string;
  webhook: { url: string; secret: string } | null;
  permissions: Readonly<Record<string, Level>>;
  events: readonly string[];
}

export interface App extends AppRegistration {
  id: number;
  clientId: string;
  key: KeyObject;
  createdAt: string;
}

export interface Installation {
  id: number;
  app: App;
  account: string;
  /** Full names; null: all of the account's, those to come included. */
  repositories: readonly string[] | null;
  /** Those that its owner has accepted. */
  permissions: App["permissions"];
  suspendedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface AppRegistry {
  register(registration: AppRegistration): App;
  app(id: number): App;
  add(app: number, place: Pick<Installation, "account" | "repositories">): Installation;
  remove(installation: Installation): void;
  /** Refuses with 404. */
  installation(id: number): Installation;
  installationsOf(app: App): Installation[];
  /** Of every app that is installed there. */
  installationsAt(repository: Repository): Installation[];
  repositoriesOf(installation: Installation): Repository[];
  /** The app whose JSON web token this is; refuses with 401. */
  authenticate(headers: Headers): App;
  issueToken(
    installation: Installation,
    grant: { repositories: readonly string[] | null; permissions: App["permissions"]; expiresAt: Date },
  ): string;
}

export function createAppRegistry(world: World, access: Access): AppRegistry {
  const apps: App[] = [];
  const installations: Installation[] = [];
  /** Those whose signature was seen to be right, for each is sent again and again. */
  const words = new Map<string, Word>();
  const isInstalled = (installation: Installation): boolean => installations.includes(installation);
  const registry: AppRegistry = {
    register: (registration) => {
      ensureAccount(world, `${registration.slug}[bot]`, "Bot");
      const id = newId(world);
      const key = createPublicKey(registration.publicKey);
      const app = { ...registration, id, clientId: `Iv23li${id}`, key, createdAt: now(world) };
      apps.push(app);
      return app;
    },
    app: (id) => {
      const app = apps.find((one) => one.id === id);
      if (app === undefined) throw new Error(`The local GitHub has no app ${id}.`);
      return app;
    },
    add: (id, { account, repositories }) => {
      const app = registry.app(id);
      const at = now(world);
      const installation: Installation = {
        id: newId(world),
        app,
        account,
        repositories,
        permissions: app.permissions,
        suspendedAt: null,
        createdAt: at,
        updatedAt: at,
      };
      installations.push(installation);
      return installation;
    },
    remove: (installation) => void installations.splice(installations.indexOf(installation), 1),
    installation: (id) => {
      const found = installations.find((one) => one.id === id);
      if (found === undefined) throw new Refusal(404, "Not Found");
      return found;
    },
    installationsOf: (app) => installations.filter((one) => one.app === app),
    installationsAt: (repository) =>
      installations.filter((one) => registry.repositoriesOf(one).includes(repository)),
    repositoriesOf: ({ account, repositories }) =>
      repositories === null
        ? world.state.repositories.filter((one) => one.owner.toLowerCase() === account.toLowerCase())
        : repositories.flatMap((name) => resolveRepository(world, name) ?? []),
    authenticate: (headers) => {
      const token = /^bearer +(.+)$/iu.exec(headers.get("authorization") ?? "")?.[1] ?? "";
      const word = words.get(token) ?? wordIn(apps, token);
      if (words.size >= MOST_WORDS) words.clear();
      words.set(token, word);
      return mustHold(word, world.machine.clock.now());
    },
    issueToken: (installation, { repositories, permissions, expiresAt }) =>
      access.issue({
        caller: { login: `${installation.app.slug}[bot]`, type: "Bot", workflowRunId: null },
        permissions,
        repositories: repositories?.map((one) => one.toLowerCase()) ?? null,
        check: () => {
          if (!isInstalled(installation) || world.machine.clock.now() >= expiresAt)
            throw new Refusal(401, "Bad credentials");
          mustBeActive(installation);
        },
      }),
  };
  return registry;
}

export function mustBeActive({ suspendedAt }: Installation): void {
  if (suspendedAt !== null) throw new Refusal(403, "This installation has been suspended");
}

const UNREADABLE = "A JSON web token could not be decoded";
const LONGEST_SECONDS = 600;
/** GitHub's own clock may be that much behind the app's. */
const SLACK_SECONDS = 60;

const Header = z.object({ alg: z.literal("RS256") });
const Claims = z.object({
  iss: z.union([z.string(), z.number()]).optional(),
  iat: z.unknown(),
  exp: z.unknown(),
});

/** What an app says by a token that it has signed. */
interface Word {
  app: App;
  iat: unknown;
  exp: unknown;
}

const MOST_WORDS = 100;

function wordIn(apps: readonly App[], token: string): Word {
  const parts = token.split(".");
  const header = Header.safeParse(decode(parts[0]));
  const claims = Claims.safeParse(decode(parts[1]));
  if (parts.length !== 3 || !header.success || !claims.success) throw new Refusal(401, UNREADABLE);
  const { iss, iat, exp } = claims.data;
  if (iss === undefined) throw new Refusal(401, "'Issuer' claim ('iss') must be an Integer");
  const app = apps.find((one) => String(one.id) === String(iss) || one.clientId === iss);
  if (app === undefined) throw new Refusal(404, "Integration not found");
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  if (!verify("RSA-SHA256", signed, app.key, Buffer.from(parts[2] ?? "", "base64url")))
    throw new Refusal(401, UNREADABLE);
  return { app, iat, exp };
}

function mustHold({ app, iat, exp }: Word, at: Date): App {
  const seconds = at.getTime() / 1000;
  if (typeof iat !== "number" || !Number.isInteger(iat) || iat > seconds + SLACK_SECONDS)
    throw refusedClaim(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (typeof exp !== "number" || exp <= seconds)
    throw refusedClaim(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > seconds + LONGEST_SECONDS)
    throw refusedClaim("'Expiration time' claim ('exp') is too far in the future");
  return app;
}

const refusedClaim = (message: string): Refusal => new Refusal(401, message);

function decode(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
