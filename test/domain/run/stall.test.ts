/** What has not moved for two days is asked about, and what is left alone. */
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Decision, State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { anAttempt } from "../../support/run.ts";
import { snapshotOf, WORLDS, type World } from "../../support/asked.ts";

const SINCE = Date.parse("2026-01-02T00:00:00.000Z");
const stalled: World = WORLDS.stalled;

function after(hours: number, world: World, change: Partial<RunSnapshot> = {}): RunDecision {
  const now = new Date(SINCE + hours * 3_600_000);
  return decide({ ...snapshotOf(world), ...change }, { id: "p", now, seed: "5eed", takesOver: false });
}

const isAsked = ({ state }: Pick<RunDecision, "state">): boolean =>
  Object.values(state.decisions).some(({ kind, answer }) => kind === "stalled" && answer === null);

const journal = (change: Partial<State>): World => ({
  ...stalled,
  journal: { ...stalled.journal, ...change },
});
const decision = (change: Partial<Decision>): Decision => ({
  kind: "stalled",
  unit: null,
  question: "?",
  options: [{ does: "proceed", text: "Go on" }],
  at: new Date(SINCE).toISOString(),
  default: null,
  deadline: null,
  answer: null,
  ...change,
});

describe("a workflow run that does not end", () => {
  it("is asked about after two days, not before, and looked at in time", () => {
    const early = after(47, stalled);
    expect(isAsked(early)).toBe(false);
    expect(early.lookAgainAt!.getTime()).toBeLessThanOrEqual(SINCE + 48 * 3_600_000);
    expect(isAsked(after(48, stalled))).toBe(true);
  });

  it("names what it is and who waits behind it", () => {
    expect(after(48, stalled).state.decisions["d1"]!.question).toBe(
      "For two days nothing has moved here: implement 1 of unit 1 is under way in workflow run 100 since 2026-01-02 00:00 UTC. Behind that: 2. What now?",
    );
  });

  it("is not asked about while the run is paused, nor where GitHub's refusal is asked about already", () => {
    expect(isAsked(after(50, journal({ paused: true })))).toBe(false);
    const refusals = { "dispatch:1/implement/1:n1": { what: "No.", fix: "Mend it.", at: "" } };
    const refused = after(50, journal({ refusals }), { outcomes: {} });
    expect(Object.values(refused.state.decisions).map(({ kind }) => kind)).toEqual(["refused"]);
  });

  it("is asked about again two days after a person said to go on waiting", () => {
    const at = new Date(SINCE + 60 * 3_600_000).toISOString();
    const decisions = { d1: decision({ answer: { option: 1, by: "you", comment: 60, at } }) };
    expect(isAsked(after(107, journal({ decisions })))).toBe(false);
    expect(isAsked(after(108, journal({ decisions })))).toBe(true);
  });

  it("that ends after all takes the question back", () => {
    const moved = { "1/implement/1": anAttempt({ at: new Date(SINCE + 49 * 3_600_000).toISOString() }) };
    const { state } = after(50, journal({ decisions: { d1: decision({}) }, attempts: moved }));
    expect(state.decisions["d1"]!.answer).toMatchObject({ option: 0, by: "roundtable" });
  });

  it("started again has its old run cancelled and gets a new nonce", () => {
    const asked = after(48, stalled);
    const say = { ...stalled, command: "/orchestrate decide d1 2" };
    const again = after(49, say, { state: asked.state });
    expect(again.effects).toContainEqual({ id: "cancel-run:100", kind: "cancel-run", runId: 100 });
    const next = after(50, say, { state: again.state, outcomes: {} });
    expect(next.state.attempts["1/implement/1"]).toMatchObject({ runId: null, lost: 0 });
    expect(next.state.attempts["1/implement/1"]!.nonce).not.toBe("n1");
  });
});

describe("units that wait for each other", () => {
  const alone = WORLDS["stalled (waits alone)"];

  it("are named with what they wait for", () => {
    expect(after(50, alone).state.decisions["d1"]!.question).toBe(
      "For two days nothing has moved here: unit 1: its issue has the label roundtable:hold; unit 2: 1 has not landed yet. What now?",
    );
  });

  it("are left alone where a person is asked already", () => {
    const decisions = { d1: decision({ kind: "question", unit: "1" }) };
    expect(isAsked(after(50, { ...alone, journal: { ...alone.journal, decisions } }))).toBe(false);
  });

  it("do not keep a run from its end", () => {
    const dropped = { "1": { as: "cancelled" as const, by: "you", because: "b" } };
    const end = after(500, { journal: { dropped } });
    expect(end.state).toMatchObject({ ended: { outcome: "halted" }, decisions: {} });
  });
});
