/**
 * One switch over the union of writes. Each case ensures: what is there already in the wanted form is left alone.
 * A `UserError` is what GitHub refuses and a person must mend; a `TransientError` is tried again at a stated time.
 * One more effect: its schema in `domain/run/effect.ts`, its case here.
 */
import { withUnplaced } from "../domain/board/review-body.ts";
import { TransientError, UserError } from "../domain/problem.ts";
import { placed } from "../domain/review/inline.ts";
import type { Effect, EffectOf, EffectResult } from "../domain/run/effect.ts";
import { AGENT_WORKFLOW, attemptKey, plainSlug } from "../domain/run/names.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import { stillThere } from "../domain/spec/changes.ts";
import { ticked } from "../domain/spec/ticks.ts";
import { commitSubject } from "../domain/text/harmless.ts";
import { movedMeanwhile, writeLearnings } from "./learnings.ts";
import { attemptOf, readHandOver } from "./observe.ts";
import type { CommitFiles, Ensured, Github } from "./ports.ts";

export type Applied = { did: "created" | "updated" | "unchanged"; result: EffectResult | null };

export async function apply(
  github: Github,
  snapshot: RunSnapshot,
  effect: Effect,
): Promise<Applied | { did: "failed"; result: EffectResult }> {
  try {
    return await applyOne(github, snapshot, effect);
  } catch (error) {
    if (error instanceof UserError)
      return {
        did: "failed",
        result: { kind: "refused", effect: effect.id, what: `${error.what}: ${error.why}.`, fix: error.fix },
      };
    if (error instanceof TransientError) {
      const retryAt = new Date(github.now().getTime() + error.retryAfterMs);
      return { did: "failed", result: { kind: "later", effect: effect.id, what: error.what, retryAt } };
    }
    throw error;
  }
}

async function applyOne(github: Github, snapshot: RunSnapshot, effect: Effect): Promise<Applied> {
  const { board, code, workflows } = github;
  const plain = async (ensured: Promise<{ did: Applied["did"] }>): Promise<Applied> => ({
    did: (await ensured).did,
    result: null,
  });
  switch (effect.kind) {
    case "ensure-labels":
      return plain(board.ensureLabels(effect.labels));
    case "ensure-issue": {
      const { title, body, labels, parent } = effect;
      return plain(board.ensureIssue({ marker: lastLine(body), title, body, labels, parent }));
    }
    case "update-issue": {
      const { number, body, labels, state, stateReason } = effect;
      return plain(board.updateIssue(number, defined({ body, labels, state, stateReason })));
    }
    case "ensure-comment":
      return plain(board.ensureComment(effect));
    case "react":
      return plain(board.react({ comment: effect.comment }, effect.content));
    case "ensure-branch":
      return plain(code.ensureBranch({ ...effect, name: effect.branch }));
    case "ensure-pull":
      return plain(board.ensurePull(effect));
    case "update-pull": {
      const { number, body, labels, ready, state } = effect;
      return plain(board.updatePull(number, defined({ body, labels, ready, state })));
    }
    case "dispatch":
      return dispatch(github, effect);
    case "cancel-run":
      return plain(workflows.cancel(effect.runId));
    case "commit-hand-over":
      return commitHandOver(github, snapshot, effect);
    case "ensure-review":
      return plain(postReview(board, effect));
    case "build-train":
      return buildTrain(github, snapshot, effect);
    case "write-learnings":
      return writeLearnings(github, effect);
    case "advance": {
      const moved = await code.advance(effect.branch, effect.sha);
      // Not a fast-forward: the integration branch has moved; the next look drops this train.
      return moved === "refused" ? { did: "unchanged", result: null } : { did: moved.did, result: null };
    }
  }
}

