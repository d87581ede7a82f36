/** Every body, with the worst text in every place where text of specs, agents and people can come from. */
import { describe, expect, it } from "vitest";
import { decisionBody, reminderBody, replyBody } from "../../../src/domain/board/decision.ts";
import { followUpBody } from "../../../src/domain/board/follow-up.ts";
import { graphOf } from "../../../src/domain/board/graph.ts";
import { learningsPullBody } from "../../../src/domain/board/learnings.ts";
import { askRefusalBody, dryRunBody, planCommentBody } from "../../../src/domain/board/plan-comment.ts";
import { finalPullBody, finalPullTitle, pullBody, pullTitle } from "../../../src/domain/board/pull.ts";
import { lineComments, reviewBody, withUnplaced } from "../../../src/domain/board/review-body.ts";
import { summaryBody } from "../../../src/domain/board/summary.ts";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { unitIssueBody, unitIssueTitle } from "../../../src/domain/board/unit-issue.ts";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import { parseMarker } from "../../../src/domain/run/names.ts";
import { aResult, anAttempt, RUN } from "../../support/run.ts";
import {
  aFinding,
  aPull,
  aReview,
  aView,
  aWork,
  alive,
  HEAD,
  HOSTILE,
  unitOf,
  NOW,
} from "../../support/view.ts";

const named = (id: string): string => `${id} ${HOSTILE}`;
const [ONE, TWO] = [named("1"), named("2")];

const finding = aFinding({
  severity: "minor",
  path: HOSTILE,
  summary: HOSTILE,
  details: HOSTILE,
  criterion: HOSTILE,
  fix: HOSTILE,
});
const atLine = { ...unitOf(aView()).work[0]!, ...aReview([{ ...finding, path: "a", line: 7 }]) };
const question = {
  kind: "question" as const,
  unit: ONE,
  question: HOSTILE,
  options: [{ does: "skip" as const, text: HOSTILE }],
  default: null,
  deadline: null,
};
const red = aWork({ outcome: "red", agent: HOSTILE, result: aResult({ summary: HOSTILE, tail: HOSTILE }) });

/** Every text that a plan can hold. */
function poison(plan: Plan): Plan {
  const use = [{ path: HOSTILE, source: "declared" as const }];
  return {
    ...plan,
    spec: { ...plan.spec, name: HOSTILE, path: HOSTILE },
    tasks: plan.tasks.map((task) => ({
      ...task,
      id: named(task.id),
      parent: task.parent === null ? null : named(task.parent),
      title: HOSTILE,
      requirements: [HOSTILE],
    })),
    units: plan.units.map((unit) => ({
      ...unit,
      id: named(unit.id),
      taskIds: unit.taskIds.map(named),
      title: HOSTILE,
      agent: HOSTILE,
      reviewers: [{ role: "tests", agent: HOSTILE }],
      dependsOn: unit.dependsOn.map((edge) => ({ ...edge, id: named(edge.id), because: HOSTILE })),
      writes: use,
      reads: use,
      person: unit.id === "2" ? HOSTILE : null,
      escalation: HOSTILE,
      because: {
        type: HOSTILE,
        agent: HOSTILE,
        escalation: HOSTILE,
        criticality: HOSTILE,
        reviewers: HOSTILE,
      },
    })),
    leftOut: [{ id: HOSTILE, why: HOSTILE }],
    diagnostics: [
      { severity: "warning", code: "x", line: 1, column: 1, what: HOSTILE, why: HOSTILE, fix: HOSTILE },
    ],
    schedule: { ...plan.schedule, because: HOSTILE, waves: [[HOSTILE]] },
    estimate: { ...plan.estimate, because: HOSTILE },
  };
}

const landed = aView({
  plan: poison,
  pulls: [aPull({ merged: true })],
  journal: {
    spec: { name: HOSTILE, path: HOSTILE, sha: HEAD },
    attempts: {
      "1/implement/1": aWork({
        agent: HOSTILE,
        result: aResult({ summary: HOSTILE, files: [{ path: HOSTILE, lines: 1 }] }),
      }),
      "1/review/1": aReview([finding], { agent: HOSTILE, reviewer: HOSTILE }),
    },
    landed: { [ONE]: { head: HEAD, sha: HEAD } },
    approvals: { [ONE]: { head: HEAD, at: "2026-01-01T00:05:00.000Z" } },
    dropped: { [TWO]: { as: "cancelled", by: HOSTILE, because: HOSTILE } },
    notes: [HOSTILE],
    ended: { at: "2026-01-01T00:00:00Z", outcome: "halted", reason: HOSTILE },
  },
});
const sentBack = aView({
  plan: poison,
  pulls: [aPull()],
  reviews: {
    [ONE]: [
      {
        id: 1,
        author: HOSTILE,
        authorIsBot: false,
        state: "CHANGES_REQUESTED",
        sha: HEAD,
        body: HOSTILE,
        submittedAt: null,
      },
    ],
  },
  journal: {
    spec: { name: HOSTILE, path: HOSTILE, sha: HEAD },
    attempts: { "1/implement/1": red },
    rejected: { [ONE]: { head: HEAD, because: HOSTILE } },
    decisions: { d1: { ...question, unit: TWO, at: "2026-01-01T00:00:00Z", answer: null } },
  },
});
const shown = {
  plan: landed.snapshot.planFile.plan,
  run: RUN,
  fullName: HOSTILE,
  base: { branch: HOSTILE, sha: HEAD },
  config: { ...landed.snapshot.planFile.config, verify: [HOSTILE] },
  maxCost: null,
  lacks: [],
  problems: [HOSTILE],
};
/** Unit 1 is being worked on. */
const moving = aView({
  plan: poison,
  journal: { attempts: { "1/implement/1": anAttempt({ agent: HOSTILE }) } },
});
/** Unit 2 waits for unit 1, which must be fixed. */
const stuck = aView({
  plan: poison,
  journal: { attempts: { "1/implement/1": red } },
});
/** A question about it was answered, and its work was done again twice. */
const putRight = aView({
  plan: poison,
  pulls: [aPull()],
  journal: {
    spec: { name: HOSTILE, path: HOSTILE, sha: HEAD },
    decisions: {
      d1: {
        ...question,
        kind: "question",
        options: [{ does: "retry", text: HOSTILE }],
        at: "2026-01-01T00:00:00Z",
        answer: { option: 1, by: HOSTILE, comment: 1, at: "2026-01-01T00:00:00Z" },
      },
    },
    changeRequests: [{ unit: ONE, by: HOSTILE, sha: HEAD }],
    redone: { [ONE]: 2 },
  },
});
const prose = { ...finding, details: HOSTILE.replace("# A heading", "") };
const wait = { unit: HOSTILE, for: "slot" as const, because: HOSTILE };

