/** What follows from a train that could not be built (design 2.10). */
import { describe, expect, it } from "vitest";
import { absorb } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { viewOf } from "../../../src/domain/run/view.ts";
import { aResult, aSnapshot, anAttempt } from "../../support/run.ts";

const NOW = new Date("2026-01-01T00:10:00.000Z");
const HEAD = "2".repeat(40);
const ON = "9".repeat(40);
const done = anAttempt({ outcome: "completed", result: aResult(), committed: HEAD });

const onTrain = (...units: string[]): State => ({
  ...aSnapshot("- [ ] 1. First\n- [ ] 2. Second\n", { journal: { attempts: { "1/implement/1": done } } })
    .state,
  train: {
    n: 1,
    on: ON,
    members: units.map((unit) => ({ unit, sha: HEAD })),
    finish: false,
    built: null,
    notes: [],
    reverts: null,
  },
});

const afterConflictOf = (unit: string, state: State): State =>
  absorb(state, [{ kind: "train-conflict", n: 1, unit }], NOW);

describe("a conflict on the train", () => {
  it("of its first member is one with what has landed", () => {
    const after = afterConflictOf("1", onTrain("1", "2"));
    expect(after).toMatchObject({ train: null, conflicts: { "1": { head: HEAD, on: ON } }, alone: {} });
  });

  it("of a later member says only that it must travel alone", () => {
    const after = afterConflictOf("2", onTrain("1", "2"));
    expect(after).toMatchObject({ train: null, conflicts: {}, alone: { "2": HEAD } });
  });

  it("of a unit that is not on the train any more says nothing", () => {
    const after = afterConflictOf("3", onTrain("1"));
    expect(after).toMatchObject({ conflicts: {}, alone: {} });
  });

  it.each([
    { what: "at the head that conflicts", head: HEAD, phase: "fix_required" },
    { what: "once the head has moved", head: "3".repeat(40), phase: "pending_review" },
  ])("sends the unit back $what", ({ head, phase }) => {
    const snapshot = aSnapshot("- [ ] 1. First\n", {
      journal: {
        attempts: { "1/implement/1": { ...done, committed: head } },
        conflicts: { "1": { head: HEAD, on: ON } },
      },
      branches: { "roundtable/12/unit-1": head },
    });
    expect(viewOf(snapshot, snapshot.state).phases.get("1")!.kind).toBe(phase);
  });
});
