/** Whether a workflow run of the agent may still work on its attempt, or has been overtaken. */
import type { AttemptView } from "./attempts.ts";

export interface StaleGuard {
  code: string;
  overtakes: (attempt: AttemptView, inputs: Readonly<Record<"nonce" | "sha", string>>) => boolean;
  /** Goes on after "attempt 3/fix/1". */
  why: string;
}

export const STALE_GUARDS: readonly StaleGuard[] = [
  {
    code: "stale-nonce",
    overtakes: ({ nonce }, inputs) => nonce !== inputs.nonce,
    why: "has been given to another workflow run",
  },
  { code: "stale-ended", overtakes: ({ outcome }) => outcome !== null, why: "has ended already" },
  {
    code: "stale-commit",
    overtakes: ({ headSha }, inputs) => headSha !== inputs.sha,
    why: "is about another commit",
  },
];

/** Why it may not; null where it may. */
export function whyStale(
  attempt: AttemptView,
  inputs: Readonly<Record<"nonce" | "sha", string>>,
  guards: readonly StaleGuard[] = STALE_GUARDS,
): string | null {
  const stale = guards.find(({ overtakes }) => overtakes(attempt, inputs));
  return stale ? `attempt ${attempt.key} ${stale.why}` : null;
}
