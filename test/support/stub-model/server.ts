/**
 * A server on this machine that speaks four dialects of models' servers and plays a script: what a test says the model
 * does. It reads no more of a request than which tools it offers and how many results of tools it holds.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { anthropic } from "./anthropic.ts";
import { chat } from "./chat.ts";
import { gemini } from "./gemini.ts";
import { responses } from "./responses.ts";
import { callFor, type Dialect, type Frame, type Heard, type Script } from "./turn.ts";

export interface StubModel {
  origin: string;
  /** The only key that it takes. */
  key: string;
  /** What it was asked, in order; requests that it refused are not here. */
  asked: readonly Heard[];
  /** As many requests of any kind. */
  requests(): number;
  /** What it does from now on. */
  play(script: Script): void;
  /** Ends all connections. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

const DIALECTS: readonly Dialect[] = [anthropic, responses, chat, gemini];

export async function stubModel(script: Script, key = "stub-key"): Promise<StubModel> {
  const asked: Heard[] = [];
  let [playing, requests] = [script, 0];
  const server = createServer((request, response) => {
    requests++;
    void serve({ request, response, key, script: playing, asked }).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stub has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    key,
    asked,
    requests: () => requests,
    play: (next) => {
      [playing, requests] = [next, 0];
      asked.length = 0;
    },
    hangUp: async () => server.closeAllConnections(),
    close: async () => {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      server.closeAllConnections();
      await promise;
    },
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  key: string;
  script: Script;
  asked: Heard[];
}

async function serve({ request, response, key, script, asked }: Exchange): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://stub");
  const dialect = DIALECTS.find(({ path }) => path.test(pathname));
  if (dialect === undefined || request.method !== "POST") return void response.writeHead(404).end();
  const body = await json(request);
  const fail = (status: number, retryAfter?: number): void => {
    response.writeHead(status, {
      "content-type": "application/json",
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    });
    response.end(JSON.stringify(dialect.error(status, `The stub answers with ${status}.`)));
  };
  if (dialect.key((name) => [request.headers[name]].flat()[0]) !== key) return fail(401);
  const ask = dialect.read(body, pathname);
  asked.push({ ...ask, body: JSON.stringify(body) });
  const turn = script(ask.results);
  if ("silent" in turn) return;
  if ("status" in turn) return fail(turn.status, turn.retryAfter);
  // A title, a summary, a check whether it is there: whoever offers no tools gets a word.
  if (ask.tools.length === 0) return stream(response, dialect.says(ask.model, "A title"));
  if ("cut" in turn) {
    const frames = dialect.says(ask.model, turn.cut);
    send(response, frames.length === 1 ? frames : frames.slice(0, 3));
    // After what was written has left.
    return void setImmediate(() => response.destroy());
  }
  if ("say" in turn) return stream(response, dialect.says(ask.model, turn.say));
  if ("refuse" in turn) return stream(response, dialect.refuses(ask.model, turn.refuse));
  const call = callFor(turn, ask.tools);
  stream(response, call ? dialect.calls(ask.model, call) : dialect.says(ask.model, "No tool can do that."));
}

function stream(response: ServerResponse, frames: readonly Frame[]): void {
  send(response, frames);
  response.end();
}

function send(response: ServerResponse, frames: readonly Frame[]): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const { event, data } of frames)
    response.write(
      `${event === undefined ? "" : `event: ${event}\n`}data: ${data === "[DONE]" ? data : JSON.stringify(data)}\n\n`,
    );
}
