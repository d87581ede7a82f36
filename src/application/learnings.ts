import { TransientError, UserError } from "../domain/problem.ts";
import type { EffectOf } from "../domain/run/effect.ts";
import { AGENTS_FILE, withLearned } from "../domain/text/agents-file.ts";
import type { Applied } from "./apply.ts";
import type { Github } from "./ports.ts";

/** Adds lines to AGENTS.md on a branch of their own. A repeat finds the commit by the message of the branch's head. */
export async function writeLearnings(
  { code }: Pick<Github, "code">,
  effect: EffectOf<"write-learnings">,
): Promise<Applied> {
  const { branch, base, lines, message } = effect;
  const written = (did: Applied["did"], sha: string | null): Applied => ({
    did,
    result: { kind: "learnings-written", sha },
  });
  const existing = await code.branch(branch);
  if (existing !== null && (await code.readCommit(existing))?.message.trimEnd() === message)
    return written("unchanged", existing);
  const head = existing ?? (await code.branch(base));
  if (head === null) return written("unchanged", null);
  const after = withLearned(await agentsFile(code, head), lines);
  if (after === null) return written("unchanged", null);
  await code.ensureBranch({ name: branch, sha: head, message: null });
  const files = [{ path: AGENTS_FILE, mode: "100644" as const, content: new TextEncoder().encode(after) }];
  const commit = await code.commit({ branch, expectedHead: head, commits: [{ message, files }] });
  if (commit === "moved") throw movedMeanwhile(branch);
  return written("created", commit.sha);
}

/** Null where there is none. Where it is no text of its own a line more might land anywhere. */
async function agentsFile(code: Github["code"], sha: string): Promise<string | null> {
  const refused = (why: string): UserError =>
    new UserError({
      what: `What was learned is not proposed for ${AGENTS_FILE}`,
      why,
      fix: `The hand-overs hold it under "learnings".`,
    });
  if ((await code.paths(sha)).special.includes(AGENTS_FILE)) throw refused("it is a symbolic link");
  const bytes = await code.file(sha, AGENTS_FILE);
  if (bytes === null) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused("it is no UTF-8 text");
  }
}

export const movedMeanwhile = (branch: string): TransientError =>
  new TransientError({
    what: `${branch} moved while it was being built`,
    why: "another writer touched it",
    retryAfterMs: 5_000,
  });
