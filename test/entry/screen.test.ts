/** Whoever must act is told the command. */
import { expect, it } from "vitest";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { LOCAL_VOICE, standing } from "../../src/entry/screen.ts";

const report = (change: Partial<LocalReport>): LocalReport => ({
  v: 1,
  outcome: "decision",
  reason: "",
  run: null,
  units: [],
  leftOut: [],
  decisions: [],
  totals: {
    requests: { rest: 0, graphql: 0, git: 0 },
    contentWrites: 0,
    durationMs: 1000,
    cost: null,
  },
  paths: { repository: "r", board: "b", logs: "l" },
  ...change,
});

const question = {
  id: "d2",
  kind: "question",
  unit: "1",
  question: "Which?",
  options: ["This"],
  answer: null,
};

it.each<[string, Partial<LocalReport>, string]>([
  ["a question", { decisions: [question] }, "--say '/orchestrate decide d2 1'"],
  ["a plan", { reason: "the plan waits for /orchestrate confirm 0ca34c17acc2" }, "--yes"],
  ["a pause", { reason: "the run is paused; /orchestrate resume goes on" }, "--say '/orchestrate resume'"],
  [
    "an approval",
    {
      reason:
        "unit 1.5 waits: it is complex: a person with write access must approve it; unit 6 waits: ada asked for changes and has not looked again",
    },
    "--say '/orchestrate approve 1.5'",
  ],
  ["an interruption", { outcome: "halted", reason: "interrupted" }, "Go on: the same command"],
  ["an end", { outcome: "halted", reason: "cancelled: 1" }, "--fresh"],
])("%s", (_, change, command) => {
  expect(standing(report(change), LOCAL_VOICE).at(-1)).toContain(command);
});
