/**
 * The gate: a proxy for HTTP, by CONNECT or plain, that lets through to the hosts of `network.allow` and to the model's
 * key proxy. It looks a name up itself, once, and connects to what it found. What is refused is not even looked up.
 */
import { lookup as lookUp } from "node:dns/promises";
import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { BlockList, connect, isIP, type LookupFunction, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { oneLine } from "../../domain/agent/one-line.ts";
import { isAllowed, type Destination } from "../../domain/network.ts";
import type { Log } from "../../application/ports.ts";

interface Address {
  address: string;
  family: number;
}

export interface GateOptions {
  /** Of the socket that it listens on. */
  path: string;
  allow: readonly string[];
  /** Not every program minds NO_PROXY: the model's own address leads to its socket here as well. */
  model: { destination: Destination; path: string };
  log: Log;
  resolve?: (host: string) => Promise<Address[]>;
}

interface Gate extends Required<GateOptions> {
  refused: Set<string>;
  tunnels: Set<Duplex>;
}

/** Told in the log; an agent may ask for others without end. */
const MAX_TOLD = 50;

export async function openGate(options: GateOptions): Promise<{ close(): Promise<void> }> {
  const resolve = (host: string): Promise<Address[]> => lookUp(host, { all: true });
  const gate: Gate = { resolve, ...options, refused: new Set(), tunnels: new Set() };
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    serve(gate, request, response).catch(() => void response.destroy());
  });
  server.on("connect", (request, socket, head) => {
    gate.tunnels.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => gate.tunnels.delete(socket));
    tunnel(gate, { request, socket, head }).catch(() => void socket.destroy());
  });
  const { promise: listening, resolve: done, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.path, done);
  await listening;
  return {
    close: async () => {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      server.closeAllConnections();
      for (const socket of gate.tunnels) socket.destroy();
      await promise;
    },
  };
}

/** How to connect; or why not. */
type Way =
  | { to: { path: string } | { host: string; port: number; lookup: LookupFunction } }
  | { status: number; why: string };

async function wayTo(gate: Gate, { host, port }: Destination): Promise<Way> {
  const { destination, path } = gate.model;
  if (host === destination.host && port === destination.port) return { to: { path } };
  if (!isAllowed({ host, port }, gate.allow))
    return refuse(gate, { host, port }, "`network.allow` does not name it");
  const bare = host.replaceAll(/[[\]]/g, "");
  let found: Address[];
  try {
    const family = isIP(bare);
    found = family === 0 ? await gate.resolve(bare) : [{ address: bare, family }];
  } catch {
    return { status: 502, why: `The host ${shown({ host, port })} is not known.` };
  }
  const open = found.filter(({ address, family }) => {
    const written = family === 6 ? `[${address}]` : address;
    return (
      !OWN.check(address, family === 6 ? "ipv6" : "ipv4") || isAllowed({ host: written, port }, gate.allow)
    );
  });
  if (open.length === 0)
    return refuse(
      gate,
      { host, port },
      "its address is of this machine or of a private network, and `network.allow` does not name that address",
    );
  // Nothing is looked up again: another answer then would be another host.
  const lookup: LookupFunction = (_, { all }, give) =>
    all === true ? give(null, open) : give(null, open[0]!.address, open[0]!.family);
  return { to: { host: bare, port, lookup } };
}

function refuse({ refused, log }: Gate, destination: Destination, because: string): Way {
  const why = `The network is closed to ${shown(destination)}: ${because}.`;
  if (!refused.has(why) && refused.size <= MAX_TOLD) {
    refused.add(why);
    log.warn(
      refused.size <= MAX_TOLD ? why : "The network is closed to more hosts, which are not named here.",
    );
  }
  return { status: 403, why };
}

const shown = ({ host, port }: Destination): string => `${oneLine(host)}:${port}`;

async function serve(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const fail = (status: number, why: string): void => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    response.end(`${why}\n`);
  };
  const url = URL.parse(request.url ?? "");
  if (url?.protocol !== "http:") return fail(400, "This is a proxy: it takes CONNECT, and URLs with http:.");
  const way = await wayTo(gate, destinationOf(url, 80));
  if ("why" in way) return fail(way.status, way.why);
  // Nobody would end it: who asked may have hung up while the name was looked up.
  if (request.socket.destroyed) return;
  const at = "path" in way.to ? { socketPath: way.to.path } : { ...way.to, autoSelectFamily: true };
  const upstream = send({
    ...at,
    agent: false,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    // What was allowed is what is asked, whatever else the request names.
    headers: { ...endToEnd(request.headers), ...framed(request.headers), host: url.host },
  });
  response.once("close", () => upstream.destroy());
  upstream.once("response", (answer) => {
    const status = answer.statusCode ?? 0;
    // There is no such answer, and none could be passed on.
    if (status < 200) return void upstream.destroy();
    response.writeHead(status, endToEnd(answer.headers));
    answer.once("error", () => response.destroy());
    answer.pipe(response);
  });
  upstream.on("error", () => undefined);
  upstream.once("close", () => {
    if (!response.headersSent && !response.destroyed)
      fail(502, `${shown(destinationOf(url, 80))} could not be reached.`);
  });
  request.pipe(upstream);
}

interface Asked {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

async function tunnel(gate: Gate, { request, socket, head }: Asked): Promise<void> {
  const fail = (status: number, why: string): void =>
    void socket.end(
      `HTTP/1.1 ${status} ${status === 403 ? "Forbidden" : "Bad Gateway"}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n${why}\n`,
    );
  const url = URL.parse(`http://${request.url ?? ""}`);
  if (url === null) return fail(502, "This names no host.");
  const destination = destinationOf(url, 80);
  const way = await wayTo(gate, destination);
  if ("why" in way) return fail(way.status, way.why);
  if (socket.destroyed) return;
  const far: Socket = connect({
    ...way.to,
    allowHalfOpen: true,
    ...("host" in way.to && { autoSelectFamily: true }),
  });
  let isThrough = false;
  far.once("connect", () => {
    isThrough = true;
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    far.write(head);
    far.pipe(socket);
    socket.pipe(far);
  });
  far.once("error", () =>
    isThrough ? socket.destroy() : fail(502, `${shown(destination)} could not be reached.`),
  );
  socket.once("close", () => far.destroy());
}

function destinationOf({ hostname, port }: URL, usual: number): Destination {
  return { host: hostname.replace(/\.$/, ""), port: port === "" ? usual : Number(port) };
}

const OF_ONE_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_HOP.has(name)));

/** A body without a length ends where its parts end; sent bare it would be the next request. */
const framed = ({ "transfer-encoding": encoding }: IncomingHttpHeaders): IncomingHttpHeaders =>
  encoding === undefined ? {} : { "transfer-encoding": encoding };

/** Of this machine, its network and its cloud, and what else is not the public internet (RFC 6890). */
const OWN = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  // Azure's, where GitHub's runners are: it serves the machine that asks.
  ["168.63.129.16", 32],
] as const)
  OWN.addSubnet(net, prefix, "ipv4");
// All but 2000::/3, and what in there stands for other addresses.
for (const [net, prefix] of [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2002::", 16],
] as const)
  OWN.addSubnet(net, prefix, "ipv6");
