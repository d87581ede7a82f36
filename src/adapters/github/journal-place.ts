/**
 * Where journals stand: on refs of their own, or, where a server refuses those, on branches. A repository has one or the
 * other: what is in use is kept to, and the branches are tried only when the first ref of all is refused.
 */
import { UserError } from "../../domain/problem.ts";
import { endedJournalBranch, endedJournalRef, journalBranch, journalRef } from "../../domain/run/names.ts";
import type { Client } from "./client.ts";
import { isStatus, says } from "./refusals.ts";
import { matchingRefs } from "./refs.ts";

export interface JournalPlace {
  isBranch: boolean;
  open(run: number): string;
  ended(run: number): string;
}

interface Listed {
  run: number;
  revision: string;
}

const REFS: JournalPlace = { isBranch: false, open: journalRef, ended: endedJournalRef };
const BRANCHES: JournalPlace = {
  isBranch: true,
  open: (run) => `refs/heads/${journalBranch(run)}`,
  ended: (run) => `refs/heads/${endedJournalBranch(run)}`,
};
const PLACES = [REFS, BRANCHES];

/** Ref without `refs/`, as GitHub's addresses have it. */
export const shortOf = (ref: string): string => ref.slice("refs/".length);

/** Open runs; those on branches are looked for where no ref of a run is. */
export async function listOpen(client: Client): Promise<{ place: JournalPlace; runs: Listed[] }> {
  const runs = await listed(client, "roundtable/", /^refs\/roundtable\/([1-9]\d*)$/);
  if (runs.length > 0) return { place: REFS, runs };
  const onBranches = await listed(
    client,
    "heads/roundtable/",
    /^refs\/heads\/roundtable\/([1-9]\d*)\/journal$/,
  );
  return { place: onBranches.length > 0 ? BRANCHES : REFS, runs: onBranches };
}

export const listEnded = async (client: Client): Promise<Listed[]> => [
  ...(await listed(client, "roundtable-ended/", /^refs\/roundtable-ended\/([1-9]\d*)$/)),
  ...(await listed(client, "heads/roundtable/", /^refs\/heads\/roundtable\/([1-9]\d*)\/journal-ended$/)),
];

/** The refs that the journal of an ended run may stand on. */
export const endedJournals = (run: number): string[] => PLACES.map((place) => shortOf(place.ended(run)));

async function listed(client: Client, prefix: string, pattern: RegExp): Promise<Listed[]> {
  return (await matchingRefs(client, prefix)).flatMap(({ ref, object }) => {
    const run = pattern.exec(ref)?.[1];
    return run ? [{ run: Number(run), revision: object.sha }] : [];
  });
}

/** Of an open or an ended run. */
export async function findJournal(
  { octokit, owner, repo }: Client,
  run: number,
): Promise<{ place: JournalPlace; revision: string; isEnded: boolean } | null> {
  for (const place of PLACES)
    for (const isEnded of [false, true]) {
      try {
        const ref = shortOf(isEnded ? place.ended(run) : place.open(run));
        const { data } = await octokit.rest.git.getRef({ owner, repo, ref });
        return { place, revision: data.object.sha, isEnded };
      } catch (error) {
        if (!isStatus(error, 404, 409)) throw error;
      }
    }
  return null;
}

export async function hasEndedJournal(client: Client, run: number): Promise<boolean> {
  const refs = PLACES.map(async (place) => {
    const ended = place.ended(run);
    return (await matchingRefs(client, shortOf(ended))).some(({ ref }) => ref === ended);
  });
  return (await Promise.all(refs)).includes(true);
}

/** "lost" where the run has a journal already. */
export async function makeJournal(
  client: Client,
  { run, sha }: { run: number; sha: string },
): Promise<JournalPlace | "lost"> {
  const { place, runs } = await listOpen(client);
  try {
    return await make(client, { place, run, sha });
  } catch (error) {
    const isRefused = error instanceof UserError || isStatus(error, 422);
    if (!isRefused || runs.length > 0) throw error;
    return make(client, { place: BRANCHES, run, sha });
  }
}

async function make(
  { octokit, owner, repo }: Client,
  { place, run, sha }: { place: JournalPlace; run: number; sha: string },
): Promise<JournalPlace | "lost"> {
  try {
    await octokit.rest.git.createRef({ owner, repo, ref: place.open(run), sha });
    return place;
  } catch (error) {
    if (isStatus(error, 422) && says(error, /already exists/i)) return "lost";
    throw error;
  }
}
