/** What the workflow runs of attempts without an outcome have come to: how far they are, what was verified and handed over. */
import type { PlanUnit } from "../domain/plan/plan.ts";
import { attemptsOf, type AttemptView } from "../domain/run/attempts.ts";
import type { JobFact, WorkflowRunFact } from "../domain/run/facts.ts";
import { plainSlug, VERIFY_JOB, VERIFY_STEP } from "../domain/run/names.ts";
import type { Life, RunOutcome, RunSnapshot } from "../domain/run/snapshot.ts";
import { readHandOver } from "./hand-over.ts";
import type { Github } from "./ports.ts";
import { runOf } from "./workflow-runs.ts";

const TAIL_LINES = 40;

/** Of a younger attempt the jobs are looked up by who looks closely alone: most are over by then. */
const SIGN_AFTER_MS = 10 * 60_000;

/** For a runner, an approval, or others of its concurrency group; of a workflow run as of a job. */
const NOT_BEGUN: readonly string[] = [
  "queued",
  "waiting",
  "requested",
  "pending",
] satisfies WorkflowRunFact["status"][];

/** Who has seen these workflow runs a moment ago, and whether each is worth a look at its jobs. */
export interface Looking {
  before: RunSnapshot | null;
  isClose: boolean;
}

export async function readOutcomes(
  github: Github,
  snapshot: RunSnapshot,
  { before, isClose }: Looking,
): Promise<RunSnapshot["outcomes"]> {
  const units = new Map(snapshot.planFile.plan.units.map((unit) => [snapshot.slugs[unit.id]!, unit]));
  const open = attemptsOf(snapshot.state).filter((attempt) => attempt.outcome === null);
  const reads = open.map(async (attempt) => {
    const fact = runOf(snapshot, attempt);
    if (!fact) return [];
    const told = before?.outcomes[attempt.key];
    // Within a pass nobody asks again how far it is.
    if (told?.runId === fact.id && told.conclusion === null) return [[attempt.key, told] as const];
    return [
      [
        attempt.key,
        await readOutcome(github, {
          snapshot,
          attempt,
          fact,
          isClose,
          unit: units.get(plainSlug(attempt.slug)) ?? null,
        }),
      ] as const,
    ];
  });
  return Object.fromEntries((await Promise.all(reads)).flat());
}

interface OutcomeRequest {
  snapshot: RunSnapshot;
  attempt: AttemptView;
  fact: WorkflowRunFact;
  isClose: boolean;
  unit: PlanUnit | null;
}

async function readOutcome(
  github: Github,
  { snapshot, attempt, fact, isClose, unit }: OutcomeRequest,
): Promise<RunOutcome> {
  const under = {
    runId: fact.id,
    url: fact.url,
    conclusion: null,
    verify: null,
    tail: "",
    handOver: { kind: "none" },
  } as const;
  if (fact.status !== "completed") {
    if (NOT_BEGUN.includes(fact.status))
      return { ...under, life: { isQueued: true, at: null, lastSign: null } };
    const isYoung = github.now().getTime() - Date.parse(attempt.at) < SIGN_AFTER_MS;
    return isYoung && !isClose ? under : { ...under, life: lifeOf(await github.workflows.jobs(fact.id)) };
  }
  const isVerified = attempt.role !== "review" && attempt.role !== "plan";
  const jobs = isVerified ? await github.workflows.jobs(fact.id) : [];
  const verifyJob = jobs.find((job) => job.name === VERIFY_JOB);
  const verify = verifyJob ? verdictOf(verifyJob) : null;
  const tail = verify === "failure" ? lastLines(await github.workflows.jobLog(verifyJob!.id)) : "";
  const handOver =
    attempt.role === "verify"
      ? ({ kind: "none" } as const)
      : await readHandOver(github, { snapshot, attempt, fact, unit });
  return { ...under, conclusion: fact.conclusion ?? "unknown", verify, tail, handOver };
}

/** Where it is at work, and since when nothing has moved. */
function lifeOf(jobs: readonly JobFact[]): Life {
  const job = jobs.find(({ status }) => status === "in_progress");
  const step = job?.steps.find(({ status }) => status === "in_progress");
  const signs = jobs.flatMap(({ lastSign }) => (lastSign === null ? [] : [lastSign.getTime()]));
  return {
    isQueued: job === undefined && jobs.some(({ status }) => NOT_BEGUN.includes(status)),
    at: job === undefined ? null : step === undefined ? job.name : `${job.name}: ${step.name}`,
    lastSign: signs.length === 0 ? null : new Date(Math.max(...signs)).toISOString(),
  };
}

/** Only the job's conclusion counts; but one that was green without its verify step has judged nothing. */
function verdictOf({ conclusion, steps }: JobFact): RunOutcome["verify"] {
  if (conclusion === "failure") return "failure";
  const hasVerified = steps.some((step) => step.name === VERIFY_STEP && step.conclusion === "success");
  return conclusion === "success" && hasVerified ? "success" : null;
}

const lastLines = (log: string): string => log.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
