/**
 * Every combination of the facts that a unit's phase is made of, against the table in test/support/phase-table.ts. A row
 * that fits nothing fails, and so does a combination that no row fits.
 */
import { describe, expect, it } from "vitest";
import { phasesOf, type PhaseKind } from "../../../src/domain/run/phase.ts";
import { combinations, ENDS, FACTS, worldOf, type Ends, type Facts } from "../../support/phase-facts.ts";
import { DEPENDENT, END, NEVER, rowOf, WORK, type Row } from "../../support/phase-table.ts";

const phases = (facts: Facts, ends?: Ends): [first: PhaseKind, second: PhaseKind] => {
  const { units, state } = worldOf(facts, ends);
  const found = phasesOf(units, state);
  return [found.get("1")!.kind, found.get("2")!.kind];
};

/** All combinations against a table: those that it has otherwise, or not at all; and the rows that fit none. */
function compare<F extends object, G extends F>(
  all: Iterable<G>,
  rows: readonly Row<F, string>[],
  actual: (facts: G) => string,
): { wrong: unknown[]; idle: string[]; count: number } {
  const wrong: unknown[] = [];
  const used = new Set<unknown>();
  let count = 0;
  for (const facts of all) {
    count += 1;
    const row = rowOf(rows, facts);
    used.add(row);
    if (row?.[1] === NEVER) continue;
    const is = actual(facts);
    if (row?.[1] !== is && wrong.length < 5) wrong.push({ ...facts, expected: row?.[1], is });
  }
  return {
    wrong,
    idle: rows.filter((row) => !used.has(row)).map(([, then, why]) => `${then}: ${why}`),
    count,
  };
}

/** One set of facts for each phase that work has, by role. */
function samplesOf(): { phase: PhaseKind; facts: Facts }[] {
  const found = new Map<string, { phase: PhaseKind; facts: Facts }>();
  for (const facts of combinations(FACTS)) {
    const phase = rowOf(WORK, facts)![1];
    if (phase !== NEVER) found.set(`${phase} ${facts.role}`, { phase, facts });
  }
  return [...found.values()];
}

const SAMPLES = samplesOf();

describe("the phase of a unit", () => {
  it("follows from the facts about its work, in every combination", () => {
    const { wrong, idle, count } = compare(combinations(FACTS), WORK, (facts) => phases(facts)[0]);
    expect(wrong).toEqual([]);
    expect(idle).toEqual([]);
    expect(count).toBe(Object.values(FACTS).reduce((product, { length }) => product * length, 1));
  });

  it("follows from what ends it before all work, in every combination", () => {
    for (const { phase, facts } of SAMPLES) {
      const rows = END.map(
        ([when, then, why]) => [when, then === "as its work" ? phase : then, why] as const,
      );
      const { wrong, idle } = compare(combinations(ENDS), rows, (ends) => phases(facts, ends)[0]);
      expect({ phase, wrong, idle }).toEqual({ phase, wrong: [], idle: [] });
    }
  });

  it("that depends on it follows from that one's phase, in every combination", () => {
    const others = SAMPLES.flatMap(({ facts }) =>
      [...combinations(ENDS)].map((ends) => ({
        facts,
        ends,
        role: facts.role,
        phase: phases(facts, ends)[0],
      })),
    );
    const { wrong, idle } = compare(others, DEPENDENT, ({ facts, ends }) => phases(facts, ends)[1]);
    expect({ wrong, idle }).toEqual({ wrong: [], idle: [] });
    expect(new Set(others.map(({ phase }) => phase)).size).toBe(10);
  });
});
