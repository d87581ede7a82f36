/** What a person must find in reviews, decisions and replies. */
import { describe, expect, it } from "vitest";
import { decisionBody, helpBody, replyBody } from "../../../src/domain/board/decision.ts";
import { lineComments, reviewBody, withUnplaced } from "../../../src/domain/board/review-body.ts";
import { COMMANDS } from "../../../src/domain/run/commands.ts";
import { aResult } from "../../support/run.ts";
import { aFinding, aReview, aView, unitOf } from "../../support/view.ts";

const last = (body: string): string => body.split("\n").at(-1)!;

describe("a review", () => {
  const bodyOf = (attempt: Parameters<typeof aReview>): string => {
    const view = aView({ journal: { attempts: { "1/review/3": aReview(...attempt) } } });
    return reviewBody({ view, unitView: unitOf(view), attempt: unitOf(view).reviewJobs[0]! });
  };
  it.each([
    { severity: "critical" as const, verdict: "Changes are needed" },
    { severity: "major" as const, verdict: "Changes are needed" },
    { severity: "minor" as const, verdict: "Good, with minor findings" },
  ])("begins with the verdict: $severity", ({ severity, verdict }) => {
    const lines = bodyOf([[aFinding({ severity, details: "Line two of it.", fix: "Keep it." })]]).split("\n");
    expect(lines[0]).toBe(`**${verdict}**: 1 ${severity} (correctness, by practice, at 2222222)`);
    expect(lines).toContain("> I read it all.");
    expect(lines).toContain(`- **${severity}** (\`src/a.js:7\`): An empty line is dropped`);
    expect(lines.at(-1)).toBe("<!-- roundtable:review run=12 unit=1 n=3 -->");
  });

  const told = { details: "Line two of it.", fix: "Keep it." };

  it.each([
    { name: "what is new stands at its line", change: {}, isAtLine: true },
    {
      name: "what came back stands at its line",
      change: { standing: "regression" as const },
      isAtLine: true,
    },
    {
      name: "what is still open was said there before",
      change: { standing: "confirmed" as const },
      isAtLine: false,
    },
    { name: "what has no line stands in the body", change: { line: null }, isAtLine: false },
  ])("$name", ({ change, isAtLine }) => {
    const finding = aFinding({ ...told, ...change });
    const said = ["Line two of it.", "Suggested: Keep it."];
    const comments = lineComments({ ...unitOf(aView()).work[0]!, ...aReview([finding]) });
    expect(comments).toEqual(
      isAtLine
        ? [{ path: "src/a.js", line: 7, body: ["**major**: An empty line is dropped", ...said].join("\n\n") }]
        : [],
    );
    for (const line of said) expect(bodyOf([[finding]]).includes(`\n  ${line}`)).toBe(!isAtLine);
  });

  it("says in the body what the diff has no line for", () => {
    const body = bodyOf([[aFinding(told)]]);
    const whole = withUnplaced(body, [{ path: "src/`a.js", line: 7, body: "**major**: Read me." }]);
    expect(whole.split("\n")).toEqual(expect.arrayContaining(["`src/'a.js:7`", "**major**: Read me."]));
    expect(last(whole)).toBe(last(body));
    expect(withUnplaced(body, [])).toBe(body);
  });

  it("says before all else that a script wrote it", () => {
    const result = aResult({ severity: "none", summary: "Scripted review: no model read this. Better now." });
    const lines = bodyOf([[], { result }]).split("\n");
    expect(lines[0]).toBe("Scripted review: no model read this.");
    expect(lines[2]).toMatch(/^\*\*Good\*\*: no findings/);
    expect(lines).toContain("> Better now.");
  });
});

describe("questions and answers", () => {
  it("a decision has a command for each option", () => {
    const body = decisionBody(aView(), "d1", {
      unit: "1",
      question: "What now?",
      options: [
        { does: "retry", text: "Try again" },
        { does: "skip", text: "Skip this unit" },
      ],
    });
    expect(body).toContain("### Decision d1\n\nAbout 1. Write the parser\n\nWhat now?");
    expect(body).toContain(
      "1. Try again: `/orchestrate decide d1 1`\n2. Skip this unit: `/orchestrate decide d1 2`",
    );
    expect(last(body)).toBe("<!-- roundtable:decision run=12 id=d1 -->");
  });

  it("a reply keeps its commands readable", () => {
    const body = replyBody({
      run: 12,
      comment: 99,
      sentence: `Write \`/orchestrate skip <unit>\`. ${helpBody(COMMANDS)}`,
    });
    expect(body).toContain("`/orchestrate skip <unit>`.");
    for (const { form } of COMMANDS) expect(body).toContain(`- \`/orchestrate ${form}\``);
    expect(last(body)).toBe("<!-- roundtable:run run=12 reply=99 -->");
  });

  it.each(["`` @octocat `", "\\` @octocat `", "` @octocat", "`a`` @octocat `"])(
    "code that is none hides nothing: %s",
    (sentence) => {
      expect(replyBody({ run: 12, comment: 99, sentence })).not.toContain("@octocat");
    },
  );
});
