/** All that `plan` says in a terminal. */
import type { Plan } from "../plan/plan.ts";
import { planTable } from "../plan/table.ts";
import { countsOf, hasError, mistakesOf, shownDiagnostics } from "./diagnostics.ts";
import { PLAIN, type Look } from "./look.ts";
import { textGraph } from "./text-graph.ts";

export function planText(plan: Plan, tasksText: string, look: Look = PLAIN): string {
  const mistakes = mistakesOf(plan.diagnostics);
  const problems = shownDiagnostics(mistakes, { file: `${plan.spec.path}/tasks.md`, text: tasksText }, look);
  const graph = textGraph(plan.units, look);
  return [
    // Where a mistake leaves no unit, "nothing to do" would be false.
    ...(plan.units.length > 0 || !hasError(mistakes) ? [planTable(plan, look)] : []),
    ...(graph.length > 0 ? ["", ...graph] : []),
    ...(problems.length > 0 ? ["", ...problems] : []),
    ...(hasError(mistakes) ? ["", `${countsOf(mistakes)}: nothing would start.`] : []),
  ]
    .join("\n")
    .replace(/^\n+/, "");
}
