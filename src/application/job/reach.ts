/** For what may be asked twice and nobody else would ask again before the hourly schedule. */
import { TransientError } from "../../domain/problem.ts";
import type { Clock, Log } from "../ports.ts";

/** The jobs that wake a pass may take five minutes. */
const PATIENCE_MS = 3 * 60_000;

export interface ReachPorts {
  clock: Pick<Clock, "sleep">;
  log: Log;
}

/** Asks GitHub again while it is out of reach, as long as that wait is short. */
export async function untilReached<T>({ clock, log }: ReachPorts, ask: () => Promise<T>): Promise<T> {
  for (let left = PATIENCE_MS; ;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TransientError) || error.retryAfterMs > left) throw error;
      log.warn("GitHub is asked again", { why: error.message });
      const wait = Math.max(1000, error.retryAfterMs);
      left -= wait;
      await clock.sleep(wait);
    }
  }
}
