/** An attempt that no dispatch of ours is known of: a person's work, or one whose record is lost. */
import { NOT_HINDERED, type Attempt } from "./attempt.ts";

export const bareAttempt = (
  of: Pick<Attempt, "nonce" | "agent" | "headSha" | "baseSha" | "at">,
): Attempt => ({
  ...of,
  runId: null,
  pastRuns: [],
  reviewer: null,
  lost: 0,
  again: null,
  allowance: null,
  before: null,
  hindered: NOT_HINDERED,
  after: null,
  sent: true,
  outcome: null,
  endedAt: null,
  result: null,
  committed: null,
});
