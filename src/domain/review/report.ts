/** The consolidated verdict over all valid findings at one head (design 2.8): the highest severity counts. */
import { Severity, type Finding } from "../handover/result.ts";
import type { ReviewFact } from "../run/facts.ts";
import type { AttemptView } from "../run/view.ts";

export interface Report {
  severity: Severity;
  findings: readonly Finding[];
  /** True for critical and major: a fix attempt is due. */
  sendsBack: boolean;
  /** People who asked for changes at an earlier head: their word is waited for, no further fix is tried on it. */
  awaits: readonly string[];
  sentence: string;
}

/** From worst to best. */
const ORDER = Severity.options;

export const worst = (severities: readonly Severity[]): Severity =>
  ORDER.find((severity) => severities.includes(severity)) ?? "none";

export function consolidate(
  jobs: readonly AttemptView[],
  reviews: readonly ReviewFact[],
  head: string,
): Report {
  const requests = openRequests(reviews);
  const findings = [
    ...jobs.filter((job) => job.headSha === head).flatMap((job) => job.result?.findings ?? []),
    ...requests.filter((review) => review.sha === head).map(asFinding),
  ].filter((finding) => finding.severity !== "none");
  const severity = worst(findings.map((finding) => finding.severity));
  return {
    severity,
    findings,
    sendsBack: severity === "critical" || severity === "major",
    awaits: requests.filter((review) => review.sha !== head).map((review) => review.author),
    sentence: sentenceOf(findings, severity),
  };
}

/** A person's request for changes stays until that person reviews again or it is dismissed. */
function openRequests(reviews: readonly ReviewFact[]): ReviewFact[] {
  const latest = new Map<string, ReviewFact>();
  for (const review of reviews) {
    if (review.authorIsBot || (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED")) continue;
    latest.set(review.author, review);
  }
  return [...latest.values()].filter((review) => review.state === "CHANGES_REQUESTED");
}

const asFinding = (review: ReviewFact): Finding => ({
  id: null,
  severity: "major",
  path: null,
  line: null,
  summary: `${review.author} asks for changes`,
  details: review.body,
  criterion: null,
  fix: null,
});

function sentenceOf(findings: readonly Finding[], severity: Severity): string {
  if (findings.length === 0) return "no findings";
  const counts = ORDER.map((level) => ({
    level,
    count: findings.filter((finding) => finding.severity === level).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${count} ${level}`);
  return severity === "minor" ? `${counts.join(", ")}; none that must be fixed first` : counts.join(", ");
}
