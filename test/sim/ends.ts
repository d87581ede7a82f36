/** What must hold of a world that has come to rest: how its run ended, after how many passes, and that nothing more is written. */
import type { Project, Repository } from "../../src/local-github/state.ts";
import type { Checked } from "./invariants.ts";
import type { Journal } from "./seen.ts";

export interface Rest {
  journal: Journal | null;
  repository: Readonly<Repository>;
  projects: readonly Project[];
  /** Of the integration branch. */
  head: string | null;
  /** What was written after the run's end, also by one more pass. */
  after: readonly string[];
  /** Nobody answers any more: the run may wait for a person. */
  isLeft: boolean;
  /** That have written since the faults stopped. */
  passes: number;
}

/** Passes that write, after the faults: so many for each unit, whatever is left of it, and for the run. */
export const MOST_PASSES = { unit: 4, run: 30 } as const;

export function comesToItsEnd({ journal, after, isLeft, passes }: Rest): Checked {
  const broken = after.map((what) => `after its end: ${what}`);
  if (journal === null) return { count: 1, broken: [...broken, "there is no run"] };
  const { state, planFile } = journal;
  const waits = state.consent === null || state.paused || Object.values(state.decisions).some(isOpen);
  if (state.ended === null && !(isLeft && waits)) broken.push("the run has not come to its end");
  if (state.ended !== null && journal.isOpen)
    broken.push("the run has ended, and its journal is still an open one");
  if (state.ended?.reason === "") broken.push("the run ended without a reason");
  const most = MOST_PASSES.run + MOST_PASSES.unit * planFile.plan.units.length;
  if (passes > most) broken.push(`${passes} passes have written since the faults stopped, more than ${most}`);
  return { count: 3, broken };
}

const isOpen = ({ answer }: { answer: unknown }): boolean => answer === null;
