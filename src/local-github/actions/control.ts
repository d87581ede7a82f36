/**
 * Ends what runs. Cancelling interrupts the step that runs and lets those follow whose `if` asks for it (`always()`);
 * killing lets none follow.
 */

import type { Clock } from "../ports.ts";

export interface JobControl {
  readonly cancelled: boolean;
  readonly killed: boolean;
  /** Aborted by the first cancel or kill: for what waits for its turn. */
  readonly signal: AbortSignal;
  /** Why it was cancelled, for the log. */
  readonly because: string;
  cancel(because: string): void;
  kill(): void;
  /** Aborted when the step that now begins is to end. */
  beginStep(): AbortController;
}

export function createControl(): JobControl {
  const first = new AbortController();
  let step = new AbortController();
  let [cancelled, killed, because] = [false, false, ""];
  return {
    get cancelled() {
      return cancelled;
    },
    get killed() {
      return killed;
    },
    get because() {
      return because;
    },
    signal: first.signal,
    cancel: (why) => {
      if (cancelled) return;
      cancelled = true;
      because = why;
      first.abort();
      step.abort();
    },
    kill: () => {
      if (!cancelled) because = "The local runner was stopped.";
      [cancelled, killed] = [true, true];
      first.abort();
      step.abort();
    },
    beginStep: () => {
      step = new AbortController();
      if (killed) step.abort();
      return step;
    },
  };
}

/** Why a timer ends with what it watched; without a reason an error is made for each. */
export const OVER = "over";

/** Acts after so many minutes, unless the signal is aborted before. */
export async function alarm(
  clock: Clock,
  { minutes, signal }: { minutes: number; signal: AbortSignal },
  act: () => void,
): Promise<void> {
  await clock.sleep(minutes * 60_000, signal);
  if (!signal.aborted) act();
}
