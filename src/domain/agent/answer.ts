/**
 * What a backend answers, and how it becomes a hand-over. Keys that nobody asked for are left out; texts are cut to
 * the caps of `result.json`. What the wrapper measures itself (files, verify results) can stand in no answer.
 */
import { z } from "zod";
import type { Job } from "../handover/job.ts";
import { Proposal } from "../plan/proposal.ts";
import {
  CAPS,
  Finding,
  HandOverNote,
  Severity,
  type TaskDone,
  Usage,
  WorkOutcome,
  type SentFile,
  type SentHandOver,
  type VerifyStep,
} from "../handover/result.ts";

const cut = (max: number) =>
  z.string().transform((text) => (text.length <= max ? text : `${text.slice(0, max - 12)} … (cut)`));
const text = cut(CAPS.text);
const list = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry)
    .transform((entries) => entries.slice(0, CAPS.entries))
    .nullish()
    .transform((entries) => entries ?? []);

const AnsweredFinding = z.object({
  id: cut(CAPS.line).nullish().catch(null),
  severity: Severity,
  path: cut(CAPS.line).nullish(),
  line: z.number().int().positive().nullish().catch(null),
  summary: text,
  details: text.nullish(),
  criterion: text.nullish(),
  fix: text.nullish(),
});

/** What else stands in it is left out: one task that is told oddly must not cost the work. */
const AnsweredTask = z
  .object({ id: z.coerce.string().pipe(cut(CAPS.line)), done: z.boolean(), note: text.nullish() })
  .transform(({ note, ...task }): TaskDone => ({ ...task, note: note ?? "" }));

export const AgentAnswer = z.object({
  outcome: WorkOutcome,
  summary: text.default(""),
  tasks: list(AnsweredTask),
  questions: list(text),
  outOfScope: list(text),
  learnings: list(text),
  handover: HandOverNote.nullish().catch(null),
  /** Of a reviewer; left out, it follows from the findings. */
  verdict: z.enum(["pass", "fail"]).nullish(),
  findings: z.array(AnsweredFinding).max(CAPS.entries).nullish(),
  /** Of a planner. */
  proposal: Proposal.nullish(),
  usage: Usage.nullish().catch(null),
});
export type AgentAnswer = z.infer<typeof AgentAnswer>;

/** An answer that says no more than how it ended. */
export const plainAnswer = (outcome: WorkOutcome, summary: string): AgentAnswer =>
  AgentAnswer.parse({ outcome, summary });

/** The last line of a program's output that is a JSON object, or null when there is none. */
export function lastJsonLine(output: string): Record<string, unknown> | null {
  for (const line of output.split(/\r?\n/).toReversed()) {
    const trimmed = line.trim();
    if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) continue;
    const found = objectIn(trimmed);
    if (found !== null) return found;
  }
  return null;
}

/** The last JSON object with an outcome in a text: in one line, as it is asked for, or over several. */
export function lastAnswer(said: string): Record<string, unknown> | null {
  const lines = said.split(/\r?\n/);
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at]!;
    if (!line.trimStart().startsWith("{")) continue;
    const indent = /^\s*/.exec(line)![0];
    const end = line.trimEnd().endsWith("}") ? at : lines.indexOf(`${indent}}`, at);
    const found = end < 0 ? null : objectIn(lines.slice(at, end + 1).join("\n"));
    if (found !== null && "outcome" in found) return found;
  }
  return null;
}

function objectIn(said: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(said);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Reads what a backend wrote as its answer; one that does not have the form counts as failed, and says why. */
export function readAnswer(raw: unknown): AgentAnswer {
  const parsed = AgentAnswer.safeParse(raw);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0]!;
  return plainAnswer(
    "failed",
    `The agent's answer does not have its form: ${first.path.join(".") || "the object"}: ${first.message}.`,
  );
}

export interface Measured {
  commits: readonly { message: string; task: string | null; files: readonly SentFile[] }[];
  verify: readonly VerifyStep[];
  selfChecks: number;
}

/** A reviewer that came to findings or a verdict hands over a review; all else is work, with what was measured. */
export function handOverOf(
  job: Job,
  answer: AgentAnswer,
  { commits, verify, selfChecks }: Measured,
): SentHandOver {
  const { run, unit, role, attempt, nonce, baseSha, headSha } = job;
  const bound = { v: 1 as const, run, unit, role, attempt, nonce, baseSha, headSha };
  const usage = answer.usage ?? null;
  if (role === "review") {
    const verdict = answer.verdict ?? (answer.findings ? verdictOf(answer.findings) : null);
    if (verdict !== null && answer.outcome === "completed") {
      const findings = (answer.findings ?? []).map((finding) => Finding.parse(withoutMissing(finding)));
      return { ...bound, outcome: answer.outcome, summary: answer.summary, verdict, findings, usage };
    }
    const outcome = answer.outcome === "completed" ? "failed" : answer.outcome;
    const summary = answer.summary || "The reviewer gave neither a verdict nor findings.";
    return { ...bound, outcome, summary, ...NOTHING, usage };
  }
  if (role === "plan") {
    const { proposal } = answer;
    if (proposal)
      return { ...bound, outcome: answer.outcome, summary: answer.summary, ...NOTHING, proposal, usage };
    const outcome = answer.outcome === "completed" ? "failed" : answer.outcome;
    return {
      ...bound,
      outcome,
      summary: answer.summary || "The planner proposed nothing.",
      ...NOTHING,
      usage,
    };
  }
  return {
    ...bound,
    outcome: answer.outcome === "completed" && commits.length === 0 ? "no_change" : answer.outcome,
    summary: answer.summary,
    tasks: answer.tasks,
    commits: commits.map((commit) => ({ ...commit, files: [...commit.files] })),
    verify: [...verify],
    selfChecks,
    questions: answer.questions,
    outOfScope: answer.outOfScope,
    learnings: answer.learnings,
    handover: answer.handover ?? null,
    usage,
  };
}

const NOTHING = {
  tasks: [],
  commits: [],
  verify: [],
  selfChecks: 0,
  questions: [],
  outOfScope: [],
  learnings: [],
  handover: null,
};

const verdictOf = (findings: readonly { severity: Severity }[]): "pass" | "fail" =>
  findings.some(({ severity }) => severity === "critical" || severity === "major") ? "fail" : "pass";

const withoutMissing = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== undefined && entry[1] !== null));
