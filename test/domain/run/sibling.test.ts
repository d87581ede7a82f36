/** Two runs of one spec that were asked for at once. */
import { expect, it } from "vitest";
import { passOver } from "../../support/pass.ts";
import { aSnapshot, RUN } from "../../support/run.ts";

it.each<[name: string, siblings: { run: number; isConfirmed: boolean }[], outcome: string]>([
  ["alone it waits for its confirm", [], "decision"],
  ["the older one stays", [{ run: RUN + 1, isConfirmed: false }], "decision"],
  ["the later one gives way", [{ run: RUN - 1, isConfirmed: false }], "halted"],
  ["to one that is confirmed the older one gives way too", [{ run: RUN + 1, isConfirmed: true }], "halted"],
])("%s", (_, siblings, outcome) => {
  const decision = passOver(aSnapshot("- [ ] 1. First\n", { siblings, journal: { consent: null } }));
  expect(decision.outcome).toBe(outcome);
  expect(decision.effects.filter(({ kind }) => kind === "dispatch" || kind === "ensure-branch")).toEqual([]);
});

it("one that is confirmed gives way to none", () => {
  const siblings = [{ run: RUN - 1, isConfirmed: true }];
  expect(passOver(aSnapshot("- [ ] 1. First\n", { siblings })).state.ended).toBeNull();
});
