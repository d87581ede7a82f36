/** What several reviewers and rounds come to: one report, with each thing said once. */
import { describe, expect, it } from "vitest";
import { pullBody } from "../../../src/domain/board/pull.ts";
import { closedFindings } from "../../../src/domain/review/closed.ts";
import { consolidate } from "../../../src/domain/review/report.ts";
import type { JudgedFinding } from "../../../src/domain/review/rounds.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aFinding, aPull, aReview, aView, aWork, HEAD, unitOf } from "../../support/view.ts";

const OLD = "1".repeat(40);
const major = aFinding({ id: "correctness-1", severity: "major", summary: "Drops a line" });
const minor = aFinding({ id: "correctness-2", severity: "minor", path: "src/b.js", summary: "Odd name" });

const by = (reviewer: string, findings: JudgedFinding[], headSha = HEAD) =>
  aReview(findings, { reviewer, headSha });
const viewOf = (attempts: State["attempts"]) => aView({ pulls: [aPull()], journal: { attempts } });
const reportOf = (attempts: State["attempts"]) => consolidate(unitOf(viewOf(attempts)), HEAD);
const bodyOf = (attempts: State["attempts"]): string => {
  const view = viewOf(attempts);
  return pullBody(view, unitOf(view));
};

describe("two reviewers", () => {
  it("who say the same of the same file say it once, and the graver word holds", () => {
    const same = aFinding({ id: "security-1", severity: "critical", line: 9, summary: "drops a line!" });
    const { findings, severity } = reportOf({
      "1/review/1": by("correctness", [major, minor]),
      "1/review/2": by("security", [same]),
    });
    expect(severity).toBe("critical");
    expect(findings).toHaveLength(2);
    expect(findings[0]).toMatchObject({
      severity: "critical",
      by: ["correctness", "security"],
      disputed: ["critical", "major"],
    });
  });

  it.each([
    { what: "another file", change: { path: "src/c.js" } },
    { what: "something else", change: { summary: "Drops a page" } },
  ])("who say it of $what say two things", ({ change }) => {
    const { findings } = reportOf({
      "1/review/1": by("correctness", [major]),
      "1/review/2": by("security", [{ ...major, ...change }]),
    });
    expect(findings).toHaveLength(2);
  });

  it("who disagree are shown to", () => {
    const apart = { "1/review/1": by("correctness", []), "1/review/2": by("security", [major]) };
    expect(bodyOf(apart)).toContain(
      "> Reviewers disagree: security would send it back, correctness would not.",
    );
    const alike = { "1/review/1": by("correctness", [minor]), "1/review/2": by("security", []) };
    expect(bodyOf(alike)).not.toContain("disagree");
  });
});

it("one reviewer who says a thing twice means two", () => {
  expect(reportOf({ "1/review/1": by("correctness", [major, major, major]) }).findings).toHaveLength(3);
});

describe("of a person's reviews the last verdict counts", () => {
  const byKim = (state: ReviewFact["state"], id: number): ReviewFact => ({
    id,
    author: "kim",
    authorIsBot: false,
    state,
    sha: HEAD,
    body: "No.",
    submittedAt: new Date(id),
  });

  it.each<[ReviewFact["state"][], { approvedBy: string[]; severity: string }]>([
    [["CHANGES_REQUESTED", "APPROVED"], { approvedBy: ["kim"], severity: "none" }],
    [["APPROVED", "CHANGES_REQUESTED"], { approvedBy: [], severity: "major" }],
    [["CHANGES_REQUESTED", "COMMENTED"], { approvedBy: [], severity: "major" }],
    [["CHANGES_REQUESTED", "DISMISSED"], { approvedBy: [], severity: "none" }],
    // A dismissal takes a word away, and brings no earlier one back.
    [["APPROVED", "DISMISSED"], { approvedBy: [], severity: "none" }],
  ])("%j", (states, expected) =>
    expect(consolidate({ work: [], reviewJobs: [], reviews: states.map(byKim) }, HEAD)).toMatchObject(
      expected,
    ),
  );
});

describe("a finding that was not said again", () => {
  const attempts = {
    "1/implement/1": aWork({ committed: OLD }),
    "1/review/1": by("correctness", [major, minor], OLD),
    "1/fix/1": aWork({ at: "2026-01-01T00:03:00.000Z", headSha: OLD }),
    "1/review/2": { ...by("correctness", [minor]), at: "2026-01-01T00:04:00.000Z" },
  };

  it("was mended by the attempt that was looked at then", () => {
    expect(closedFindings(unitOf(viewOf(attempts)))).toEqual([
      {
        finding: expect.objectContaining({ id: "correctness-1" }),
        by: expect.objectContaining({ key: "1/fix/1" }),
      },
    ]);
    expect(bodyOf(attempts)).toMatch(/### Mended since\n\n- \*\*major\*\*: Drops a line · fix 1\n/);
  });

  it("is not mended while its reviewer has not looked again, nor by another one's silence", () => {
    const { "1/review/2": _, ...unread } = attempts;
    expect(closedFindings(unitOf(viewOf(unread)))).toEqual([]);
    const other = { ...attempts, "1/review/2": { ...attempts["1/review/2"], reviewer: "security" } };
    expect(closedFindings(unitOf(viewOf(other)))).toEqual([]);
  });
});
