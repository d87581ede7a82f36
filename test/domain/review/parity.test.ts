/** Lines of the predecessor's list about consolidating reviews, as report and phase hold them: see test/parity-run.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Severity } from "../../../src/domain/handover/result.ts";
import { consolidate, type Report } from "../../../src/domain/review/report.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { parseState } from "../../../src/domain/run/read-state.ts";
import { viewOf as viewOn, type RunView } from "../../../src/domain/run/view.ts";
import { aFinding, aPull, aReview, aView, aWork, HEAD, unitOf } from "../../support/view.ts";

const OLD = "1".repeat(40);
const TWO = "- [ ] 1. Write the parser\n- [ ] 2. Write the printer\n";
const SECOND = aPull({
  number: 15,
  body: "<!-- roundtable:pr run=12 unit=2 -->",
  head: "roundtable/12/unit-2",
});

/** What each reviewer of unit 1 says: a list of severities, each about a file of its own. */
type Said = Readonly<Record<string, readonly Severity[]>>;
const reviewsOf = (said: Said, unit = "1", headSha = HEAD): State["attempts"] =>
  Object.fromEntries(
    Object.entries(said).map(([reviewer, severities], at) => [
      `${unit}/review/${at + 1}`,
      aReview(
        severities.map((severity, n) =>
          aFinding({ severity, path: `src/${reviewer}-${n}.js`, summary: `Fault ${n}` }),
        ),
        { reviewer, headSha },
      ),
    ]),
  );
const panelOf = (said: Said) => ({
  reviewers: Object.keys(said).map((role) => ({ role: role as "correctness", agent: "practice" })),
});
const viewOf = (said: Said): RunView =>
  aView({
    unit: panelOf(said),
    pulls: [aPull()],
    journal: { attempts: { "1/implement/1": aWork(), ...reviewsOf(said) } },
  });
const reportOf = (view: RunView, id = "1"): Report => consolidate(unitOf(view, id), HEAD);
const phaseOf = (view: RunView, id = "1"): string => view.phases.get(id)!.kind;

const severities = fc.array(fc.constantFrom(...Severity.options), { maxLength: 6 });
const said = fc.record({ correctness: severities, security: severities }, { requiredKeys: ["correctness"] });
const worstOf = (all: readonly Severity[]): Severity =>
  (["critical", "major", "minor"] as const).find((one) => all.includes(one)) ?? "none";

describe("the report of one head, line by line", () => {
  it("C1 C2 C3 C7 F1 counts all findings, takes the gravest, says so, and sends back from major on", () => {
    fc.assert(
      fc.property(said, (reviews) => {
        const view = viewOf(reviews);
        const all = Object.values(reviews).flat();
        const findings = all.filter((severity) => severity !== "none");
        const report = reportOf(view);
        expect(report.severity).toBe(worstOf(all));
        expect(report.findings).toHaveLength(findings.length);
        const counts = (["critical", "major", "minor"] as const)
          .map((level) => [level, findings.filter((one) => one === level).length] as const)
          .filter(([, count]) => count > 0)
          .map(([level, count]) => `${count} ${level}`);
        expect(report.sentence.startsWith(counts.join(", ") || "no findings")).toBe(true);
        const isBad = report.severity === "critical" || report.severity === "major";
        expect(phaseOf(view)).toBe(isBad ? "fix_required" : "final_review");
      }),
    );
  });

  it.each(Severity.options)("C2 of one finding is as grave as that: %s", (severity) =>
    expect(reportOf(viewOf({ correctness: [severity] })).severity).toBe(severity),
  );

  it.each(["", "blocker", null])("F1 knows no severity %j", (word) =>
    expect(Severity.safeParse(word).success).toBe(false),
  );

  it("C4 is the same however often it is made, and a later head has one of its own", () => {
    const view = aView({
      pulls: [aPull()],
      journal: {
        attempts: {
          "1/implement/1": aWork({ committed: OLD }),
          ...reviewsOf({ correctness: ["major"] }, "1", OLD),
          "1/fix/1": aWork({ headSha: OLD, at: "2026-01-01T00:03:00.000Z" }),
          "1/review/2": aReview([], { at: "2026-01-01T00:04:00.000Z" }),
        },
      },
    });
    expect(reportOf(view)).toEqual(reportOf(view));
    expect(phaseOf(view)).toBe("final_review");
    expect(consolidate(unitOf(view), OLD)).toMatchObject({
      severity: "major",
      sendsBack: true,
    });
  });

  it("C5 of two units: the one with a minor finding may land, the one with a major goes back", () => {
    const view = aView({
      tasks: TWO,
      plan: (plan) => ({
        ...plan,
        units: plan.units.map((unit) =>
          unit.id === "2" ? { ...unit, ...panelOf({ correctness: [], security: [] }) } : unit,
        ),
      }),
      pulls: [aPull(), SECOND],
      journal: {
        attempts: {
          "1/implement/1": aWork(),
          ...reviewsOf({ correctness: ["minor"] }, "1"),
          "2/implement/1": aWork(),
          ...reviewsOf({ correctness: ["none"], security: ["major"] }, "2"),
        },
      },
    });
    expect(["1", "2"].map((id) => [phaseOf(view, id), reportOf(view, id).severity])).toEqual([
      ["final_review", "minor"],
      ["fix_required", "major"],
    ]);
  });

  it("C6 of nothing says nothing, and passes nothing", () => {
    const view = aView({ pulls: [aPull()], journal: { attempts: { "1/implement/1": aWork() } } });
    expect(reportOf(view)).toMatchObject({ severity: "none", findings: [], sentence: "no findings" });
    expect(phaseOf(view)).toBe("pending_review");
  });

  it("E13 read back from the journal is as grave as its gravest finding", () => {
    const view = viewOf({ correctness: ["critical", "major"] });
    const again = viewOn(view.snapshot, parseState(JSON.stringify(view.state)));
    expect(again.phases.get("1")).toMatchObject({
      kind: "fix_required",
      severity: "critical",
      because: "1 critical, 1 major",
    });
  });
});

describe("a unit waits for as many reviewers as its criticality asks for", () => {
  it.each([
    ["C7 standard", "Write the parser", 1],
    ["C7 complex", "Refactor the store", 2],
    ["C7 security-sensitive", "Hash passwords", 2],
  ])("%s: %s", (_, title, count) => {
    const tasks = `- [ ] 1. ${title}\n`;
    const panel = aView({ tasks }).units[0]!.unit.reviewers.map(({ role }) => role);
    expect(panel).toHaveLength(count);
    const after = panel.map((_role, n) => {
      const answered = Object.fromEntries(panel.slice(0, n + 1).map((role) => [role, []]));
      const attempts = { "1/implement/1": aWork(), ...reviewsOf(answered) };
      return phaseOf(aView({ tasks, pulls: [aPull()], journal: { attempts } }));
    });
    expect(after).toEqual([...Array<string>(count - 1).fill("under_review"), "final_review"]);
  });
});
