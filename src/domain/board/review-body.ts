import { marker } from "../run/names.ts";
import type { AttemptView, RunView, UnitView } from "../run/view.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";
import { findingList } from "./findings.ts";
import { cap } from "./pull.ts";

export function reviewBody({
  view,
  unitView,
  attempt,
}: {
  view: RunView;
  unitView: UnitView;
  attempt: AttemptView;
}): string {
  const result = attempt.result!;
  const verdict =
    result.severity === "critical" || result.severity === "major"
      ? "Changes are needed"
      : result.severity === "minor"
        ? "Good, with minor findings"
        : "Good";
  return cap([
    harmless(result.summary, { max: 3000 }),
    "",
    `**${verdict}** (${harmlessLine(attempt.reviewer ?? "review", 40)}, by ${harmlessLine(attempt.agent ?? "?", 40)}, at ${attempt.headSha.slice(0, 7)})`,
    "",
    ...findingList(result.findings.filter((finding) => finding.severity !== "none")),
    "",
    marker("review", { run: view.state.run, unit: unitView.slug, n: attempt.n }),
  ]);
}
