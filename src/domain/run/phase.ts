/**
 * A unit's phase, derived from journal and facts, never stored (design section 3).
 *
 * Each variant carries just what is valid in it. A unit is `blocked` when a person must decide about it, or when it
 * has not begun and one it depends on is being fixed, blocked or cancelled.
 */
import type { Finding, Severity } from "../handover/result.ts";
import { consolidate, isApproved, type Report } from "../review/report.ts";
import type { State } from "./journal.ts";
import type { AttemptView } from "./attempts.ts";
import { checkOf, headOf, type UnitView } from "./view.ts";
import { isHandedOver } from "./write-set.ts";

export type Phase =
  | { kind: "not_started" }
  | { kind: "in_progress"; attempt: AttemptView }
  | { kind: "pending_review"; head: string }
  | { kind: "under_review"; head: string; open: readonly AttemptView[]; awaits: string | null }
  | { kind: "fix_required"; because: string; findings: readonly Finding[]; severity: Severity }
  | { kind: "final_review"; head: string; report: Report }
  | { kind: "completed"; sha: string }
  | { kind: "blocked"; because: string; decision: string | null; on: readonly string[] }
  | { kind: "skipped"; because: string }
  | { kind: "cancelled"; because: string };

export type PhaseKind = Phase["kind"];

/** Labels use hyphens where the phase has underscores (contracts, "labels"). */
export const PHASES = [
  "not_started",
  "in_progress",
  "pending_review",
  "under_review",
  "fix_required",
  "final_review",
  "completed",
  "blocked",
  "skipped",
  "cancelled",
] as const satisfies readonly PhaseKind[];

export function phasesOf(units: readonly UnitView[], state: State): Map<string, Phase> {
  const byId = new Map(units.map((unit) => [unit.unit.id, unit]));
  const phases = new Map<string, Phase>();
  const visit = (unit: UnitView, above: ReadonlySet<string>): Phase => {
    const known = phases.get(unit.unit.id);
    if (known) return known;
    let phase = ownPhase(unit, state);
    if (phase.kind === "not_started") {
      const path = new Set([...above, unit.unit.id]);
      const stuck = unit.unit.dependsOn.filter(({ id }) => {
        const other = byId.get(id);
        return other !== undefined && !path.has(id) && isStuck(other, visit(other, path));
      });
      if (stuck.length > 0) {
        const on = stuck.map(({ id }) => id);
        phase = {
          kind: "blocked",
          because: `waits for ${on.join(", ")}, which ${on.length === 1 ? "is" : "are"} not in order yet`,
          decision: null,
          on,
        };
      }
    }
    phases.set(unit.unit.id, phase);
    return phase;
  };
  for (const unit of units) visit(unit, new Set());
  return phases;
}

/** True from the first failed round until the fix has passed. */
function isStuck(unit: UnitView, phase: Phase): boolean {
  if (phase.kind === "fix_required" || phase.kind === "blocked" || phase.kind === "cancelled") return true;
  const underRepair = ["fix", "resolve"].includes(unit.work.at(-1)?.role ?? "");
  return underRepair && ["in_progress", "pending_review", "under_review"].includes(phase.kind);
}

function ownPhase(unit: UnitView, state: State): Phase {
  const id = unit.unit.id;
  const landed = state.landed[id];
  if (landed) return { kind: "completed", sha: landed.sha };
  if (unit.pull?.merged) return { kind: "completed", sha: unit.pull.headSha };
  const dropped = state.dropped[id];
  if (dropped) return { kind: dropped.as, because: dropped.because };
  if (unit.decision)
    return { kind: "blocked", because: unit.decision.question, decision: unit.decision.id, on: [] };
  return unit.isGate ? gatePhase(unit) : workPhase(unit, state);
}

function gatePhase(unit: UnitView): Phase {
  const last = unit.verifyJobs.at(-1);
  return last && last.outcome === null ? { kind: "in_progress", attempt: last } : { kind: "not_started" };
}

function workPhase(unit: UnitView, state: State): Phase {
  const last = unit.work.at(-1);
  if (!last) return { kind: "not_started" };
  if (last.outcome === null) return { kind: "in_progress", attempt: last };
  if (isHandedOver(last)) return { kind: "in_progress", attempt: last };
  if (last.outcome !== "completed") return failedPhase(last);
  const head = headOf(unit) ?? last.committed!;
  if (last.result?.verified === false) {
    const check = checkOf(last, unit);
    if (!check || check.outcome === null) return { kind: "in_progress", attempt: check ?? last };
    if (check.outcome !== "green") return failedPhase(check);
  }
  if (state.conflicts[unit.unit.id]?.head === head) {
    const finding = failure("It conflicts with what has landed since it began", "");
    return { kind: "fix_required", because: finding.summary, findings: [finding], severity: "major" };
  }
  const rejected = state.rejected[unit.unit.id];
  if (rejected?.head === head) {
    const finding = failure(
      "The tests fail once it is merged with the work landed before it",
      rejected.because,
    );
    return { kind: "fix_required", because: finding.summary, findings: [finding], severity: "major" };
  }
  return reviewPhase(unit, state, head);
}

function failedPhase(last: AttemptView): Phase {
  const summary = endOf(last);
  const finding = failure(summary, last.result?.tail || last.result?.summary || "");
  return { kind: "fix_required", because: summary, findings: [finding], severity: "major" };
}

function endOf({ role, n, outcome }: AttemptView): string {
  if (outcome === "red") return `The verify commands failed on ${role} ${n}`;
  if (outcome === "interrupted")
    return `The job of ${role} ${n} was cancelled, or met its own limit; what was done by then is kept, and the next attempt goes on from it`;
  return `${role} ${n} ended as ${outcome}`;
}

function reviewPhase(unit: UnitView, state: State, head: string): Phase {
  const jobs = unit.reviewJobs.filter((job) => job.headSha === head);
  const report = consolidate(unit, head);
  if (isApproved(unit, head, state.approvals[unit.unit.id])) return { kind: "final_review", head, report };
  if (jobs.length === 0) return { kind: "pending_review", head };
  const open = jobs.filter((job) => job.outcome === null);
  const answered = new Set(jobs.filter((job) => job.result?.severity != null).map((job) => job.reviewer));
  const allAnswered = unit.unit.reviewers.every(({ role }) => answered.has(role));
  const awaits = awaitedWord(unit, report);
  if (open.length > 0 || !allAnswered) return { kind: "under_review", head, open, awaits };
  if (report.sendsBack) {
    return {
      kind: "fix_required",
      because: report.sentence,
      findings: report.findings,
      severity: report.severity,
    };
  }
  if (awaits !== null) return { kind: "under_review", head, open, awaits };
  return { kind: "final_review", head, report };
}

/** What only a person can say, as a sentence; null when nobody is waited for. */
function awaitedWord({ unit, needsPerson }: UnitView, { awaits, approvedBy }: Report): string | null {
  if (awaits.length > 0) return `${awaits.join(", ")} asked for changes and has not looked again`;
  return needsPerson && approvedBy.length === 0
    ? `it is ${unit.criticality}: a person with write access must approve it`
    : null;
}

const failure = (summary: string, details: string): Finding => ({
  id: null,
  severity: "major",
  path: null,
  line: null,
  summary,
  details,
  criterion: null,
  fix: null,
});
