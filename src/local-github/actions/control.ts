/**
 * Ends what runs. Cancelling interrupts the step that runs and lets those follow whose `if` asks for it (`always()`);
 * killing lets none follow.
 */

import type { Clock } from "../ports.ts";

/** How the step that runs is to end. */
export interface StepControl {
  /** Aborted: its program is interrupted, and killed where it goes on all the same. */
  readonly cancelled: AbortSignal;
  /** Aborted: it is killed at once. */
  readonly killed: AbortSignal;
  cancel(): void;
}

export interface JobControl {
  readonly cancelled: boolean;
  readonly killed: boolean;
  /** Aborted by the first cancel or kill: for what waits for its turn. */
  readonly signal: AbortSignal;
  /** Why it was cancelled, for the log. */
  readonly because: string;
  cancel(because: string): void;
  kill(because: string): void;
  /** `keepsOn`: its `if` holds in a cancelled job, too; asked when that comes about. */
  beginStep(keepsOn: () => boolean): StepControl;
}

export function createControl(): JobControl {
  const first = new AbortController();
  const killing = new AbortController();
  let step: { control: StepControl; keepsOn: () => boolean } | null = null;
  let [cancelled, because] = [false, ""];
  return {
    get cancelled() {
      return cancelled;
    },
    get killed() {
      return killing.signal.aborted;
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
      if (step?.keepsOn() === false) step.control.cancel();
    },
    kill: (why) => {
      if (!cancelled) because = why;
      cancelled = true;
      first.abort();
      killing.abort();
    },
    beginStep: (keepsOn) => {
      const cancelling = new AbortController();
      const control = {
        cancelled: cancelling.signal,
        killed: killing.signal,
        cancel: () => cancelling.abort(),
      };
      step = { control, keepsOn };
      return control;
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