async function dispatch(github: Github, effect: EffectOf<"dispatch">): Promise<Applied> {
  const started = await github.workflows.dispatch(AGENT_WORKFLOW, effect.inputs);
  if (started === "missing") {
    throw new UserError({
      what: `The workflow .github/workflows/${AGENT_WORKFLOW} is not on the default branch`,
      why: "agents work in its jobs",
      fix: "Copy it from Roundtable's workflows folder, commit it, and answer this decision.",
    });
  }
  return {
    did: "created",
    result: {
      kind: "dispatched",
      attempt: effect.attempt,
      nonce: effect.inputs["nonce"] ?? "",
      runId: started.runId,
    },
  };
}

/** Findings stand at their lines as far as the diff shows them; it may move until the review is posted. */
async function postReview(board: Github["board"], effect: EffectOf<"ensure-review">): Promise<Ensured> {
  const { comments, ...review } = effect;
  const files = comments.length > 0 ? await board.changedFiles(effect.pull) : [];
  for (const { inline, rest } of [placed(comments, files), { inline: [], rest: comments }]) {
    const body = withUnplaced(review.body, rest);
    const posted = await board.ensureReview({ ...review, body, comments: inline });
    if (posted !== "misplaced") return posted;
  }
  throw new Error("a review without comments at lines was said to miss a line");
}

/** The work of an attempt becomes commits on its branch; a repeat finds them by the trailer of the branch's head. */
async function commitHandOver(
  github: Github,
  snapshot: RunSnapshot,
  effect: EffectOf<"commit-hand-over">,
): Promise<Applied> {
  const attempt = attemptOf(snapshot.state, effect.attempt);
  const trailer = `Roundtable-Attempt: ${snapshot.run}/${attemptKey(attempt)}/${attempt.nonce.slice(0, 8)}`;
  const head = await github.code.branch(effect.branch);
  if (head !== null && head !== effect.expectedHead) {
    const commit = await github.code.readCommit(head);
    if (commit?.message.trimEnd().endsWith(trailer))
      return { did: "unchanged", result: { kind: "committed", attempt: effect.attempt, sha: head } };
    return moved(effect.attempt, effect.branch);
  }
  const unit =
    snapshot.planFile.plan.units.find((other) => snapshot.slugs[other.id] === plainSlug(attempt.slug)) ??
    null;
  const handOver = await readHandOver(github, { snapshot, attempt, fact: { id: effect.runId }, unit });
  if (handOver.kind !== "accepted" || "verdict" in handOver.content) {
    throw new UserError({
      what: `The hand-over of ${effect.attempt} is no longer to be had`,
      why: handOver.kind === "refused" ? handOver.sentence : "its artifact is gone",
      fix: "Answer this decision with 1 to work on that unit again.",
    });
  }
  const commits = handOver.content.commits.map((commit): CommitFiles => ({
    message: `${commitSubject(commit.message)}\n\n${commit.task ? `Task: ${commitSubject(commit.task, 40)}\n` : ""}${trailer}`,
    files: commit.files.map((file) => ({
      path: file.path,
      mode: file.mode,
      content: file.deleted
        ? null
        : file.base64 !== undefined
          ? Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0))
          : new TextEncoder().encode(file.content ?? ""),
    })),
  }));
  const written = await github.code.commit({
    branch: effect.branch,
    expectedHead: effect.expectedHead,
    merges: effect.merges,
    commits,
  });
  if (written === "moved") return moved(effect.attempt, effect.branch);
  return { did: "created", result: { kind: "committed", attempt: effect.attempt, sha: written.sha } };
}

/** Somebody pushed while the agent worked: its work stands on another commit, and the next attempt begins from theirs. */
const moved = (attempt: string, branch: string): Applied => ({
  did: "unchanged",
  result: {
    kind: "stale",
    attempt,
    why: `${branch} has moved while an agent worked on it; its work stands on another commit.`,
  },
});

