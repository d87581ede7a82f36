import { SCRIPTED_REVIEW } from "../agent/playbook.ts";
import type { Finding } from "../handover/result.ts";
import type { LineComment } from "../review/inline.ts";
import type { Standing } from "../review/rounds.ts";
import { marker } from "../run/names.ts";
import type { AttemptView } from "../run/attempts.ts";
import type { RunView, UnitView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, quote } from "./body.ts";
import { countsOf, findingAtLine, findingList } from "./findings.ts";

/** What is new of a review, at its line. Earlier rounds have said the rest there. */
export const lineComments = ({ result }: AttemptView): LineComment[] =>
  (result?.findings ?? [])
    .filter(isAtLine)
    .map((finding) => ({ path: finding.path!, line: finding.line!, body: findingAtLine(finding) }));

const isAtLine = (finding: Finding & { standing?: Standing }): boolean =>
  finding.severity !== "none" &&
  finding.path !== null &&
  finding.line !== null &&
  (finding.standing === "new" || finding.standing === "regression");

/** The body with what could not be said at its line. */
export function withUnplaced(body: string, unplaced: readonly LineComment[]): string {
  if (unplaced.length === 0) return body;
  const lines = body.split("\n");
  return cap([
    ...lines.slice(0, -1),
    "### About lines that this diff does not show",
    "",
    ...unplaced.flatMap(({ path, line, body: said }) => [`\`${harmlessLine(path)}:${line}\``, "", said, ""]),
    lines.at(-1)!,
  ]);
}

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
    ...findingList(findings, isAtLine),
    "",
    marker("review", { run: view.state.run, unit: unitView.slug, n: attempt.n }),
  ]);
}

function verdictOf(severity: string | null): string {
  if (severity === "critical" || severity === "major") return "Changes are needed";
  return severity === "minor" ? "Good, with minor findings" : "Good";
}
