/**
 * The wall around branch code's network: a network namespace in which nothing is but its own loopback, with one way
 * out. What listens on that loopback only carries bytes to sockets of ours: those of the gate and of the key proxy.
 * /run is empty behind it: the sockets there, that of the system's resolver among them, belong to no network.
 */
import { open, stat } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { UserError } from "../../domain/problem.ts";
import type { Log, Processes, ProcessRequest } from "../../application/ports.ts";
import { asRoot, find, SYSTEM_PATH, type Means } from "./other-user.ts";

export interface WallPorts {
  processes: Processes;
  log: Log;
}

export interface WallRequest {
  means: Means;
  /** Ours, closed to all others; for sockets. */
  folder: string;
  allow: readonly string[];
}

export interface Wall {
  /** What starts behind it. */
  means: Means;
  env: Readonly<Record<string, string>>;
  /** Where a server of ours listens to be reached at `origin` from behind it. */
  door: Door;
  close(): Promise<void>;
}

export interface Door {
  path: string;
  origin: string;
}

/** Runs behind the wall as our own user, and ends with us. */
const CARRIER = `
const { connect, createServer } = require("node:net");
const folder = process.argv[1];
const carry = (name) => (near) => {
  const far = connect({ path: folder + "/" + name, allowHalfOpen: true });
  for (const [from, to] of [[near, far], [far, near]]) from.on("error", () => to.destroy()).pipe(to);
};
const listen = (name) => new Promise((done) => {
  const server = createServer({ allowHalfOpen: true }, carry(name));
  server.listen(0, "127.0.0.1", () => done(server.address().port));
});
const life = connect(folder + "/life").on("close", () => process.exit()).on("error", () => process.exit(1));
Promise.all([listen("gate"), listen("model")]).then((ports) => life.write([process.pid, ...ports].join(" ") + "\\n"));
`;

const BEGIN = 'ip link set lo up && mount -t tmpfs -o mode=755,nosuid,nodev none /run && exec "$@"';

export async function raiseWall(ports: WallPorts, { means, folder, allow }: WallRequest): Promise<Wall> {
  const { setpriv } = means;
  const [unshare, nsenter] = [await find("unshare"), await find("nsenter")];
  if (setpriv === null || unshare === null || nsenter === null)
    throw noWall("this machine has not all of setpriv, unshare and nsenter");
  const life = await listenForLife(`${folder}/life`);
  const carrier: ProcessRequest = {
    command: unshare,
    args: [
      "--net",
      "--mount",
      "--",
      "/bin/sh",
      "-c",
      BEGIN,
      "sh",
      ...asUs(setpriv),
      process.execPath,
      "-e",
      CARRIER,
      folder,
    ],
    cwd: "/",
    env: { PATH: SYSTEM_PATH },
  };
  const running = ports.processes.run(asRoot(means, carrier));
  const failed = running.then(({ code, signal, stderr }) => {
    const said = new TextDecoder().decode(stderr).trim().split("\n")[0]!.slice(0, 300);
    throw noWall(said === "" ? `what begins it ended with ${code ?? signal}` : said);
  });
  const end = async (): Promise<void> => {
    await life.close();
    await running.catch(() => undefined);
  };
  try {
    const [pid = 0, gatePort = 0, modelPort = 0] = await Promise.race([life.told, failed]);
    // Held open: a number of a process could come to be another's.
    const held = [await open(`/proc/${pid}/ns/net`), await open(`/proc/${pid}/ns/mnt`)] as const;
    const [net, mount] = held;
    if ((await net.stat()).ino === (await stat("/proc/self/ns/net")).ino)
      throw noWall("what was begun has the machine's own network");
    const at = `/proc/${process.pid}/fd`;
    // Node's HTTP server takes longer to load than all else of a job that has no wall.
    const { openGate } = await import("./gate.ts");
    const gate = await openGate({
      path: `${folder}/gate`,
      allow,
      model: { destination: { host: "127.0.0.1", port: modelPort }, path: `${folder}/model` },
      log: ports.log,
    });
    return {
      means: {
        ...means,
        setpriv,
        enter: [nsenter, `--net=${at}/${net.fd}`, `--mount=${at}/${mount.fd}`, "--"],
      },
      env: proxyBy(`http://127.0.0.1:${gatePort}`),
      door: { path: `${folder}/model`, origin: `http://127.0.0.1:${modelPort}` },
      close: async () => {
        await gate.close();
        for (const handle of held) await handle.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const asUs = (setpriv: string): string[] => [
  setpriv,
  `--reuid=${process.getuid?.()}`,
  `--regid=${process.getgid?.()}`,
  "--clear-groups",
  "--no-new-privs",
  "--",
];

/** Never open instead: who names hosts means that no other is reached. */
export const noWall = (why: string): UserError =>
  new UserError({
    what: "`network.allow` cannot be kept here, so nothing of the branch begins",
    why,
    fix: "Let jobs work and verify run on Linux as root or with sudo without a password, with util-linux and iproute2 installed, as on GitHub's own runners; or take `network` out of .github/roundtable.yml, which leaves the network open.",
  });

function proxyBy(proxy: string): Record<string, string> {
  const [inside, both] = ["127.0.0.1,localhost,::1", { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }];
  const upper = Object.entries({ ...both, NO_PROXY: inside });
  return {
    ...Object.fromEntries(
      upper.flatMap(([name, value]) => [
        [name, value],
        [name.toLowerCase(), value],
      ]),
    ),
    // Node's own fetch asks for no proxy without it.
    NODE_USE_ENV_PROXY: "1",
  };
}

/** The carrier stays connected to it as long as we live, and first tells its process and its ports. */
async function listenForLife(path: string): Promise<{ told: Promise<number[]>; close(): Promise<void> }> {
  const { promise: told, resolve } = Promise.withResolvers<number[]>();
  const connected = new Set<Socket>();
  const server: Server = createServer((socket) => {
    connected.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (line: Buffer) => resolve(line.toString("utf8").trim().split(" ").map(Number)));
  });
  const { promise: listening, resolve: done, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(path, done);
  await listening;
  return {
    told,
    close: async () => {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      for (const socket of connected) socket.destroy();
      await promise;
    },
  };
}
