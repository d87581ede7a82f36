/**
 * One switch over the union of writes. Each case ensures: what is there already in the wanted form is left alone.
 * A `UserError` is what GitHub refuses and a person must mend; a `TransientError` is tried again at a stated time.
 * One more effect: its schema in `domain/run/effect.ts`, its case here.
 */
import { projectFailure } from "../domain/board/project-rows.ts";
import { withUnplaced } from "../domain/board/review-body.ts";
import { commitMessages } from "../domain/handover/message.ts";
import { TransientError, UserError } from "../domain/problem.ts";
import { placed } from "../domain/review/inline.ts";
import type { Effect, EffectOf, EffectResult } from "../domain/run/effect.ts";
import { statusLabels } from "../domain/run/moved-label.ts";
import { AGENT_WORKFLOW, attemptKey, plainSlug } from "../domain/run/names.ts";
import { attemptOf } from "../domain/run/attempts.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import { buildTrain } from "./build-train.ts";
import { writeLearnings } from "./learnings.ts";
import { readHandOver } from "./hand-over.ts";
import type { CommitFiles, Ensured, Github } from "./ports.ts";
import { showPlan } from "./show-plan.ts";

export type Applied = { did: "created" | "updated" | "unchanged"; result: EffectResult | null };

export async function apply(
  github: Github,
  snapshot: RunSnapshot,
  effect: Effect,
): Promise<Applied | { did: "failed"; result: EffectResult }> {
  try {
    return await applyOne(github, snapshot, effect);
  } catch (error) {
    if (error instanceof UserError && effect.kind === "show-plan") {
      const retryAt = new Date(github.now().getTime() + UNSHOWN_MS);
      return { did: "failed", result: { kind: "later", effect: effect.id, what: error.what, retryAt } };
    }
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

/** Where a plan cannot be shown no question can be asked either: it is tried again, for a lock may have gone. */
const UNSHOWN_MS = 10 * 60_000;

/** Changes what is there and makes nothing: the order among such does not matter. */
export function isEdit(effect: Effect, { me, run, tracking }: RunSnapshot): boolean {
  switch (effect.kind) {
    case "update-issue":
    case "update-pull":
      return true;
    case "link-issue":
      return effect.blockedBy.length + effect.drops.length === 0;
    case "ensure-comment":
      return (
        effect.issue === run &&
        tracking.comments.some(({ author, body }) => author === me && lastLine(body) === effect.marker)
      );
    default:
      return false;
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
      const { title, body, labels, parent, key } = effect;
      const made = await board.ensureIssue({ marker: lastLine(body), title, body, labels, parent });
      return {
        did: made.did,
        result: key === null ? null : { kind: "issue-made", key, number: made.number },
      };
    }
    case "update-issue": {
      const { number, title, body, labels, state, stateReason } = effect;
      return plain(board.updateIssue(number, defined({ title, body, labels, state, stateReason })));
    }
    case "assign":
      return plain(board.assign(effect.issue, effect.login, effect.isOn));
    case "ensure-comment":
      return plain(board.ensureComment(effect));
    case "link-issue":
      return plain(board.ensureLinks(effect));
    case "mirror-project":
      return mirrorProject(github, effect);
    case "explain-label":
      return plain(explainLabel(board, effect));
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
      return {
        did: "updated",
        result: await buildTrain(code, { effect, known: snapshot.planFile.plan.tasks }),
      };
    case "write-learnings":
      return writeLearnings(github, effect);
    case "show-plan":
      return plain(showPlan(github, snapshot));
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

/** A picture: whatever is in its way is told, and the run goes on. */
async function mirrorProject({ projects }: Github, effect: EffectOf<"mirror-project">): Promise<Applied> {
  try {
    const { did, url } = await projects.mirror(effect);
    const { units, rows } = effect;
    return { did, result: { kind: "project-mirrored", url, units, rows } };
  } catch (error) {
    return { did: "unchanged", result: { kind: "project-failed", ...projectFailure(error) } };
  }
}

/** GitHub's lists show a label a moment later than it was set: what is right by now needs no word. */
async function explainLabel(board: Github["board"], effect: EffectOf<"explain-label">): Promise<Ensured> {
  const issue = await board.issue(effect.issue);
  return issue === null || statusLabels(issue.labels) === effect.label
    ? { did: "unchanged" }
    : board.ensureComment(effect);
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
  const name = `${snapshot.run}/${attemptKey(attempt)}/${attempt.nonce.slice(0, 8)}`;
  const seen = snapshot.branches[effect.branch] ?? null;
  const head = seen === effect.expectedHead ? seen : await github.code.branch(effect.branch);
  if (head !== null && head !== effect.expectedHead) {
    const commit = await github.code.readCommit(head);
    if (commit?.message.trimEnd().endsWith(`\nRoundtable-Attempt: ${name}`))
      return { did: "unchanged", result: { kind: "committed", attempt: effect.attempt, sha: head } };
    return moved(effect.attempt, effect.branch);
  }
  const unit =
    snapshot.planFile.plan.units.find((other) => snapshot.slugs[other.id] === plainSlug(attempt.slug)) ??
    null;
  const handOver = await readHandOver(github, { snapshot, attempt, fact: { id: effect.runId }, unit });
  if (handOver.kind !== "accepted" || "verdict" in handOver.content) {
    const why = handOver.kind === "refused" ? handOver.sentence : "its artifact is gone.";
    return stale(effect.attempt, `Its hand-over is no longer to be had: ${why}`);
  }
  const messages = commitMessages(handOver.content, { taskIds: unit?.taskIds ?? [], attempt: name });
  const commits = handOver.content.commits.map((commit, at): CommitFiles => ({
    message: messages[at]!,
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
const moved = (attempt: string, branch: string): Applied =>
  stale(attempt, `${branch} has moved while an agent worked on it; its work stands on another commit.`);

/** The work is lost, and done again. */
const stale = (attempt: string, why: string): Applied => ({
  did: "unchanged",
  result: { kind: "stale", attempt, why },
});

const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1) ?? "";

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