const BODIES: Record<string, string> = {
  "the issue of a unit": unitIssueBody(landed, unitOf(landed, ONE)),
  "the issue of a unit for a person": unitIssueBody(landed, unitOf(landed, TWO)),
  "a pull request that landed": pullBody(landed, unitOf(landed, ONE)),
  "a pull request that was sent back": pullBody(sentBack, unitOf(sentBack, ONE)),
  "the final pull request": finalPullBody(landed),
  "the summary": summaryBody(landed),
  "the issue of what was left for later": followUpBody(landed)!,
  "the tracking comment of an ended run": trackingBody(landed, [], NOW),
  "the tracking comment": trackingBody(sentBack, [wait, { ...wait, unit: null, for: "refused" }], NOW),
  "the tracking comment of work under way": trackingBody(moving, [], NOW),
  "the tracking comment of a blocked run": trackingBody(stuck, [], NOW),
  "the tracking comment of a run put right often": trackingBody(putRight, [], NOW),
  "the pull request for AGENTS.md": learningsPullBody(landed),
  "the plan": planCommentBody(shown),
  "a dry run": dryRunBody({ ...shown, comment: 5 }),
  "a refusal": askRefusalBody({ run: RUN, comment: 5, sentences: [HOSTILE] }),
  "a decision": decisionBody(landed, "d1", question),
  "a reply": replyBody({ run: RUN, comment: 5, sentence: `Write \`/orchestrate skip <unit>\`. ${HOSTILE}` }),
  "a review": reviewBody({
    view: landed,
    unitView: unitOf(landed, ONE),
    attempt: unitOf(landed, ONE).reviewJobs[0]!,
  }),
  "a review of lines that the diff does not show": withUnplaced(
    reviewBody({
      view: landed,
      unitView: unitOf(landed, ONE),
      attempt: unitOf(landed, ONE).reviewJobs[0]!,
    }),
    [{ path: HOSTILE, line: 7, body: lineComments(atLine)[0]!.body }],
  ),
  "a review with details in prose": reviewBody({
    view: landed,
    unitView: unitOf(landed, ONE),
    attempt: { ...unitOf(landed, ONE).reviewJobs[0]!, result: aResult({ findings: [prose] }) },
  }),
  "a review whose summary opens a code block": reviewBody({
    view: landed,
    unitView: unitOf(landed, ONE),
    attempt: {
      ...unitOf(landed, ONE).reviewJobs[0]!,
      result: aResult({ summary: "```", findings: [finding] }),
    },
  }),
};

describe("hostile text", () => {
  it.each(Object.entries(BODIES))("is harmless in %s", (_, body) => {
    expect(alive(body)).toEqual([]);
    expect(parseMarker(body)?.values["run"]).toBe(String(RUN));
    expect(body.length).toBeLessThan(60_000);
  });

  it.each([unitIssueTitle, pullTitle])("is harmless in a title", (title) => {
    const said = title(unitOf(landed, ONE).unit);
    expect(alive(said)).toEqual([]);
    expect(said).not.toContain("\n");
    expect(said.length).toBeLessThanOrEqual(256);
  });

  it("calls in a reminder only the one who confirmed", () => {
    const mark = "<!-- roundtable:decision run=12 id=d1 -->";
    expect(alive(reminderBody(sentBack, "d1", mark))).toEqual(["@you"]);
  });

  it("is harmless in a comment at a line", () => {
    expect(lineComments(atLine).map(({ body }) => alive(body))).toEqual([[]]);
  });

  it("is harmless in the title of the final pull request", () => {
    expect(alive(finalPullTitle(landed))).toEqual([]);
    expect(finalPullTitle(landed).length).toBeLessThanOrEqual(256);
  });

  it("leaves no quote, bracket or line end in a graph", () => {
    const graph = graphOf(landed.units.map(({ unit }) => unit));
    for (const label of graph.filter((line) => line.includes('["')))
      expect(label).toMatch(/^ {2}u\d+\["[\p{L}\p{N} .,:()/_-]+"\]$/u);
  });
});

describe("the look at a body", () => {
  it.each([
    ["a mention", "hello @octocat"],
    ["a closing keyword", "Closes #1"],
    ["html", "a <img src=x>"],
    ["a forged marker", "<!-- roundtable:run run=1 -->\n\n<!-- roundtable:run run=12 -->"],
    ["a command", "/orchestrate confirm"],
    ["a link", "[x](https://evil.example)"],
    ["an open block", "```\n\n<!-- roundtable:run run=1 -->"],
  ])("sees %s", (_, body) => {
    expect(alive(body)).not.toEqual([]);
  });
});
