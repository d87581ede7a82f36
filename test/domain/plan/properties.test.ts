/** What holds of every plan, whatever the spec. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setsMeet } from "../../../src/domain/plan/locks.ts";
import type { Plan, PlanUnit } from "../../../src/domain/plan/plan.ts";
import { readyUnits } from "../../../src/domain/plan/ready.ts";
import { aPlan } from "../../support/run.ts";

interface UnitText {
  title: string;
  parts: number;
  dependsOn: number[];
  writes: string[];
  reads: string[];
  isOptional: boolean;
  /** `_Depends: none_` where it waits for nothing. */
  saysNone: boolean;
}

const PROFILES = ["safe", "balanced", "throughput"] as const;
const path = fc.constantFrom(
  "a.ts",
  "b.ts",
  "src/",
  "src/c.ts",
  "src/**/*.ts",
  "package.json",
  "x/yarn.lock",
);
const unitText = (dependencies: fc.Arbitrary<number>): fc.Arbitrary<UnitText> =>
  fc.record({
    title: fc.constantFrom("Write it", "Checkpoint", "(P) Write it", "Test the page"),
    parts: fc.integer({ min: 0, max: 3 }),
    dependsOn: fc.array(dependencies, { maxLength: 2 }),
    writes: fc.array(path, { maxLength: 2 }),
    reads: fc.array(path, { maxLength: 2 }),
    isOptional: fc.boolean(),
    saysNone: fc.boolean(),
  });

const blocksOf = (units: readonly UnitText[]): string[] =>
  units.map(({ title, parts, dependsOn, writes, reads, isOptional, saysNone }, at) =>
    [
      `- [ ]${isOptional ? "*" : ""} ${at + 1}. ${title}`,
      ...(writes.length > 0 ? [`  - _writes: ${writes.join(", ")}_`] : []),
      ...(reads.length > 0 ? [`  - _reads: ${reads.join(", ")}_`] : []),
      ...(dependsOn.length > 0 || saysNone
        ? [`  - _Depends: ${dependsOn.length > 0 ? dependsOn.join(", ") : "none"}_`]
        : []),
      ...Array.from({ length: parts }, (_, part) => `  - [ ] ${at + 1}.${part + 1} Part`),
      "",
    ].join("\n"),
  );

/** Any units, waiting for any others, in any waves, drawn in any diagram. */
const anySpec = fc
  .tuple(
    fc.array(unitText(fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 8 }),
    fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }), { maxLength: 4 }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })), { maxLength: 4 }),
  )
  .map(([units, waves, arrows]) => {
    const known = units.map((unit) => ({
      ...unit,
      dependsOn: unit.dependsOn.filter((id) => id <= units.length),
    }));
    const graph = waves.length > 0 ? `\n\`\`\`json\n${JSON.stringify({ waves })}\n\`\`\`\n` : "";
    const rows = arrows.map(([from, to]) => `  ${from} --> ${to}`);
    const diagram = rows.length > 0 ? `\n\`\`\`mermaid\ngraph TD\n${rows.join("\n")}\n\`\`\`\n` : "";
    return blocksOf(known).join("\n") + graph + diagram;
  });

/** Units that wait only for earlier ones. */
const soundSpec = fc.array(unitText(fc.nat({ max: 7 })), { minLength: 2, maxLength: 8 }).map((units) =>
  units.map((unit, at) => ({
    ...unit,
    isOptional: false,
    dependsOn: unit.dependsOn.filter((id) => id >= 1 && id <= at),
  })),
);

const planned = (text: string, profile: (typeof PROFILES)[number]): Plan =>
  aPlan(text, { flags: { profile, includeOptional: true } });

const isSound = (plan: Plan): boolean => plan.diagnostics.every(({ severity }) => severity !== "error");

/** Landing whatever waits for nothing that has not landed, until nothing moves. */
function landed(units: readonly PlanUnit[]): number {
  const done = new Set<string>();
  for (let before = -1; done.size > before;) {
    before = done.size;
    for (const { id, dependsOn } of units) if (dependsOn.every((edge) => done.has(edge.id))) done.add(id);
  }
  return done.size;
}

