/** From anything thrown to the one sentence that a user sees: what, why, what to do. Never a stack trace. */
import { TransientError, UserError, type Problem } from "../domain/problem.ts";

export function problemOf(error: unknown): Problem {
  if (error instanceof UserError) return { what: error.what, why: error.why, fix: error.fix };
  if (error instanceof TransientError)
    return { what: error.what, why: error.why, fix: "Try again in a while." };
  const known = error instanceof Error ? SYSTEM[(error as NodeJS.ErrnoException).code ?? ""] : undefined;
  if (known) return known(error as NodeJS.ErrnoException);
  const text = error instanceof Error ? error.message : String(error);
  return {
    what: "Roundtable itself failed",
    why: text.split("\n")[0]!,
    fix: "Please report it; ROUNDTABLE_DEBUG=1 prints where it happened.",
  };
}

const SYSTEM: Readonly<Record<string, (error: NodeJS.ErrnoException) => Problem>> = {
  EADDRINUSE: () => ({
    what: "The port is in use",
    why: "another program listens on it",
    fix: "Give another one with --port, or leave --port out.",
  }),
  EACCES: (error) => ({
    what: `${error.path ?? "A file"} cannot be used`,
    why: "the permission is missing",
    fix: "Give another folder with --out, or mend its permissions.",
  }),
  ENOSPC: () => ({
    what: "The disk is full",
    why: "the run's state could not be stored",
    fix: "Make room, or give a folder on another disk with --out; then the same command goes on.",
  }),
  ENOTDIR: (error) => ({
    what: `${error.path ?? "A path"} is no folder`,
    why: "a file lies where a folder is needed",
    fix: "Give another folder with --out.",
  }),
  EROFS: (error) => ({
    what: `${error.path ?? "The folder"} cannot be written`,
    why: "it lies on a read-only disk",
    fix: "Give another folder with --out.",
  }),
  ENOENT: (error) =>
    error.syscall?.startsWith("spawn")
      ? {
          what: `The program ${error.path ?? ""} was not found`,
          why: "it is not installed, or not on the PATH",
          fix: `Install ${error.path ?? "it"} and try again.`,
        }
      : {
          what: `${error.path ?? "A file"} is not there`,
          why: "it was expected to exist",
          fix: "Check the path.",
        },
};
