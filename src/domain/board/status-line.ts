/** Where a run stands, in a few words: the answer to `/orchestrate status`. */
import { isPlanning } from "../run/planning.ts";
import type { PhaseKind } from "../run/phase.ts";
import type { PlanFile, State } from "../run/journal.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { few } from "./body.ts";

const UNDER_WAY: readonly PhaseKind[] = [
  "in_progress",
  "pending_review",
  "under_review",
  "fix_required",
  "final_review",
];

export function statusLine(view: RunView): string {
  const { state, units, phases } = view;
  const hash = (state.replan?.made?.hash ?? state.planHash).slice(0, 12);
  if (isPlanning(state)) return "A model refines the plan; it will stand in a new comment.";
  if (!state.consent) return `Nothing has begun: the plan waits for \`/orchestrate confirm ${hash}\`.`;
  const idsOf = (kinds: readonly PhaseKind[]): string[] =>
    units.filter(({ unit }) => kinds.includes(phases.get(unit.id)!.kind)).map(({ unit }) => unit.id);
  const open = Object.entries(state.decisions).flatMap(([id, { answer }]) => (answer === null ? [id] : []));
  const parts = [
    ["under way", idsOf(UNDER_WAY)],
    ["blocked", idsOf(["blocked"])],
    ["waiting for your answer", open],
  ] as const;
  const said = parts
    .filter(([, ids]) => ids.length > 0)
    .map(
      ([what, ids]) =>
        `; ${what}: ${few(
          ids.map((id) => harmlessLine(id, 40)),
          12,
        )}`,
    );
  const waits = state.replan?.made ? ` A new plan waits for \`/orchestrate confirm ${hash}\`.` : "";
  return `${state.paused ? "Paused. " : ""}${idsOf(["completed"]).length} of ${units.length} units landed${said.join("")}.${waits} The tracking comment above says what each unit waits for.`;
}

/** As far as the journal alone tells it. */
export function statusOfJournal(state: State, { plan }: PlanFile): string {
  if (!state.consent) return "Its plan waits for a confirm.";
  const open = Object.values(state.decisions).filter(({ answer }) => answer === null).length;
  const asks =
    open === 0 ? "" : `, and ${open === 1 ? "a decision waits" : `${open} decisions wait`} for a person`;
  return `${Object.keys(state.landed).length} of ${plan.units.length} units have landed${asks}.`;
}
