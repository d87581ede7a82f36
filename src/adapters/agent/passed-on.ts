/** The headers that go through the key proxy, in either direction. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { KEY_HEADERS } from "../../domain/agent/dialect.ts";

/** Of one connection, or ours to set. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  ...KEY_HEADERS,
  "accept-encoding",
  "connection",
  "content-length",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export const passedOn = (headers: IncomingHttpHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, value]],
    ),
  );

/** In any answer they may repeat the key. */
export function headersOf({ headers }: IncomingMessage, key: string): Record<string, string | string[]> {
  const scrubbed = (value: string): string => value.replaceAll(key, "***");
  return Object.fromEntries(
    Object.entries(passedOn(headers)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(scrubbed) : scrubbed(value),
    ]),
  );
}
