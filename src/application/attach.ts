/** Whether a run works on a spec already: a second ask is told where, and opens none. */
import { statusOfJournal } from "../domain/board/status-line.ts";
import { TransientError } from "../domain/problem.ts";
import type { Ask } from "./open-run.ts";
import type { Github, JournalStore } from "./ports.ts";

export interface Attached {
  run: number;
  sentence: string;
}

/** Null where no open run is of this spec on this base branch. */
export async function openRunFor(
  { board, journal }: Pick<Github, "board" | "journal">,
  { path, flags }: Pick<Ask, "path" | "flags">,
): Promise<Attached | null> {
  const branch = flags.base ?? (await board.repository()).defaultBranch;
  for (const { run, revision } of await journal.openRuns()) {
    const read = await readOther(journal, revision);
    if (read === null) continue;
    const { state, planFile } = read;
    if (state.ended !== null || state.spec.path !== path || state.base.branch !== branch) continue;
    const sentence = `The run in #${run} works on this spec already. ${statusOfJournal(state, planFile)} There, \`/orchestrate replan\` takes a changed spec over, and \`/orchestrate cancel\` ends it.`;
    return { run, sentence };
  }
  return null;
}

/** Null for a journal that cannot be read: where its own run is looked at, that is told; no other run is kept by it. */
export async function readOther(
  journal: JournalStore,
  revision: string,
): Promise<Awaited<ReturnType<JournalStore["read"]>> | null> {
  try {
    return await journal.read(revision);
  } catch (error) {
    if (error instanceof TransientError) throw error;
    return null;
  }
}
