/**
 * The key proxy: an HTTP server on this machine's loopback, or where else branch code is let to it, for the length of
 * one attempt. It takes the requests of one dialect that carry its token, puts the real key in the token's place, and
 * passes the answer on as it comes. It counts what answers took, and refuses a request that may pass the cap. The key
 * stands in no log, error or answer.
 */
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import type { ModelProxy, ModelRoute, ModelUse, OpenModel } from "../../application/job/ports.ts";
import type { Random } from "../../application/ports.ts";
import {
  errorBody,
  isInBackground,
  keyHeader,
  mostOutput,
  routeOf,
  targetOf,
  tokenOf,
} from "../../domain/agent/dialect.ts";
import { NO_TOKENS, readUsage, tokensOf, usdOf } from "../../domain/agent/usage.ts";
import { Charges, type Charge } from "./charges.ts";
import { headersOf, passedOn } from "./passed-on.ts";
import { bodyFor, modelIn, questionIn, type Question } from "./question.ts";

/** The largest request that a vendor takes. */
const MAX_REQUEST = 32 * 1024 * 1024;
/** More of an answer is passed on but not read: what it took is then counted by its length. */
const MAX_READ = 16 * 1024 * 1024;
const MAX_ERROR = 1024 * 1024;
/** In milliseconds, for money that requests under way hold; after that an agent may well ask anew. */
const PATIENCE = 120_000;

interface Line {
  route: ModelRoute;
  token: string;
  patience: number;
  charges: Charges;
  model: string | null;
  hasAsked: boolean;
  isRefused: boolean;
  closed: AbortSignal;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export interface KeyProxyOptions {
  random: Random;
  /** A socket to listen on, and the origin that leads to it; null: a port of the loopback. */
  door?: { path: string; origin: string } | null;
}

export function keyProxy({ random, door = null }: KeyProxyOptions, patience = PATIENCE): ModelProxy {
  return {
    open: (route) =>
      open({ route: { ...route, key: route.key.trim() }, token: random.hex(48), patience }, door),
  };
}

async function open(
  opened: Pick<Line, "route" | "token" | "patience">,
  door: KeyProxyOptions["door"],
): Promise<OpenModel> {
  const { token } = opened;
  const closing = new AbortController();
  const charges = new Charges(opened.route);
  const line: Line = {
    ...opened,
    charges,
    model: null,
    hasAsked: false,
    isRefused: false,
    closed: closing.signal,
  };
  const exchanges = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    const exchange = serve(line, { request, response })
      .catch(() => void response.destroy())
      .finally(() => exchanges.delete(exchange));
    exchanges.add(exchange);
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  if (door) server.listen(door.path, resolve);
  else server.listen(0, "127.0.0.1", resolve);
  await listening;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    access: { origin: door?.origin ?? `http://127.0.0.1:${port}`, token },
    used: () => usedOn(line),
    close: async () => {
      closing.abort();
      const { promise, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeAllConnections();
      await Promise.all([promise, ...exchanges]);
    },
  };
}

function usedOn({ route, charges, model, hasAsked, isRefused }: Line): ModelUse {
  const { tokens, isEstimate } = charges;
  const usd = route.price === null ? null : usdOf(tokens, route.price);
  return { model, tokens, usd, isEstimate, hasAsked, isRefused };
}

async function serve(line: Line, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { dialect } = line.route;
  const { cap } = line.charges;
  const refuse = (status: number, message: string): void => {
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(errorBody(dialect, { status, message })));
  };
  const asked = new URL(request.url ?? "/", "http://127.0.0.1");
  if (tokenOf(dialect, request.headers, asked) !== line.token)
    return refuse(401, "This proxy takes only the token of its own attempt.");
  const route = request.method === "POST" ? routeOf(dialect, asked.pathname) : null;
  if (route === null) return refuse(404, "This proxy serves no such path.");
  const sent = await bodyOf(request, MAX_REQUEST);
  if (sent === null) return refuse(413, "The request is too large.");
  const question = questionIn(sent);
  const isHeld = route.isCharged && cap !== null;
  // We could not count by it, and another server might read it otherwise.
  if (route.isCharged && question === null) return refuse(400, "The request is no JSON object in UTF-8.");
  if (isHeld && question !== null && isInBackground(question))
    return refuse(400, "Answers in the background are not served: what they cost is not told in time.");
  const body = bodyFor({ dialect, sent, question, isHeld });
  const charge = await chargeFor(line, { response, question, sent: route.isCharged ? body.length : 0 });
  if (charge === "spent") {
    line.isRefused = true;
    return refuse(
      400,
      `The ceiling of ${cap} USD for this attempt is reached: what is left does not pay for this request with the longest answer that it allows.`,
    );
  }
  if (charge === "busy")
    return refuse(429, `Requests under way hold what is left of this attempt's ceiling of ${cap} USD.`);
  if (route.isCharged) {
    line.hasAsked = true;
    line.model = modelIn(asked, question) ?? line.model;
  }
  const target = targetOf(dialect, line.route.origin, asked);
  try {
    await forward(line, exchange, { target, body, charge, hasLeft: false });
  } finally {
    line.charges.settle(charge);
  }
}

