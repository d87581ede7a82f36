/** Lines of the predecessor's list about the fix loop: see test/parity-run.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import type { Severity } from "../../../src/domain/handover/result.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunOutcome, RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { MAIN, snapshotOf, type World, QUEUED } from "../../support/asked.ts";
import { at, NOTHING, openOf, pass, passOver, phasesAt, phasesOf, startsOf } from "../../support/pass.ts";
import { aPlan, anAttempt } from "../../support/run.ts";
import { aFinding, aPull, aReview, aView, aWork, HEAD } from "../../support/view.ts";

const OLD = "1".repeat(40);
const red = (change: Partial<Attempt> = {}): Attempt => aWork({ outcome: "red", at: at(0), ...change });
/** A review of the journal as the pull request shows it. */
const posted = (n: number, sha: string): ReviewFact => ({
  id: n,
  author: "github-actions[bot]",
  authorIsBot: true,
  state: "COMMENTED",
  sha,
  body: `<!-- roundtable:review run=12 unit=1 n=${n} -->`,
  submittedAt: null,
});

/** Unit 1 after so many fixes, the last of them reviewed. */
function afterFixes(fixes: number, severity: Severity): World {
  const config = "version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}}\n";
  const tasks =
    "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Second\n  - _Depends: 1_\n- [ ] 3. Third\n  - _Depends: 2_\n";
  const made = Array.from({ length: fixes }, (_, n): [string, Attempt] => [
    `1/fix/${n + 1}`,
    aWork({ agent: n < 2 ? "ann" : "bob", at: at(n + 1) }),
  ]);
  return {
    tasks,
    journal: {
      attempts: {
        "1/implement/1": aWork({ agent: "ann", at: at(0) }),
        ...Object.fromEntries(made),
        "1/review/1": aReview([aFinding({ severity })], { at: at(20) }),
      },
    },
    facts: {
      reviews: { "1": [posted(1, HEAD)] },
      planFile: { v: 1, plan: aPlan(tasks, { config }), config: parseConfig(config).config },
    },
  };
}

const BAD = ["critical", "major"] as const;
const GOOD = ["minor", "none"] as const;
const COUNTS = [0, 1, 2, 3, 4];
const rowsOf = <S extends Severity>(severities: readonly S[], counts: readonly number[]): [S, number][] =>
  severities.flatMap((severity) => counts.map((count): [S, number] => [severity, count]));

