import { z } from "zod";

/**
 * All that a person may be asked while a run is under way. A kind without its rows in test/domain/run/decisions.test.ts,
 * or without its line in docs/action.md, fails a test.
 */
export const DecisionKind = z.enum([
  // About one unit.
  "fixes-used-up",
  "review-rounds",
  "conflict",
  "question",
  "outside-write-set",
  "unparsable-review",
  "lost",
  "person",
  "pull-closed",
  "dependency-skipped",
  "scope-lock",
  "checkpoint-red",
  // About the run as a whole; `lost` may be too.
  "failed-units",
  "respecify",
  "spec-changed",
  "budget",
  "stalled",
  "finish-red",
  "base-conflict",
  "no-checks",
  "integration-moved",
  "refused",
]);
export type DecisionKind = z.infer<typeof DecisionKind>;
