/** One process at a time in an output folder; the lock of a dead one is taken over. */
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../domain/problem.ts";

export const LOCK = "roundtable.lock";

export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const file = join(folder, LOCK);
  // Written apart and then linked: nobody ever sees a lock that does not yet name its holder.
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    while (!(await linked(own, file))) {
      const text = await readFile(file, "utf8").catch(() => "");
      if (isAlive(Number(text))) throw heldBy(text, file);
      await removeDead(file, text);
    }
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

/** True while a living process holds the folder. */
export async function isHeld(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, LOCK), "utf8").catch(() => "");
  return isAlive(Number(text));
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Another process may take the dead one's lock over at the same moment: its lock is put back. */
async function removeDead(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.dead`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== text) await linked(aside, file);
  await rm(aside, { force: true });
}

const heldBy = (pid: string, file: string): UserError =>
  new UserError({
    what: "A run is under way in this folder",
    why: `process ${pid} holds ${file}`,
    fix: "Wait for it, look at it with `status`, end it, or give another folder with --out.",
  });

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
