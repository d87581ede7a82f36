/**
 * The union of all writes that a run can make. Each is idempotent ("ensure"), carries an id that two passes give the
 * same write, and is plain data: the journal holds it before it is applied. File contents never stand in an effect;
 * they are read from the hand-over when it is applied.
 *
 * One more: add a schema here, decide when it is wanted, and add its case to `application/apply.ts`.
 */
import { z } from "zod";
import { ProjectRow } from "../board/project-rows.ts";

const id = z.string();
const labels = z.array(z.string());

export const Effect = z.discriminatedUnion("kind", [
  z.strictObject({
    id,
    kind: z.literal("ensure-labels"),
    labels: z.array(z.strictObject({ name: z.string(), color: z.string(), description: z.string() })),
  }),
  z.strictObject({
    id,
    kind: z.literal("ensure-issue"),
    unit: z.string().nullable(),
    /** Under which the journal keeps its number. */
    key: z.string().nullable().default(null),
    title: z.string(),
    body: z.string(),
    labels,
    /** The issue that it is a sub-issue of. */
    parent: z.number().nullable(),
  }),
  z.strictObject({
    id,
    kind: z.literal("update-issue"),
    number: z.number(),
    title: z.string().optional(),
    body: z.string().optional(),
    labels: labels.optional(),
    state: z.enum(["open", "closed"]).optional(),
    stateReason: z.enum(["completed", "not_planned", "reopened"]).optional(),
  }),
  z.strictObject({
    id,
    kind: z.literal("assign"),
    issue: z.number(),
    login: z.string(),
    isOn: z.boolean(),
  }),
  z.strictObject({
    id,
    kind: z.literal("ensure-comment"),
    issue: z.number(),
    marker: z.string(),
    body: z.string(),
  }),
  z.strictObject({
    id,
    kind: z.literal("link-issue"),
    number: z.number(),
    /** Null: it is part of one already. */
    parent: z.number().nullable(),
    blockedBy: z.array(z.strictObject({ number: z.number(), id: z.number().nullable() })),
    /** Issues that it was said to be blocked by, and is no more. */
    drops: z.array(z.number()).default([]),
  }),
  z.strictObject({
    id,
    kind: z.literal("mirror-project"),
    project: z.string(),
    units: z.array(z.string()),
    rows: z.array(ProjectRow),
  }),
  z.strictObject({
    id,
    kind: z.literal("explain-label"),
    issue: z.number(),
    /** The status label that is right. */
    label: z.string(),
    marker: z.string(),
    body: z.string(),
  }),
  z.strictObject({
    id,
    kind: z.literal("react"),
    comment: z.number(),
    content: z.enum(["eyes", "rocket", "confused"]),
  }),
  z.strictObject({
    id,
    kind: z.literal("ensure-branch"),
    branch: z.string(),
    sha: z.string(),
    /** Of a first commit; null: the branch stands on `sha` itself. */
    message: z.string().nullable(),
    /** The commit whose files that first commit brings back; null for an empty one. */
    restores: z.string().nullable().default(null),
  }),
  z.strictObject({
    id,
    kind: z.literal("ensure-pull"),
    unit: z.string().nullable(),
    head: z.string(),
    base: z.string(),
    title: z.string(),
    body: z.string(),
    draft: z.boolean(),
    labels,
  }),
  z.strictObject({
    id,
    kind: z.literal("update-pull"),
    number: z.number(),
    body: z.string().optional(),
    labels: labels.optional(),
    ready: z.literal(true).optional(),
    state: z.literal("closed").optional(),
  }),
  z.strictObject({
    id,
    kind: z.literal("dispatch"),
    attempt: z.string(),
    inputs: z.record(z.string(), z.string()),
  }),
  z.strictObject({ id, kind: z.literal("cancel-run"), runId: z.number() }),
  z.strictObject({
    id,
    kind: z.literal("commit-hand-over"),
    attempt: z.string(),
    branch: z.string(),
    expectedHead: z.string(),
    /** The integration commit that this work brings the branch together with; null for work that stands on the head. */
    merges: z.string().nullable().default(null),
    runId: z.number(),
  }),
  z.strictObject({
    id,
    kind: z.literal("ensure-review"),
    attempt: z.string(),
    pull: z.number(),
    sha: z.string(),
    verdict: z.enum(["approve", "request-changes", "comment"]),
    body: z.string(),
    /** To stand at their lines where the diff shows them, else in the body. */
    comments: z.array(z.strictObject({ path: z.string(), line: z.number(), body: z.string() })).default([]),
    marker: z.string(),
  }),
  z.strictObject({
    id,
    kind: z.literal("build-train"),
    n: z.number(),
    branch: z.string(),
    /** The integration head that the candidate stands on. */
    sha: z.string(),
    members: z.array(z.strictObject({ unit: z.string(), sha: z.string(), message: z.string() })),
    /** The landed unit whose work is taken out: the head that landed, and the verified commit that carries it. */
    reverts: z
      .strictObject({
        unit: z.string(),
        head: z.string(),
        sha: z.string(),
        branch: z.string(),
        message: z.string(),
      })
      .nullable()
      .default(null),
    /** On the last train: the boxes to tick, and the base branch to merge in where it has moved. */
    finish: z
      .strictObject({
        path: z.string(),
        tick: z.array(z.string()),
        baseBranch: z.string(),
        /** The merge in which an agent has brought the base branch and the integration head together, and what to say of it. */
        brought: z.strictObject({ sha: z.string(), note: z.string() }).nullable().default(null),
        /** A conflict with the base branch is noted, not solved. */
        leavesConflict: z.boolean().default(false),
        message: z.string(),
      })
      .nullable(),
  }),
  z.strictObject({
    id,
    kind: z.literal("write-learnings"),
    branch: z.string(),
    /** The branch whose AGENTS.md is added to. */
    base: z.string(),
    lines: z.array(z.string()),
    message: z.string(),
  }),
  z.strictObject({ id, kind: z.literal("show-plan") }),
  z.strictObject({ id, kind: z.literal("advance"), branch: z.string(), sha: z.string() }),
]);
export type Effect = z.infer<typeof Effect>;
export type EffectOf<Kind extends Effect["kind"]> = Extract<Effect, { kind: Kind }>;

/** What applying an effect brought that GitHub does not show as a fact: it rides on the next append. */
export type EffectResult =
  | { kind: "dispatched"; attempt: string; nonce: string; runId: number | null }
  | { kind: "issue-made"; key: string; number: number }
  | { kind: "committed"; attempt: string; sha: string }
  | { kind: "stale"; attempt: string; why: string }
  | { kind: "train-built"; n: number; sha: string; notes: string[] }
  | { kind: "train-conflict"; n: number; unit: string }
  | { kind: "learnings-written"; sha: string | null }
  | { kind: "base-conflict"; n: number; base: string }
  | { kind: "project-mirrored"; url: string; units: string[]; rows: ProjectRow[] }
  | { kind: "project-failed"; what: string; fix: string; isPassing: boolean }
  | { kind: "refused"; effect: string; what: string; fix: string }
  | { kind: "later"; effect: string; what: string; retryAt: Date };
