/** One delivery to a URL, and what is remembered of those to apps. */
import { createHmac } from "node:crypto";

import type { App } from "./apps.ts";
import type { Clock } from "./ports.ts";
import { Refusal } from "./route.ts";
import type { Delivery, Hook } from "./webhooks.ts";

/** A receiver has so long to answer; GitHub does not try again. */
const PATIENCE_MS = 10_000;
/** The oldest are forgotten; GitHub keeps them for some days. */
const KEPT = 1000;

export interface Sending {
  delivery: Delivery;
  to: Hook & { target: { type: "repository" | "integration"; id: number }; app: App | null };
  about: { installation: number | null; repository: number | null };
  isRedelivery: boolean;
}

export interface Sent {
  at: string;
  seconds: number;
  status: string;
  code: number;
  response: { headers: Record<string, string>; body: string };
}

export interface DeliveryRecord extends Sending {
  id: number;
  sent: Sent;
}

export interface DeliveryLog {
  add(app: App, sending: Sending, sent: Sent): void;
  /** Newest first. */
  of(app: App): DeliveryRecord[];
  /** Refuses with 404. */
  sending(id: number): Sending;
}

export function createDeliveryLog(nextId: () => number): DeliveryLog {
  const records = new Map<App, DeliveryRecord[]>();
  const of = (app: App): DeliveryRecord[] => records.get(app) ?? [];
  return {
    add: (app, sending, sent) => {
      const record = { ...sending, id: nextId(), sent };
      records.set(app, [record, ...of(app)].slice(0, KEPT));
    },
    of,
    sending: (id) => {
      const found = [...records.values()].flat().find((one) => one.id === id);
      if (found === undefined) throw new Refusal(404, "Not Found");
      const { delivery, to, about, isRedelivery } = found;
      return { delivery, to, about, isRedelivery };
    },
  };
}

export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** The way of a delivery to the URL of its hook. */
export type Post = (sending: Sending, signal: AbortSignal) => Promise<Response>;

export const overNetwork: Post = (sending, signal) => {
  const { url } = sending.to;
  const body = JSON.stringify(sending.delivery.payload);
  return fetch(url, { method: "POST", headers: headersOf(sending, body), body, signal });
};

export function headersOf({ delivery, to }: Sending, body: string): Record<string, string> {
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/local",
    "x-github-event": delivery.name,
    "x-github-delivery": delivery.id,
    "x-github-hook-id": "1",
    "x-github-hook-installation-target-type": to.target.type,
    "x-github-hook-installation-target-id": String(to.target.id),
    "x-hub-signature-256": signatureOf(to.secret, body),
  };
}

export async function sendDelivery(
  { clock, post }: { clock: Clock; post: Post },
  sending: Sending,
): Promise<Sent> {
  const began = clock.now();
  const tooLong = new AbortController();
  const answered = new AbortController();
  // With reasons, for without one an error is made of each.
  void clock.sleep(PATIENCE_MS, answered.signal).then(() => tooLong.abort("too long"));
  const sent = (status: string, code: number, response: Sent["response"]): Sent => ({
    at: began.toISOString(),
    seconds: (clock.now().getTime() - began.getTime()) / 1000,
    status,
    code,
    response,
  });
  const nothing = { headers: {}, body: "" };
  try {
    const response = await post(sending, tooLong.signal);
    const text = await response.text();
    const status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
    return sent(status, response.status, { headers: Object.fromEntries(response.headers), body: text });
  } catch {
    return tooLong.signal.aborted
      ? sent("timed out", 504, nothing)
      : sent("failed to connect to host", 502, nothing);
  } finally {
    answered.abort("answered");
  }
}
