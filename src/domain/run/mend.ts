/** What is not in order gets another attempt while its budget lasts: `fix`, or `resolve` for a conflict (design 2.9, 2.10). */
import type { PlanUnit } from "../plan/plan.ts";
import { askAboutHindrance } from "./attempt-end.ts";
import { isLocked, scopeLock } from "./debt.ts";
import type { Draft, Question } from "./draft.ts";
import { beginAgain, isEscalatedFix, isHindrance, isNoTry, MAX_HINDERED, type Again } from "./hindered.ts";
import type { AttemptView } from "./attempts.ts";
import { authorOf, baseOf, type UnitView } from "./view.ts";

/** Fix attempts before a person is asked (design 2.9). */
export const MAX_FIXES = 3;
/** Attempts at one conflict before a person is asked (design 4). */
export const MAX_RESOLVES = 2;

export function mend(draft: Draft, unit: UnitView, because: string): void {
  const id = unit.unit.id;
  const head = unit.branchHead;
  if (head === null) return;
  const conflict = draft.state.conflicts[id];
  const isConflict = conflict?.head === head;
  const role = isConflict ? "resolve" : "fix";
  const before = unit.work.filter((attempt) => attempt.role === role);
  const tried = isConflict ? before.filter(({ headSha }) => headSha === head) : before;
  // What others kept it from is no try, as long as that stays small.
  const hindered = tried.filter(({ outcome }) => isNoTry(outcome)).length;
  const used = tried.length - Math.min(hindered, MAX_HINDERED);
  const max = (isConflict ? MAX_RESOLVES : MAX_FIXES) + (draft.state.granted[id] ?? 0);
  if (used >= max) {
    if (isConflict) draft.ask(conflictStays(unit, used));
    else draft.ask(isLocked(draft.state, id) ? scopeLock(id) : fixesUsedUp(unit, { used, because }));
    return;
  }
  const n = before.length + 1;
  const last = unit.work.at(-1);
  const again = afterHindrance(draft, last);
  if (last && isHindrance(last.outcome) && again === null) {
    askAboutHindrance(draft, { attempt: last, unit: id, by: last.outcome, said: last.result?.summary ?? "" });
    return;
  }
  const isEscalated = isEscalatedFix(before, { role, n });
  draft.dispatch({
    slug: unit.slug,
    role,
    n,
    headSha: head,
    baseSha: isConflict ? conflict.on : (baseOf(unit, draft.state) ?? head),
    agent: isOtherVendor(again)
      ? again.agent
      : isEscalated
        ? (unit.unit.escalation ?? unit.unit.agent)
        : isConflict
          ? authorOf(unit)
          : unit.unit.agent,
    reviewer: null,
    unit: id,
    ...(again && { hindered: again.hindered, after: again.after }),
    why: isEscalated ? `${because}. ${escalatedTo(unit.unit)}` : because,
  });
}

/** Unfinished work was handed over before something kept its agent from going on. */
function afterHindrance({ snapshot, pass }: Draft, last: AttemptView | undefined): Again | null {
  if (!last || !isHindrance(last.outcome)) return null;
  return beginAgain(last, last.outcome, { config: snapshot.planFile.config, now: pass.now });
}

const isOtherVendor = (again: Again | null): again is Again => again !== null && again.after === null;

const fixesUsedUp = ({ unit }: UnitView, { used, because }: { used: number; because: string }): Question => ({
  kind: "fixes-used-up",
  unit: unit.id,
  question: `Unit ${unit.id} is not in order after ${used} fix attempts: ${because}. What now?`,
  options: [
    { does: "resume", text: "I fixed it on the branch: verify and review it again" },
    { does: "retry", text: "Give it one more fix attempt" },
    { does: "skip", text: "Skip this unit" },
    { does: "abort", text: "Abort this unit" },
  ],
});

const conflictStays = ({ unit }: UnitView, used: number): Question => ({
  kind: "conflict",
  unit: unit.id,
  question: `Unit ${unit.id} conflicts with what has landed since it began, and ${used} attempts did not bring both together. What now?`,
  options: [
    {
      does: "resume",
      text: "I merged the integration branch into its branch and solved the conflict: verify and review it again",
    },
    { does: "retry", text: "Give it one more attempt" },
    { does: "skip", text: "Skip this unit" },
    { does: "abort", text: "Abort this unit" },
  ],
});

/** Who goes on after fixes that did not help, and why that one. */
export const escalatedTo = ({ agent, escalation, because }: PlanUnit): string =>
  `The fixes of ${agent} did not get it in order; ${escalation ?? agent} tries a different approach (${escalation === null ? "the same agent: " : ""}${because.escalation})`;
