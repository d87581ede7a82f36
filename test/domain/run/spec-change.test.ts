/** tasks.md changes on the base branch while its run is under way. */
import { expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { NOW, snapshotOf, WORLDS, type World } from "../../support/asked.ts";

const changed: World = WORLDS["spec-changed"];
const { before } = changed.facts!.newTasks!;

const pass = (after: string | null, blob: string, change: Partial<State> = {}): RunDecision =>
  decide(
    snapshotOf({
      ...changed,
      journal: { ...changed.journal, ...change },
      facts: { ...changed.facts, newTasks: { blob, before, after } },
    }),
    { id: "p", now: new Date(NOW), seed: "5eed", takesOver: false },
  );
const questions = ({ state }: RunDecision): string[] =>
  Object.values(state.decisions).map(({ question }) => question);

it("ticked boxes ask nothing, and are noted once", () => {
  const decision = pass(before.replace("[ ]", "[x]"), "b1");
  expect(questions(decision)).toEqual([]);
  expect(decision.state.specSeen).toBe("b1");
  expect(pass(before.replace("[ ]", "[x]"), "b1", decision.state).events).toEqual([]);
});

it("each new text is asked about once; one that comes while it is asked changes the question", () => {
  const first = pass(`${before}\n- [ ] 5. Fifth\n`, "b1", { landed: { "2": { head: "a", sha: "b" } } });
  expect(questions(first)).toEqual([
    "tasks.md changed on main since its plan was made (new: 5). What has landed (2) stays as it is. No further unit is begun. What now?",
  ]);
  const second = pass(null, "gone", first.state);
  expect(questions(second)).toEqual([expect.stringMatching(/^tasks.md is gone on main .*gone: 1, 2, 3, 4/)]);
});

it("nothing further begins until it is answered; what is begun goes on", () => {
  const decision = pass(`${before}\n- [ ] 5. Fifth\n`, "b1");
  expect(Object.keys(decision.state.began)).toEqual(["1"]);
  expect(decision.waits).toContainEqual(
    expect.objectContaining({ unit: "2", for: "decision", because: expect.stringContaining("the spec") }),
  );
});

it("a run that ends before the answer takes its question back", () => {
  const asked = pass(`${before}\n- [ ] 5. Fifth\n`, "b1");
  const comments = snapshotOf({ ...changed, command: "/orchestrate cancel" }).tracking.comments;
  const { state } = decide(
    { ...snapshotOf(changed), state: asked.state, tracking: { state: "open", labels: [], comments } },
    { id: "p", now: new Date(NOW), seed: "5eed", takesOver: false },
  );
  expect(state.ended).not.toBeNull();
  expect(state.decisions["d1"]!.answer).toMatchObject({ option: 0, by: "roundtable" });
});
