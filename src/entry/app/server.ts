/** The App server: takes webhooks on a port, and tells how it is. What comes of them is the service's. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createService, type AppPorts, type AppService } from "./service.ts";
import type { Settings } from "./settings.ts";

/** GitHub sends no larger payload. */
const MOST_BYTES = 25 * 1024 * 1024;

export interface AppServer {
  port: number;
  /** Resolves when GitHub knows the App; rejects where it does not. */
  ready: Promise<void>;
  /** Resolves when no pass is under way or waits for its turn, and no list is being read. */
  idle(): Promise<void>;
  /** No webhook and no pass is begun any more; passes under way have `withinMs`. False when some were left. */
  stop(withinMs: number): Promise<boolean>;
}

export async function startAppServer(settings: Settings, ports: AppPorts): Promise<AppServer> {
  const service = await createService(settings, ports);
  const { probot, log } = service;
  const webhooks = await probot.getNodeMiddleware({ path: settings.webhookPath });
  const server = createServer((request, response) => {
    if (!answerHealth(request, response, service.state()) && !isTooLarge(request, response))
      void webhooks(request, response, () => void response.writeHead(404).end());
  });
  const port = await listen(server, settings);
  log.info("listening", { host: settings.host, port });
  return {
    port,
    ready: service.begin(),
    idle: service.idle,
    async stop(withinMs) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const isDone = await service.stop(withinMs);
      server.closeAllConnections();
      await closed;
      log.info("stopped");
      return isDone;
    },
  };
}

/** `/healthz`: this process answers. `/readyz`: it takes webhooks and makes passes. */
function answerHealth(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  state: ReturnType<AppService["state"]>,
): boolean {
  const path = url?.split("?")[0];
  if (method !== "GET" || (path !== "/healthz" && path !== "/readyz")) return false;
  const isGood = path === "/healthz" || state === "ready";
  response.writeHead(isGood ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify({ status: state }));
  return true;
}

/** Before a signature can be checked the whole body must be read: it has a bound. */
function isTooLarge(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) {
    response.writeHead(413, { connection: "close" }).end();
    return true;
  }
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) request.destroy();
  });
  return false;
}

async function listen(server: Server, { host, port }: Settings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}
