/** Hosts of a test, on this machine's loopback. */
import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { onTestFinished } from "vitest";
import { quiet } from "./checkout.ts";

/** A log that is kept. */
export function heard() {
  const told: string[] = [];
  return { told, log: { ...quiet.log, warn: (message: string) => void told.push(message) } };
}

/** A server on this machine's loopback that says what it was asked. */
export async function serve(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.headers.host} ${incoming.url}`);
    incoming.on("data", (chunk: Buffer) => asked.push(chunk.toString("utf8")));
    incoming.on("end", () => response.end("hello from the host"));
  });
  return { port: await listen(server), asked };
}

async function listen(server: HttpServer | Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers whatever it is told with the same, and keeps what came. */
export async function speak(answer: string) {
  const heardThere: string[] = [];
  const server = createTcp((socket) => {
    heardThere.push("(connected)");
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heardThere.push(chunk.toString("utf8"));
      socket.end(answer);
    });
  });
  return { port: await listen(server), heardThere };
}
