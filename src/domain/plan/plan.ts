/** The plan: units, edges, path locks, assignments, made from one spec at one commit. Contracts, `plan --json`. */
import { z } from "zod";
import { Diagnostic } from "../problem.ts";

export const TaskStatus = z.enum(["not_started", "in_progress", "queued", "completed", "unknown"]);
export type TaskStatus = z.infer<typeof TaskStatus>;

export const PlanTask = z.strictObject({
  id: z.string(),
  title: z.string(),
  status: TaskStatus,
  optional: z.boolean(),
  parent: z.string().nullable(),
  line: z.number(),
  requirements: z.array(z.string()),
  dependsOn: z.array(z.string()),
  writes: z.array(z.string()),
  reads: z.array(z.string()),
});
export type PlanTask = z.infer<typeof PlanTask>;

export const UnitType = z.enum(["code", "ui", "docs", "test", "review", "checkpoint"]);
export type UnitType = z.infer<typeof UnitType>;

export const Criticality = z.enum(["standard", "complex", "security-sensitive"]);
export type Criticality = z.infer<typeof Criticality>;

export const ReviewerRole = z.enum(["correctness", "security", "architecture", "tests", "ui"]);
export type ReviewerRole = z.infer<typeof ReviewerRole>;

export const Source = z.enum(["declared", "waves", "lifted", "checkpoint", "inferred"]);
export type Source = z.infer<typeof Source>;

const PathUse = z.strictObject({ path: z.string(), source: Source });
export type PathUse = z.infer<typeof PathUse>;

export const PlanUnit = z.strictObject({
  id: z.string(),
  title: z.string(),
  taskIds: z.array(z.string()),
  type: UnitType,
  agent: z.string(),
  /** Who goes on when its own agent's fixes do not get it in order; null: nobody else. */
  escalation: z.string().nullable().default(null),
  criticality: Criticality,
  reviewers: z.array(z.strictObject({ role: ReviewerRole, agent: z.string() })),
  dependsOn: z.array(z.strictObject({ id: z.string(), source: Source, because: z.string() })),
  writes: z.array(PathUse),
  reads: z.array(PathUse),
  unknownPaths: z.boolean(),
  /** Why only a person can do it; null for a unit that goes to an agent. */
  person: z.string().nullable(),
  /** The file that a unit of type review ends in. */
  report: z.string().nullable().default(null),
  /** 0 first, 4 last; breaks ties in the order of start. */
  priority: z.number().int().default(2),
  because: z.strictObject({
    type: z.string(),
    agent: z.string(),
    escalation: z.string().default(""),
    criticality: z.string(),
    reviewers: z.string().default(""),
  }),
});
export type PlanUnit = z.infer<typeof PlanUnit>;

export const Plan = z.strictObject({
  v: z.literal(1),
  spec: z.strictObject({ name: z.string(), path: z.string(), sha: z.string().nullable() }),
  tasks: z.array(PlanTask),
  units: z.array(PlanUnit),
  leftOut: z.array(z.strictObject({ id: z.string(), why: z.string() })),
  diagnostics: z.array(Diagnostic),
  schedule: z.strictObject({
    workers: z.number(),
    makespan: z.number(),
    criticalPath: z.array(z.string()),
    waves: z.array(z.array(z.string())),
    width: z.number(),
    because: z.string(),
  }),
  estimate: z.strictObject({
    jobs: z.number(),
    minutes: z.number().nullable(),
    tokens: z.number().nullable(),
    usd: z.number().nullable(),
    /** Where the figures come from, and what nobody gave. */
    because: z.string().default(""),
  }),
  hash: z.string(),
});
export type Plan = z.infer<typeof Plan>;
