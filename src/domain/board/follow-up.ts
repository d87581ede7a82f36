/** One issue for all that reviewers found and that was good enough to land (design 2.8). */
import { marker } from "../run/names.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap } from "./body.ts";
import { findingList } from "./findings.ts";
import { landedFindings, nameOf } from "./unit-report.ts";

export const followUpTitle = (view: RunView): string =>
  `${harmlessLine(view.state.spec.name, 120)}: left for later by run #${view.state.run}`;

/** Null when nothing was left. */
export function followUpBody(view: RunView): string | null {
  const left = landedFindings(view);
  if (left.length === 0) return null;
  const units = view.units.filter(({ unit }) => left.some((one) => one.unit === unit.id));
  return cap([
    `Reviewers found these in work that has landed with run #${view.state.run}. Each names the pull request with the whole story.`,
    "",
    ...units.flatMap((unit) => [
      `### ${nameOf(unit.unit)}${placeOf(unit)}`,
      "",
      ...findingList(left.filter((one) => one.unit === unit.unit.id).map(({ finding }) => finding)),
      "",
    ]),
    marker("followup", { run: view.state.run }),
  ]);
}

const placeOf = ({ pull }: UnitView): string => (pull ? ` (#${pull.number})` : "");
