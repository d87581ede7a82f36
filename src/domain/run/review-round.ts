/** What a review of one round is judged by: its findings, and what its reviewer and the unit did before. */
import type { Finding, ReviewResult } from "../handover/result.ts";
import { worst } from "../review/report.ts";
import { judge, type JudgedFinding, type Past } from "../review/rounds.ts";
import type { Draft } from "./draft.ts";
import { attemptsOf, type AttemptView } from "./attempts.ts";

/** A reviewer that fails a unit without naming a weighty finding still fails it, in any round. */
export function judgeReview(review: ReviewResult, past: Past): JudgedFinding[] {
  const judged = judge(review.findings, past);
  const failure = failureOf(review);
  if (failure === null) return judged;
  return [...judged, ...judge([failure], { ...past, rounds: [...past.rounds, judged], changed: null })];
}

function failureOf({ verdict, findings, summary }: ReviewResult): Finding | null {
  const named = worst(findings.map((finding) => finding.severity));
  if (verdict !== "fail" || named === "critical" || named === "major") return null;
  return {
    id: null,
    severity: "major",
    path: null,
    line: null,
    summary: summary || "The reviewer failed this unit",
    details: "",
    criterion: null,
    fix: null,
  };
}

export function pastOf({ state }: Draft, review: AttemptView): Past {
  const own = attemptsOf(state).filter(({ slug }) => slug === review.slug);
  const earlier = own.filter(
    (other) =>
      other.role === "review" &&
      other.reviewer === review.reviewer &&
      other.headSha !== review.headSha &&
      other.result?.severity != null,
  );
  return {
    reviewer: review.reviewer ?? "review",
    rounds: earlier.map(({ result }) => result!.findings.filter(({ severity }) => severity !== "none")),
    changed: changedBetween(own, earlier.at(-1)?.headSha, review.headSha),
  };
}

/** By the attempts from one head to the other; null where a person's push lies between. */
function changedBetween(
  own: readonly AttemptView[],
  from: string | undefined,
  to: string,
): Set<string> | null {
  const work = own.filter(({ committed }) => committed !== null);
  const start = work.findIndex(({ committed }) => committed === from);
  const end = work.findLastIndex(({ committed }) => committed === to);
  const between = work.slice(start + 1, end + 1);
  let head = from;
  for (const attempt of between) {
    if (attempt.runId === null || attempt.headSha !== head) return null;
    head = attempt.committed!;
  }
  if (start < 0 || end <= start) return null;
  return new Set(between.flatMap(({ result }) => result?.files.map(({ path }) => path) ?? []));
}
