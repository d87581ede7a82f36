/** Worlds in which a run stands still, lies or asks in vain: each test fails on one fault. */
import { describe, expect, it } from "vitest";
import { pullLabels } from "../../../src/domain/board/labels.ts";
import { judge } from "../../../src/domain/review/rounds.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import type { Attempt } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { MAIN, NOW, said, snapshotOf } from "../../support/asked.ts";
import { at, openOf, pass, startsOf } from "../../support/pass.ts";
import { aResult } from "../../support/run.ts";
import { aFinding, aPull, aReview, aView, aWork, HEAD, unitOf } from "../../support/view.ts";

const OLD = "1".repeat(40);

const later = (snapshot: RunSnapshot, hour = 1): RunDecision =>
  decide(snapshot, {
    id: "p",
    now: new Date(Date.parse(NOW) + hour * 3_600_000),
    seed: "5eed",
    takesOver: false,
  });

const posted = (n: number, sha: string): ReviewFact => ({
  id: n,
  author: "github-actions[bot]",
  authorIsBot: true,
  state: "COMMENTED",
  sha,
  body: `<!-- roundtable:review run=12 unit=1 n=${n} -->`,
  submittedAt: new Date(at(n)),
});

it("a hand-over whose artifact is gone is worked on again, as the decision promises", () => {
  const handedOver: Attempt = aWork({
    at: at(0),
    headSha: HEAD,
    committed: null,
    runId: 100,
    result: aResult({ files: [{ path: "src/1.js", lines: 1 }] }),
  });
  const world = snapshotOf({
    journal: {
      attempts: { "1/implement/1": handedOver },
      refusals: {
        // As application/apply.ts says it, `commitHandOver`.
        "commit:1/implement/1:n1": {
          what: "The hand-over of 1/implement/1 is no longer to be had: its artifact is gone.",
          fix: "Answer this decision with 1 to work on that unit again.",
          at: at(1),
        },
      },
    },
    facts: { board: { issues: [], pulls: [aPull()] } },
  });
  const asked = later(world, 0);
  expect(openOf(asked)).toMatchObject([{ kind: "refused" }]);
  const after = later({
    ...world,
    state: asked.state,
    tracking: { state: "open", comments: [said(60, "/orchestrate decide d1 1")] },
  });
  // Writing the same hand-over once more can only be refused once more.
  expect(after.effects.map(({ id }) => id)).not.toContain("commit:1/implement/1:n1");
  expect(startsOf(after)).not.toEqual([]);
});

it("a question about a refusal is taken back once a `retry` of a unit has cleared it", () => {
  const red = (n: number): Attempt => aWork({ at: at(n), outcome: "red", result: aResult({ files: [] }) });
  const world = snapshotOf({
    journal: {
      attempts: { "1/implement/1": red(0), "1/fix/1": red(1), "1/fix/2": red(2), "1/fix/3": red(3) },
      refusals: { labels: { what: "GitHub refused the labels.", fix: "Allow it.", at: at(4) } },
    },
  });
  const asked = later(world, 0);
  expect(
    openOf(asked)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["fixes-used-up", "refused"]);
  const after = later({
    ...world,
    state: asked.state,
    tracking: { state: "open", comments: [said(60, "/orchestrate retry 1")] },
  });
  expect(after.state.refusals).toEqual({});
  expect(openOf(after).map(({ kind }) => kind)).toEqual([]);
});

it("what a person asks for while a fix is under way reaches the next attempt, and is not merely waited on", () => {
  const request: ReviewFact = {
    id: 9,
    author: "kim",
    authorIsBot: false,
    state: "CHANGES_REQUESTED",
    // Of the head that stood there while fix 1, which was begun before, was at work.
    sha: OLD,
    body: "And name it properly.",
    submittedAt: new Date(at(5)),
  };
  const decided = pass({
    journal: {
      attempts: {
        "1/implement/1": aWork({ at: at(0), committed: OLD, headSha: MAIN }),
        "1/review/1": aReview([aFinding()], { at: at(1), headSha: OLD }),
        "1/fix/1": aWork({ at: at(4), headSha: OLD, committed: HEAD }),
        "1/review/2": aReview([], { at: at(10), headSha: HEAD }),
      },
    },
    facts: { reviews: { "1": [posted(1, OLD), request, posted(2, HEAD)] } },
  });
  expect(startsOf(decided)).toEqual(["dispatch:1/fix/2"]);
});

describe("findings", () => {
  it("of a later round that name no place and were never said before send nothing back", () => {
    const first = { ...aFinding({ id: "correctness-1" }) };
    const found = judge(
      [{ ...aFinding({ path: null, line: null, summary: "The whole approach is wrong" }) }],
      { reviewer: "correctness", rounds: [[first], []], changed: new Set(["src/a.js"]) },
    );
    expect(found[0]!.severity).toBe("minor");
  });
});

it("a unit whose fifth review accepts it has converged: it is not labelled as one that did not", () => {
  const heads = ["3", "4", "5", "6", "2"].map((digit) => digit.repeat(40));
  const view = aView({
    pulls: [aPull()],
    journal: {
      began: { "1": MAIN },
      attempts: {
        "1/implement/1": aWork({ at: at(0) }),
        ...Object.fromEntries(
          heads.map((headSha, n) => [
            `1/review/${n + 1}`,
            aReview(n === 4 ? [] : [aFinding()], { headSha, at: at(1 + n) }),
          ]),
        ),
      },
    },
  });
  expect(view.phases.get("1")!.kind).toBe("final_review");
  expect(pullLabels(view, unitOf(view))).not.toContain("quality-warning");
});