interface Asked {
  response: ServerResponse;
  question: Question | null;
  /** Bytes; none for what costs nothing. */
  sent: number;
}

/** Until the answer tells, a request is charged by its length and, under a cap, with the longest answer. */
async function chargeFor(
  line: Line,
  { response, question, sent }: Asked,
): Promise<Charge | "spent" | "busy"> {
  const { charges, route, patience } = line;
  const tokens = tokensOf({ tokens: {}, isLast: false }, { sent, received: 0, isStream: false });
  if (sent === 0 || question === null || charges.cap === null)
    return charges.begin({ tokens, isEstimate: sent > 0 });
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  response.once("close", stop);
  if (response.destroyed) stop();
  const timer = setTimeout(stop, patience);
  const most = { ...tokens, output: mostOutput(route.dialect, question) };
  const charge = await charges.reserve(most, waiting.signal);
  clearTimeout(timer);
  return charge;
}

interface Forwarded {
  target: URL;
  body: Buffer;
  charge: Charge;
  hasLeft: boolean;
}

async function forward(line: Line, { request, response }: Exchange, sent: Forwarded): Promise<void> {
  const { charge } = sent;
  let answer: IncomingMessage;
  try {
    answer = await send(line, { request, response }, sent);
  } catch (error) {
    // Who hangs up on a question has asked it all the same; under a cap so has who gets no answer to one that has left.
    if (response.destroyed) return;
    if (line.charges.cap === null || !sent.hasLeft) Object.assign(charge, FREE);
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    return badGateway(response, `The model's server could not be reached (${code}).`);
  }
  const status = answer.statusCode ?? 502;
  if (status >= 300 && status < 400) {
    answer.destroy();
    Object.assign(charge, FREE);
    return badGateway(response, `The model's server answered with ${status}; no redirect is followed.`);
  }
  if (status >= 400) {
    Object.assign(charge, FREE);
    return passError(line, { answer, response, status });
  }
  await passAnswer(line, { answer, response, status }, sent);
}

const FREE: Charge = { tokens: NO_TOKENS, isEstimate: false };

function send(line: Line, { request, response }: Exchange, sent: Forwarded): Promise<IncomingMessage> {
  const { target, body } = sent;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const start = target.protocol === "https:" ? secureRequest : plainRequest;
  const upstream = start(target, {
    method: "POST",
    agent: false,
    signal: line.closed,
    headers: {
      ...passedOn(request.headers),
      ...keyHeader(line.route.dialect, line.route.key),
      "accept-encoding": "identity",
      "content-length": String(body.length),
    },
  });
  upstream.once("finish", () => (sent.hasLeft = true));
  upstream.once("response", resolve);
  upstream.on("error", reject);
  // Nothing else tells of an answer that is no HTTP any more.
  upstream.once("close", () => reject(new Error("no answer")));
  response.once("close", () => upstream.destroy());
  upstream.end(body);
  return promise;
}

interface Answered {
  answer: IncomingMessage;
  response: ServerResponse;
  status: number;
}

async function passAnswer(
  line: Line,
  { answer, response, status }: Answered,
  sent: Forwarded,
): Promise<void> {
  response.writeHead(status, headersOf(answer, line.route.key));
  response.flushHeaders();
  const read: Buffer[] = [];
  let received = 0;
  let isCut = false;
  const isStream = /event-stream/.test(answer.headers["content-type"] ?? "");
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received <= MAX_READ) read.push(chunk);
      if (!response.write(chunk) && !response.destroyed) await drained(response);
    }
    response.end();
  } catch {
    // Cut off on either side: the other one sees it too.
    isCut = true;
    response.destroy();
  }
  if (!sent.charge.isEstimate) return;
  const told = readUsage(line.route.dialect, Buffer.concat(read).toString("utf8"));
  const counted = tokensOf(told, { sent: sent.body.length, received, isStream });
  // The rest of it may have been made, and be charged, all the same.
  const least = isCut && !told.isLast ? sent.charge.tokens.output : 0;
  sent.charge.tokens = { ...counted, output: Math.max(counted.output, least) };
  sent.charge.isEstimate = !told.isLast;
}

function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("drain", resolve);
  response.once("close", resolve);
  return promise;
}

/** A vendor may repeat a key that it does not take. */
async function passError({ route }: Line, { answer, response, status }: Answered): Promise<void> {
  const body = await bodyOf(answer, MAX_ERROR);
  const text = body === null ? "" : body.toString("utf8").replaceAll(route.key, "***");
  response.writeHead(status, headersOf(answer, route.key));
  response.end(text);
}

function badGateway(response: ServerResponse, message: string): void {
  response.writeHead(502, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}

/** Null when it is longer than that. */
async function bodyOf(message: IncomingMessage, max: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= max) chunks.push(chunk);
  }
  return length > max ? null : Buffer.concat(chunks);
}
