/**
 * A conflict as its agent finds it: the checkout stands on the integration commit, and the unit's changes are brought
 * in with git's own markers where both sides changed the same. What is handed over is then what the unit changes on
 * top of what has landed. With a moved base branch it stands on that, and the whole run's changes are brought in.
 */
import type { Job } from "../../domain/handover/job.ts";
import { BASE_SLUG } from "../../domain/run/names.ts";
import { UserError } from "../../domain/problem.ts";
import { fenced } from "../../domain/text/harmless.ts";
import type { Processes } from "../ports.ts";

export interface Conflict {
  /** Tree of the commit that is stood on. */
  base: string;
  /** Tree of the merge, markers and all. */
  merged: string;
  /** A section for the brief. */
  told: string;
}

interface Place {
  job: Job;
  /** With the history of both sides, and nothing run in it yet. */
  checkout: string;
  env: Readonly<Record<string, string>>;
}

export async function openConflict(
  { processes }: { processes: Processes },
  { job, checkout, env }: Place,
): Promise<Conflict> {
  const git = async (...args: string[]): Promise<{ code: number | null; text: string }> => {
    const { code, stdout, stderr } = await processes.run({ command: "git", args, cwd: checkout, env });
    // merge-tree says 1 for a conflict; more is an error.
    if (code === null || code > 1 || (code === 1 && args[0] !== "merge-tree")) {
      throw new UserError({
        what: "The two sides of the conflict cannot be brought together",
        why: `git ${args[0]} ended with ${code ?? "a signal"}: ${decode(stderr).trim()}`,
        fix: "Look whether both commits are still there.",
      });
    }
    return { code, text: decode(stdout) };
  };
  await git("checkout", "--quiet", "--force", "--detach", job.baseSha);
  const sides = job.unit === BASE_SLUG ? OF_RUN : OF_UNIT;
  // The names stand in the markers.
  await git("update-ref", `refs/heads/${sides.ground}`, job.baseSha);
  await git("update-ref", `refs/heads/${sides.brought}`, job.headSha);
  const base = (await git("rev-parse", `${sides.ground}^{tree}`)).text.trim();
  const { text } = await git(
    "merge-tree",
    "--write-tree",
    "--messages",
    "--name-only",
    sides.ground,
    sides.brought,
  );
  const merged = text.slice(0, text.indexOf("\n"));
  const messages = text.slice(text.indexOf("\n\n") + 2).trim();
  return { base, merged, told: section(sides, messages) };
}

interface Sides {
  /** Branches of the checkout. */
  ground: string;
  brought: string;
  told: string;
  keep: string;
}

const OF_UNIT: Sides = {
  ground: "landed",
  brought: "this-unit",
  told: "You stand on what has landed, with this unit's changes brought in.",
  keep: "what has landed must keep doing what it does",
};
const OF_RUN: Sides = {
  ground: "base-branch",
  brought: "this-run",
  told: "You stand on the base branch as it is now, with all that this run has landed brought in.",
  keep: "both the base branch and the run's work must keep doing what they do",
};

const section = ({ ground, brought, told, keep }: Sides, messages: string): string => `## The conflict

${told} Both sides are there as branches \`${ground}\` and \`${brought}\`.
Solve every conflict, take out all markers, and make the whole work: ${keep}.

${fenced(messages === "" ? "Git sees no conflict any more." : messages, 8000)}
`;

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
