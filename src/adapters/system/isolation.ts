/**
 * Where branch code runs: as a user of its own, in a folder of its own, with a copy of the checkout (design section 5).
 * What is ours stays ours: no file of this job changes its owner. The wrapper's git works there too, but alone: all
 * else of that user has ended, and its folder is open no longer than git runs.
 */
import { spawnSync } from "node:child_process";
import { access, chmod, mkdir } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import type {
  Clock,
  Files,
  Log,
  Processes,
  ProcessRequest,
  ProcessResult,
  Random,
} from "../../application/ports.ts";
import {
  asRoot,
  asUser,
  meansOf,
  runAs,
  signalAll,
  SYSTEM_PATH,
  type Means,
  type System,
} from "./other-user.ts";
import { endAll } from "./end-all.ts";
import { takeNumber } from "./user-number.ts";
import { filesOf } from "./user-files.ts";
import { noWall, raiseWall, type Door, type Wall } from "./wall.ts";

/** How long processes have between the polite signal and the last one. */
const GRACE_MS = 2000;

export interface Ground {
  checkout: string;
  /** A folder of ours, outside the checkout. */
  folder: string;
  /** Of all that is started. */
  env: Readonly<Record<string, string>>;
  /** Absolute paths, beside the folders of PATH, that what is started needs. */
  needs: readonly string[];
  /** Stays with the job's own user where another one would not reach what is on PATH. */
  staysRather: boolean;
  /** Hosts that are reached from there; empty: all. */
  network: readonly string[];
}

export interface Place {
  /** Null: the job's own. */
  user: number | null;
  checkout: string;
  env: Readonly<Record<string, string>>;
  /** For branch code. */
  processes: Processes;
  files: Files;
  wrapper: { processes: Processes; files: Files; folder: string };
  /** For programs of agents: written by us, read by all that runs there. */
  tools: string;
  /** Where the network is closed: how a server of ours is reached from there. */
  door: Door | null;
  /** What a person should know of it. */
  told: string[];
  /** Ends all that runs there, and takes it away. */
  close(): Promise<void>;
}

