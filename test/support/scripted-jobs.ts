/**
 * Workflow runs without Actions: each dispatch meets a fate, good or bad, and what a job would have left behind is there
 * at once. Everything else of GitHub stays the local one.
 */
import type { Github } from "../../src/application/ports.ts";
import type { JobFact, WorkflowRunFact } from "../../src/domain/run/facts.ts";
import { artifactName, plainSlug, runName, type Role } from "../../src/domain/run/names.ts";
import { attemptsOf, type AttemptView } from "../../src/domain/run/attempts.ts";

export const WORK_FATES = [
  "good",
  "shared",
  "red",
  "lies",
  "unverified",
  "asks",
  "garbage",
  "nothing",
  "vanishes",
  "half",
  "idle",
  "forged",
  "protected",
  "limited",
  "broken",
  "cut",
  "gone",
  "stopped",
] as const;
export const REVIEW_FATES = [
  "pass",
  "minor",
  "major",
  "critical",
  "fail",
  "garbage",
  "nothing",
  "vanishes",
  "work",
  "limited",
  "stopped",
] as const;
export const VERIFY_FATES = ["green", "red", "unverified", "vanishes"] as const;
/** `dear`: good, for 1.50 USD; `hangs`: under way until it is cancelled; `sticks`: also after that; `queues`: no runner takes it. */
export type Fate =
  | "dear"
  | "hangs"
  | "sticks"
  | "queues"
  | (typeof WORK_FATES)[number]
  | (typeof REVIEW_FATES)[number]
  | (typeof VERIFY_FATES)[number];

interface Ended {
  fact: WorkflowRunFact;
  jobs: JobFact[];
  artifact: { name: string; bytes: Uint8Array } | null;
  /** Who looks a second time does not find it. */
  isReadOnce: boolean;
  /** Who cancels it is not obeyed. */
  isStuck: boolean;
}

const UNDER_WAY: Readonly<Partial<Record<Fate, WorkflowRunFact["status"]>>> = {
  hangs: "in_progress",
  sticks: "in_progress",
  queues: "queued",
};

export interface Script {
  /** US dollars that an attempt's model would take. */
  wantsOf?: (attempt: AttemptView) => number | null;
  /** What a planner proposes. */
  proposes?: (attempt: AttemptView) => object;
  /** What agents say that they learned. */
  learnings?: readonly string[];
  /** How long each job is under way before it ends. */
  seconds?: number;
}

/** Each function is asked once for each dispatch. */
export function scriptedJobs(
  github: Github,
  fateOf: (attempt: AttemptView) => Fate,
  { wantsOf = () => null, proposes = () => ({ units: [] }), learnings = [], seconds = 0 }: Script = {},
): { workflows: Github["workflows"]; dispatches: { key: string; fate: Fate }[] } {
  const ended = new Map<number, Ended>();
  const dispatches: { key: string; fate: Fate }[] = [];
  let ids = 1000;
  const find = (runId: number): Ended => {
    const found = ended.get(runId);
    if (!found) throw new Error(`no scripted run ${runId}`);
    return found;
  };
  const seen = (fact: WorkflowRunFact): WorkflowRunFact =>
    github.now().getTime() < fact.createdAt.getTime() + seconds * 1000
      ? { ...fact, status: "in_progress", conclusion: null }
      : fact;
  return {
    dispatches,
    workflows: {
      ...github.workflows,
      async dispatch(_, inputs) {
        const run = Number(inputs["run"]);
        const open = (await github.journal.openRuns()).find((one) => one.run === run)!;
        const { state } = await github.journal.read(open.revision);
        const attempt = attemptsOf(state).find(({ nonce }) => nonce === inputs["nonce"]);
        if (!attempt) throw new Error("dispatched before it was written ahead");
        const fate = fateOf(attempt);
        dispatches.push({ key: attempt.key, fate });
        if (fate === "vanishes") return { runId: null };
        const id = ids++;
        const name = { run, slug: attempt.slug, role: attempt.role, n: attempt.n };
        ended.set(id, {
          fact: {
            id,
            name: runName(name),
            status: UNDER_WAY[fate] ?? "completed",
            conclusion: fate in UNDER_WAY ? null : "success",
            createdAt: github.now(),
            url: `https://github.test/runs/${id}`,
          },
          jobs: jobsOf(id, attempt.role, fate),
          artifact: artifactOf(run, attempt, {
            fate,
            wants: wantsOf(attempt),
            learnings,
            ...(attempt.role === "plan" && { proposal: proposes(attempt) }),
          }),
          isReadOnce: fate === "gone",
          isStuck: fate === "sticks",
        });
        // GitHub does not always tell the id.
        return { runId: id % 3 === 0 ? null : id };
      },
      cancel(runId) {
        const { fact, isStuck } = find(runId);
        if (isStuck) return Promise.resolve({ did: "updated" });
        if (fact.status === "completed") return Promise.resolve({ did: "unchanged" });
        Object.assign(fact, { status: "completed", conclusion: "cancelled" });
        return Promise.resolve({ did: "updated" });
      },
      runs: () => Promise.resolve([...ended.values()].map(({ fact }) => seen(fact))),
      jobs: (runId) => Promise.resolve(find(runId).jobs),
      jobLog: () => Promise.resolve("not ok 1 - it does what it should\n"),
      artifact: ({ runId, name }) => {
        const run = find(runId);
        const { artifact } = run;
        if (run.isReadOnce) run.artifact = null;
        return Promise.resolve(artifact?.name === name ? artifact.bytes : null);
      },
    },
  };
}

