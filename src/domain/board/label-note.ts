import type { PhaseKind } from "../run/phase.ts";
import { cap } from "./body.ts";
import { phaseLabel } from "./labels.ts";

/** Said once on a unit's issue. */
export const labelExplanation = (phase: PhaseKind, mark: string): string =>
  cap([
    `The status label was changed by hand and is \`${phaseLabel(phase)}\` again: it shows what Roundtable knows of this unit, and nothing is read from it.`,
    "",
    "A unit is steered by a comment on the tracking issue (`/orchestrate help`), by a review of its pull request, and by the label `roundtable:hold`, which keeps it from beginning and from landing. This is said once; the label is put back each time.",
    mark,
  ]);
