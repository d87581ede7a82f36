/**
 * Webhook deliveries: to listeners in this process and, signed, to URLs.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
import type { AppRegistry, Installation } from "./apps.ts";
import { createDeliveryLog, sendDelivery } from "./deliveries.ts";
import type { DeliveryLog, Post, Sending } from "./deliveries.ts";
import type { Machine } from "./ports.ts";
import { accountShape } from "./shapes/account.ts";
import { installationShape } from "./shapes/app.ts";
import { repositoryShape } from "./shapes/repository.ts";
import type { Repository } from "./state.ts";
import { newId } from "./world.ts";
import type { World, WorldEvent } from "./world.ts";

export interface Delivery {
  /** The GUID that a redelivery keeps. */
  id: string;
  name: string;
  payload: Record<string, unknown>;
}

/** A webhook of repositories, which knows of no installation. */
export interface Hook {
  url: string;
  secret: string;
}

/** What becomes of a delivery to a URL: arrives, is lost, arrives twice, or waits for `deliverLate`. */
export type Fate = "once" | "lost" | "twice" | "late";

/** An event of an installation itself; every app is told of its own. */
export interface InstallationEvent {
  name: "installation" | "installation_repositories";
  action: string;
  installation: Installation;
  payload: Record<string, unknown>;
}

export interface Webhooks {
  deliver(event: WorldEvent): Record<string, unknown>;
  tellApp(event: InstallationEvent): void;
  listen(listener: (delivery: Delivery) => void): () => void;
  addHook(hook: Hook): void;
  /** Deliveries for which it answers false are lost. */
  filter: ((delivery: Delivery) => boolean) | null;
  fate: ((delivery: Delivery) => Fate) | null;
  /** Sends what waits, the newest first. */
  deliverLate(): void;
  /** What was sent to apps. */
  log: DeliveryLog;
  /** Sends a delivery of the log once more. */
  redeliver(id: number): void;
  /** Resolves when nothing is under way to a URL. */
  settled(): Promise<void>;
}

export function createWebhooks(
  machine: Machine,
  around: {
    world: () => World;
    apps: () => AppRegistry;
    post: Post;
    onFault: (error: unknown) => void;
  },
): Webhooks {
  const listeners = new Set<(delivery: Delivery) => void>();
  const hooks: Hook[] = [];
  const underWay = new Set<Promise<unknown>>();
  const late: Sending[] = [];
  const log = createDeliveryLog(() => newId(around.world()));

  const start = (sending: Sending): void => {
    const work = sendDelivery({ clock: machine.clock, post: around.post }, sending)
      .then((sent) => sending.to.app && log.add(sending.to.app, sending, sent))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const send = (sending: Sending): void => {
    const fate = webhooks.fate?.(sending.delivery) ?? "once";
    if (fate === "late") late.push(sending);
    if (fate === "once" || fate === "twice") start(sending);
    if (fate === "twice") start(sending);
  };
  const toApp = (delivery: Delivery, installation: Installation, repository: Repository | null): void => {
    const { app, id } = installation;
    if (app.webhook === null) return;
    const target = { type: "integration", id: app.id } as const;
    const about = { installation: id, repository: repository?.id ?? null };
    send({ delivery, to: { ...app.webhook, target, app }, about, isRedelivery: false });
  };

  const webhooks: Webhooks = {
    filter: null,
    fate: null,
    log,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    addHook: (hook) => void hooks.push(hook),
    deliverLate: () => {
      for (const sending of late.splice(0).toReversed()) start(sending);
    },
    redeliver: (id) => start({ ...log.sending(id), isRedelivery: true }),
    settled: async () => {
      while (underWay.size > 0) {
        // oxlint-disable-next-line no-await-in-loop -- one delivery may cause another
        await Promise.all(underWay);
      }
    },
    deliver: (event) => {
      const { name, repository } = event;
      const payload = payloadOf(around.world(), event);
      const delivery = { id: guid(machine), name, payload };
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
      const about = { installation: null, repository: repository.id };
      const target = { type: "repository", id: repository.id } as const;
      for (const hook of hooks)
        send({ delivery, to: { ...hook, target, app: null }, about, isRedelivery: false });
      for (const installation of around.apps().installationsAt(repository)) {
        const { app, suspendedAt, id } = installation;
        if (suspendedAt !== null || !app.events.includes(name)) continue;
        // GitHub gives the same event one GUID, whoever is told of it.
        const own = { ...payload, installation: { id, node_id: installationNode(id) } };
        toApp({ ...delivery, payload: own }, installation, repository);
      }
      return payload;
    },
    tellApp: ({ name, action, installation, payload }) => {
      const world = around.world();
      const whole = {
        action,
        ...payload,
        installation: installationShape(world, installation),
        sender: accountShape(world, installation.account),
      };
      const delivery = { id: guid(machine), name, payload: whole };
      if (webhooks.filter === null || webhooks.filter(delivery)) toApp(delivery, installation, null);
    },
  };
  return webhooks;
}

const installationNode = (id: number): string =>
  Buffer.from(`023:IntegrationInstallation${id}`).toString("base64");

function payloadOf(world: World, event: WorldEvent): Record<string, unknown> {
  return {
    ...(event.action === null ? {} : { action: event.action }),
    ...event.payload,
    repository: repositoryShape(world, event.repository),
    sender: accountShape(world, event.sender.login),
  };
}

function guid(machine: Machine): string {
  return machine.random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5");
}
