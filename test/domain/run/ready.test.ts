/** A unit's pull request is a draft until its work is looked at, and no draft lands. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { anAttempt, aResult, aSnapshot } from "../../support/run.ts";
import { aPull, HEAD } from "../../support/view.ts";

/** Whether the pass makes the pull request ready for review. */
function makesReady(attempts: State["attempts"], draft: boolean): boolean {
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
    journal: { began: { "1": "b".repeat(40) }, attempts },
    board: { issues: [], pulls: [aPull({ draft })] },
  });
  const now = new Date("2026-01-01T00:06:00.000Z");
  const { effects } = decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false });
  return effects.some((effect) => effect.kind === "update-pull" && effect.ready === true);
}

const work = (outcome: "completed" | null) => ({
  "1/implement/1": anAttempt({ outcome, headSha: "b".repeat(40), committed: outcome && HEAD }),
});
const reviewed = (isOver: boolean) => ({
  ...work("completed"),
  "1/review/1": anAttempt({
    reviewer: "correctness",
    headSha: HEAD,
    ...(isOver && { outcome: "completed" as const, result: aResult({ severity: "none", files: [] }) }),
  }),
});

it.each([
  { what: "while work is under way", attempts: work(null), isMade: false },
  { what: "with the first look at it", attempts: work("completed"), isMade: true },
  { what: "under review, where the pass before ended too soon", attempts: reviewed(false), isMade: true },
  { what: "once accepted, where all passes before ended too soon", attempts: reviewed(true), isMade: true },
  { what: "that is none any more", attempts: reviewed(true), isDraft: false, isMade: false },
])("a draft $what", ({ attempts, isDraft = true, isMade }) => {
  expect(makesReady(attempts, isDraft)).toBe(isMade);
});
