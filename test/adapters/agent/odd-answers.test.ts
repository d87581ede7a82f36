/** Answers as agents give them, not as they were asked for. */
import { describe, expect, it } from "vitest";
import { answerOf } from "../../../src/adapters/agent/cli-agent.ts";
import { CLIS } from "../../../src/adapters/agent/clis.ts";
import { limitsOf } from "../../../src/adapters/agent/limits.ts";
import { readAnswer } from "../../../src/domain/agent/answer.ts";
import { aJob } from "../../support/checkout.ts";

describe("a task that is told oddly does not cost the work", () => {
  it.each([
    { tasks: [{ id: "2.1", done: true, note: "", files: ["a"] }] },
    { tasks: [{ id: "2.1", done: true }] },
    { tasks: [{ id: 2, done: true, note: "" }] },
    { tasks: [{ id: "2.1", done: true, note: "x".repeat(10_001) }] },
    { tasks: [{ id: "2.1", done: true, note: null }] },
  ])("%j", (more) => {
    expect(readAnswer({ outcome: "completed", summary: "", ...more }).outcome).toBe("completed");
  });
  it("nor does a finding with more to it", () =>
    expect(
      readAnswer({
        outcome: "completed",
        findings: [{ severity: "minor", summary: "x", line: 3, confidence: 1 }],
      }).outcome,
    ).toBe("completed"));
});

it("an answer over several lines is read", () => {
  const said = JSON.stringify({ outcome: "needs_info", summary: "?", questions: ["Which?"] }, null, 2);
  const stdout = JSON.stringify({ type: "result", subtype: "success", is_error: false, result: said });
  const a = answerOf(CLIS.claude, aJob({ backend: "claude" }), { code: 0, stdout, stderr: "", usage: "" });
  expect(a.outcome).toBe("needs_info");
});
it("a line of JSON behind the answer is none", () => {
  const said = `{"outcome":"blocked","summary":"s"}\n{"ok":true}`;
  const stdout = JSON.stringify({ type: "result", subtype: "success", is_error: false, result: said });
  const a = answerOf(CLIS.claude, aJob({ backend: "claude" }), { code: 0, stdout, stderr: "", usage: "" });
  expect(a.outcome).toBe("blocked");
});

it("failures that were overcome do not add up", () => {
  const limits = limitsOf(CLIS.opencode, aJob());
  const enc = (t: string) => new TextEncoder().encode(t);
  for (let i = 0; i < 5; i++) {
    limits.hear("stderr", enc('time=1 message="stream error" error.error="AI_APICallError: x"\n'));
    limits.hear("stdout", enc('{"type":"step_start","part":{}}\n{"type":"step_finish","part":{}}\n'));
  }
  expect(limits.signal.aborted).toBe(false);
});

it("a model that is not there is no fault of the machine", () => {
  const stdout = JSON.stringify({
    type: "result",
    status: "error",
    error: { type: "Error", message: "models/nope is not found" },
  });
  expect(
    answerOf(CLIS.gemini, aJob({ backend: "gemini" }), { code: 148, stdout, stderr: "", usage: "" }).outcome,
  ).toBe("failed");
});

it.each([
  ["stream disconnected before completion: Rate limit reached for gpt on tokens per min", "rate_limited"],
  ["Quota exceeded. Check your plan and billing details.", "rate_limited"],
  ["stream disconnected before completion: connection reset", "infra"],
])("codex, which tells no status: %s", (message, outcome) => {
  const stdout = JSON.stringify({ type: "turn.failed", error: { message } });
  const output = { code: 1, stdout, stderr: "", usage: "" };
  expect(answerOf(CLIS.codex, aJob({ backend: "codex" }), output).outcome).toBe(outcome);
});

it.each([
  { subtype: "success", code: 1 },
  { subtype: "success", code: null },
  { subtype: "error_during_execution", code: 0 },
])("a program that did not come to its end has not completed: %j", ({ subtype, code }) => {
  const stdout = JSON.stringify({ type: "result", subtype, is_error: false, result: "All done." });
  const answer = answerOf(CLIS.claude, aJob({ backend: "claude" }), { code, stdout, stderr: "", usage: "" });
  expect(answer.outcome).toBe("infra");
});
