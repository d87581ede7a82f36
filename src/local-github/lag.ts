/** What GitHub knows late: pushed commits where pull requests are made, and new things in lists. Nothing, unless set. */
import type { RefChange } from "./git/store.ts";
import type { Repository } from "./state.ts";
import type { World } from "./world.ts";

/** In milliseconds. */
export interface Lag {
  /** From a moved branch until pull requests can be made of it. */
  pushes: number;
  /** From when an issue, comment or pull request is made until lists show it. */
  lists: number;
}

const moves = new WeakMap<Repository, Map<string, { at: number; before: string | null }>>();

export function noteMoves(world: World, repository: Repository, changes: readonly RefChange[]): void {
  const known = moves.get(repository) ?? new Map<string, { at: number; before: string | null }>();
  moves.set(repository, known);
  const at = world.machine.clock.now().getTime();
  for (const { name, before } of changes) {
    const last = known.get(name);
    // What moves again while the last move is unseen is still seen where it was before that.
    const isUnseen = last !== undefined && at < last.at + world.lag().pushes;
    known.set(name, { at, before: isUnseen ? last.before : before });
  }
}

/** Where a branch is for who makes a pull request. */
export async function seenSha(world: World, repository: Repository, name: string): Promise<string | null> {
  const last = moves.get(repository)?.get(name);
  const isUnseen = last !== undefined && world.machine.clock.now().getTime() < last.at + world.lag().pushes;
  return isUnseen ? last.before : world.git(repository).refSha(name);
}

export function isListed(world: World, createdAt: string): boolean {
  const { lists } = world.lag();
  return lists === 0 || Date.parse(createdAt) + lists <= world.machine.clock.now().getTime();
}
