/**
 * Drives a local run: a pass after each webhook, and on a timer; between passes it says what a person would say
 * (the ask, the consent, scripted answers). Events only wake it: with every webhook lost the timer brings the same end.
 */
import type { Reconciler } from "../../application/reconcile.ts";
import type { AskReport, PassReport, RunReport } from "../../application/report.ts";
import { UserError } from "../../domain/problem.ts";

/** Without any webhook a pass looks again after this long. */
export const TIMER_MS = 2000;
/** After so long without a look at the run something is wrong. */
const PATIENCE_MS = 60_000;

export interface Drive {
  reconciler: Reconciler;
  person: {
    openIssue(title: string, body: string): Promise<number>;
    comment(issue: number, body: string): Promise<void>;
  };
  /** Resolves at the next webhook, after `ms`, or when the run is interrupted. */
  pause(ms: number): Promise<void>;
  isInterrupted(): boolean;
  /** The command that asks for the run. */
  command: string;
  title: string;
  /** The tracking issue where it is there already, and whether the command stands on it. */
  begun: { run: number; isAsked: boolean } | null;
  /** Asks whether the plan may start; false ends with the command to give. */
  mayStart(report: RunReport): Promise<boolean>;
  /** Scripted answers, by kind of decision. */
  human: Readonly<Record<string, number>>;
  /** Units that a scripted person approves. */
  approves: readonly string[];
  /** A comment to make first. */
  say: string | undefined;
  show(report: RunReport): Promise<void>;
  /** The end of a run that has no open journal any more; null where it has not ended. */
  endOf(run: number): Promise<RunReport | null>;
  now(): number;
}

export type DriveEnd =
  | { kind: "run"; report: RunReport }
  | { kind: "interrupted"; report: RunReport | null }
  | { kind: "refused"; ask: AskReport };

export async function drive(given: Drive): Promise<DriveEnd> {
  let last: RunReport | null = null;
  let unseenSince: number | null = null;
  const run = given.begun?.run ?? (await given.person.openIssue(given.title, "A run on this machine."));
  if (!given.begun?.isAsked) await given.person.comment(run, given.command);
  if (given.say !== undefined) await given.person.comment(run, given.say);
  const said = new Set<string>();
  while (!given.isInterrupted()) {
    const pass: PassReport = await given.reconciler.pass();
    const refused = pass.asks.find((ask) => !ask.accepted);
    if (refused) return { kind: "refused", ask: refused };
    const failed = pass.failed.find((one) => one.run === run);
    if (failed) throw failed.why;
    const report: RunReport | undefined = pass.runs.find((one) => one.run === run);
    if (report) {
      last = report;
      unseenSince = null;
      await given.show(report);
      if (report.outcome === "complete" || report.outcome === "halted") return { kind: "run", report };
      if (report.outcome === "decision") {
        const answers = await answersOf(given, report, said);
        if (answers.length === 0) return { kind: given.isInterrupted() ? "interrupted" : "run", report };
        for (const answer of answers) await given.person.comment(run, answer);
        continue;
      }
    } else {
      const isHeldBack = pass.lookAgainAt !== null;
      const end = isHeldBack ? null : await given.endOf(run);
      if (end) return { kind: "run", report: end };
      if (last && !isHeldBack) throw GONE;
      unseenSince ??= given.now();
      if (given.now() - unseenSince > PATIENCE_MS) throw isHeldBack ? HELD_BACK : NOT_BEGUN;
    }
    await given.pause(waitMs(report, given.now()));
  }
  return { kind: "interrupted", report: last };
}

const GONE = new UserError({
  what: "The run's journal is gone",
  why: "it is neither open nor ended",
  fix: "Start anew with --fresh.",
});
const HELD_BACK = new UserError({
  what: "The run does not go on",
  why: "the local GitHub asks for patience, for a minute already",
  fix: "Give the same command again later.",
});
const NOT_BEGUN = new UserError({
  what: "The run did not begin",
  why: "the ask was not answered within a minute",
  fix: "Try again with --fresh.",
});

function waitMs(report: RunReport | undefined, now: number): number {
  const due = report?.lookAgainAt ? report.lookAgainAt.getTime() - now : TIMER_MS;
  return Math.max(50, Math.min(TIMER_MS, due));
}

/** What a person says now; nothing where nobody can say it. Each thing is said once. */
async function answersOf(given: Drive, report: RunReport, said: Set<string>): Promise<string[]> {
  const { state } = report.view;
  if (!state.consent) {
    const confirm = `/orchestrate confirm ${state.planHash.slice(0, 12)}`;
    if (said.has(confirm) || !(await given.mayStart(report))) return [];
    said.add(confirm);
    return [confirm];
  }
  for (const [id, decision] of Object.entries(state.decisions)) {
    const option = given.human[decision.kind];
    if (decision.answer !== null || option === undefined || said.has(id)) continue;
    said.add(id);
    return [`/orchestrate decide ${id} ${option}`];
  }
  return approvals(given, report, said);
}

/** All at once: what was approved together can land together. */
function approvals({ approves }: Drive, { view }: RunReport, said: Set<string>): string[] {
  return approves.flatMap((id) => {
    const phase = view.phases.get(id);
    if (phase?.kind !== "under_review" || phase.awaits === null || said.has(`${id} ${phase.head}`)) return [];
    said.add(`${id} ${phase.head}`);
    return [`/orchestrate approve ${id}`];
  });
}
