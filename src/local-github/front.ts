/** How requests come in: by a call in this process, or on a port. */
import { createAdaptorServer } from "@hono/node-server";

/** As the fetch of browsers and node: redirects are followed unless the request says otherwise, and the response knows its URL. */
export async function follow(
  request: Request,
  serve: (request: Request) => Promise<Response>,
): Promise<Response> {
  const isWrite = request.method !== "GET" && request.method !== "HEAD";
  const response = await serve(request);
  const location = response.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
  const keepsMethod = response.status === 307 || response.status === 308;
  if (!isRedirect || request.redirect !== "follow" || (isWrite && !keepsMethod))
    return Object.defineProperty(response, "url", { value: request.url });
  const { method, headers } = request;
  // Nothing that redirects has read it.
  const body = isWrite ? await request.arrayBuffer() : null;
  return follow(new Request(new URL(location, request.url), { method, headers, body }), serve);
}

export async function listen(
  port: number,
  handle: (request: Request) => Promise<Response>,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createAdaptorServer({ fetch: handle });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
