/** What an agent's job hands over: `result.json`. Contracts, "Hand-over artifact". */
import { z } from "zod";
import { ROLES } from "../run/names.ts";

/** From worst to best. */
export const Severity = z.enum(["critical", "major", "minor", "none"]);
export type Severity = z.infer<typeof Severity>;

export const WorkOutcome = z.enum(["completed", "needs_info", "blocked", "timed_out", "rate_limited", "infra", "failed", "no_change"]);
export type WorkOutcome = z.infer<typeof WorkOutcome>;

export const Finding = z.strictObject({
  severity: Severity,
  path: z.string().nullable().default(null),
  line: z.number().int().positive().nullable().default(null),
  summary: z.string(),
  details: z.string().default(""),
  criterion: z.string().nullable().default(null),
  fix: z.string().nullable().default(null),
});
export type Finding = z.infer<typeof Finding>;

const Usage = z.strictObject({
  model: z.string(),
  input: z.number().nullable(),
  output: z.number().nullable(),
  cached: z.number().nullable(),
  usd: z.number().nullable(),
});

/** What binds a hand-over to one attempt. */
const binding = {
  v: z.literal(1),
  run: z.number().int(),
  unit: z.string(),
  role: z.enum(ROLES),
  attempt: z.number().int().positive(),
  nonce: z.string(),
  baseSha: z.string(),
  headSha: z.string(),
};

export const HandOverFile = z.strictObject({
  path: z.string(),
  mode: z.enum(["100644", "100755"]).default("100644"),
  content: z.string().optional(),
  base64: z.string().optional(),
  deleted: z.literal(true).optional(),
});
export type HandOverFile = z.infer<typeof HandOverFile>;

export const VerifyStep = z.strictObject({ command: z.string(), code: z.number().nullable(), tail: z.string() });
export type VerifyStep = z.infer<typeof VerifyStep>;

export const WorkResult = z.strictObject({
  ...binding,
  outcome: WorkOutcome,
  summary: z.string(),
  tasks: z.array(z.strictObject({ id: z.string(), done: z.boolean(), note: z.string() })).default([]),
  commits: z.array(z.strictObject({ message: z.string(), task: z.string().nullable(), files: z.array(HandOverFile) })).default([]),
  verify: z.array(VerifyStep).default([]),
  questions: z.array(z.string()).default([]),
  outOfScope: z.array(z.string()).default([]),
  learnings: z.array(z.string()).default([]),
  handover: z.strictObject({ done: z.string(), left: z.string(), howToVerify: z.string() }).nullable().default(null),
  usage: Usage.nullable().default(null),
});
export type WorkResult = z.infer<typeof WorkResult>;

export const ReviewResult = z.strictObject({
  ...binding,
  outcome: WorkOutcome,
  summary: z.string(),
  verdict: z.enum(["pass", "fail"]),
  findings: z.array(Finding),
  usage: Usage.nullable().default(null),
});
export type ReviewResult = z.infer<typeof ReviewResult>;

export const HandOver = z.union([ReviewResult, WorkResult]);
export type HandOver = z.infer<typeof HandOver>;
