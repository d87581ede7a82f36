/**
 * The key proxy: an HTTP server on this machine's loopback for the length of one attempt. It takes the requests of one
 * dialect that carry its token, puts the real key in the token's place, and passes the answer on as it comes. It counts
 * what answers took, and refuses the next request once that reaches the cap. The key stands in no log, error or answer.
 */
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import type { ModelProxy, ModelRoute, ModelUse, OpenModel } from "../../application/job/ports.ts";
import type { Random } from "../../application/ports.ts";
import { errorBody, KEY_HEADERS, keyHeader, routeOf, targetOf, tokenOf } from "../../domain/agent/dialect.ts";
import { addTokens, NO_TOKENS, readUsage, tokensOf, usdOf, type Tokens } from "../../domain/agent/usage.ts";

/** The largest request that a vendor takes. */
const MAX_REQUEST = 32 * 1024 * 1024;
/** More of an answer is passed on but not read: what it took is then counted by its length. */
const MAX_READ = 16 * 1024 * 1024;
const MAX_ERROR = 1024 * 1024;

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

interface Charge {
  tokens: Tokens;
  isEstimate: boolean;
}

interface Line {
  route: ModelRoute;
  token: string;
  charges: Charge[];
  model: string | null;
  hasAsked: boolean;
  isRefused: boolean;
  closed: AbortSignal;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export function keyProxy({ random }: { random: Random }): ModelProxy {
  return { open: (route) => open({ ...route, key: route.key.trim() }, random.hex(48)) };
}

async function open(route: ModelRoute, token: string): Promise<OpenModel> {
  const closing = new AbortController();
  const line: Line = {
    route,
    token,
    charges: [],
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
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    access: { origin: `http://127.0.0.1:${port}`, token },
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
  const tokens = addTokens(charges.map((charge) => charge.tokens));
  const usd = route.price === null ? null : usdOf(tokens, route.price);
  return {
    model,
    tokens,
    usd,
    isEstimate: charges.some(({ isEstimate }) => isEstimate),
    hasAsked,
    isRefused,
  };
}

async function serve(line: Line, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { dialect, cap } = line.route;
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
  const asking = documentOf(sent);
  if (route.isCharged && asking === null) return refuse(400, "The request is no JSON object in UTF-8.");
  const { usd } = usedOn(line);
  if (route.isCharged && cap !== null && usd !== null && usd >= cap) {
    line.isRefused = true;
    return refuse(400, `The ceiling of ${cap} USD for this attempt is reached: the model is asked no more.`);
  }
  const body = dialect === "openai-chat" ? withUsage(sent, asking) : sent;
  if (route.isCharged) {
    line.hasAsked = true;
    line.model = modelIn(asked, asking) ?? line.model;
  }
  const charge = chargeFor(line, route.isCharged ? body.length : 0);
  await forward(line, exchange, { target: targetOf(dialect, line.route.origin, asked), body, charge });
}

/** Until the answer tells, a request is charged by its length: what is under way counts too. */
function chargeFor({ charges }: Line, sent: number): Charge {
  const tokens = tokensOf({ tokens: {}, isLast: false }, { sent, received: 0, isStream: false });
  const charge = { tokens, isEstimate: sent > 0 };
  charges.push(charge);
  return charge;
}

interface Forwarded {
  target: URL;
  body: Buffer;
  charge: Charge;
}

async function forward(line: Line, { request, response }: Exchange, sent: Forwarded): Promise<void> {
  const { charge } = sent;
  let answer: IncomingMessage;
  try {
    answer = await send(line, { request, response }, sent);
  } catch (error) {
    // Who hangs up on a question has asked it all the same.
    if (response.destroyed) return;
    Object.assign(charge, FREE);
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

function send(
  line: Line,
  { request, response }: Exchange,
  { target, body }: Forwarded,
): Promise<IncomingMessage> {
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
  upstream.once("response", resolve);
  upstream.on("error", reject);
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
  response.writeHead(status, passedOn(answer.headers));
  response.flushHeaders();
  const read: Buffer[] = [];
  let received = 0;
  const isStream = /event-stream/.test(answer.headers["content-type"] ?? "");
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received <= MAX_READ) read.push(chunk);
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } catch {
    // Cut off on either side: the other one sees it too.
    response.destroy();
  }
  if (!sent.charge.isEstimate) return;
  const told = readUsage(line.route.dialect, Buffer.concat(read).toString("utf8"));
  sent.charge.tokens = tokensOf(told, { sent: sent.body.length, received, isStream });
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
  response.writeHead(status, passedOn(answer.headers));
  response.end(text);
}

function badGateway(response: ServerResponse, message: string): void {
  response.writeHead(502, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}

const passedOn = (headers: IncomingMessage["headers"]): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, value]],
    ),
  );

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

/** A chat streams without a word on what it took unless it is asked for that. */
function withUsage(body: Buffer, asked: Document | null): Buffer {
  if (asked?.["stream"] !== true) return body;
  const options = asked["stream_options"];
  const stream_options = { ...(typeof options === "object" ? options : {}), include_usage: true };
  return Buffer.from(JSON.stringify({ ...asked, stream_options }));
}

/** In the path of Gemini, else in the body. */
function modelIn({ pathname }: URL, asked: Document | null): string | null {
  const named = /\/models\/([^:/]+):/.exec(pathname)?.[1] ?? asked?.["model"];
  return typeof named === "string" ? named.slice(0, 200) : null;
}

type Document = Readonly<Record<string, unknown>>;

/** Null: we could not count by it, and another server might read it otherwise. */
function documentOf(body: Buffer): Document | null {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
