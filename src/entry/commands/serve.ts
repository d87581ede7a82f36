/** `roundtable serve`: the App's server, until it is told to stop. */
import { composeApp } from "../compose-app.ts";
import { machine } from "../compose.ts";
import { startAppServer } from "../app/server.ts";
import { readSettings, type ServeFlags } from "../app/settings.ts";
import type { Clock, Files, Random } from "../../application/ports.ts";
import type { Terminal } from "../terminal.ts";

/** A little less than the thirty seconds that orchestrators of containers usually give. */
const STOP_WITHIN_MS = 25_000;

interface ServePorts {
  clock: Clock;
  random: Random;
  files: Pick<Files, "read">;
}

export async function serve(
  flags: ServeFlags,
  terminal: Pick<Terminal, "env" | "onInterrupt">,
  ports: ServePorts = machine,
): Promise<number> {
  const settings = await readSettings(terminal.env, flags, (path) => ports.files.read(path));
  const github = composeApp({ ...settings, clock: ports.clock });
  const server = await startAppServer(settings, { ...ports, github });
  const interrupted = new Promise<void>((resolve) => terminal.onInterrupt(resolve));
  let isDone = false;
  try {
    await server.ready;
    await interrupted;
  } finally {
    isDone = await server.stop(STOP_WITHIN_MS);
  }
  // What was left would go on, and keep this process from its end.
  if (!isDone) process.exit(0);
  return 0;
}
