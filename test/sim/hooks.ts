/** Webhooks of the simulated GitHub on their way to the copies of the App: in order and once, unless a fault strikes. */
import type { Post } from "../../src/local-github/deliveries.ts";
import type { Delivery } from "../../src/local-github/webhooks.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";

export interface HooksOptions {
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  /** False where no copy of the App listens. */
  receive(hook: Delivery): boolean;
}

/** In place of the network between GitHub and the App. */
export function createHooks({ clock, chance, faults, receive }: HooksOptions): Post {
  return async ({ delivery: hook }) => {
    await clock.sleep(chance.between(50, 800));
    const fault = faults.firstOf(["webhook-lost", "webhook-failed", "webhook-twice", "webhook-late"]);
    if (fault === "webhook-failed") return new Response(null, { status: 502 });
    if (fault === "webhook-lost") return new Response();
    if (fault === "webhook-late") {
      void clock.sleep(chance.between(10_000, 3_600_000)).then(() => receive(hook));
      return new Response();
    }
    const isHeard = receive(hook);
    if (fault === "webhook-twice") void clock.sleep(chance.between(100, 60_000)).then(() => receive(hook));
    return new Response(null, { status: isHeard ? 200 : 502 });
  };
}
