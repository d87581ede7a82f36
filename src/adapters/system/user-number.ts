/** A user that exists by its number alone, together with its place: the folder's name is the lock on the number. */
import { chmod, mkdir, readFile, rmdir } from "node:fs/promises";
import type { Processes, Random } from "../../application/ports.ts";
import { runAs, SYSTEM_PATH, type Means } from "./other-user.ts";
import { livingOf } from "./end-all.ts";

/**
 * Numbers that systems give to nobody: beyond people and below the ranges of containers. The second one is for
 * containers that know only 65,536 of them.
 */
const RANGES = [
  { from: 65_600, size: 34_000 },
  { from: 50_000, size: 10_000 },
];
const TRIES = 8;

export type Taken = { user: number; root: string } | { why: string };

export async function takeNumber(
  ports: { processes: Processes; random: Random },
  { means, places }: { means: Means; places: string },
): Promise<Taken> {
  let why = "every number tried was taken";
  for (const { from, size } of RANGES) {
    for (let tries = 0; tries < TRIES; tries++) {
      const user = from + (Number.parseInt(ports.random.hex(8), 16) % size);
      const root = `${places}/roundtable-${user}`;
      // oxlint-disable-next-line no-await-in-loop -- one number after the other
      if (await isKnown(ports.processes, user)) continue;
      // oxlint-disable-next-line no-await-in-loop -- the same
      const fault = await lock(root);
      if (fault === "taken") continue;
      if (fault !== null) return { why: `no folder can be made in ${places} (${fault})` };
      // oxlint-disable-next-line no-await-in-loop -- the same
      const refusal = await refusalOf(ports.processes, means, user);
      if (refusal === null) return { user, root };
      why = refusal;
      // oxlint-disable-next-line no-await-in-loop -- the same
      await rmdir(root);
      break;
    }
  }
  return { why };
}

/** Somebody's, by the system's own lists or by what runs. */
async function isKnown(processes: Processes, user: number): Promise<boolean> {
  if (livingOf(user).length > 0) return true;
  const env = { PATH: SYSTEM_PATH };
  try {
    const request = { command: "getent", args: ["passwd", String(user)], cwd: "/", env };
    return (await processes.run(request)).code === 0;
  } catch {
    return (await readFile("/etc/passwd", "utf8")).includes(`:${user}:`);
  }
}

/** Null when the folder is ours now. */
async function lock(root: string): Promise<string | null> {
  try {
    await mkdir(root);
    // To go through, not to look around in.
    await chmod(root, 0o711);
    return null;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "EEXIST" ? "taken" : String(error.code);
  }
}

/** Null when a program starts as that user, with its environment. */
async function refusalOf(processes: Processes, means: Means, user: number): Promise<string | null> {
  const request = {
    command: "/bin/sh",
    args: ["-c", `test "$ROUNDTABLE_TRIAL" = 1 && test "$(id -u) $(id -G)" = "${user} ${user}"`],
    cwd: "/",
    env: { PATH: SYSTEM_PATH, ROUNDTABLE_TRIAL: "1" },
  };
  const of = means.kind === "root" ? "root cannot become another user" : "sudo cannot be used";
  try {
    const { code, stderr } = await runAs(processes, means, { user, request });
    if (code === 0) return null;
    const [said = ""] = new TextDecoder().decode(stderr).trim().split("\n");
    return said === "" ? of : `${of} (${said})`;
  } catch (error) {
    return `${of} (${error instanceof Error ? error.message : String(error)})`;
  }
}