describe("every plan", () => {
  it("D2 D4 has no cycle, unless it says so", () => {
    fc.assert(
      fc.property(anySpec, fc.constantFrom(...PROFILES), (text, profile) => {
        const plan = planned(text, profile);
        if (isSound(plan)) expect(landed(plan.units)).toBe(plan.units.length);
        else expect(plan.diagnostics.map(({ code }) => code)).toContain("cycle");
      }),
      { numRuns: 500 },
    );
  });

  it("D3 D4 of units that wait only for earlier ones has no error", () => {
    fc.assert(
      fc.property(soundSpec, fc.constantFrom(...PROFILES), (units, profile) => {
        const plan = planned(blocksOf(units).join("\n"), profile);
        expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(landed(plan.units)).toBe(units.length);
      }),
    );
  });

  it("S5 S8 does not depend on the order of the file, when each unit says what it waits for", () => {
    const declaring = soundSpec
      .map((units) =>
        units.map((unit) => ({
          ...unit,
          title: unit.title === "Checkpoint" ? "Gate" : unit.title,
          saysNone: true,
        })),
      )
      .chain((units) => {
        const blocks = blocksOf(units);
        return fc.tuple(
          fc.constant(blocks),
          fc.shuffledSubarray(blocks, { minLength: blocks.length, maxLength: blocks.length }),
        );
      });
    const shape = (blocks: readonly string[]): unknown =>
      planned(blocks.join("\n"), "balanced")
        .units.map((unit) => ({ ...unit, dependsOn: unit.dependsOn.map(({ id }) => id).toSorted() }))
        .toSorted((a, b) => Number(a.id) - Number(b.id));
    fc.assert(
      fc.property(declaring, ([blocks, shuffled]) => {
        expect(shape(shuffled)).toEqual(shape(blocks));
      }),
    );
  });

  it("S11 S12 S13 puts each task into exactly one unit, the top-level task that it stands below, or leaves it out below a checkpoint", () => {
    fc.assert(
      fc.property(soundSpec, (units) => {
        const plan = planned(blocksOf(units).join("\n"), "balanced");
        expect(plan.units.map(({ id }) => id)).toEqual(units.map((_, at) => String(at + 1)));
        const below = plan.leftOut.map(({ id }) => id);
        expect([...plan.units.flatMap(({ taskIds }) => taskIds), ...below].toSorted()).toEqual(
          plan.tasks.map(({ id }) => id).toSorted(),
        );
        const gates = new Set(plan.units.filter(({ type }) => type === "checkpoint").map(({ id }) => id));
        expect(below.every((id) => gates.has(id.split(".")[0]!))).toBe(true);
        for (const { id, taskIds } of plan.units)
          expect(taskIds.every((task) => task === id || task.startsWith(`${id}.`))).toBe(true);
      }),
    );
  });

  it("B3 B4 B6 D6 is worked off: each unit once, after what it waits for, beside nobody who writes what it writes or reads", () => {
    fc.assert(
      fc.property(
        soundSpec,
        fc.constantFrom(...PROFILES),
        fc.integer({ min: 1, max: 4 }),
        (units, profile, maxParallel) => {
          const plan = planned(blocksOf(units).join("\n"), profile);
          const done = new Set<string>();
          while (done.size < plan.units.length) {
            const { ready } = readyUnits({
              plan,
              profile,
              landed: done,
              cancelled: new Set(),
              active: new Set(),
              maxParallel,
              writeSets: {},
            });
            expectApart(plan, ready, { done, maxParallel });
            for (const id of ready) done.add(id);
          }
        },
      ),
    );
  });

  it("B3 B4 is scheduled so too", () => {
    fc.assert(
      fc.property(
        soundSpec,
        fc.constantFrom(...PROFILES),
        fc.integer({ min: 1, max: 4 }),
        (units, profile, maxParallel) => {
          const plan = aPlan(blocksOf(units).join("\n"), { flags: { profile, maxParallel } });
          const done = new Set<string>();
          for (const step of plan.schedule.waves) {
            expectApart(plan, step, { done, maxParallel });
            for (const id of step) done.add(id);
          }
          expect(plan.schedule.waves.flat().toSorted()).toEqual(plan.units.map(({ id }) => id).toSorted());
          expect(plan.schedule.makespan).toBeGreaterThanOrEqual(plan.schedule.criticalPath.length);
        },
      ),
    );
  });
});

function expectApart(
  plan: Plan,
  ids: readonly string[],
  { done, maxParallel }: { done: ReadonlySet<string>; maxParallel: number },
): void {
  const units = plan.units.filter(({ id }) => ids.includes(id));
  const paths = (uses: PlanUnit["writes"]): string[] => uses.map((use) => use.path);
  const touches = ({ writes, reads }: PlanUnit): string[] => paths([...writes, ...reads]);
  expect(units.length).toBeGreaterThan(0);
  expect(units.filter(({ type }) => type !== "checkpoint").length).toBeLessThanOrEqual(maxParallel);
  for (const [at, unit] of units.entries()) {
    expect(done.has(unit.id)).toBe(false);
    expect(unit.dependsOn.every(({ id }) => done.has(id))).toBe(true);
    for (const other of units.slice(at + 1))
      for (const [one, beside] of [
        [unit, other],
        [other, unit],
      ] as const)
        expect(setsMeet(paths(one.writes), touches(beside)), `${one.id} beside ${beside.id}`).toBe(false);
  }
}
