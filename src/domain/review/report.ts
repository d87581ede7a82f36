/** The consolidated verdict over all valid findings at one head (design 2.8): the highest severity counts. */
import { Severity, type Finding } from "../handover/result.ts";
import type { ReviewFact } from "../run/facts.ts";
import type { State } from "../run/journal.ts";
import type { UnitView } from "../run/view.ts";
import { wordsOf } from "../text/words.ts";
import type { Standing } from "./rounds.ts";

/** Said once, though by several. */
export interface JoinedFinding extends Finding {
  standing?: Standing;
  /** Reviewers' roles and people's logins. */
  by: readonly string[];
  /** Each severity that was given, where they differ; `severity` is the highest. */
  disputed: readonly Severity[];
}

export interface Report {
  severity: Severity;
  findings: readonly JoinedFinding[];
  /** True for critical and major: a fix attempt is due. */
  sendsBack: boolean;
  /** People who asked for changes before the work that made this head began: their word is waited for, no further fix is tried on it. */
  awaits: readonly string[];
  /** People whose last word is an approval of this very head. */
  approvedBy: readonly string[];
  sentence: string;
}

export type Reviewed = Pick<UnitView, "work" | "reviewJobs" | "reviews">;

/** From worst to best. */
const ORDER = Severity.options;

export const worst = (severities: readonly Severity[]): Severity =>
  ORDER.find((severity) => severities.includes(severity)) ?? "none";

export function consolidate({ work, reviewJobs, reviews }: Reviewed, head: string): Report {
  const words = lastWords(reviews);
  const made = work.findLast(({ committed }) => committed === head);
  // What was asked for while that work was done, it could not know.
  const isUnanswered = (review: ReviewFact): boolean =>
    review.sha === head || (made !== undefined && isAfter(review, made.at));
  const requests = words.filter((review) => review.state === "CHANGES_REQUESTED");
  const findings = joined([
    ...reviewJobs
      .filter((job) => job.headSha === head)
      .flatMap((job) =>
        (job.result?.findings ?? []).map((finding) => said(finding, job.reviewer ?? "review")),
      ),
    ...requests.filter(isUnanswered).map((review) => said(asFinding(review), review.author)),
  ]);
  const severity = worst(findings.map((finding) => finding.severity));
  return {
    severity,
    findings,
    sendsBack: severity === "critical" || severity === "major",
    awaits: requests.filter((review) => !isUnanswered(review)).map((review) => review.author),
    approvedBy: words
      .filter((review) => review.state === "APPROVED" && review.sha === head)
      .map((review) => review.author),
    sentence: sentenceOf(findings, severity),
  };
}

/** True while a writer's `/orchestrate approve` of this head holds: it overrules what was said before it. */
export const isApproved = (
  { reviews }: Pick<Reviewed, "reviews">,
  head: string,
  approval: State["approvals"][string] | undefined,
): boolean =>
  approval?.head === head &&
  !lastWords(reviews).some((review) => review.state === "CHANGES_REQUESTED" && isAfter(review, approval.at));

const isAfter = ({ submittedAt }: ReviewFact, at: string): boolean =>
  submittedAt !== null && submittedAt > new Date(at);

const said = (finding: Finding, by: string): JoinedFinding => ({ ...finding, by: [by], disputed: [] });

/** Two reviewers who say the same of the same file say it once; the graver word holds. */
function joined(findings: readonly JoinedFinding[]): JoinedFinding[] {
  const groups = new Map<string, JoinedFinding[]>();
  for (const finding of findings) {
    if (finding.severity === "none") continue;
    const key = JSON.stringify([finding.path, wordsOf(finding.summary)]);
    const others = groups.get(key);
    if (others && !others.some(({ by }) => by[0] === finding.by[0])) others.push(finding);
    else groups.set(others ? JSON.stringify([key, groups.size]) : key, [finding]);
  }
  return [...groups.values()].map((group) => {
    const severities = [...new Set(group.map(({ severity }) => severity))];
    const severity = worst(severities);
    return {
      ...group.find((finding) => finding.severity === severity)!,
      by: group.flatMap(({ by }) => by),
      disputed: severities.length > 1 ? ORDER.filter((level) => severities.includes(level)) : [],
    };
  });
}

const VERDICTS: readonly ReviewFact["state"][] = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"];

/** A person's request for changes stays until that person reviews again or it is dismissed, which brings no earlier word back. */
export function lastWords(reviews: readonly ReviewFact[]): ReviewFact[] {
  const latest = new Map<string, ReviewFact>();
  for (const review of reviews)
    if (!review.authorIsBot && VERDICTS.includes(review.state)) latest.set(review.author, review);
  return [...latest.values()];
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
