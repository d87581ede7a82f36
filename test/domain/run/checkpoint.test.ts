/** A checkpoint passes by a verification of the commit that the integration branch is at. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import { MAIN, NOW, snapshotOf } from "../../support/asked.ts";
import { aResult, anAttempt } from "../../support/run.ts";
import { aPull, aWork, HEAD } from "../../support/view.ts";

const GATED =
  "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Checkpoint - all tests pass\n- [ ] 3. Third\n  - _writes: src/3.js_\n";
const OTHER = "6".repeat(40);

it.each([
  { of: "this very head", green: MAIN, passes: true },
  { of: "a head before it", green: OTHER, passes: false },
])("one that is green at $of has passed: $passes", ({ green, passes }) => {
  const verified = anAttempt({ agent: null, headSha: green, outcome: "green", result: aResult() });
  const snapshot = snapshotOf({
    tasks: GATED,
    journal: {
      landed: { "1": { head: HEAD, sha: MAIN } },
      attempts: { "1/implement/1": aWork(), "_gate-2/verify/1": verified },
    },
    facts: { board: { issues: [], pulls: [aPull({ merged: true, state: "closed" })] } },
  });
  const { state, effects } = decide(snapshot, {
    id: "p",
    now: new Date(NOW),
    seed: "5eed",
    takesOver: false,
  });
  expect("2" in state.landed).toBe(passes);
  expect(effects.some(({ id }) => id.startsWith("dispatch:_gate-2/verify/2"))).toBe(!passes);
});
