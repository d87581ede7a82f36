/** A journal is as good as write access to the repository; what does not fit together in it is no journal all the same. */
import type { PlanFile, State } from "./journal.ts";
import { DamagedJournalError } from "./read-state.ts";

export interface Journal {
  planFile: PlanFile;
  state: State;
  next?: PlanFile | null;
}

export interface JournalGuard {
  code: string;
  /** Goes on after "its journal". */
  says: string;
  isOdd: (journal: Journal, run: number) => boolean;
}

export const JOURNAL_GUARDS: readonly JournalGuard[] = [
  { code: "journal-run", says: "is of another run", isOdd: ({ state }, run) => state.run !== run },
  {
    code: "journal-plan",
    says: "holds another plan than it names",
    isOdd: ({ state, planFile }) => state.planHash !== planFile.plan.hash,
  },
  {
    code: "journal-consent",
    says: "holds a consent to another plan",
    isOdd: ({ state: { consent, planHash } }) => consent !== null && consent.planHash !== planHash,
  },
  {
    code: "journal-next",
    says: "holds another new plan than the one that waits for a confirm",
    isOdd: ({ state: { replan }, next }) => (replan?.made?.hash ?? null) !== (next?.plan.hash ?? null),
  },
];

/** Throws a DamagedJournalError for a journal that was not written so by us. */
export function vouchFor(
  journal: Journal,
  run: number,
  guards: readonly JournalGuard[] = JOURNAL_GUARDS,
): void {
  const odd = guards.find(({ isOdd }) => isOdd(journal, run));
  if (odd)
    throw new DamagedJournalError({
      what: `Run ${run} is not gone on with`,
      why: `its journal ${odd.says}`,
      fix: `Look at who wrote refs/roundtable/${run}; \`roundtable repair --repo <owner/name> --run ${run}\` goes back to the last journal in order.`,
    });
}
