/** What every part of the local GitHub works on: the state, the machine and the outside that wants to hear of events. */
import type { Grant } from "./access.ts";
import type { MemoryGit } from "./git/memory-store.ts";
import type { GitFolder, GitStore } from "./git/store.ts";
import type { Lag } from "./lag.ts";
import type { Limits } from "./limits.ts";
import type { Machine } from "./ports.ts";
import type { Caller, RouteRequest } from "./route.ts";
import { Refusal } from "./route.ts";
import type { Account, Issue, Pull, Repository, Role, State } from "./state.ts";

export interface WorldEvent {
  name: string;
  action: string | null;
  repository: Repository;
  sender: Caller;
  payload: Record<string, unknown>;
}

export interface World {
  readonly machine: Machine;
  readonly state: State;
  /** Where all of it is kept. */
  readonly folder: string;
  /** Where repositories lie that no git program reaches; null: they lie below the folder. */
  readonly memory: MemoryGit | null;
  readonly limits: Limits;
  readonly lag: () => Lag;
  /** Scheme and host without a slash at the end. */
  readonly origin: () => string;
  git(repository: Repository): GitStore;
  /** Null where git programs reach nothing: the repository lies in memory. */
  gitFolder(repository: Repository): GitFolder | null;
  /** Delivers a webhook and tells the Actions engine. */
  emit(event: WorldEvent): void;
  /** The Actions engine knows repositories by their names. */
  renamed(before: string, after: string): void;
  /** Begins work that the reply does not wait for. */
  later(work: () => Promise<void>): void;
}

/** A request as our own routes see it. */
export interface LocalRequest extends RouteRequest {
  /** Whether the caller has a permission (`issues:write`) and, where it is a person, the role that it takes. */
  may(permission: string, role: Role): boolean;
  /** Null without a token. */
  grant: Grant | null;
  /** Whether the caller's token was given for a repository. */
  reaches(repository: Repository): boolean;
  url: string;
}

/** An issue that is a pull request. */
export type PullIssue = Issue & { pull: Pull };

/** ISO 8601 without fractions, as GitHub writes times. */
export function now(world: World): string {
  return world.machine.clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/u, "Z");
}

export function newId(world: World): number {
  return world.state.nextId++;
}

export function accountOf(world: World, login: string): Account | null {
  const wanted = login.toLowerCase();
  return world.state.accounts.find((account) => account.login.toLowerCase() === wanted) ?? null;
}

/** Finds an account or makes it. */
export function ensureAccount(world: World, login: string, type: Account["type"]): Account {
  const known = accountOf(world, login);
  if (known !== null) return known;
  const account: Account = { id: newId(world), login, type };
  world.state.accounts.push(account);
  return account;
}

export function findRepository(world: World, fullName: string): Repository | null {
  const wanted = fullName.toLowerCase();
  return world.state.repositories.find((one) => one.fullName.toLowerCase() === wanted) ?? null;
}

/** By a name of today, or by one that it had before and that nobody has taken since. */
export function resolveRepository(world: World, fullName: string): Repository | null {
  return findRepository(world, fullName) ?? formerRepository(world, fullName);
}

export function formerRepository({ state }: World, fullName: string): Repository | null {
  const wanted = fullName.toLowerCase();
  return state.repositories.find(({ formerNames }) => formerNames?.includes(wanted)) ?? null;
}

/** The repository of a route below /repos/:owner/:repo, which the server has already found. */
export function repositoryOf(world: World, request: RouteRequest): Repository {
  const found = request.repository === null ? null : findRepository(world, request.repository);
  if (found === null) throw new Refusal(404, "Not Found");
  return found;
}

export function issueOf(repository: Repository, number: string | number | undefined): Issue {
  const found = repository.issues.find((issue) => issue.number === Number(number));
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

export function pullOf(repository: Repository, number: string | number | undefined): PullIssue {
  const found = issueOf(repository, number);
  if (!isPull(found)) throw new Refusal(404, "Not Found");
  return found;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

/** Public repositories may be read by everybody; their owner and a site's own pages are admins. */
export function roleOf(repository: Repository, login: string): Role {
  const named = Object.entries(repository.roles).find(([name]) => name.toLowerCase() === login.toLowerCase());
  if (named !== undefined) return named[1];
  if (repository.owner.toLowerCase() === login.toLowerCase()) return "admin";
  return repository.private ? "none" : "read";
}

const ROLES: readonly Role[] = ["none", "read", "triage", "write", "admin"];

export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
