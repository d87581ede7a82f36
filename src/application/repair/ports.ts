/** Apart from `JournalStore`, so that no pass can put a journal on anything but the one before it. */
import type { PlanFile, State } from "../../domain/run/journal.ts";

export interface JournalHistory {
  /** Where the run's journal stands; null: there is no such ref, neither of an open run nor of an ended one. */
  head(run: number): Promise<{ revision: string; isEnded: boolean } | null>;
  /** From a commit back along its first parents, newest first, that commit among them; to the first that is `last`. */
  line(from: string, isLast?: (commit: LineCommit) => boolean): Promise<LineCommit[]>;
  /** A commit by a shortened SHA; null where there is none, or more than one. */
  commit(short: string): Promise<string | null>;
  /**
   * A journal in place of the one at `onto`, whose commit stays its parent; null begins one. Of `ground` the events and
   * earlier plans are kept. "lost" when the ref has moved meanwhile.
   */
  put(run: number, journal: MendedJournal): Promise<"lost" | { revision: string }>;
  /** The ref of an ended run becomes one that passes look at; they put it back. */
  reopen(run: number, revision: string): Promise<void>;
}

export interface LineCommit {
  sha: string;
  message: string;
  parent: string | null;
  /** The account; empty where GitHub knows none of it. */
  author: string;
}

export interface MendedJournal {
  onto: string | null;
  ground: string | null;
  planFile: PlanFile;
  state: State;
  message: string;
  events: readonly object[];
}
