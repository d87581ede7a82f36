/**
 * What ended runs have left in a repository, and taking it away: artifacts, branches, at last the journal, so that an
 * interrupted cleanup is found and done again.
 */
import { UserError } from "../../domain/problem.ts";
import type { State } from "../../domain/run/journal.ts";
import { artifactName, branchPrefix, endedJournalBranch, parseAttemptKey } from "../../domain/run/names.ts";
import type { Github } from "../ports.ts";
import type { LeftoverStore, Artifact, OpenPull } from "./ports.ts";

export interface Cleaning {
  github: Pick<Github, "journal" | "code" | "now">;
  store: LeftoverStore;
}

export interface Leftover {
  run: number;
  ended: NonNullable<State["ended"]>;
  branches: readonly string[];
  artifacts: readonly Artifact[];
}

/** Of a run that is left alone. */
export interface Kept {
  run: number;
  because: string;
}

const DAY_MS = 24 * 3_600_000;

/** Runs that ended more than `days` days ago go, but for those from which a pull request still waits. */
export async function leftoversOf(
  { github, store }: Cleaning,
  days: number,
): Promise<{ leftovers: Leftover[]; kept: Kept[] }> {
  const open = (await github.journal.openRuns()).map(({ run }) => run);
  const kept = open.map((run): Kept => ({ run, because: "it is under way" }));
  const leftovers: Leftover[] = [];
  const ended = (await store.endedRuns()).filter(({ run }) => !open.includes(run));
  if (ended.length === 0) return { leftovers, kept };
  const [pulls, artifacts] = await Promise.all([store.openPulls(), store.artifacts()]);
  for (const { run, revision } of ended) {
    const state = await stateAt(github, revision);
    if (typeof state === "string") kept.push({ run, because: state });
    else if (state.ended === null) kept.push({ run, because: "its journal tells no end" });
    else if (github.now().getTime() - Date.parse(state.ended.at) <= days * DAY_MS)
      kept.push({ run, because: `it ended on ${state.ended.at.slice(0, 10)}` });
    else {
      const waiting = pulls.find((pull) => isOf(pull, run));
      if (waiting) kept.push({ run, because: `pull request #${waiting.number} is open` });
      else {
        const branches = Object.keys(await github.code.branches(branchPrefix(run)))
          .filter((branch) => branch !== endedJournalBranch(run))
          .toSorted();
        const names = artifactNames(run, state);
        const own = artifacts.filter(({ name }) => names.has(name));
        leftovers.push({ run, ended: state.ended, branches, artifacts: own });
      }
    }
  }
  return { leftovers, kept: kept.toSorted((a, b) => a.run - b.run) };
}

export async function remove(store: LeftoverStore, { run, branches, artifacts }: Leftover): Promise<void> {
  for (const { id } of artifacts) await store.removeArtifact(id);
  for (const branch of branches) await store.removeBranch(branch);
  await store.removeJournal(run);
}

/** A sentence for a journal that cannot be read. */
async function stateAt({ journal }: Pick<Github, "journal">, revision: string): Promise<State | string> {
  try {
    return (await journal.read(revision)).state;
  } catch (error) {
    if (error instanceof UserError) return `${error.what}: ${error.why}`;
    throw error;
  }
}

const isOf = ({ head, base }: OpenPull, run: number): boolean =>
  [head, base].some((branch) => branch?.startsWith(branchPrefix(run)));

/** Exactly those of its attempts: other workflows may have artifacts of like names. */
const artifactNames = (run: number, { attempts }: State): ReadonlySet<string> =>
  new Set(
    Object.keys(attempts).flatMap((key) => {
      const name = parseAttemptKey(key);
      return name ? (["brief", "result"] as const).map((part) => artifactName({ run, ...name }, part)) : [];
    }),
  );