describe("the fix loop, line by line", () => {
  it.each(rowsOf(BAD, [0, 1, 2]))(
    "I7 F5 F9 E11 %s after %i fixes: one more, the third by another agent",
    (severity, fixes) => {
      const decision = pass(afterFixes(fixes, severity));
      expect(startsOf(decision)).toEqual([`dispatch:1/fix/${fixes + 1}`]);
      expect(decision.state.attempts[`1/fix/${fixes + 1}`]!.agent).toBe(fixes < 2 ? "ann" : "bob");
      expect(phasesOf(decision)).toEqual(["in_progress", "blocked", "blocked"]);
    },
  );

  it.each(rowsOf(BAD, [3, 4]))(
    "I7 F5 E12 %s after %i fixes: none more, and a person is asked",
    (severity, fixes) => {
      const decision = pass(afterFixes(fixes, severity));
      expect(startsOf(decision)).toEqual([]);
      expect(phasesOf(decision)).toEqual(["blocked", "blocked", "blocked"]);
      expect(openOf(decision)).toMatchObject([
        {
          kind: "fixes-used-up",
          unit: "1",
          question: `Unit 1 is not in order after ${fixes} fix attempts: 1 ${severity}. What now?`,
          options: [{ does: "resume" }, { does: "retry" }, { does: "skip" }, { does: "abort" }],
        },
      ]);
    },
  );

  it.each(rowsOf(GOOD, COUNTS))("F1 F5 %s after %i fixes passes", (severity, fixes) => {
    const decision = pass(afterFixes(fixes, severity));
    expect(phasesOf(decision)).toEqual(["final_review", "not_started", "not_started"]);
    expect(startsOf(decision)).toEqual(["train:1"]);
  });

  it("F2 F4 whatever depends on it, directly or not, is blocked with a reason; nothing else is", () => {
    const graphs = fc
      .array(fc.nat(), { minLength: 2, maxLength: 8 })
      .chain((masks) => fc.record({ masks: fc.constant(masks), broken: fc.nat(masks.length - 1) }));
    fc.assert(
      fc.property(graphs, ({ masks, broken }) => {
        const ids = masks.map((_, n) => String(n + 1));
        const before = masks.map((mask, n) => ids.slice(0, n).filter((_, bit) => (mask >> bit) & 1));
        const tasks = ids.map(
          (id, n) =>
            `- [ ] ${id}. Unit ${id}\n  - _Depends: ${before[n]!.join(", ") || "none"}_\n  - _writes: src/${id}.js_\n`,
        );
        const hit = ids[broken]!;
        const reached = new Set([hit]);
        for (const [n, id] of ids.entries()) if (before[n]!.some((one) => reached.has(one))) reached.add(id);
        reached.delete(hit);
        const ends = ids.slice(0, broken);
        const { phases } = aView({
          tasks: tasks.join(""),
          journal: {
            attempts: { [`${hit}/implement/1`]: red() },
            landed: Object.fromEntries(ends.map((id) => [id, { head: HEAD, sha: MAIN }])),
          },
        });
        for (const [n, id] of ids.entries()) {
          const phase = phases.get(id)!;
          const expected = ends.includes(id)
            ? "completed"
            : id === hit
              ? "fix_required"
              : reached.has(id)
                ? "blocked"
                : "not_started";
          expect(phase.kind, id).toBe(expected);
          if (phase.kind !== "blocked") continue;
          expect(phase.on).toEqual(before[n]!.filter((one) => one === hit || reached.has(one)));
          expect(phase.because).toContain(phase.on.join(", "));
        }
      }),
    );
  });

  it("F2 a unit that a person is asked about keeps that question as its reason", () => {
    const question: State["decisions"][string] = {
      kind: "question",
      unit: "2",
      question: "Which way?",
      options: [{ does: "retry", text: "Left" }],
      at: at(0),
      default: null,
      deadline: null,
      answer: null,
    };
    const { view } = pass({ journal: { attempts: { "1/implement/1": red() }, decisions: { d1: question } } });
    expect(view.phases.get("2")).toMatchObject({ kind: "blocked", decision: "d1", because: "Which way?" });
  });

  it("F3 each round stays in the journal as it was given: severity, findings, head and time", () => {
    const first = aReview([aFinding({ id: "correctness-1" })], { headSha: OLD, at: at(1) });
    const said = aFinding({
      severity: "critical",
      path: "src/b.js",
      summary: "It loses data",
      details: "All.",
    });
    const { standing: _, ...finding } = said;
    const second: RunOutcome = {
      ...NOTHING,
      conclusion: "success",
      handOver: {
        kind: "accepted",
        content: {
          v: 1,
          run: 12,
          unit: "1",
          role: "review",
          attempt: 2,
          nonce: "n1",
          baseSha: MAIN,
          headSha: HEAD,
          outcome: "completed",
          summary: "I read it.",
          verdict: "fail",
          findings: [finding],
          usage: null,
        },
      },
    };
    const { state } = pass({
      journal: {
        attempts: {
          "1/implement/1": aWork({ committed: OLD, at: at(0) }),
          "1/review/1": first,
          "1/fix/1": aWork({ headSha: OLD, at: at(2) }),
          "1/review/2": anAttempt({ reviewer: "correctness", headSha: HEAD, at: at(3) }),
        },
      },
      facts: { outcomes: { "1/review/2": second } },
    });
    expect(state.attempts["1/review/1"]).toEqual(first);
    expect(state.attempts["1/review/2"]).toMatchObject({
      headSha: HEAD,
      at: at(3),
      outcome: "completed",
      result: { severity: "critical", findings: [{ ...finding, id: "correctness-2" }] },
    });
  });

  it("E10 a unit goes back, is mended, passes, lands, and who waited for it begins", () => {
    const NEXT = "3".repeat(40);
    const done = {
      "1/implement/1": aWork({ at: at(0) }),
      "1/review/1": aReview([aFinding()], { at: at(1) }),
    };
    const fixed = { ...done, "1/fix/1": aWork({ headSha: HEAD, committed: NEXT, at: at(2) }) };
    const passed = { ...fixed, "1/review/2": aReview([], { headSha: NEXT, at: at(3) }) };
    const at1 = (attempts: State["attempts"], head: string, more: Partial<State> = {}) =>
      snapshotOf({
        journal: { attempts, ...more },
        facts: {
          branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": head },
          board: { issues: [], pulls: [aPull({ headSha: head })] },
          outcomes: { "1/fix/1": QUEUED },
          reviews: { "1": [posted(1, HEAD), posted(2, NEXT)] },
        },
      });
    const steps: [RunSnapshot, string, string][] = [
      [at1(done, HEAD), "fix_required blocked", "dispatch:1/fix/1"],
      [at1({ ...done, "1/fix/1": anAttempt({ at: at(2), headSha: HEAD }) }, HEAD), "in_progress blocked", ""],
      [at1(fixed, NEXT), "pending_review blocked", "dispatch:1/review/2"],
      [at1(passed, NEXT), "final_review not_started", "train:1"],
      [
        at1(passed, NEXT, { landed: { "1": { head: NEXT, sha: MAIN } }, integration: MAIN }),
        "completed not_started",
        "branch:2",
      ],
    ];
    expect(steps.map(([snapshot]) => phasesAt(snapshot).join(" "))).toEqual(
      steps.map(([, phases]) => phases),
    );
    expect(steps.map(([snapshot]) => startsOf(passOver(snapshot)).join(" "))).toEqual(
      steps.map(([, , starts]) => starts),
    );
  });
});
