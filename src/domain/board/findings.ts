import { Severity, type Finding } from "../handover/result.ts";
import type { Standing } from "../review/rounds.ts";
import { fenced, harmless, harmlessLine } from "../text/harmless.ts";
import { fewLines } from "./body.ts";

/** More than these nobody reads in one body; the journal has them all. */
const MAX_FINDINGS = 40;

const worstFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => Severity.options.indexOf(a.severity) - Severity.options.indexOf(b.severity));

/** A list of findings, the worst first, each with its place. */
export function findingList(findings: readonly Finding[]): string[] {
  const shown = worstFirst(findings).slice(0, MAX_FINDINGS);
  return [
    ...shown.flatMap((finding) => [
      findingLine(finding),
      ...indented(finding.details),
      ...(finding.criterion ? indented(`Criterion: ${finding.criterion}`) : []),
      ...(finding.fix ? indented(`Suggested: ${finding.fix}`) : []),
    ]),
    ...(findings.length > shown.length ? [`- … and ${findings.length - shown.length} more`] : []),
  ];
}

/** One line a finding, for reports over several units. */
export const findingLines = (findings: readonly { unit: string; finding: Finding }[]): string[] =>
  fewLines(
    findings.map(({ unit, finding }) => `${findingLine(finding, 300)} · unit ${harmlessLine(unit, 40)}`),
    MAX_FINDINGS,
  );

/** Said of what is not new: see `domain/review/rounds.ts`. */
const STANDING: Readonly<Record<Standing, string>> = {
  new: "",
  confirmed: " (still open)",
  regression: " (back again)",
  late: " (not from this change)",
};

function findingLine(finding: Finding & { standing?: Standing }, max = 400): string {
  const { severity, path, line, summary, standing = "new" } = finding;
  const place = path ? ` (\`${harmlessLine(path)}${line ? `:${line}` : ""}\`)` : "";
  return `- **${severity}**${STANDING[standing]}${place}: ${harmlessLine(summary, max)}`;
}

/** `2 major, 1 minor`; "no findings" when there are none. */
export function countsOf(findings: readonly Finding[]): string {
  const counts = Severity.options
    .filter((severity) => severity !== "none")
    .map((severity) => ({
      severity,
      count: findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  return counts.length > 0 ? counts.join(", ") : "no findings";
}

function indented(text: string): string[] {
  if (text.trim() === "") return [];
  const body = /^(not ok|# |\s+at |TAP|FAIL)/m.test(text)
    ? fenced(text, 3000)
    : harmless(text, { max: 2000 });
  return body.split("\n").map((line) => `  ${line}`.trimEnd());
}
