/** Units that lie between one another's waves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import { aPlan } from "../../support/run.ts";

type Profile = "safe" | "balanced" | "throughput";

const planned = (text: string, profile: Profile = "balanced"): Plan => aPlan(text, { flags: { profile } });
const edges = (text: string, profile?: Profile): string[] =>
  planned(text, profile).units.flatMap((unit) =>
    unit.dependsOn.map(({ id, source }) => `${unit.id}←${id} ${source}`),
  );
const notes = (text: string, profile?: Profile): string[] =>
  planned(text, profile)
    .diagnostics.filter(({ code }) => code === "waves-interleave")
    .map(({ severity, line, what, why }) => `${severity} ${line}: ${what}; ${why}`);

const errors = (plan: Plan): unknown[] => plan.diagnostics.filter(({ severity }) => severity === "error");

const units = (...ids: number[]): string => ids.map((id) => `- [ ] ${id}. Unit ${id}\n`).join("");
const fence = (kind: string, text: string): string => `\n\`\`\`${kind}\n${text}\n\`\`\`\n`;
const waves = (text: string): string => fence("json", text);
const parts = (id: number, count = 2): string =>
  `- [ ] ${id}. Unit\n${Array.from({ length: count }, (_, at) => `  - [ ] ${id}.${at + 1} part\n`).join("")}`;

describe("units between one another's waves", () => {
  it("follow what the list of a wave says, in every profile", () => {
    const listed = [
      '{"wave": 1, "tasks": ["1.1"], "dependsOn": []}',
      '{"wave": 2, "tasks": ["2.1"], "dependsOn": []}',
      '{"wave": 3, "tasks": ["1.2"], "dependsOn": [2]}',
    ];
    const text = parts(1) + parts(2, 1) + waves(`{"waves": [\n${listed.join(",\n")}]}`);
    for (const profile of ["safe", "throughput"] as const) {
      expect(edges(text, profile)).toEqual(["1←2 waves"]);
      expect(notes(text, profile)).toEqual([]);
    }
    expect(planned(text).units[0]!.dependsOn[0]!.because).toMatch(/wave 3 waits for .*, so 1 waits for 2$/);
  });

  it("follow it though a line says otherwise of two others", () => {
    const listed = [
      '{"wave": 1, "tasks": ["1.1", "3.1"], "dependsOn": []}',
      '{"wave": 2, "tasks": ["2.1"], "dependsOn": []}',
      '{"wave": 3, "tasks": ["4"], "dependsOn": []}',
      '{"wave": 4, "tasks": ["1.2"], "dependsOn": [2]}',
      '{"wave": 5, "tasks": ["3.2"], "dependsOn": [3]}',
    ];
    const line = "  - _Depends: 1_\n";
    const text = `${parts(1)}${parts(2, 1)}${line}${parts(3)}${units(4)}${waves(`{"waves": [\n${listed.join(",\n")}]}`)}`;
    expect(edges(text)).toEqual(["2←1 declared", "3←4 waves"]);
  });

  const TWO = parts(1) + units(2, 3) + waves('{"waves": [\n["1.1"],\n["2"],\n["1.2"],\n["3"]]}');

  it("follow one another by their first waves, and a note names them", () => {
    expect(edges(TWO, "safe")).toEqual(["2←1 inferred", "3←2 waves", "3←1 waves"]);
    expect(edges(TWO)).toEqual(edges(TWO, "safe"));
    expect(planned(TWO).units[1]!.dependsOn[0]!.because).toBe(
      "line 10: 1 is in waves 1 to 3, 2 in wave 2, and one agent does a whole unit, so 2 follows 1, which begins first",
    );
    expect(notes(TWO)).toEqual([
      expect.stringMatching(
        /^note 10: .*: 1 \(waves 1 to 3\), 2 \(wave 2\); .*each follows the one whose first wave/,
      ),
    ]);
  });

  it("are only named with profile throughput", () => {
    expect(edges(TWO, "throughput")).toEqual(["3←2 waves", "3←1 waves"]);
    expect(notes(TWO, "throughput")).toEqual([
      expect.stringMatching(/: 1 \(waves 1 to 3\), 2 \(wave 2\); .*nothing orders them$/),
    ]);
  });

  it.each([
    [
      "of one first wave by the file",
      parts(1, 3) + parts(2) + waves('{"waves": [["1.1", "2.1"], ["1.2", "2.2"], ["1.3"]]}'),
      ["2←1 inferred"],
    ],
    [
      "many, each by the one before it and by the one that ends last",
      parts(1) + units(2, 3) + waves('{"waves": [["1.1"], ["2"], ["3"], ["1.2"]]}'),
      ["2←1 inferred", "3←2 waves", "3←1 inferred"],
    ],
    [
      "but not against a line",
      "- [ ] 1. A\n  - _Depends: 2_\n  - [ ] 1.1 a\n  - [ ] 1.2 b\n- [ ] 2. B\n" +
        waves('{"waves": [["1.1"], ["2"], ["1.2"]]}'),
      ["1←2 declared"],
    ],
    [
      "but not against a diagram",
      `${parts(1)}${units(2)}${waves('{"waves": [["1.1"], ["2"], ["1.2"]]}')}${fence("mermaid", "graph TD\n  2 --> 1")}`,
      ["1←2 declared"],
    ],
    [
      "but not where a checkpoint orders them",
      `${parts(1)}- [ ] 2. Checkpoint\n${units(3)}${waves('{"waves": [["1.1"], ["3"], ["1.2"]]}')}`,
      ["2←1 checkpoint", "3←2 checkpoint"],
    ],
    [
      "where one wave lists another",
      parts(1) +
        units(2) +
        waves(
          '{"waves": [["1.1"], {"tasks": ["2"], "dependsOn": [1]}, {"tasks": ["1.2"], "dependsOn": [2]}]}',
        ),
      ["2←1 inferred"],
    ],
    [
      "but not where the lists keep them apart",
      parts(1) +
        parts(2) +
        waves(
          '{"waves": [["1.1"], {"tasks": ["2.1"], "dependsOn": []}, {"tasks": ["1.2"], "dependsOn": [1]}, {"tasks": ["2.2"], "dependsOn": [2]}]}',
        ),
      [],
    ],
    [
      "where one of them lists what it waits for and the other does not",
      parts(1) +
        parts(2) +
        waves('{"waves": [["1.1"], ["2.1"], {"tasks": ["1.2"], "dependsOn": [1]}, ["2.2"]]}'),
      ["2←1 inferred"],
    ],
  ])("%s", (_, text, expected) => expect(edges(text)).toEqual(expected));

  it("is said when that order cannot be", () => {
    const text = `${parts(1)}  - _Depends: 3_\n- [ ] 2. B\n- [ ] 3. C\n  - _Depends: 2_\n${waves('{"waves": [["1.1"], ["2"], ["1.2"]]}')}`;
    expect(edges(text)).toEqual(["1←3 declared", "3←2 declared"]);
    expect(notes(text)).toEqual([expect.stringMatching(/would contradict .* nothing orders them$/)]);
  });

  it("are only named where that order would be more than anyone can hold", () => {
    const ids = (from: number): number[] => Array.from({ length: 450 }, (_, at) => from + at);
    const part = (of: readonly number[], at: number): string[] => of.map((id) => `${id}.${at}`);
    const [one, other] = [ids(1), ids(451)];
    const graph = { waves: [part(one, 1), part(other, 1), part(one, 2), part(other, 2)] };
    const text = [...one, ...other].map((id) => parts(id)).join("") + waves(JSON.stringify(graph, null, 1));
    expect(edges(text)).toEqual([]);
    expect(errors(planned(text))).toEqual([]);
    expect(notes(text)).toEqual([expect.stringMatching(/nothing orders them$/)]);
  });

  it("are named ten at a time", () => {
    const ids = Array.from({ length: 15 }, (_, at) => at + 1);
    const graph = { waves: [ids.map((id) => `${id}.1`), ["16"], ids.map((id) => `${id}.2`)] };
    const text = ids.map((id) => parts(id)).join("") + units(16) + waves(JSON.stringify(graph));
    expect(notes(text)).toEqual([expect.stringMatching(/, 9 \(waves 1 to 3\) and 6 more; /)]);
  });

  /** The waves of each unit's parts. */
  const anyPlaces = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 6,
  });
  const specOf = (places: readonly number[][], lists: readonly (number[] | undefined)[]): string =>
    places.map((of, at) => parts(at + 1, of.length)).join("") +
    waves(
      JSON.stringify({
        waves: [0, 1, 2, 3, 4].map((wave) => ({
          wave,
          tasks: places.flatMap((of, unit) =>
            of.flatMap((place, part) => (place === wave ? [`${unit + 1}.${part + 1}`] : [])),
          ),
          dependsOn: lists[wave],
        })),
      }),
    );
  it("whatever the waves: two units wait for one another or lie in the same waves; what is left free is named", () =>
    fc.assert(
      fc.property(anyPlaces, (places) => {
        const text = specOf(places, []);
        const [plan, free] = [planned(text), planned(text, "throughput")];
        expect(errors(plan)).toEqual([]);
        const named = notes(text, "throughput").join("");
        for (const [a, one] of places.entries())
          for (const [b, other] of places.slice(0, a).entries()) {
            const [first, second] = [`${a + 1}`, `${b + 1}`];
            const isSame = Math.min(...one) === Math.min(...other) && Math.max(...one) === Math.max(...other);
            expect(isOrdered(plan, first, second) || isSame).toBe(true);
            if (isSame || isOrdered(free, first, second)) continue;
            expect(named).toMatch(
              new RegExp(
                `\\b${first} \\(wave.*\\b${second} \\(wave|\\b${second} \\(wave.*\\b${first} \\(wave`,
              ),
            );
          }
      }),
    ));

  it("whatever the waves list: nothing waits for itself", () =>
    fc.assert(
      fc.property(
        anyPlaces,
        fc.array(fc.option(fc.array(fc.nat({ max: 5 })), { nil: undefined }), { maxLength: 5 }),
        (places, lists) => {
          expect(errors(planned(specOf(places, lists)))).toEqual([]);
        },
      ),
    ));
});

/** Does one of them wait for the other, be it by way of others? */
function isOrdered({ units: all }: Plan, a: string, b: string): boolean {
  const awaited = (id: string): Set<string> => {
    const found = new Set([id]);
    for (const at of found)
      for (const edge of all.find((unit) => unit.id === at)!.dependsOn) found.add(edge.id);
    return found;
  };
  return awaited(a).has(b) || awaited(b).has(a);
}
