/** What a verify job has said: green only by its verify step, red only by its own end; and the last sign of life of one at work. */
import { expect, it } from "vitest";
import { readOutcomes } from "../../src/application/outcomes.ts";
import type { Github } from "../../src/application/ports.ts";
import type { JobFact } from "../../src/domain/run/facts.ts";
import { anAttempt, aSnapshot } from "../support/run.ts";

const LOOKING = { before: null, isClose: false };
const at = new Date("2026-01-01T00:01:00.000Z");
const job = (name: string, conclusion: string, step: string): JobFact => ({
  id: 5,
  name,
  status: "completed",
  conclusion,
  steps: [{ name: "Verify", status: "completed", conclusion: step }],
  lastSign: at,
});

it.each<[string, JobFact[], string | null]>([
  ["green, as its step was", [job("verify", "success", "success")], "success"],
  ["green without that step", [job("verify", "success", "skipped")], null],
  ["red", [job("verify", "failure", "failure")], "failure"],
  ["cancelled behind its step", [job("verify", "cancelled", "success")], null],
  ["none: another job was green", [job("work", "success", "success")], null],
])("%s", async (_, jobs, verify) => {
  const run = {
    id: 100,
    name: "",
    status: "completed",
    conclusion: "success",
    createdAt: at,
    url: "",
  } as const;
  const attempts = { "_train/verify/1": anAttempt({ agent: null }) };
  const snapshot = aSnapshot("- [ ] 1. First\n", { journal: { attempts }, runs: [run] });
  const workflows = { jobs: async () => jobs, jobLog: async () => "" };
  const outcomes = await readOutcomes({ workflows } as unknown as Github, snapshot, LOOKING);
  expect(outcomes["_train/verify/1"]).toMatchObject({ conclusion: "success", verify });
});

it.each<[string, [minute: number | null, status: string][], string | null, boolean]>([
  [
    "the newest of all jobs",
    [
      [1, "completed"],
      [5, "in_progress"],
      [null, "queued"],
    ],
    "00:05",
    false,
  ],
  [
    "also where a later job gave an earlier one",
    [
      [5, "in_progress"],
      [1, "completed"],
    ],
    "00:05",
    false,
  ],
  ["none yet, while a runner is waited for", [[null, "queued"]], null, true],
  [
    "of those before, while a runner is waited for again",
    [
      [1, "completed"],
      [null, "queued"],
    ],
    "00:01",
    true,
  ],
])("the last sign of life is %s", async (_, ...[signs, minute, isQueued]) => {
  const jobs = signs.map(([sign, status], id): JobFact => ({
    ...job("work", "success", "success"),
    id,
    status,
    lastSign: sign === null ? null : new Date(`2026-01-01T00:0${sign}:00.000Z`),
  }));
  const run = { id: 100, name: "", status: "in_progress", conclusion: null, createdAt: at, url: "" } as const;
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: { attempts: { "1/implement/1": anAttempt() } },
    runs: [run],
  });
  const github = { workflows: { jobs: async () => jobs }, now: () => new Date("2026-01-01T01:00:00.000Z") };
  const outcomes = await readOutcomes(github as unknown as Github, snapshot, LOOKING);
  const lastSign = minute === null ? null : `2026-01-01T${minute}:00.000Z`;
  expect(outcomes["1/implement/1"]!.life).toMatchObject({ lastSign, isQueued });
});