/** From scratch each time: until it is verified nobody stands on the train. */
async function buildTrain(
  { code }: Github,
  { planFile }: RunSnapshot,
  effect: EffectOf<"build-train">,
): Promise<Applied> {
  await code.resetBranch(effect.branch, effect.sha);
  let candidate = effect.sha;
  const notes: string[] = [];
  for (const member of effect.members) {
    const merged = await code.merge({ base: effect.branch, head: member.sha, message: member.message });
    if (merged === "conflict")
      return { did: "updated", result: { kind: "train-conflict", n: effect.n, unit: member.unit } };
    if (merged !== "nothing") candidate = merged.sha;
  }
  if (effect.reverts) {
    const { unit, branch, message } = effect.reverts;
    const { carrier, before } = await mergeOf(code, effect.reverts);
    const back = await code.ensureBranch({ name: branch, sha: carrier, message, restores: before });
    const merged = await code.merge({ base: effect.branch, head: back.sha, message });
    if (merged === "conflict")
      return { did: "updated", result: { kind: "train-conflict", n: effect.n, unit } };
    if (merged !== "nothing") candidate = merged.sha;
  }
  if (effect.finish)
    candidate = await finishTrain(
      { code },
      {
        effect,
        finish: effect.finish,
        candidate,
        notes,
        known: planFile.plan.tasks,
      },
    );
  return { did: "updated", result: { kind: "train-built", n: effect.n, sha: candidate, notes } };
}

/** The merge that brought a head onto the integration branch, and what stood before it: one of its train's merges. */
async function mergeOf(
  code: Github["code"],
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

async function finishTrain(
  { code }: Pick<Github, "code">,
  {
    effect,
    finish,
    candidate,
    notes,
    known,
  }: {
    effect: EffectOf<"build-train">;
    finish: NonNullable<EffectOf<"build-train">["finish"]>;
    candidate: string;
    notes: string[];
    known: RunSnapshot["planFile"]["plan"]["tasks"];
  },
): Promise<string> {
  let head = candidate;
  const base = await code.branch(finish.baseBranch);
  if (base !== null) {
    const merged = await mergeBase(code, { branch: effect.branch, base, finish });
    if (typeof merged === "string") notes.push(merged);
    else if (merged !== null) head = merged.sha;
  }
  const tasks = await code.file(head, finish.path);
  if (tasks === null) return head;
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(tasks);
  const same = stillThere(before, finish.tick, known);
  const other = finish.tick.filter((id) => !same.includes(id));
  if (other.length > 0)
    notes.push(
      `The boxes of ${other.join(", ")} are not ticked: tasks.md on ${finish.baseBranch} has other tasks there now.`,
    );
  const after = ticked(before, same);
  if (after === before) return head;
  const commit = {
    message: finish.message,
    files: [{ path: finish.path, mode: "100644" as const, content: new TextEncoder().encode(after) }],
  };
  const written = await code.commit({ branch: effect.branch, expectedHead: head, commits: [commit] });
  if (written === "moved") throw movedMeanwhile(effect.branch);
  return written.sha;
}

/** Null: the base has nothing new. A sentence: a person must press Update branch on the final pull request. */
async function mergeBase(
  code: Github["code"],
  { branch, base, finish }: { branch: string; base: string; finish: { baseBranch: string } },
): Promise<{ sha: string } | string | null> {
  const mend = "Press Update branch on the final pull request, or merge it by hand.";
  try {
    const merged = await code.merge({
      base: branch,
      head: base,
      message: `Merge ${finish.baseBranch} into the integration branch`,
    });
    if (merged === "nothing") return null;
    if (merged === "conflict")
      return `${finish.baseBranch} has moved and conflicts with this branch. ${mend}`;
    return merged;
  } catch (error) {
    if (error instanceof UserError)
      return `${finish.baseBranch} has moved and could not be merged in (${error.why}). ${mend}`;
    throw error;
  }
}

/** Of one train, and more. */
const MAX_MEMBERS = 10;

const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1) ?? "";

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
