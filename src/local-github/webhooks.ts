/**
 * Webhook deliveries: to listeners in this process and, signed, to URLs.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
import { createHmac } from "node:crypto";

import type { Machine } from "./ports.ts";
import { accountShape } from "./shapes/account.ts";
import { repositoryShape } from "./shapes/repository.ts";
import type { World, WorldEvent } from "./world.ts";

export interface Delivery {
  /** The GUID that a redelivery keeps. */
  id: string;
  name: string;
  payload: Record<string, unknown>;
}

export interface Hook {
  url: string;
  secret: string;
}

export interface Webhooks {
  deliver(event: WorldEvent): Record<string, unknown>;
  listen(listener: (delivery: Delivery) => void): () => void;
  addHook(hook: Hook): void;
  /** Deliveries for which it answers false are lost. */
  filter: ((delivery: Delivery) => boolean) | null;
  /** Resolves when nothing is under way to a URL. */
  settled(): Promise<void>;
}

/** The installation of the app that gets these deliveries. */
const INSTALLATION_ID = 1;

export function createWebhooks(
  machine: Machine,
  around: { world: () => World; onFault: (error: unknown) => void },
): Webhooks {
  const listeners = new Set<(delivery: Delivery) => void>();
  const hooks: Hook[] = [];
  const underWay = new Set<Promise<unknown>>();

  const webhooks: Webhooks = {
    filter: null,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    addHook: (hook) => void hooks.push(hook),
    settled: async () => {
      while (underWay.size > 0) {
        // oxlint-disable-next-line no-await-in-loop -- one delivery may cause another
        await Promise.all(underWay);
      }
    },
    deliver: (event) => {
      const payload = payloadOf(around.world(), event);
      const delivery = { id: guid(machine), name: event.name, payload };
      if (webhooks.filter !== null && !webhooks.filter(delivery)) return payload;
      // Later, as on GitHub: whoever made the change gets the reply first.
      queueMicrotask(() => {
        for (const listener of listeners) {
          try {
            listener(structuredClone(delivery));
          } catch (error) {
            around.onFault(error);
          }
        }
      });
      for (const hook of hooks) {
        const sent = send(hook, delivery).finally(() => underWay.delete(sent));
        underWay.add(sent);
      }
      return payload;
    },
  };
  return webhooks;
}

export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

function payloadOf(world: World, event: WorldEvent): Record<string, unknown> {
  return {
    ...(event.action === null ? {} : { action: event.action }),
    ...event.payload,
    repository: repositoryShape(world, event.repository),
    sender: accountShape(world, event.sender.login),
    installation: { id: INSTALLATION_ID, node_id: `MDIz_${INSTALLATION_ID}` },
  };
}

/** A receiver that fails gets nothing again: GitHub does not retry either. */
async function send(hook: Hook, delivery: Delivery): Promise<void> {
  const body = JSON.stringify(delivery.payload);
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/local",
    "x-github-event": delivery.name,
    "x-github-delivery": delivery.id,
    "x-github-hook-id": "1",
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": "1",
    "x-hub-signature-256": signatureOf(hook.secret, body),
  };
  await fetch(hook.url, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) })
    .then((response) => response.arrayBuffer())
    .catch(() => {});
}

function guid(machine: Machine): string {
  return machine.random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5");
}
