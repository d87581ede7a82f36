/** One attempt as the journal holds it: how it was dispatched, what it came to, and what it took. All of them in order: attempts.ts. */
import { z } from "zod";
import { HandOverNote, Severity, WorkOutcome } from "../handover/result.ts";
import { JudgedFinding } from "../review/rounds.ts";

/** What a hand-over said, after its checks; the files themselves stay in the artifact until they are commits. */
export const AttemptResult = z.strictObject({
  summary: z.string(),
  tasks: z.array(z.strictObject({ id: z.string(), done: z.boolean(), note: z.string() })),
  /** Severity of a review: the highest of its findings; null for work. */
  severity: Severity.nullable(),
  findings: z.array(JudgedFinding),
  questions: z.array(z.string()),
  /** What it left for the next attempt. */
  handover: HandOverNote.nullable().default(null),
  /** What holds beyond this unit, by the agent's own word. */
  learnings: z.array(z.string()).default([]),
  /** How often the agent was shown within the attempt that it is red, and went on. */
  selfChecks: z.number().int().min(0).default(0),
  /** The tail of the first red verify command; empty when green or unknown. */
  tail: z.string(),
  /** By path as handed over; `lines` is null where there is no text: deleted, or binary. */
  files: z.array(z.strictObject({ path: z.string(), lines: z.number().nullable() })),
  /** Of a unit that ends in one, as handed over. */
  report: z.string().default(""),
  /** False where the verify job never gave its word: a verify run of its own is due. */
  verified: z.boolean(),
  model: z.string().nullable(),
  tokens: z
    .strictObject({ input: z.number(), output: z.number(), cached: z.number().nullable() })
    .nullable()
    .default(null),
  /** Null: nobody knows. */
  usd: z.number().nullable(),
  /** `usd` is what such an attempt takes by the configuration, or counted by length. */
  isEstimate: z.boolean().default(false),
});
export type AttemptResult = z.infer<typeof AttemptResult>;

/** A result of which no more is known than a sentence. */
export const emptyResult = (summary: string): AttemptResult => ({
  summary,
  tasks: [],
  severity: null,
  findings: [],
  questions: [],
  handover: null,
  learnings: [],
  selfChecks: 0,
  tail: "",
  files: [],
  report: "",
  verified: true,
  model: null,
  tokens: null,
  usd: null,
  isEstimate: false,
});

/**
 * `lost`: the run ended, or never began, without handing over; a small budget of its own. `interrupted`: it was
 * cancelled, or met the job's limit, and handed over what was done by then.
 */
export const AttemptOutcome = z.enum([
  ...WorkOutcome.options,
  "interrupted",
  "refused",
  "red",
  "green",
  "lost",
  "cancelled",
]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const NOT_HINDERED = { rate_limited: 0, infra: 0 };

export const Attempt = z.strictObject({
  nonce: z.string(),
  runId: z.number().nullable(),
  /** Workflow runs of its earlier nonces: what they bring counts no more. */
  pastRuns: z.array(z.number()).default([]),
  agent: z.string().nullable(),
  reviewer: z.string().nullable(),
  /** The commit that is checked out; the hand-over must match it. */
  headSha: z.string(),
  /** The integration commit that the unit's branch stands on; for `resolve` the one that it is brought together with. */
  baseSha: z.string(),
  at: z.string(),
  /** How often it was dispatched before this nonce and brought nothing. */
  lost: z.number(),
  /** US dollars that it may take, reserved while it is under way; null: nothing limits it. */
  allowance: z.number().nullable().default(null),
  /** Why the dispatch before this nonce brought nothing; null: there was none, or a person had it sent again. */
  again: z.string().nullable().default(null),
  /** What dispatches before this nonce took. */
  before: z.strictObject({ usd: z.number(), isEstimate: z.boolean() }).nullable().default(null),
  /** How often it ended because others kept its agent from working. */
  hindered: z.strictObject({ rate_limited: z.number(), infra: z.number() }).default(NOT_HINDERED),
  /** It is not dispatched before that time. */
  after: z.string().nullable().default(null),
  /** GitHub has taken the dispatch of this nonce. */
  sent: z.boolean().default(true),
  outcome: AttemptOutcome.nullable(),
  /** When that was taken down. */
  endedAt: z.string().nullable().default(null),
  result: AttemptResult.nullable(),
  /** The unit branch's head with this work on it. */
  committed: z.string().nullable(),
});
export type Attempt = Readonly<z.infer<typeof Attempt>>;

/** A workflow run may carry a clock a little behind the write-ahead's. */
export const CLOCK_SLACK_MS = 10_000;

/** All its workflow runs that are known, newest last. */
export const runsOf = ({ pastRuns, runId }: Pick<Attempt, "pastRuns" | "runId">): number[] =>
  runId === null ? pastRuns : [...pastRuns, runId];