export interface IsolationPorts {
  processes: Processes;
  files: Files;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Throws a UserError where the network is to be closed, and cannot be. */
export async function openPlace(ports: IsolationPorts, system: System, ground: Ground): Promise<Place> {
  const means = meansOf(system);
  if (means === null)
    return ownPlace(ports, ground, "it is not root, and this machine has no sudo with setpriv");
  const taken = await takeNumber(ports, { means, places: system.places });
  if ("why" in taken) return ownPlace(ports, ground, taken.why);
  const { user, root } = taken;
  let place: Place | null = null;
  try {
    place = await furnish(ports, { means, user, root, ground });
    const lost = await lostTo(place, ground.needs);
    if (lost.length > 0 && ground.staysRather && ground.network.length === 0) {
      await place.close();
      return ownPlace(ports, ground, `another user would not reach ${lost.join(", ")}`);
    }
    const told = [`Agents and commands run as user ${user}, without a name, a group or sudo.`];
    if (means.setpriv === null)
      told.push("This machine has no setpriv: what they start may become more by a setuid program.");
    if (place.door) told.push(`Of the network they reach ${ground.network.join(", ")}, and nothing else.`);
    if (lost.length > 0) told.push(`That user cannot reach ${lost.join(", ")}.`);
    return { ...place, told };
  } catch (error) {
    await (place === null ? remove(ports.processes, means, root) : place.close());
    throw error;
  }
}

function ownPlace({ processes, files }: IsolationPorts, ground: Ground, why: string): Place {
  if (ground.network.length > 0) throw noWall(why);
  return {
    user: null,
    checkout: ground.checkout,
    env: ground.env,
    processes,
    files,
    wrapper: { processes, files, folder: `${ground.folder}/wrapper` },
    tools: `${ground.folder}/tools`,
    door: null,
    told: [`Agents and commands run as the job's own user: ${why}.`],
    close: async () => {},
  };
}

interface Plot {
  means: Means;
  user: number;
  /** Of the place. */
  root: string;
  ground: Ground;
}

async function furnish(ports: IsolationPorts, { means, user, root, ground }: Plot): Promise<Place> {
  const [checkout, home, tmp] = [`${root}/checkout`, `${root}/home`, `${root}/tmp`];
  const [wrapper, folder] = [`${root}/wrapper`, `${root}/wrapper/git`];
  const tools = `${root}/tools`;
  // A copy is as open as its source at first: nobody gets in before its folders are closed to third users.
  await chmod(root, 0o700);
  for (const path of [checkout, home, tmp, wrapper, folder, tools]) await mkdir(path);
  await runOrThrow(ports.processes, plain("cp", "-a", "--", `${ground.checkout}/.`, checkout));
  const owned = [checkout, home, tmp, folder];
  for (const path of [...owned, wrapper]) await chmod(path, 0o700);
  const chown = plain("chown", "-R", "-h", "-P", `${user}:${user}`, "--", ...owned);
  await runOrThrow(ports.processes, asRoot(means, chown));
  await chmod(root, 0o711);
  const wall = await wallOf(ports, { means, root, ground });
  // Who ends branch code too: for a moment that user runs both, and one could take hold of the other.
  const whose = { processes: ports.processes, means: wall?.means ?? means, user };
  // How much was begun there, and how much of it was surely over when all was ended the last time.
  let [begun, over] = [0, 0];
  const direct: Processes = {
    run: async (request) => {
      begun += 1;
      return runAs(ports.processes, whose.means, { user, request });
    },
  };
  const alone: Processes = {
    run: async (request) => {
      if (begun > over) await endAll(ports.clock, whose);
      await chmod(wrapper, 0o711);
      try {
        return await direct.run(request);
      } finally {
        await chmod(wrapper, 0o700);
        // What it left behind may have the folder open.
        const ended = begun;
        await endAll(ports.clock, whose);
        over = ended;
      }
    },
  };
  const path = ground.env["PATH"] ?? SYSTEM_PATH;
  const name = `roundtable-${user}`;
  const stopWatching = endWithUs({ ...whose, root });
  return {
    user,
    checkout,
    env: { ...ground.env, ...wall?.env, HOME: home, TMPDIR: tmp, USER: name, LOGNAME: name },
    processes: { run: async (request) => runEndable(ports.clock, direct, request) },
    files: within([checkout, home, tmp], { theirs: filesOf(direct, path), ours: ports.files }),
    wrapper: { processes: alone, files: filesOf(alone, path), folder },
    tools,
    door: wall?.door ?? null,
    told: [],
    close: async () => {
      await endAll(ports.clock, whose);
      await wall?.close();
      await remove(ports.processes, means, root);
      stopWatching();
    },
  };
}

async function wallOf(
  ports: IsolationPorts,
  { means, root, ground }: Omit<Plot, "user">,
): Promise<Wall | null> {
  if (ground.network.length === 0) return null;
  const folder = `${root}/doors`;
  await mkdir(folder, { mode: 0o700 });
  return raiseWall(ports, { means, folder, allow: ground.network });
}

/** Its deadline and its end reach what left the process tree, and what only root could signal. */
async function runEndable(
  clock: Clock,
  direct: Processes,
  { signal, timeoutMs, ...request }: ProcessRequest,
): Promise<ProcessResult> {
  signal?.throwIfAborted();
  const over = new AbortController();
  let timedOut = false;
  const stop = async (): Promise<void> => {
    await direct.run(signalAll("TERM"));
    await clock.sleep(GRACE_MS, over.signal);
    if (!over.signal.aborted) await direct.run(signalAll("KILL"));
  };
  const stopping: Promise<void>[] = [];
  // What cannot be ended here is found when the wrapper or the job's end comes to it.
  const abort = (): void => void stopping.push(stop().catch(() => undefined));
  signal?.addEventListener("abort", abort, { once: true });
  const watch = async (ms: number): Promise<void> => {
    await clock.sleep(ms, over.signal);
    if (over.signal.aborted) return;
    timedOut = true;
    abort();
  };
  if (timeoutMs !== undefined) void watch(timeoutMs);
  try {
    return { ...(await direct.run(request)), timedOut };
  } finally {
    over.abort();
    signal?.removeEventListener("abort", abort);
    // A signal that is still on its way would reach who runs next.
    await Promise.all(stopping);
  }
}

/** Files below some folders by one way, all others by the other. */
function within(folders: readonly string[], { theirs, ours }: Record<"theirs" | "ours", Files>): Files {
  const of = (path: string): Files => {
    const at = resolve(path);
    return folders.some((folder) => at === folder || at.startsWith(`${folder}/`)) ? theirs : ours;
  };
  return {
    read: (path) => of(path).read(path),
    write: (path, content) => of(path).write(path, content),
    append: (path, content) => of(path).append(path, content),
    makeFolder: (path) => of(path).makeFolder(path),
    list: (path) => of(path).list(path),
    remove: (path) => of(path).remove(path),
  };
}

/** What we reach and the other user does not: folders of PATH, and what else is needed. */
async function lostTo({ processes, env, checkout }: Place, needs: readonly string[]): Promise<string[]> {
  const named = [...(env["PATH"] ?? "").split(delimiter), ...needs].filter((path) => path.startsWith("/"));
  const isOurs = await Promise.all(
    named.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  const ours = [...new Set(named.filter((_, at) => isOurs[at]))];
  const script =
    'for path; do if test -d "$path"; then test -x "$path"; else test -r "$path"; fi || printf "%s\\0" "$path"; done';
  const request = { command: "/bin/sh", args: ["-c", script, "sh", ...ours], cwd: checkout, env };
  const { stdout } = await processes.run(request);
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

/** A job that is stopped takes all along; there is no time left to wait then. Returns how to let go of that. */
function endWithUs({ means, user, root }: Omit<Plot, "ground">): () => void {
  const now = ({ command, args, cwd, env, timeoutMs: timeout, user: uid }: ProcessRequest): unknown =>
    spawnSync(command, args, {
      cwd,
      env,
      timeout,
      killSignal: "SIGKILL",
      stdio: "ignore",
      ...(uid !== undefined && { uid, gid: uid }),
    });
  const end = (): void => {
    now(asUser(means, user, signalAll("KILL")));
    now(asRoot(means, removal(root)));
  };
  process.on("exit", end);
  return () => void process.off("exit", end);
}

const plain = (command: string, ...args: string[]): ProcessRequest => ({
  command,
  args,
  cwd: "/",
  env: { PATH: SYSTEM_PATH },
});

const removal = (root: string): ProcessRequest => plain("rm", "-rf", "--", root);

const remove = (processes: Processes, means: Means, root: string): Promise<void> =>
  runOrThrow(processes, asRoot(means, removal(root)));

async function runOrThrow(processes: Processes, request: ProcessRequest): Promise<void> {
  const { code, signal, stderr } = await processes.run(request);
  if (code !== 0)
    throw new Error(
      `${request.command} ended with ${code ?? signal}: ${new TextDecoder().decode(stderr).trim()}`,
    );
}
