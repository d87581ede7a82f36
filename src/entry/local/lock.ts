/** One process at a time in an output folder; the lock of a dead one is taken over. */
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../domain/problem.ts";

export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = Number(await readFile(file, "utf8").catch(() => ""));
      if (isAlive(pid)) {
        throw new UserError({
          what: "A run is under way in this folder",
          why: `process ${pid} holds ${file}`,
          fix: "Wait for it, end it, or give another folder with --out.",
        });
      }
      await rm(file, { force: true });
    }
  }
  throw new UserError({
    what: "The output folder cannot be locked",
    why: `${file} keeps coming back`,
    fix: "Give another folder with --out.",
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
