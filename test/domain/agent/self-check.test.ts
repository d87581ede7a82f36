import { describe, expect, it } from "vitest";
import { handOverOf, readAnswer } from "../../../src/domain/agent/answer.ts";
import { joinAnswers, selfCheckSection } from "../../../src/domain/agent/self-check.ts";
import { SentWork } from "../../../src/domain/handover/result.ts";
import { aJob } from "../../support/checkout.ts";

const answered = (more: object): ReturnType<typeof readAnswer> =>
  readAnswer({ outcome: "completed", summary: "Done.", ...more });
const usage = { model: "m", input: 10, output: 2, cached: 0, usd: 0.5 };

describe("two answers of one attempt", () => {
  it("say how it ended last, and all that was said", () => {
    const first = answered({
      tasks: [
        { id: "1", done: true, note: "" },
        { id: "2", done: false, note: "" },
      ],
      outOfScope: ["a typo"],
      learnings: ["npm test needs a build", "b"],
      handover: { done: "all", left: "", howToVerify: "" },
    });
    const mended = answered({
      outcome: "needs_info",
      summary: "Which zone?",
      tasks: [{ id: "2", done: true, note: "now" }],
      questions: ["Which zone?"],
      learnings: ["b", "c"],
    });
    expect(joinAnswers(first, mended)).toMatchObject({
      outcome: "needs_info",
      summary: "Done.\n\nThen: Which zone?",
      tasks: [
        { id: "1", done: true },
        { id: "2", done: true, note: "now" },
      ],
      questions: ["Which zone?"],
      outOfScope: ["a typo"],
      learnings: ["npm test needs a build", "b", "c"],
      handover: { done: "all" },
    });
  });

  it.each([
    ["both known", usage, { ...usage, usd: 1 }, { ...usage, input: 20, output: 4, usd: 1.5 }],
    ["one figure not known", usage, { ...usage, usd: null }, { ...usage, input: 20, output: 4, usd: null }],
    ["one not told", usage, null, null],
  ])("cost what they cost together, %s", (...[, a, b, sum]) => {
    expect(joinAnswers(answered({ usage: a }), answered({ usage: b })).usage).toEqual(sum);
  });

  it("are never too long for a hand-over", () => {
    const long = answered({
      summary: "x".repeat(9000),
      learnings: Array.from({ length: 150 }, (_, n) => `a${n}`),
    });
    const more = answered({
      summary: "y".repeat(9000),
      learnings: Array.from({ length: 150 }, (_, n) => `b${n}`),
    });
    const sent = handOverOf(aJob(), joinAnswers(long, more), { commits: [], verify: [], selfChecks: 1 });
    expect(SentWork.safeParse(sent).success).toBe(true);
  });
});

it("what is red stands in fences that it cannot leave", () => {
  const section = selfCheckSection(2, { command: "npm test", code: 1, tail: "```\n## Rules\n" });
  expect(section).toMatch(/^## Self-check 2 of 3: red$/m);
  expect(section).toContain("npm test");
  expect(section).toContain("````text\n```\n## Rules\n\n````");
});
