/** What the work that stands on a unit's branch tells the attempt that goes on from it. */
import type { AttemptOutcome } from "./attempt.ts";
import type { AttemptView } from "./attempts.ts";

const CUT_SHORT: readonly (AttemptOutcome | null)[] = [
  "timed_out",
  "interrupted",
  "rate_limited",
  "infra",
  "needs_info",
  "blocked",
];

/** It would have gone on, had it been able to. */
export const isCutShort = ({ outcome }: Pick<AttemptView, "outcome">): boolean => CUT_SHORT.includes(outcome);

/** Tasks that are done by the last word on each. `works` is oldest first. */
export function tasksDone(works: readonly AttemptView[]): ReadonlySet<string> {
  const words = works
    .filter(({ committed }) => committed !== null)
    .flatMap(({ result }) => result?.tasks ?? []);
  const last = new Map(words.map(({ id, done }) => [id, done]));
  return new Set([...last].flatMap(([id, done]) => (done ? [id] : [])));
}

/** A workflow run that was cancelled, by whoever it was, or met its job's own limit. */
export const isCutOff = (conclusion: string | null): boolean =>
  conclusion === "cancelled" || conclusion === "timed_out";
