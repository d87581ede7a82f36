/** When GitHub was out of reach, as one client saw it. */
import { TransientError } from "../../domain/problem.ts";
import type { Outage } from "../../domain/run/facts.ts";
import { LimitError } from "./refusals.ts";

export interface OutageWatch {
  /** An answer, whatever it says. */
  answered(): void;
  failed(error: unknown): void;
  /** The last one; null: there was none. */
  last(): Outage | null;
}

export function watchOutages(now: () => Date): OutageWatch {
  let last: Outage | null = null;
  return {
    answered() {
      if (last?.to === null) last = { ...last, to: now() };
    },
    failed(error) {
      if (!(error instanceof TransientError) || error instanceof LimitError) this.answered();
      else if (last?.to !== null) last = { from: now(), to: null, why: `${error.what}: ${error.why}` };
    },
    last: () => last,
  };
}
