import { SCRIPTED_REVIEW } from "../agent/playbook.ts";
import { marker } from "../run/names.ts";
import type { AttemptView, RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, quote } from "./body.ts";
import { countsOf, findingList } from "./findings.ts";

/** One reviewer's answer: the verdict first, but for a script's, which says before all else that it is one. */
export function reviewBody({
  view,
  unitView,
  attempt,
}: {
  view: RunView;
  unitView: UnitView;
  attempt: AttemptView;
}): string {
  const { summary, findings: all, severity } = attempt.result!;
  const findings = all.filter((finding) => finding.severity !== "none");
  const isScripted = summary.startsWith(SCRIPTED_REVIEW);
  const said = isScripted ? summary.slice(SCRIPTED_REVIEW.length).replace(/^[.\s]+/, "") : summary;
  return cap([
    ...(isScripted ? [`${SCRIPTED_REVIEW}.`, ""] : []),
    `**${verdictOf(severity)}**: ${countsOf(findings)} (${harmlessLine(attempt.reviewer ?? "review", 40)}, by ${harmlessLine(attempt.agent ?? "?", 40)}, at ${attempt.headSha.slice(0, 7)})`,
    "",
    ...quote(said, 3000),
    "",
    ...findingList(findings),
    "",
    marker("review", { run: view.state.run, unit: unitView.slug, n: attempt.n }),
  ]);
}

function verdictOf(severity: string | null): string {
  if (severity === "critical" || severity === "major") return "Changes are needed";
  return severity === "minor" ? "Good, with minor findings" : "Good";
}
