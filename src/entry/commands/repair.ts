/** `roundtable repair`: a run's journal is brought back in order, and what people see of the run is written anew. */
import { diagnose, mend, type Diagnosis } from "../../application/repair/repair.ts";
import { plain } from "../../domain/plan-view/look.ts";
import { UserError } from "../../domain/problem.ts";
import { composeRepair } from "../compose-github.ts";
import { githubAccess } from "../github-access.ts";
import type { Screen } from "../terminal.ts";

export interface RepairOptions {
  repo: string;
  run: string;
  dryRun?: boolean;
}

export async function repair({ repo, run, dryRun }: RepairOptions, screen: Screen): Promise<number> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo) || !/^[1-9]\d{0,9}$/.test(run))
    throw new UserError({
      what: "--repo or --run does not fit",
      why: "a repository is owner/name, and a run the number of its tracking issue",
      fix: "Write --repo owner/name --run 12.",
    });
  const { repairing, login, now } = await composeRepair({ ...githubAccess(screen.env), fullName: repo });
  const diagnosis = await diagnose(repairing, Number(run));
  for (const line of linesOf(diagnosis)) screen.print(plain(line));
  if (dryRun) {
    screen.print(
      "Nothing was written. Without --dry-run the journal is put in order, and passes do the rest.",
    );
    return 0;
  }
  const next = await mend(repairing, diagnosis, { login, now: now() });
  screen.print(
    next === "pass"
      ? "Written. A pass was started: it writes the tracking comment, labels and links anew."
      : "Written. The next look of the App writes the tracking comment, labels and links anew.",
  );
  return 0;
}

function linesOf({ run, damage, ground, isEnded, found, missing, orphans }: Diagnosis): string[] {
  const ended = isEnded ? " It has ended; one more pass looks at it." : "";
  if (damage === null)
    return [`The journal of run ${run} is in order.${ended} What people see of it is written anew.`];
  const from =
    ground === null
      ? "No revision of it is left: the run is made from its tracking issue, its branches and pull requests."
      : `It goes on from revision ${ground.slice(0, 7)}.`;
  return [
    `The journal of run ${run} cannot be read: ${damage}. ${from}${ended}`,
    ...list("Found on GitHub:", found),
    ...list(
      "Cancelled, since nothing tells what they were for:",
      orphans.map((id) => `workflow run ${id}`),
    ),
    ...list("Missing, and known nowhere else:", missing),
  ];
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
