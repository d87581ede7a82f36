/**
 * A conflict as its agent finds it: the checkout stands on the integration commit, and the unit's changes are brought
 * in with git's own markers where both sides changed the same. What is handed over is then what the unit changes on
 * top of what has landed.
 */
import type { Job } from "../../domain/handover/job.ts";
import { UserError } from "../../domain/problem.ts";
import { fenced } from "../../domain/text/harmless.ts";
import type { Processes } from "../ports.ts";

export interface Conflict {
  /** Tree of the integration commit. */
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
  // The names stand in the markers.
  await git("update-ref", `refs/heads/${LANDED}`, job.baseSha);
  await git("update-ref", `refs/heads/${UNIT}`, job.headSha);
  const base = (await git("rev-parse", `${LANDED}^{tree}`)).text.trim();
  const { text } = await git("merge-tree", "--write-tree", "--messages", "--name-only", LANDED, UNIT);
  const merged = text.slice(0, text.indexOf("\n"));
  const messages = text.slice(text.indexOf("\n\n") + 2).trim();
  return { base, merged, told: section(messages) };
}

const LANDED = "landed";
const UNIT = "this-unit";

const section = (messages: string): string => `## The conflict

You stand on what has landed, with this unit's changes brought in. Both sides are there as branches \`${LANDED}\` and \`${UNIT}\`.
Solve every conflict, take out all markers, and make the whole work: what has landed must keep doing what it does.

${fenced(messages === "" ? "Git sees no conflict any more." : messages, 8000)}
`;

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
