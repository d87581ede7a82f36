/** What a verify job has said: green only by its verify step, red only by its own end. */
import { expect, it } from "vitest";
import { readOutcomes } from "../../src/application/outcomes.ts";
import type { Github } from "../../src/application/ports.ts";
import type { JobFact } from "../../src/domain/run/facts.ts";
import { anAttempt, aSnapshot } from "../support/run.ts";

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
  const outcomes = await readOutcomes({ workflows } as unknown as Github, snapshot, null);
  expect(outcomes["_train/verify/1"]).toMatchObject({ conclusion: "success", verify });
});
