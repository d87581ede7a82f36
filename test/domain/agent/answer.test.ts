import { describe, expect, it } from "vitest";
import { handOverOf, lastJsonLine, plainAnswer, readAnswer } from "../../../src/domain/agent/answer.ts";
import { checkHandOver } from "../../../src/domain/handover/check.ts";
import { aJob } from "../../support/checkout.ts";

const none = { commits: [], verify: [], selfChecks: 0 };
const one = {
  commits: [{ message: "m", task: null, files: [{ path: "a", mode: "100644", content: "x" }] }],
  verify: [],
  selfChecks: 0,
};

it.each<[string, Record<string, unknown> | null]>([
  ['noise\n{"outcome":"completed"}\n', { outcome: "completed" }],
  ['{"outcome":"failed"}\n{"outcome":"completed"}\nbye', { outcome: "completed" }],
  ['{"outcome":"completed"}\r\n', { outcome: "completed" }],
  ['{"a":1}\n{broken}\n', { a: 1 }],
  ["[1]\n", null],
  ["", null],
])("the last JSON line of %j", (output, expected) => {
  expect(lastJsonLine(output)).toEqual(expected);
});

describe("what a backend wrote", () => {
  it("fails with the place where it does not have its form", () => {
    const answer = readAnswer({ outcome: "green" });
    expect(answer.outcome).toBe("failed");
    expect(answer.summary).toContain("outcome");
    expect(readAnswer("done")).toMatchObject({ outcome: "failed" });
  });

  it("is cut to the caps, so that an honest answer is never refused for its length", () => {
    const answer = readAnswer({
      outcome: "completed",
      summary: "x".repeat(50_000),
      learnings: Array.from({ length: 500 }, () => "y"),
    });
    const handOver = handOverOf(aJob(), answer, one);
    expect(checked(handOver)).toMatchObject({ ok: true });
    expect(handOver.summary).toMatch(/ … \(cut\)$/);
  });

  it("cannot set a verify result or files", () => {
    const answer = readAnswer({
      outcome: "completed",
      summary: "",
      verify: [{ command: "x", code: 0, tail: "" }],
      commits: [{ message: "m", task: null, files: [] }],
    });
    expect(handOverOf(aJob(), answer, none)).toMatchObject({ verify: [], commits: [], outcome: "no_change" });
  });
});

describe("a review", () => {
  const review = aJob({ role: "review", reviewer: "correctness" });
  const minor = { severity: "minor", summary: "a" };
  const major = { severity: "major", summary: "b", path: "src/a.ts", line: 3 };

  it.each([
    [{ findings: [] }, "pass"],
    [{ findings: [minor] }, "pass"],
    [{ findings: [minor, major] }, "fail"],
    [{ findings: [], verdict: "fail" }, "fail"],
    [{ verdict: "pass" }, "pass"],
  ])("%j is a %s", (said, verdict) => {
    const handOver = handOverOf(review, readAnswer({ outcome: "completed", summary: "s", ...said }), none);
    expect(handOver).toMatchObject({ verdict });
    expect(checked(handOver, "review")).toMatchObject({ ok: true });
  });

  it.each([
    ["neither verdict nor findings", { outcome: "completed" }, "failed"],
    ["findings of a failed agent", { outcome: "timed_out", findings: [] }, "timed_out"],
  ])("%s is no verdict", (_, said, outcome) => {
    const handOver = handOverOf(review, readAnswer(said), none);
    expect("verdict" in handOver).toBe(false);
    expect(handOver.outcome).toBe(outcome);
    expect(checked(handOver, "review")).toMatchObject({ ok: true });
  });
});

it("keeps the outcome of an agent that changed nothing and did not complete", () => {
  expect(handOverOf(aJob(), plainAnswer("needs_info", "?"), none).outcome).toBe("needs_info");
});

function checked(handOver: object, role = "implement") {
  const { run, unit, attempt, nonce, baseSha, headSha } = aJob();
  return checkHandOver({
    bytes: new TextEncoder().encode(JSON.stringify(handOver)),
    expected: { run, unit, role, attempt, nonce, baseSha, headSha },
    rules: { protectedPaths: [], specPath: ".kiro/specs/x", writes: null },
    ground: null,
  });
}
