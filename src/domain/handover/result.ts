/**
 * What an agent's job hands over: `result.json`. Contracts, "Hand-over artifact".
 *
 * Lengths are capped, because these texts reach the journal and, made harmless, bodies on GitHub. The job that writes
 * the file clips to the same caps, so that only a forged one is refused for its length.
 */
import { z } from "zod";
import { Proposal } from "../plan/proposal.ts";
import { ROLES } from "../run/names.ts";

/** Characters, or entries of a list. */
export const CAPS = { line: 500, text: 10_000, tail: 20_000, entries: 200 } as const;

const line = z.string().max(CAPS.line);
const text = z.string().max(CAPS.text);
const texts = z.array(text).max(CAPS.entries);

/** From worst to best. */
export const Severity = z.enum(["critical", "major", "minor", "none"]);
export type Severity = z.infer<typeof Severity>;

export const WorkOutcome = z.enum([
  "completed",
  "needs_info",
  "blocked",
  "timed_out",
  "rate_limited",
  "infra",
  "failed",
  "no_change",
]);
export type WorkOutcome = z.infer<typeof WorkOutcome>;

export const Finding = z.strictObject({
  /** Of a later round: the finding of an earlier one that this is. */
  id: line.nullable().default(null),
  severity: Severity,
  path: line.nullable().default(null),
  line: z.number().int().positive().nullable().default(null),
  summary: text,
  details: text.default(""),
  criterion: text.nullable().default(null),
  fix: text.nullable().default(null),
});
export type Finding = z.infer<typeof Finding>;

/** Unknown numbers are null, never 0. */
export const Usage = z.strictObject({
  model: line,
  /** With what came from a cache. */
  input: z.number().min(0).nullable(),
  output: z.number().min(0).nullable(),
  /** Of `input`. */
  cached: z.number().min(0).nullable(),
  usd: z.number().min(0).nullable(),
  /** Some of it was counted by length, because an answer was cut off. */
  isEstimate: z.boolean().optional(),
  /** It was stopped at its ceiling on money. */
  isAtCap: z.boolean().optional(),
});
export type Usage = z.infer<typeof Usage>;

/** What binds a hand-over to one attempt. */
const binding = {
  v: z.literal(1),
  run: z.number().int(),
  unit: line,
  role: z.enum(ROLES),
  attempt: z.number().int().positive(),
  nonce: line,
  baseSha: line,
  headSha: line,
};

export const HandOverFile = z.strictObject({
  path: z.string(),
  mode: z.enum(["100644", "100755"]).default("100644"),
  content: z.string().optional(),
  base64: z.string().optional(),
  deleted: z.literal(true).optional(),
});
export type HandOverFile = z.infer<typeof HandOverFile>;

/** `code` is null when the command was ended by a signal. */
export const VerifyStep = z.strictObject({
  command: text,
  code: z.number().nullable(),
  tail: z.string().max(CAPS.tail),
});
export type VerifyStep = z.infer<typeof VerifyStep>;

export const TaskDone = z.strictObject({ id: line, done: z.boolean(), note: text });
export type TaskDone = z.infer<typeof TaskDone>;

export const HandOverNote = z.strictObject({ done: text, left: text, howToVerify: text });
export type HandOverNote = z.infer<typeof HandOverNote>;

export const WorkResult = z.strictObject({
  ...binding,
  outcome: WorkOutcome,
  summary: text,
  tasks: z.array(TaskDone).max(CAPS.entries).default([]),
  commits: z
    .array(z.strictObject({ message: text.min(1), task: line.nullable(), files: z.array(HandOverFile) }))
    .max(CAPS.entries)
    .default([]),
  /** Of the last round. */
  verify: z.array(VerifyStep).max(CAPS.entries).default([]),
  /** How often the agent was shown that it is red and went on. */
  selfChecks: z.number().int().min(0).default(0),
  questions: texts.default([]),
  outOfScope: texts.default([]),
  learnings: texts.default([]),
  handover: HandOverNote.nullable().default(null),
  /** Of role plan. */
  proposal: Proposal.optional(),
  usage: Usage.nullable().default(null),
});
export type WorkResult = z.infer<typeof WorkResult>;

export const ReviewResult = z.strictObject({
  ...binding,
  outcome: WorkOutcome,
  summary: text,
  verdict: z.enum(["pass", "fail"]),
  findings: z.array(Finding).max(CAPS.entries),
  usage: Usage.nullable().default(null),
});
export type ReviewResult = z.infer<typeof ReviewResult>;

/** A review is known by its verdict. A reviewer that came to none hands over a `WorkResult` without commits. */
export const HandOver = z.union([ReviewResult, WorkResult]);
export type HandOver = z.infer<typeof HandOver>;

/** As it is sent: strict but for modes, which have a guard with a sentence of its own. */
const SentFile = HandOverFile.extend({ mode: z.string().default("100644") });
export type SentFile = z.infer<typeof SentFile>;

export const SentWork = WorkResult.extend({
  commits: z
    .array(z.strictObject({ message: text.min(1), task: line.nullable(), files: z.array(SentFile) }))
    .max(CAPS.entries)
    .default([]),
});
export type SentHandOver = z.infer<typeof SentWork> | ReviewResult;
