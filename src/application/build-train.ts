/** The candidate of a train (design 2.10): what is made of the integration head, commit by commit, on the train's branch. */
import { UserError } from "../domain/problem.ts";
import type { EffectOf, EffectResult } from "../domain/run/effect.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import { stillThere } from "../domain/spec/changes.ts";
import { ticked } from "../domain/spec/ticks.ts";
import { movedMeanwhile } from "./learnings.ts";
import type { Github } from "./ports.ts";

type Code = Github["code"];
type Train = EffectOf<"build-train">;
type Task = RunSnapshot["planFile"]["plan"]["tasks"][number];
type Finish = NonNullable<Train["finish"]>;

/** From scratch each time: until it is verified nobody stands on the train. */
export async function buildTrain(
  code: Code,
  { effect, known }: { effect: Train; known: readonly Task[] },
): Promise<EffectResult> {
  await code.resetBranch(effect.branch, effect.sha);
  let candidate = effect.sha;
  const notes: string[] = [];
  for (const member of effect.members) {
    const merged = await code.merge({ base: effect.branch, head: member.sha, message: member.message });
    if (merged === "conflict") return { kind: "train-conflict", n: effect.n, unit: member.unit };
    if (merged !== "nothing") candidate = merged.sha;
  }
  if (effect.reverts) {
    const { unit, branch, message } = effect.reverts;
    const { carrier, before } = await mergeOf(code, effect.reverts);
    const back = await code.ensureBranch({ name: branch, sha: carrier, message, restores: before });
    const merged = await code.merge({ base: effect.branch, head: back.sha, message });
    if (merged === "conflict") return { kind: "train-conflict", n: effect.n, unit };
    if (merged !== "nothing") candidate = merged.sha;
  }
  if (effect.finish) {
    const merged = await mergeBase(code, { branch: effect.branch, finish: effect.finish });
    if ("conflicts" in merged) return { kind: "base-conflict", n: effect.n, base: merged.conflicts };
    const head = merged.sha ?? candidate;
    const done = await tick(code, { branch: effect.branch, head, finish: effect.finish, known });
    notes.push(...merged.notes, ...done.notes);
    candidate = done.sha;
  }
  return { kind: "train-built", n: effect.n, sha: candidate, notes };
}

/** Of one train, and more. */
const MAX_MEMBERS = 10;

/** The merge that brought a head onto the integration branch, and what stood before it: one of its train's merges. */
async function mergeOf(
  code: Code,
  { head, sha }: { head: string; sha: string },
): Promise<{ carrier: string; before: string }> {
  let carrier: string | undefined = sha;
  for (let looked = 0; looked < MAX_MEMBERS && carrier !== undefined; looked++) {
    const parents: readonly string[] = (await code.readCommit(carrier))?.parents ?? [];
    const [before] = parents;
    if (before !== undefined && parents[1] === head) return { carrier, before };
    carrier = before;
  }
  throw new UserError({
    what: "The commit that landed this work is not found",
    why: `${sha.slice(0, 7)} was made by no merge of ${head.slice(0, 7)}`,
    fix: "Revert it by hand on the integration branch, and answer this decision.",
  });
}

interface BaseMerged {
  /** Null: the base has nothing new. */
  sha: string | null;
  /** What a person must know, or do, on the final pull request. */
  notes: string[];
}

/** What an agent has brought together first; then what the base has beyond that. */
async function mergeBase(
  code: Code,
  { branch, finish }: { branch: string; finish: Finish },
): Promise<BaseMerged | { conflicts: string }> {
  const { baseBranch, brought, leavesConflict } = finish;
  const mend = "Press Update branch on the final pull request, or merge it by hand.";
  const base = await code.branch(baseBranch);
  let sha: string | null = null;
  const notes: string[] = [];
  try {
    for (const head of [brought?.sha, base]) {
      if (head == null) continue;
      const message = `Merge ${baseBranch} into the integration branch`;
      const merged = await code.merge({ base: branch, head, message });
      if (merged === "conflict" && !leavesConflict) return { conflicts: head };
      if (merged === "conflict")
        notes.push(`${baseBranch} has moved and conflicts with this branch. ${mend}`);
      else if (merged !== "nothing") {
        sha = merged.sha;
        if (head === brought?.sha) notes.push(brought.note);
      }
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notes.push(`${baseBranch} has moved and could not be merged in (${error.why}). ${mend}`);
  }
  return { sha, notes };
}

async function tick(
  code: Code,
  { branch, head, finish, known }: { branch: string; head: string; finish: Finish; known: readonly Task[] },
): Promise<{ sha: string; notes: string[] }> {
  const tasks = await code.file(head, finish.path);
  if (tasks === null) return { sha: head, notes: [] };
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(tasks);
  const same = stillThere(before, finish.tick, known);
  const other = finish.tick.filter((id) => !same.includes(id));
  const notes =
    other.length > 0
      ? [
          `The boxes of ${other.join(", ")} are not ticked: tasks.md on ${finish.baseBranch} has other tasks there now.`,
        ]
      : [];
  const after = ticked(before, same);
  if (after === before) return { sha: head, notes };
  const commit = {
    message: finish.message,
    files: [{ path: finish.path, mode: "100644" as const, content: new TextEncoder().encode(after) }],
  };
  const written = await code.commit({ branch, expectedHead: head, commits: [commit] });
  if (written === "moved") throw movedMeanwhile(branch);
  return { sha: written.sha, notes };
}
