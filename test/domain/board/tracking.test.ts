/** What the tracking comment says of a long run, of what is old, and of jobs that take long. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { nextAge } from "../../../src/domain/board/ages.ts";
import { nextSign } from "../../../src/domain/board/life.ts";
import type { Decision, State } from "../../../src/domain/run/journal.ts";
import { viewOf } from "../../../src/domain/run/view.ts";
import { aResult } from "../../support/run.ts";
import { alive, aPull, aView, aWork, HEAD, HOSTILE, NOW } from "../../support/view.ts";

const part = (body: string, title: string): string =>
  body.split("### ").find((text) => text.startsWith(title)) ?? "";
const later = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);
const open = { outcome: null, result: null, committed: null };

const question = (unit: string | null, at: Date): Decision => ({
  kind: "question",
  unit,
  question: "Which way?",
  options: [{ does: "retry", text: "Left" }],
  at: at.toISOString(),
  default: null,
  deadline: null,
  answer: null,
});

const FATES = ["landed", "open", "asked", "failed", "skipped", "waiting"] as const;

describe("of 500 units with long titles", () => {
  const long = aView({
    tasks: Array.from(
      { length: 500 },
      (_, at) =>
        `- [ ] ${at + 1}. ${"A title that does not end ".repeat(10)}\n${at > 2 ? `  - _Depends: ${at - 2}, ${Math.ceil(at / 2)}_\n` : ""}`,
    ).join(""),
  });
  const ids = long.units.map(({ unit }) => unit.id);
  const files = [{ path: `src/${"deep/".repeat(30)}file.js`, lines: 1 }];

  function viewWith(fates: readonly (typeof FATES)[number][]) {
    const of = (fate: (typeof FATES)[number]): string[] => ids.filter((_, at) => fates[at] === fate);
    const state: State = {
      ...long.state,
      attempts: Object.fromEntries([
        ...of("landed").map((id) => [`${id}/implement/1`, aWork({ result: aResult({ files }) })] as const),
        ...of("open").map((id) => [`${id}/implement/1`, aWork(open)] as const),
        ...of("failed").map((id) => [`${id}/implement/1`, aWork({ outcome: "red" })] as const),
      ]),
      landed: Object.fromEntries(of("landed").map((id) => [id, { head: HEAD, sha: HEAD }])),
      dropped: Object.fromEntries(
        of("skipped").map((id) => [id, { as: "skipped" as const, by: "you", because: HOSTILE }]),
      ),
      decisions: Object.fromEntries(
        of("asked").map((id, at) => [`d${at}`, { ...question(id, later(-at)), question: HOSTILE.repeat(9) }]),
      ),
    };
    return viewOf(long.snapshot, state);
  }

  it("is below GitHub's limit, draws at most 60 nodes, and ends whole, whatever became of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (pattern, isAlternating) => {
          const fates = ids.map((_, at) =>
            isAlternating
              ? pattern[at % pattern.length]!
              : pattern[Math.floor((at * pattern.length) / ids.length)]!,
          );
          const waits = ids.map((unit) => ({ unit, for: "slot" as const, because: HOSTILE }));
          const body = trackingBody(viewWith(fates), waits, later(50));
          expect(body.length).toBeLessThan(65_536);
          const nodes = part(body, "Mental Model").match(/^ {2}u\d+[[{]/gm) ?? [];
          expect(nodes.length).toBeGreaterThan(0);
          expect(nodes.length).toBeLessThanOrEqual(60);
          expect(body).not.toMatch(/^… \(cut\)$/m);
          expect(alive(body)).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("the graph shows what is at work, what comes next and what those stand on, and counts the rest", () => {
    const fates = ids.map((_, at) => (at < 200 ? "landed" : at < 203 ? "open" : "waiting"));
    const model = part(trackingBody(viewWith(fates), [], NOW), "Mental Model");
    expect(model).toMatch(/u\d+\["201 A title[^"]*"\]:::in_progress/);
    expect(model).toMatch(/u\d+\["Before: \d+ units"\]:::completed/);
    expect(model).toMatch(/u\d+\["Later: \d+ units"\]:::not_started/);
    expect(model).not.toContain('"450 A title');
    const counted = [...model.matchAll(/: (\d+) units"/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    const drawn = (model.match(/^ {2}u\d+\[/gm) ?? []).length - 2;
    expect(counted + drawn).toBe(500);
  });
});

describe("risks", () => {
  const FOUR = "- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n  - _Depends: 2_\n- [ ] 4. D\n";

  it("begin with what has been blocked for two days, then name decisions that waited for one", () => {
    const view = aView({
      tasks: FOUR,
      journal: {
        decisions: {
          d1: question(null, later(-2)),
          d2: question("4", later(-30)),
          d3: question("2", later(-49)),
        },
      },
    });
    const lines = part(trackingBody(view, [], NOW), "Risks & Debt")
      .split("\n")
      .slice(2, 6);
    expect(lines).toEqual([
      "- **Over 48 h:** Decision **d3** waits for a person: Which way? (1 Left)",
      "- **Over 48 h:** 3 is blocked: waits for 2, which is not in order yet",
      "- **Over 24 h:** Decision **d2** waits for a person: Which way? (1 Left)",
      "- Decision **d1** waits for a person: Which way? (1 Left)",
    ]);
  });

  it("are looked at again when the next of them grows old, and not for ever", () => {
    const view = aView({ tasks: FOUR, journal: { decisions: { d1: question("2", NOW) } } });
    expect(nextAge(view, NOW)).toEqual(later(24));
    expect(nextAge(view, later(24))).toEqual(later(48));
    expect(nextAge(view, later(48))).toBeNull();
  });
});

describe("signs of life", () => {
  const minutes = (count: number): Date => new Date(Date.parse("2026-01-01T00:01:00Z") + count * 60_000);
  const working = aView({ journal: { attempts: { "1/implement/1": aWork(open) } } });
  const sign = (now: Date): string | undefined =>
    /^Still at work.*$/m.exec(trackingBody(working, [], now))?.[0];

  it("are given from the tenth minute on, and change once in ten minutes", () => {
    expect(sign(minutes(9))).toBeUndefined();
    expect(sign(minutes(10))).toBe(
      "Still at work at 2026-01-01 00:11 UTC: 1 job is under way, the longest since 2026-01-01 00:01 UTC.",
    );
    expect(trackingBody(working, [], minutes(19))).toBe(trackingBody(working, [], minutes(10)));
    expect(sign(minutes(20))).toContain("00:21 UTC");
  });

  it("are due when the next is, and never where nothing is under way", () => {
    expect(nextSign(working, minutes(3))).toEqual(minutes(10));
    expect(nextSign(working, minutes(10))).toEqual(minutes(20));
    const idle = aView({ pulls: [aPull()], journal: { attempts: { "1/implement/1": aWork() } } });
    expect(nextSign(idle, minutes(30))).toBeNull();
    expect(trackingBody(idle, [], minutes(30))).not.toContain("Still at work");
  });
});

it("what ended last is told with what became of it", () => {
  const body = trackingBody(
    aView({ journal: { attempts: { "1/implement/1": aWork({ outcome: "red" }) } } }),
    [],
    NOW,
  );
  expect(part(body, "Narrative Delta")).toContain("- Ended last: 1 implement 1 red");
});
