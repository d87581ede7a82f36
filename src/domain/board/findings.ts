import { Severity, type Finding } from "../handover/result.ts";
import type { Standing } from "../review/rounds.ts";
import { fenced, harmless, harmlessLine } from "../text/harmless.ts";
import { fewLines } from "./body.ts";

/** More than these nobody reads in one body; the journal has them all. */
const MAX_FINDINGS = 40;

const worstFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => Severity.options.indexOf(a.severity) - Severity.options.indexOf(b.severity));

/** A list of findings, the worst first, each with its place; details are left out where they are said elsewhere. */
export function findingList(
  findings: readonly Finding[],
  isSaidElsewhere: (finding: Finding) => boolean = () => false,
): string[] {
  const shown = worstFirst(findings).slice(0, MAX_FINDINGS);
  return [
    ...shown.flatMap((finding) => [
      findingLine(finding),
      ...(isSaidElsewhere(finding) ? [] : detailsOf(finding).flatMap(indented)),
    ]),
    ...(findings.length > shown.length ? [`- … and ${findings.length - shown.length} more`] : []),
  ];
}

/** For a comment at the line itself. */
export const findingAtLine = (finding: Finding): string =>
  [
    `**${finding.severity}**: ${harmlessLine(finding.summary, 400)}`,
    ...detailsOf(finding)
      .filter((text) => text.trim() !== "")
      .map(details),
  ].join("\n\n");

const detailsOf = ({ details: text, criterion, fix }: Finding): string[] => [
  text,
  ...(criterion ? [`Criterion: ${criterion}`] : []),
  ...(fix ? [`Suggested: ${fix}`] : []),
];

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

type Shown = Finding & { standing?: Standing; by?: readonly string[]; disputed?: readonly Severity[] };

function findingLine(finding: Shown, max = 400): string {
  const { severity, path, line, summary, standing = "new", by = [], disputed = [] } = finding;
  const who = by.length > 1 ? ` · said by ${by.map((name) => harmlessLine(name, 40)).join(" and ")}` : "";
  const how = disputed.length > 1 ? `, who differ: ${disputed.join(" or ")}` : "";
  const place = path ? ` (\`${harmlessLine(path)}${line ? `:${line}` : ""}\`)` : "";
  return `- **${severity}**${STANDING[standing]}${place}: ${harmlessLine(summary, max)}${who}${how}`;
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

/** Output of programs keeps its form; prose is prose. */
const details = (text: string): string =>
  /^(not ok|# |\s+at |TAP|FAIL)/m.test(text) ? fenced(text, 3000) : harmless(text, { max: 2000 });

const indented = (text: string): string[] =>
  text.trim() === ""
    ? []
    : details(text)
        .split("\n")
        .map((line) => `  ${line}`.trimEnd());
