/**
 * A status label that somebody else has set is put back, and that is explained once. Not every difference is one: our
 * own write may still be under way, or lost, and then the issue carries what it carried before.
 */
import { labelExplanation } from "../board/label-note.ts";
import { phaseLabel } from "../board/labels.ts";
import type { Draft } from "./draft.ts";
import type { IssueFact } from "./facts.ts";
import { marker, plainSlug } from "./names.ts";
import { PHASES, type PhaseKind } from "./phase.ts";
import type { UnitView } from "./view.ts";

const STATUS_LABELS: ReadonlySet<string> = new Set(PHASES.map(phaseLabel));

export const statusLabels = (labels: readonly string[]): string =>
  labels
    .map((name) => name.toLowerCase())
    .filter((name) => STATUS_LABELS.has(name))
    .toSorted()
    .join(" ");

/** Told before each write of labels to a unit's issue; null: the issue is made with it. */
export function noteLabels(
  draft: Draft,
  { unit, slug }: UnitView,
  { issue, phase }: { issue: IssueFact | null; phase: PhaseKind },
): void {
  const there = statusLabels(issue?.labels ?? []);
  const was = draft.state.shown[unit.id];
  const isMoved = was?.phase === phase && there !== phaseLabel(phase) && there !== was.before;
  const isExplained = was?.isExplained ?? false;
  if (issue && isMoved && !isExplained) {
    const mark = marker("unit", { run: draft.state.run, unit: plainSlug(slug), label: 1 });
    draft.effects.push({
      id: `label-note:${slug}`,
      kind: "explain-label",
      issue: issue.number,
      label: phaseLabel(phase),
      marker: mark,
      body: labelExplanation(phase, mark),
    });
  }
  draft.state.shown[unit.id] = { phase, before: there, isExplained: isExplained || isMoved };
}
