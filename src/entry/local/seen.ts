/**
 * What the newest pass of a local run saw, beside the run's files: written after each pass, so that `status` needs
 * neither the lock nor the running process. An interruption is never written: it is a run under way that nobody holds.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../domain/problem.ts";
import { machine } from "../compose.ts";
import { LocalReport } from "./report.ts";
import { isHeld } from "./lock.ts";

export const SEEN = "seen.json";

export const Seen = z.strictObject({
  report: LocalReport,
  /** Why each unit that does nothing does nothing. */
  waits: z.array(z.strictObject({ unit: z.string().nullable(), for: z.string(), because: z.string() })),
});
export type Seen = z.infer<typeof Seen>;

export async function readSeen(out: string): Promise<Seen | null> {
  const text = await readFile(join(out, SEEN), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return Seen.parse(JSON.parse(text));
  } catch {
    throw new UserError({
      what: `${join(out, SEEN)} cannot be read`,
      why: "it is damaged, or another version of Roundtable wrote it",
      fix: "Start the run anew with --fresh.",
    });
  }
}

export const writeSeen = (out: string, seen: Seen): Promise<void> =>
  machine.files.write(join(out, SEEN), JSON.stringify(seen));

/** The run has come to its own end; an interrupted one has not. */
export const isOver = ({ outcome }: LocalReport): boolean => outcome === "complete" || outcome === "halted";

export const interrupted = (report: LocalReport): LocalReport => ({
  ...report,
  outcome: "halted",
  reason: "interrupted",
});

/** As a person is told of it: under way means that a living process is at work on it. */
export async function standingOf(out: string, { report, waits }: Seen): Promise<Seen> {
  const isStopped = report.outcome === "running" && !(await isHeld(out));
  if (!isStopped) return { report, waits };
  // The process may just have ended by itself: then its last word stands there now.
  const again = await readSeen(out);
  return again && again.report.outcome !== "running" ? again : { report: interrupted(report), waits };
}
