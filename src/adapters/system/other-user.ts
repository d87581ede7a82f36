/**
 * Another user of this machine, known by a number only: nothing is written to the system's list of users, so nothing
 * stays there, and no other process has that number. Who may start programs as such a user: root, and who has sudo
 * without a password.
 */
import { access, constants } from "node:fs/promises";
import type { Processes, ProcessRequest, ProcessResult } from "../../application/ports.ts";

/** Where the system keeps programs that nobody but root can change. */
export const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** How a program is started as another user; `setpriv` also keeps it from becoming more by a setuid program. */
export type Means = Plain | (Plain & Behind);
type Plain = { kind: "root"; setpriv: string | null } | { kind: "sudo"; sudo: string; setpriv: string };

/** Behind a wall: what root starts before all else. */
interface Behind {
  setpriv: string;
  enter: readonly string[];
}

/** What of this machine decides whether another user can be had. */
export interface System {
  /** Our own user; null where the system knows no such numbers. */
  uid: number | null;
  /** Absolute paths; null: it is not there. */
  sudo: string | null;
  setpriv: string | null;
  /** A folder that everybody may enter and make folders in. */
  places: string;
}

export async function findSystem(): Promise<System> {
  const uid = process.platform === "linux" ? (process.getuid?.() ?? null) : null;
  return { uid, sudo: await find("sudo"), setpriv: await find("setpriv"), places: "/var/tmp" };
}

export async function find(program: string): Promise<string | null> {
  for (const folder of SYSTEM_PATH.split(":")) {
    const path = `${folder}/${program}`;
    // oxlint-disable-next-line no-await-in-loop -- the first one counts
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** Null where there is none. */
export function meansOf({ uid, sudo, setpriv }: System): Means | null {
  if (uid === 0) return { kind: "root", setpriv };
  return uid === null || sudo === null || setpriv === null ? null : { kind: "sudo", sudo, setpriv };
}

/** Sudo and the loader of setuid programs put others in their place. */
const REPLACED = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "MAIL", "TMPDIR"];
const OF_SUDO = ["SUDO_COMMAND", "SUDO_USER", "SUDO_UID", "SUDO_GID"];

/** The same request, as that user. Values of the environment, a key among them, stand in no command line. */
export function asUser(means: Means, user: number, request: ProcessRequest): ProcessRequest {
  const { command, args, env } = request;
  const dropped = [
    `--reuid=${user}`,
    `--regid=${user}`,
    "--clear-groups",
    "--no-new-privs",
    "--",
    command,
    ...args,
  ];
  const behind = "enter" in means ? means.enter : [];
  if (means.kind === "root" && "enter" in means) {
    const [enter = "", ...rest] = means.enter;
    const start = [...rest, "/usr/bin/env", `--chdir=${request.cwd}`, means.setpriv, ...dropped];
    return { ...request, cwd: "/", command: enter, args: start };
  }
  if (means.kind === "root") {
    const plain = { ...request, user };
    return means.setpriv === null
      ? plain
      : { ...plain, command: means.setpriv, args: ["--no-new-privs", "--", command, ...args] };
  }
  const kept = Object.keys(env).filter((name) => !REPLACED.includes(name));
  const given = REPLACED.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  const taken = [...OF_SUDO, ...REPLACED.filter((name) => env[name] === undefined)];
  return {
    ...request,
    // Root may enter it whatever its owner has made of it.
    cwd: "/",
    command: means.sudo,
    args: [
      "-n",
      ...(kept.length === 0 ? [] : [`--preserve-env=${kept.join(",")}`]),
      "--",
      ...behind,
      "/usr/bin/env",
      `--chdir=${request.cwd}`,
      ...taken.flatMap((name) => ["-u", name]),
      ...given,
      means.setpriv,
      ...dropped,
    ],
  };
}

/** The same request, as root. */
export const asRoot = (means: Means, request: ProcessRequest): ProcessRequest =>
  means.kind === "root"
    ? request
    : { ...request, command: means.sudo, args: ["-n", "--", request.command, ...request.args] };

/** What the launcher says of a program that it could not start. */
const NOT_STARTED = /^setpriv: failed to execute /;

/** Rejects, as `Processes` promises, where the program cannot be started. */
export async function runAs(
  processes: Processes,
  means: Means,
  { user, request }: { user: number; request: ProcessRequest },
): Promise<ProcessResult> {
  const ended = await processes.run(asUser(means, user, request));
  if (ended.code === 126 || ended.code === 127) {
    const said = new TextDecoder().decode(ended.stderr);
    if (NOT_STARTED.test(said)) throw new Error(said.trim().slice("setpriv: ".length));
  }
  return ended;
}

/** What is to be ended may stop who ends it first: then it is tried again, and nobody waits for it. */
const SIGNAL_MS = 2000;

/** To all processes of the user that sends it, but itself; the kernel lets none slip through. */
export const signalAll = (signal: "TERM" | "KILL"): ProcessRequest => ({
  command: "/bin/sh",
  // With nobody to signal it fails.
  args: ["-c", `kill -${signal} -1 2>/dev/null || :`],
  cwd: "/",
  env: { PATH: SYSTEM_PATH },
  timeoutMs: SIGNAL_MS,
});