function jobsOf(id: number, role: Role, fate: Fate): JobFact[] {
  if (role === "review" || role === "plan") return [];
  const red = fate === "red" || fate === "lies";
  const status = "completed";
  const verify = { name: "Verify", status, conclusion: red ? "failure" : "success" };
  const steps = fate === "unverified" ? [] : [verify];
  const conclusion = red ? "failure" : "success";
  return [{ id, name: "verify", status, conclusion, steps, lastSign: null }];
}

function artifactOf(
  run: number,
  attempt: AttemptView,
  {
    fate,
    wants,
    learnings,
    proposal,
  }: { fate: Fate; wants: number | null; learnings: readonly string[]; proposal?: object },
): Ended["artifact"] {
  const { slug, role, n, nonce, baseSha, headSha } = attempt;
  if (role === "verify" || fate === "nothing" || fate in UNDER_WAY) return null;
  const bound = { v: 1, run, unit: slug, role, attempt: n, nonce, baseSha, headSha };
  const isReview = role === "review" && !["work", "limited", "stopped"].includes(fate);
  const said = proposal
    ? { outcome: OUTCOMES[fate] ?? "completed", summary: `It was ${fate}.`, proposal }
    : isReview
      ? reviewOf(fate)
      : { ...workOf(attempt, fate), learnings };
  const text =
    fate === "garbage"
      ? '{"v": 1, "outcome"'
      : JSON.stringify({
          ...bound,
          ...said,
          ...paid(attempt, fate === "stopped" ? Infinity : wants),
          ...(fate === "forged" && { nonce: "f0f0" }),
        });
  return {
    name: artifactName({ run, slug, role, n }, "result"),
    bytes: new TextEncoder().encode(text),
  };
}

/** As the key proxy does it: stopped at the ceiling that its job was given. */
function paid({ allowance }: AttemptView, wants: number | null): object {
  if (wants === null) return {};
  const isAtCap = wants > (allowance ?? 1000);
  const usd = isAtCap ? (allowance ?? 1000) : wants;
  const usage = { model: "m", input: 1000, output: 100, cached: 400, usd };
  return isAtCap ? { outcome: "blocked", usage: { ...usage, isAtCap } } : { usage };
}

function reviewOf(fate: Fate): object {
  const findings = ["minor", "major", "critical"].includes(fate)
    ? [{ severity: fate, path: "src/a.txt", line: 1, summary: `A ${fate} fault` }]
    : [];
  const verdict = fate === "pass" || fate === "minor" ? "pass" : "fail";
  return { outcome: "completed", summary: "Read.", verdict, findings };
}

const OUTCOMES: Readonly<Partial<Record<Fate, string>>> = {
  asks: "needs_info",
  half: "timed_out",
  limited: "rate_limited",
  broken: "infra",
  cut: "rate_limited",
  stopped: "blocked",
};

function workOf({ slug, role, n, key }: AttemptView, fate: Fate): object {
  const own = [{ path: `src/${plainSlug(slug)}.txt`, content: `${role} ${n}\n` }];
  const shared = [{ path: "shared.txt", content: `${key}\n` }];
  const files = ["idle", "asks", "limited", "broken"].includes(fate)
    ? []
    : fate === "protected"
      ? [{ path: ".github/workflows/ci.yml", content: "on: push\n" }]
      : fate === "shared"
        ? [...own, ...shared]
        : own;
  return {
    outcome: OUTCOMES[fate] ?? "completed",
    summary: `It was ${fate}.`,
    commits: files.length === 0 ? [] : [{ message: `Work on ${key}`, task: null, files }],
    verify: [{ command: "test", code: fate === "red" ? 1 : 0, tail: "" }],
    questions: fate === "asks" ? ["Which way?"] : [],
    ...(fate === "dear" && { usage: { model: "m", input: 1, output: 1, cached: 0, usd: 1.5 } }),
  };
}
