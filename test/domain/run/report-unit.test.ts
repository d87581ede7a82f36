/** Units of type review: the report is the work. docs/decisions/0006-review-units.md */
import { describe, expect, it } from "vitest";
import { pullBody } from "../../../src/domain/board/pull.ts";
import { unitIssueBody } from "../../../src/domain/board/unit-issue.ts";
import { WorkResult } from "../../../src/domain/handover/result.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aPlan, aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { alive, aView, aWork, HOSTILE, unitOf } from "../../support/view.ts";

const TASKS = "- [ ] 1. Audit the parser\n";
const REPORT = "reports/x/unit-1.md";
const HEAD = "2".repeat(40);

type File = WorkResult["commits"][number]["files"][number];
const file = (path: string, change: Partial<File> = { content: "# Audit\n\nNo leaks.\n" }): File => ({
  path,
  mode: "100644",
  ...change,
});

/** What becomes of a hand-over of these files, after other attempts, or after the unit was reverted. */
function settled(files: readonly File[], before: readonly Attempt[] = [], reverted: State["reverted"] = {}) {
  const isFirst = before.length === 0 || "1" in reverted;
  const [role, n] = isFirst ? (["implement", 1] as const) : (["fix", before.length] as const);
  const slug = "1" in reverted ? "1_2" : "1";
  const key = `${slug}/${role}/${n}`;
  const open = anAttempt({ at: "2026-01-01T00:05:00.000Z", headSha: HEAD });
  const attempts = Object.fromEntries([
    ...before.map((attempt, at) => [at === 0 ? "1/implement/1" : `1/fix/${at}`, attempt]),
    [key, open],
  ]);
  const content = WorkResult.parse({
    v: 1,
    run: 12,
    unit: slug,
    role,
    attempt: n,
    nonce: open.nonce,
    baseSha: open.baseSha,
    headSha: open.headSha,
    outcome: "completed",
    summary: "Read it all.",
    commits: [{ message: "m", task: null, files }],
  });
  const snapshot = aSnapshot(TASKS, {
    branches: { "roundtable/12/main": "b".repeat(40), [`roundtable/12/unit-${slug}`]: HEAD },
    journal: { attempts, reverted, began: { "1": "b".repeat(40) } },
    outcomes: {
      [key]: {
        runId: 100,
        url: "",
        conclusion: "success",
        verify: "success",
        tail: "",
        handOver: { kind: "accepted", content },
      },
    },
  });
  const now = new Date("2026-01-01T00:06:00.000Z");
  return decide(snapshot, { id: "p", now, seed: "5eed", takesOver: false }).state.attempts[key]!;
}

const reported = anAttempt({
  outcome: "completed",
  committed: HEAD,
  result: aResult({ report: "# Audit" }),
});
const missing = `It wrote no report to ${REPORT}. Read it all.`;

describe("a hand-over of a unit that ends in a report", () => {
  it.each<[string, File[], Attempt[], Partial<Attempt["result"] & object>]>([
    ["takes the report into the journal", [file(REPORT)], [], { report: "# Audit\n\nNo leaks." }],
    ["without one has failed", [file("src/a.ts")], [], { report: "", summary: missing }],
    [
      "with an empty one has failed",
      [file(REPORT, { content: " \n" })],
      [],
      { report: "", summary: missing },
    ],
    ["that deletes it has failed", [file(REPORT, { deleted: true })], [reported], { summary: missing }],
    ["that leaves it as it stands keeps it", [file("src/a.ts")], [reported], { report: "# Audit" }],
    [
      "keeps it also after what a person put in order",
      [file("src/a.ts")],
      [reported, { ...reported, agent: "you", runId: null, result: aResult() }],
      { report: "# Audit" },
    ],
  ])("%s", (...[, files, before, result]) => {
    const attempt = settled(files, before);
    expect(attempt.outcome).toBe("summary" in result ? "failed" : "completed");
    expect(attempt.result).toMatchObject(result);
  });

  it("keeps it also after the unit was reverted", () => {
    const reverted = { "1": { times: 1, on: "b".repeat(40), because: "red" } };
    expect(settled([file("src/a.ts")], [reported], reverted)).toMatchObject({
      outcome: "completed",
      result: { report: "# Audit" },
    });
  });

  it("holds no more of a long one than a body can show", () => {
    const { result } = settled([file(REPORT, { content: "x".repeat(50_000) })]);
    expect(result!.report).toHaveLength(20_000);
  });
});

describe("issue and pull request", () => {
  const view = (report: string, journal: Partial<State> = {}) =>
    aView({
      tasks: TASKS,
      journal: { attempts: { "1/implement/1": aWork({ result: aResult({ report }) }) }, ...journal },
    });

  it("show the report, and whether it was accepted", () => {
    const open = view("# Audit\n\nNo leaks.");
    expect(unitIssueBody(open, unitOf(open))).toContain(
      "### Report, not accepted yet\n\n> # Audit\n>\n> No leaks.",
    );
    expect(pullBody(open, unitOf(open))).toContain(`> It ends in a report: \`${REPORT}\`.`);
    const done = view("# Audit", { landed: { "1": { head: HEAD, sha: HEAD } } });
    expect(unitIssueBody(done, unitOf(done))).toContain("### Report\n\n> # Audit");
  });

  it("show nothing of it where there is none", () => {
    const other = aView({ journal: { attempts: { "1/implement/1": aWork() } } });
    expect(unitIssueBody(other, unitOf(other))).not.toContain("Report");
    expect(pullBody(other, unitOf(other))).not.toContain("ends in a report");
    expect(aPlan("- [ ] 1. Write it\n").units[0]!.report).toBeNull();
  });

  it("let nothing of it come alive", () => {
    const hostile = view(HOSTILE);
    expect(alive(unitIssueBody(hostile, unitOf(hostile)))).toEqual([]);
  });
});
