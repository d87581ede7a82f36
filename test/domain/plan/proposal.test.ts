/** What a planning model may propose, and what becomes of it (design section 6). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { makePlan } from "../../../src/domain/plan/make.ts";
import { Proposal, proposalFaults, type ProposedUnit } from "../../../src/domain/plan/proposal.ts";
import type { Plan, PlanUnit } from "../../../src/domain/plan/plan.ts";
import { sha256 } from "../../support/run.ts";

const TASKS = `- [ ] 1. Write the store
  - _writes: src/store.ts_
- [ ] 2. Write the parser
  - [ ] 2.1 Read a line
- [ ] 3. Handle passwords of users
  - _Depends: none_
- [ ] 4. Checkpoint - all tests pass
- [ ] 5. Write the printer
  - _Depends: 2_
`;
const AGENTS =
  "agents: { first: { backend: command, command: a }, second: { backend: command, command: b } }\n";

function planWith(proposal: Proposal | null, config = ""): Plan {
  const parsed = parseConfig(`version: 1\n${AGENTS}${config}`);
  expect(parsed.diagnostics).toEqual([]);
  return makePlan({
    spec: {
      name: "x",
      path: ".kiro/specs/x",
      sha: null,
      tasksText: TASKS,
      requirementsText: null,
      designText: null,
    },
    config: parsed.config,
    flags: {},
    files: [],
    ...(proposal && { proposal }),
    hash: sha256,
  });
}

type Said = Partial<ProposedUnit> & { id: string };
const proposing = (...units: Said[]): Proposal => Proposal.parse({ units });
const unitIn = (plan: Plan, id: string): PlanUnit => plan.units.find((unit) => unit.id === id)!;
const { config: CONFIG } = parseConfig(`version: 1\n${AGENTS}`);

describe("a proposal is refused", () => {
  it.each<{ name: string; says: Said[]; because: string }>([
    { name: "for a unit that is not there", says: [{ id: "9" }], because: 'There is no unit "9".' },
    {
      name: "for a task below a unit",
      says: [{ id: "2.1", agent: "first" }],
      because: "2.1 is a task of unit 2: only whole units are planned.",
    },
    {
      name: "that names a unit twice",
      says: [{ id: "1" }, { id: "1" }],
      because: "Unit 1 is proposed twice.",
    },
    {
      name: "for a checkpoint",
      says: [{ id: "4", type: "code" }],
      because: "Unit 4 is a checkpoint: nothing can be proposed for it.",
    },
    {
      name: "with an agent that is not configured",
      says: [{ id: "1", agent: "third" }],
      because: 'There is no agent "third"; known are first, second.',
    },
    {
      name: "with a path that leaves the repository",
      says: [{ id: "2", writes: ["../up.ts"] }],
      because:
        '"../up.ts" is no path inside the repository: it leads up or nowhere: a part of it is one dot, or two.',
    },
    {
      name: "with a protected path",
      says: [{ id: "2", writes: [".github/workflows/ci.yml"] }],
      because: ".github/workflows/ci.yml may not be changed by an agent",
    },
    {
      name: "with an edge to a unit that is not there",
      says: [{ id: "1", dependsOn: ["nine"] }],
      because: 'There is no unit "nine".',
    },
    {
      name: "with an edge to itself",
      says: [{ id: "1", dependsOn: ["1"] }],
      because: "Unit 1 cannot wait for itself.",
    },
    {
      name: "that closes a cycle with what is declared",
      says: [{ id: "2", dependsOn: ["5"] }],
      because: "Units would wait for one another: ",
    },
  ])("$name", ({ says, because }) => {
    expect(proposalFaults(proposing(...says), planWith(null), CONFIG).join(" ")).toContain(because);
  });

  it("when it does not have its form, is too large, or says more than it may", () => {
    for (const raw of [
      null,
      [],
      { units: [{ id: "1", type: "checkpoint" }] },
      { units: [{ id: "1", reviewers: [] }] },
      { units: Array.from({ length: 2001 }, (_, at) => ({ id: String(at) })) },
    ])
      expect(Proposal.safeParse(raw).success, JSON.stringify(raw).slice(0, 80)).toBe(false);
  });
});

describe("a proposal that is taken over", () => {
  it("types, assigns, adds paths and order, each named as a guess of the model", () => {
    const proposal = proposing(
      { id: "2", type: "test", agent: "second", criticality: "complex", writes: ["src/parser.ts"] },
      { id: "3", dependsOn: ["1"] },
    );
    expect(proposalFaults(proposal, planWith(null), CONFIG)).toEqual([]);
    const plan = planWith(proposal);
    const said = "the planning model proposes it";
    expect(unitIn(plan, "2")).toMatchObject({
      type: "test",
      agent: "second",
      criticality: "complex",
      because: { type: said, agent: said, criticality: said },
    });
    expect(unitIn(plan, "2").writes).toContainEqual({ path: "src/parser.ts", source: "inferred" });
    expect(unitIn(plan, "3").dependsOn).toContainEqual({ id: "1", source: "inferred", because: said });
  });

  it("changes nothing of what is declared, routed, or found to need more care", () => {
    const proposal = proposing(
      { id: "1", writes: ["src/other.ts"], agent: "second" },
      { id: "3", criticality: "standard" },
    );
    const plan = planWith(proposal, "routing: { code: first }\n");
    expect(unitIn(plan, "1").writes).toEqual([{ path: "src/store.ts", source: "declared" }]);
    expect(unitIn(plan, "1").agent).toBe("first");
    expect(unitIn(plan, "3").criticality).toBe("security-sensitive");
  });

  it("gives the plan another hash: who agreed to the one has not agreed to the other", () => {
    expect(planWith(proposing({ id: "1" })).hash).not.toBe(planWith(null).hash);
  });

  it("never loses an edge, and never makes a cycle", () => {
    const before = planWith(null);
    const ids = before.units.map(({ id }) => id);
    const unit = fc.record({ id: fc.constantFrom(...ids), dependsOn: fc.subarray(ids) });
    fc.assert(
      fc.property(fc.uniqueArray(unit, { selector: ({ id }) => id }), (units) => {
        const proposal = proposing(...units);
        fc.pre(proposalFaults(proposal, before, CONFIG).length === 0);
        const after = planWith(proposal);
        expect(after.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        for (const { id, dependsOn } of before.units)
          for (const edge of dependsOn) expect(unitIn(after, id).dependsOn).toContainEqual(edge);
      }),
    );
  });
});
