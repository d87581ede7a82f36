/** One process of ours: it has a way to GitHub, a clock and chance of its own, and may be killed between any two calls. */
import type { Clock, Random } from "../../src/application/ports.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";

export interface Life {
  name: string;
  clock: Clock;
  random: Random;
  fetch: typeof fetch;
  isDead(): boolean;
  /** Nothing that it waits for ever comes. */
  kill(): void;
  /** Resolves when it is killed. */
  killed: Promise<void>;
}

/** The way to GitHub as a whole world sees it, with who asks. */
export type Carrier = (asked: Asked, life: Life) => Promise<Response>;

export interface Asked {
  request: Request;
  /** Its own can be read once, by GitHub. */
  body: string;
}

export function createLife(
  name: string,
  around: { clock: VirtualClock; chance: Chance; carry: Carrier; skewMs?: number },
): Life {
  const { clock, chance, carry, skewMs = 0 } = around;
  const { promise: killed, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  const never = new Promise<never>(() => {});
  /** What comes to a dead process is not heard. */
  const heard = async <T>(what: Promise<T>): Promise<T> => {
    const got = await what.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (isDead) return never;
    if ("error" in got) throw got.error;
    return got.value;
  };
  const life: Life = {
    name,
    clock: {
      now: () => new Date(clock.ms() + skewMs),
      sleep: (ms, signal) => (isDead ? never : heard(clock.sleep(ms, signal))),
    },
    random: { hex: (length) => chance.hex(length) },
    fetch: (input, init) => {
      const asked = { request: new Request(input, init), body: (init?.body ?? "") as string };
      return isDead ? never : heard(carry(asked, life));
    },
    isDead: () => isDead,
    kill() {
      isDead = true;
      resolve();
    },
    killed,
  };
  return life;
}
