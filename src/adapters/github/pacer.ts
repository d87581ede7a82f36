/**
 * Keeps within GitHub's limits, so that they are not met: counted are content writes, points of a minute, what is under
 * way at once, and what is left of the hour. A short wait is waited; a long one is a TransientError that names its end.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import type { Clock } from "../../application/ports.ts";
import { TransientError } from "../../domain/problem.ts";

export interface Asked {
  resource: "core" | "graphql";
  isWrite: boolean;
  /** How many issues, comments, pull requests and reviews it makes. */
  content: number;
}

export interface Pacer {
  /** Its turn; to be told when it is over, whatever came of it. */
  turn(asked: Asked): Promise<() => void>;
  /** What an answer says of the hour. */
  heard(resource: string, left: { limit: number; remaining: number; resetAt: number }): void;
  /** GitHub has refused: nothing is sent before then. */
  hold(ms: number): void;
}

/** So long a call waits for its turn; a pass begins no effect that could wait past its 90 seconds. */
export const PATIENCE_MS = 30_000;

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];
const CONTENT = [
  { within: MINUTE_MS, most: 80 },
  { within: HOUR_MS, most: 500 },
] as const;
const POINTS = { core: 900, graphql: 2000 } as const;
const [POINTS_OF_READ, POINTS_OF_WRITE] = [1, 5];
/** Of GitHub's 100, which REST and GraphQL share. */
const MOST_AT_ONCE = 20;
/** Part of an hour's requests that is left to the other jobs of the repository, which share a job's token. */
const RESERVE = 0.05;
const AGAIN_MS = 50;

/** For a GitHub that has no limits. */
export const UNPACED: Pacer = { turn: async () => () => {}, heard() {}, hold() {} };

export function createPacer(clock: Clock): Pacer {
  const now = (): number => clock.now().getTime();
  const content = createWindow(CONTENT);
  const points = {
    core: createWindow([{ within: MINUTE_MS, most: POINTS.core }]),
    graphql: createWindow([{ within: MINUTE_MS, most: POINTS.graphql }]),
  };
  const left = new Map<string, { limit: number; remaining: number; resetAt: number }>();
  const waiting: (() => void)[] = [];
  let [underWay, heldUntil] = [0, 0];

  function waitFor({ resource, isWrite, content: made }: Asked): number {
    const hour = left.get(resource);
    const isSpent = hour !== undefined && hour.remaining <= hour.limit * RESERVE && hour.resetAt > now();
    return Math.max(
      heldUntil - now(),
      isSpent ? hour.resetAt - now() : 0,
      points[resource].waitFor(isWrite ? POINTS_OF_WRITE : POINTS_OF_READ, now()),
      made > 0 ? content.waitFor(made, now()) : 0,
    );
  }

  return {
    async turn(asked) {
      const since = now();
      for (;;) {
        const wait = waitFor(asked);
        if (now() - since + wait > PATIENCE_MS) throw tooLong(wait);
        if (wait > 0) await clock.sleep(Math.max(AGAIN_MS, wait));
        else if (underWay < MOST_AT_ONCE) break;
        else await new Promise<void>((resolve) => void waiting.push(resolve));
      }
      underWay += 1;
      // Counted from the answer on: between sending and arriving GitHub's minute is not ours.
      const ends = [
        points[asked.resource].take(asked.isWrite ? POINTS_OF_WRITE : POINTS_OF_READ),
        ...(asked.content > 0 ? [content.take(asked.content)] : []),
      ];
      return () => {
        underWay -= 1;
        for (const end of ends) end(now());
        waiting.shift()?.();
      };
    },
    heard: (resource, hour) => void left.set(resource, hour),
    hold(ms) {
      heldUntil = Math.max(heldUntil, now() + ms);
    },
  };
}

const tooLong = (wait: number): TransientError =>
  new TransientError({
    what: "GitHub's limits leave no room for now",
    why: "so much was written or asked for in the last minute or hour",
    retryAfterMs: Math.max(1000, wait),
  });

interface Limit {
  within: number;
  most: number;
}

/** How much was taken within the last minutes, whenever one begins to count. */
function createWindow(limits: readonly Limit[]) {
  const taken: { at: number; size: number }[] = [];
  const longest = Math.max(...limits.map(({ within }) => within));
  return {
    /** 0: there is room. */
    waitFor(size: number, now: number): number {
      while (taken.length > 0 && taken[0]!.at <= now - longest) taken.shift();
      return Math.max(...limits.map((limit) => waitUnder(limit, { taken, size, now })));
    },
    take(size: number): (at: number) => void {
      const entry = { at: Infinity, size };
      taken.push(entry);
      return (at) => {
        entry.at = at;
        taken.sort((a, b) => a.at - b.at);
      };
    },
  };
}

function waitUnder(
  { within, most }: Limit,
  { taken, size, now }: { taken: readonly { at: number; size: number }[]; size: number; now: number },
): number {
  const counted = taken.filter(({ at }) => at > now - within);
  let over = counted.reduce((sum, one) => sum + one.size, 0) + size - most;
  if (over <= 0) return 0;
  for (const one of counted) {
    over -= one.size;
    // What is under way frees its place a whole window after its answer.
    if (over <= 0) return Math.min(one.at, now) + within - now;
  }
  return within;
}
