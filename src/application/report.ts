import type { Outcome, Wait } from "../domain/run/wait.ts";
import type { RunView } from "../domain/run/view.ts";

/** What a pass saw and did of one run: everything that a person is shown is printed from this. */
export interface RunReport {
  run: number;
  outcome: Outcome;
  /** One sentence: why it ended, what it waits for, what a person must decide. */
  reason: string;
  view: RunView;
  waits: readonly Wait[];
  /** Writes made, by kind of effect. */
  did: Readonly<Record<string, number>>;
  lookAgainAt: Date | null;
  /** No look before `lookAgainAt`: GitHub asked for patience, or the journal moves on under this pass. */
  isHeldBack: boolean;
}

/** A command that could not become a run: the sentences that were posted. */
export interface AskReport {
  issue: number;
  comment: number;
  accepted: boolean;
  sentences: readonly string[];
  /** What was thrown where it could not be answered: a later pass tries again. */
  why?: unknown;
}

/** A run that could not be looked at: what was thrown. */
export interface FailedRun {
  run: number;
  why: unknown;
}

export interface PassReport {
  runs: readonly RunReport[];
  failed: readonly FailedRun[];
  asks: readonly AskReport[];
  /** Set where GitHub asked for patience before everything was looked at. */
  lookAgainAt: Date | null;
}
