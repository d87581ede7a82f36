/** What `network.allow` names: hosts, all hosts below one, addresses; each with a port, or for 443 and 80. */

/** `registry.npmjs.org`, `*.example.org`, `10.0.0.5:8080`, `[2001:db8::1]:443`. */
export const ALLOWED_HOST =
  /^(?:\[[0-9a-f:.]+\]|(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?::\d{1,5})?$/i;

const PORTS = [443, 80];

export interface Destination {
  /** Lower case, as URLs have it: an IPv6 address in brackets. */
  host: string;
  port: number;
}

export function isAllowed({ host, port }: Destination, allow: readonly string[]): boolean {
  return allow.some((entry) => {
    const [, name = "", own] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (own === undefined ? !PORTS.includes(port) : Number(own) !== port) return false;
    return name.startsWith("*.") ? isBelow(host, name.slice(1)) : host === name;
  });
}

/** An address is below no name, whatever its digits. */
const isBelow = (host: string, end: string): boolean =>
  host.endsWith(end) && /\.[a-z][a-z0-9-]*$/.test(host) && host.length > end.length;
