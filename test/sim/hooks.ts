/** Webhooks of the simulated GitHub on their way to the copies of the App: in order and once, unless a fault strikes. */
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";

export interface Webhook {
  id: string;
  name: string;
  payload: unknown;
}

export interface HooksOptions {
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  /** False where no copy of the App listens. */
  receive(hook: Webhook): boolean;
}

/** In place of the network between GitHub and the App. */
export function createHooks({ clock, chance, faults, receive }: HooksOptions): typeof fetch {
  return async (_url, init) => {
    const headers = new Headers(init?.headers);
    const hook: Webhook = {
      id: headers.get("x-github-delivery")!,
      name: headers.get("x-github-event")!,
      payload: JSON.parse(init?.body as string) as unknown,
    };
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
