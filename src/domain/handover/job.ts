/** `job.json`: what the work and verify jobs of one attempt are told. Contracts, "Workflows". */
import { z } from "zod";
import { Backend, Price } from "../config-agents.ts";
import { Source } from "../plan/plan.ts";
import { HandOverFile } from "./result.ts";
import { ROLES } from "../run/names.ts";

/** Git takes what begins with a hyphen for an option, and a stream of commits is read by lines. */
const sha = z.string().regex(/^[0-9a-f]{40}$/, "it is no commit's SHA");

export const Job = z.strictObject({
  v: z.literal(1),
  run: z.number().int(),
  /** The unit's slug, as in branch and artifact names; `_base` where the whole run meets a moved base branch, `_plan` where it is planned. */
  unit: z.string(),
  /** The unit's id, as in tasks.md; `_base` as above. */
  unitId: z.string(),
  title: z.string(),
  /** The unit's tasks that hold no others, each with the paths that its text names: by them work becomes commits. */
  parts: z.array(z.strictObject({ id: z.string(), title: z.string(), writes: z.array(z.string()) })),
  role: z.enum(ROLES),
  attempt: z.number().int().positive(),
  /** Counts from 1: this attempt among those of its role; for a review among those of its reviewer. */
  turn: z.number().int().positive(),
  reviewer: z.string().nullable(),
  nonce: z.string(),
  baseSha: sha,
  headSha: sha,
  /** The spec's folder. */
  spec: z.string(),
  backend: Backend,
  model: z.string().nullable(),
  /** Program and arguments, for `backend: command`. */
  command: z.string().nullable(),
  setup: z.array(z.string()),
  verify: z.array(z.string()),
  writes: z.array(z.strictObject({ path: z.string(), source: Source })),
  /** The file that the unit ends in, where that is a report. */
  report: z.string().nullable(),
  protectedPaths: z.array(z.string()),
  /** Of a review: agents' configuration, as the base has it, that the change touches. */
  restored: z.array(HandOverFile).default([]),
  /** Where the model is asked instead of its vendor. */
  baseUrl: z.string().nullable(),
  /** Of the model; null: nobody gave one. */
  price: Price.nullable(),
  isolation: z.enum(["required", "none"]),
  /** Hosts that the agent may reach; empty: all. */
  network: z.array(z.string()),
  /** `minutes`: the agent's soft deadline; the job's own limit is later. `usd`: null, nobody set a cap. */
  limits: z.strictObject({
    minutes: z.number().positive(),
    turns: z.number().int().positive(),
    usd: z.number().min(0).nullable(),
  }),
});
export type Job = z.infer<typeof Job>;
