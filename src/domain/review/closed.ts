/** Findings of earlier rounds that their reviewer did not repeat, with the attempt that mended them. */
import type { AttemptView } from "../run/attempts.ts";
import type { UnitView } from "../run/view.ts";
import type { JudgedFinding } from "./rounds.ts";

export interface Closed {
  finding: JudgedFinding;
  /** The attempt whose commit the reviewer looked at then; null for a person's push. */
  by: AttemptView | null;
}

export function closedFindings({ reviewJobs, work }: Pick<UnitView, "reviewJobs" | "work">): Closed[] {
  const answered = reviewJobs.filter((job) => job.result?.severity != null);
  const reviewers = [...new Set(answered.map(({ reviewer }) => reviewer))];
  return reviewers.flatMap((reviewer) => {
    const rounds = answered.filter((job) => job.reviewer === reviewer);
    return rounds.slice(0, -1).flatMap((round, at) => {
      const later = new Set(
        rounds.slice(at + 1).flatMap(({ result }) => result!.findings.map(({ id }) => id)),
      );
      const by = work.findLast(({ committed }) => committed === rounds[at + 1]!.headSha) ?? null;
      return round
        .result!.findings.filter(({ id, severity }) => severity !== "none" && !later.has(id))
        .map((finding) => ({ finding, by }));
    });
  });
}
