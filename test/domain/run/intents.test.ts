/** What becomes of an announced write when another pass looks: left to who announced it, taken over, or forgotten. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";

const NOW = Date.parse("2026-01-01T00:10:00.000Z");
const ID = "branch:main";

it.each<[string, { pass?: string; seconds: number; takesOver?: boolean; isMade?: boolean }, string | null]>([
  ["another's, of a moment ago: left to it", { seconds: 10 }, "other"],
  ["another's, of nearly two minutes ago: left to it", { seconds: 119 }, "other"],
  ["another's, of two minutes ago: taken over", { seconds: 120 }, "mine"],
  ["another's, where no other pass can be alive: taken over", { seconds: 10, takesOver: true }, "mine"],
  ["our own: made again", { pass: "mine", seconds: 10 }, "mine"],
  ["another's, of what is there by now: forgotten", { seconds: 10, isMade: true }, null],
])("%s", (_, { pass = "other", seconds, takesOver = false, isMade = false }, whose) => {
  const base = "b".repeat(40);
  const effect = { id: ID, kind: "ensure-branch", branch: "roundtable/12/main", sha: base } as const;
  const at = new Date(NOW - seconds * 1000).toISOString();
  const intents: State["intents"] = [
    { id: ID, pass, at, effect: { ...effect, message: null, restores: null } },
  ];
  const snapshot = aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n", {
    journal: { intents, attempts: { "2/implement/1": anAttempt() } },
    branches: isMade ? { "roundtable/12/main": base } : {},
  });
  const { state, effects } = decide(snapshot, { id: "mine", now: new Date(NOW), seed: "5eed", takesOver });
  expect(state.intents.find(({ id }) => id === ID)?.pass ?? null).toBe(whose);
  expect(effects.some(({ id }) => id === ID)).toBe(whose === "mine");
});
