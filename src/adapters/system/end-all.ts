/** Ends everything that a user runs, wherever it has hidden: not by groups or parents, but by whose it is. */
import { readdirSync, readFileSync } from "node:fs";
import type { Clock, Processes } from "../../application/ports.ts";
import { runAs, signalAll, type Means } from "./other-user.ts";

const STEP_MS = 20;
const PATIENCE_MS = 10_000;

export interface Whose {
  processes: Processes;
  means: Means;
  user: number;
}

/** Returns when nothing of that user runs any more. */
export async function endAll(clock: Clock, { processes, means, user }: Whose): Promise<void> {
  for (let waited = 0; ; waited += STEP_MS) {
    // oxlint-disable-next-line no-await-in-loop -- until it is so
    await runAs(processes, means, { user, request: signalAll("KILL") });
    const left = livingOf(user);
    if (left.length === 0) return;
    if (waited >= PATIENCE_MS)
      throw new Error(`Processes ${left.join(", ")} of user ${user} do not end when they are killed.`);
    // oxlint-disable-next-line no-await-in-loop -- the same
    await clock.sleep(STEP_MS);
  }
}

/** Ids of a user's processes; dead ones that nobody has asked for yet are none. Read at one go, which takes a quarter of the time. */
export function livingOf(user: number): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    const status = statusOf(pid);
    const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(status)?.slice(1) ?? [];
    return ids.includes(String(user)) && !/^State:\t[ZX]/m.test(status);
  });
}

/** Empty when it has ended meanwhile. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
