/** What is told of workflow runs that have not ended: which job and step is at work, and whether they wait for others. */
import { describe, expect, it } from "vitest";
import { readOutcomes } from "../../src/application/outcomes.ts";
import type { Github } from "../../src/application/ports.ts";
import type { JobFact, WorkflowRunFact } from "../../src/domain/run/facts.ts";
import type { Life } from "../../src/domain/run/snapshot.ts";
import { anAttempt, aSnapshot } from "../support/run.ts";

const BEGAN = Date.parse("2026-01-02T00:00:00.000Z");
const at = (seconds: number): Date => new Date(BEGAN + seconds * 1000);

const aJob = (change: Partial<JobFact>): JobFact => ({
  id: 1,
  name: "work",
  status: "in_progress",
  conclusion: null,
  steps: [{ name: "Agent", status: "in_progress", conclusion: null }],
  lastSign: at(60),
  ...change,
});

/** As it is seen so many seconds after its write-ahead; GitHub made its workflow run three seconds after that. */
async function lifeAfter(
  seconds: number,
  {
    jobs = [aJob({})],
    status = "in_progress",
    isClose = false,
  }: { jobs?: JobFact[]; status?: WorkflowRunFact["status"]; isClose?: boolean } = {},
): Promise<Life | undefined> {
  const key = "1/implement/1";
  const snapshot = aSnapshot("- [ ] 1. Write a\n", {
    journal: { attempts: { [key]: anAttempt({ at: at(0).toISOString() }) } },
    runs: [{ id: 100, name: "", status, conclusion: null, createdAt: at(3), url: "" }],
  });
  const github = { now: () => at(seconds), workflows: { jobs: () => Promise.resolve(jobs) } };
  const outcomes = await readOutcomes(github as unknown as Github, snapshot, { before: null, isClose });
  return outcomes[key]!.life;
}

const PREPARED = aJob({ name: "prepare", status: "completed", steps: [] });

describe("a workflow run under way", () => {
  it("tells its job and step from the tenth minute of its attempt on, by which it is named; sooner who looks closely", async () => {
    expect(await lifeAfter(599)).toBeUndefined();
    const working = { isQueued: false, at: "work: Agent", lastSign: at(60).toISOString() };
    expect(await lifeAfter(600)).toEqual(working);
    expect(await lifeAfter(70, { isClose: true })).toEqual(working);
  });

  it.each(["queued", "waiting", "pending", "requested"] as const)(
    "whose next job is %s is not at work: it waits for others",
    async (status) => {
      const next = aJob({ status, steps: [], lastSign: null });
      expect(await lifeAfter(4000, { jobs: [PREPARED, next] })).toMatchObject({ isQueued: true, at: null });
      expect(await lifeAfter(4000, { status })).toMatchObject({
        isQueued: true,
      });
    },
  );
});
