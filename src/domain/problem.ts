/**
 * What can go wrong, in three families: a `UserError` is said once where the user is; a `TransientError` is tried again
 * at a stated time; anything else is our own fault. A `Diagnostic` is a user's mistake with a place: a value, not thrown.
 */
import { z } from "zod";

export const Diagnostic = z.strictObject({
  severity: z.enum(["error", "warning", "note"]),
  code: z.string(),
  /** From 1. */
  line: z.number(),
  /** From 1. */
  column: z.number(),
  what: z.string(),
  why: z.string(),
  fix: z.string(),
});
export type Diagnostic = z.infer<typeof Diagnostic>;

export interface Problem {
  what: string;
  why: string;
  /** What to do about it. */
  fix: string;
}

export class UserError extends Error {
  readonly what: string;
  readonly why: string;
  readonly fix: string;

  constructor({ what, why, fix }: Problem) {
    super(formatProblem({ what, why, fix }));
    this.name = "UserError";
    this.what = what;
    this.why = why;
    this.fix = fix;
  }
}

/** Mistakes of one file, each a sentence with its place. */
export class FileError extends UserError {
  readonly mistakes: readonly string[];

  constructor(file: string, { mistakes, fix }: { mistakes: readonly string[]; fix: string }) {
    super({ what: `${file} is not in order`, why: mistakes.join(" "), fix });
    this.mistakes = mistakes;
  }
}

export class TransientError extends Error {
  readonly what: string;
  readonly why: string;
  readonly retryAfterMs: number;

  constructor({ what, why, retryAfterMs }: { what: string; why: string; retryAfterMs: number }) {
    super(`${what}: ${why}`);
    this.name = "TransientError";
    this.what = what;
    this.why = why;
    this.retryAfterMs = retryAfterMs;
  }
}

/** For a log: a mistake of the user needs no trace. */
export function traceOf(why: unknown): string {
  if (why instanceof UserError) return why.message;
  return why instanceof Error ? (why.stack ?? why.message) : String(why);
}

export const formatProblem = ({ what, why, fix }: Problem): string =>
  `${what}: ${why.replace(/[.\s]+$/, "")}. ${fix}`;

/** `file:line:column: error: what: why. fix` */
export const formatDiagnostic = (diagnostic: Diagnostic, file: string): string =>
  `${file}:${diagnostic.line}:${diagnostic.column}: ${diagnostic.severity}: ${formatProblem(diagnostic)}`;

/** A formatted diagnostic, taken apart again; null for any other sentence. */
export function placeIn(
  sentence: string,
): { file: string; line: number; column: number; says: string } | null {
  const [, file, line, column, says] =
    /^([^:\n]+):(\d+):(\d+): (?:error|warning|note): ([^]+)$/.exec(sentence) ?? [];
  if (file === undefined || says === undefined) return null;
  return { file, line: Number(line), column: Number(column), says };
}
