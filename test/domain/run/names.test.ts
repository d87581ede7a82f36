import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  artifactName,
  attemptKey,
  gateSlug,
  marker,
  MARKER_KINDS,
  parseAttemptKey,
  parseMarker,
  ROLES,
  runName,
  unitBranch,
} from "../../../src/domain/run/names.ts";

const slug = fc.stringMatching(/^[a-z0-9]{1,8}([.-][a-z0-9]{1,6}){0,2}$/);

describe("names that two passes make alike", () => {
  it("are those of the contracts", () => {
    const name = { run: 12, slug: "3", role: "fix", n: 2 } as const;
    expect(runName(name)).toBe("roundtable 12 3 fix 2");
    expect(artifactName(name, "result")).toBe("roundtable-12-3-fix-2-result");
    expect(unitBranch(12, "3")).toBe("roundtable/12/unit-3");
    expect(gateSlug("4")).toBe("_gate-4");
  });

  it("attempt keys are read back as they were written", () => {
    fc.assert(
      fc.property(slug, fc.constantFrom(...ROLES), fc.integer({ min: 1, max: 99 }), (unit, role, n) => {
        expect(parseAttemptKey(attemptKey({ slug: unit, role, n }))).toEqual({ slug: unit, role, n });
      }),
    );
  });

  it.each(["3/implement", "3/implement/0", "3/paint/1", "3/fix/1/1", "/fix/1", "3/fix/x"])(
    "%s is no attempt key",
    (key) => {
      expect(parseAttemptKey(key)).toBeNull();
    },
  );
});

describe("markers", () => {
  it("are read back from the last line of any body", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.record({ kind: fc.constantFrom(...MARKER_KINDS), unit: slug, run: fc.nat() }),
        (body, { kind, unit, run }) => {
          expect(parseMarker(`${body}\n${marker(kind, { run, unit })}\n`)).toEqual({
            kind,
            values: { run: String(run), unit },
          });
        },
      ),
    );
  });

  it("count on the last line only: one quoted further up finds nothing", () => {
    expect(parseMarker(`${marker("unit", { run: 1, unit: "1" })}\nmore text`)).toBeNull();
  });

  it("take no free text", () => {
    expect(() => marker("unit", { unit: "1 --> <b>" })).toThrow(RangeError);
  });
});
