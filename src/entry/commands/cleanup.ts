/** `roundtable cleanup`: branches, artifacts and journals of runs that ended long ago are removed, or named with `--dry-run`. */
import { leftoversOf, remove, type Leftover } from "../../application/cleanup/leftovers.ts";
import { plain } from "../../domain/plan-view/look.ts";
import { formatProblem, UserError } from "../../domain/problem.ts";
import { composeCleanup } from "../compose-github.ts";
import { githubAccess } from "../github-access.ts";
import type { Screen } from "../terminal.ts";

export interface CleanupOptions {
  repo: string;
  days: string;
  dryRun?: boolean;
}

/** 1 where GitHub refused a removal: the same command tries it again. */
export async function cleanup({ repo, days, dryRun }: CleanupOptions, screen: Screen): Promise<number> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo) || !/^\d{1,5}$/.test(days))
    throw new UserError({
      what: "--repo or --days does not fit",
      why: "a repository is owner/name, and days are a whole number",
      fix: "Write --repo owner/name --days 30.",
    });
  const { store, github } = composeCleanup({ ...githubAccess(screen.env), fullName: repo });
  const { leftovers, kept } = await leftoversOf({ store, github }, Number(days));
  for (const { run, because } of kept) screen.print(plain(`Run ${run} is kept: ${because}.`));
  let refused = 0;
  for (const leftover of leftovers) {
    screen.print(headline(leftover));
    for (const branch of leftover.branches) screen.print(`  ${branch}`);
    if (dryRun) continue;
    try {
      await remove(store, leftover);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused += 1;
      screen.line(plain(formatProblem(error)));
    }
  }
  const gone = leftovers.length - refused;
  screen.print(
    dryRun ? `Nothing was removed. Without --dry-run ${runs(gone)} would go.` : `${runs(gone)} removed.`,
  );
  return refused === 0 ? 0 : 1;
}

const headline = ({ run, ended, branches, artifacts }: Leftover): string =>
  `Run ${run}, ${ended.outcome} on ${ended.at.slice(0, 10)}: its journal, ${count(artifacts.length, "artifact", "artifacts")}, ${count(branches.length, "branch", "branches")}`;

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

const runs = (number: number): string => count(number, "run", "runs");
