/** Agents, reviewers and verify commands of a simulation: what stands in for all that a job would start. */
import type { Job } from "../../src/domain/handover/job.ts";
import type { Chance } from "./chance.ts";

/** What an agent's step comes to. */
export interface AgentEnd {
  minutes: number;
  /** The text of result.json; null where it dies before it hands anything over. */
  result: string | null;
  changed: boolean;
  outcome: string;
  /** What it says that it took; null: it says nothing of that. */
  usd: number | null;
}

/** Not a fault of the machine: what people's agents do every day. */
export interface Habits {
  /** Work that needs a fix: verify is red, or a reviewer finds something. */
  red: number;
  major: number;
  minor: number;
  asks: number;
  shared: number;
}

export const GOOD: Habits = { red: 0, major: 0, minor: 0, asks: 0, shared: 0 };
export const HUMAN: Habits = { red: 0.1, major: 0.12, minor: 0.15, asks: 0.02, shared: 0.05 };

export type AgentFault = "agent-hangs" | "agent-dies" | "agent-garbage" | "agent-nothing" | "agent-too-much";

interface Attempt {
  job: Job;
  habits: Habits;
  fault: AgentFault | null;
}

const HANGS_MINUTES = 300;

export function agentEnd({ job, habits, fault }: Attempt, chance: Chance): AgentEnd {
  const minutes = job.role === "review" ? chance.between(2, 8) : chance.between(5, 20);
  const isReview = job.role === "review";
  const outcome = !isReview && job.role !== "plan" && chance.is(habits.asks) ? "needs_info" : "completed";
  const said = isReview ? reviewOf(job, habits, chance) : workOf(job, { habits, outcome }, chance);
  const paid = paidFor(job, chance);
  const whole = JSON.stringify({ ...boundTo(job), ...said, ...paid });
  const end: AgentEnd = {
    minutes,
    outcome,
    result: whole,
    changed: "commits" in said && said.commits.length > 0,
    usd: paid.usage?.usd ?? null,
  };
  switch (fault) {
    case null:
      return end;
    case "agent-hangs":
      return { ...end, minutes: HANGS_MINUTES };
    case "agent-dies":
      return { ...end, result: null, changed: false, usd: null };
    case "agent-garbage":
      return { ...end, result: whole.slice(0, whole.length / 2), usd: null };
    case "agent-nothing":
      return { ...end, result: JSON.stringify({ ...boundTo(job), ...NOTHING }), changed: false, usd: null };
    case "agent-too-much":
      return { ...end, result: JSON.stringify({ ...boundTo(job), ...tooMuch() }), changed: true, usd: null };
    default:
      return fault satisfies never;
  }
}

/** What the wrapper hands over when its job is cancelled in the midst of it: half a review is none. */
export function unfinished(job: Job, { result, ...end }: AgentEnd): AgentEnd {
  const { commits = [] } = JSON.parse(result ?? "{}") as { commits?: unknown[] };
  const outcome = "timed_out";
  const said = { ...boundTo(job), outcome, summary: "The job was cancelled.", commits };
  return { ...end, outcome, result: JSON.stringify(said), usd: null };
}

const boundTo = ({ run, unit, role, attempt, nonce, baseSha, headSha }: Job): object => ({
  v: 1,
  run,
  unit,
  role,
  attempt,
  nonce,
  baseSha,
  headSha,
});

/** As the proxy of the model's key has it: who comes to its ceiling is stopped there. */
function paidFor({ price, limits }: Job, chance: Chance): { outcome?: string; usage?: { usd: number } } {
  if (price === null) return {};
  const [wants, most] = [chance.between(2, 25) / 10, limits.usd ?? Infinity];
  const isAtCap = wants > most;
  const usd = Math.min(wants, most);
  const usage = { model: "m", input: 1000, output: 100, cached: 400, usd, ...(isAtCap && { isAtCap }) };
  return isAtCap ? { outcome: "blocked", usage } : { usage };
}

const NOTHING = { outcome: "no_change", summary: "There was nothing to do.", commits: [] };

const tooMuch = (): object => ({
  outcome: "completed",
  summary: "Everything at once.",
  commits: [
    {
      message: "All of it",
      task: null,
      files: Array.from({ length: 150 }, (_, at) => ({ path: `much/${at}.txt`, content: `${at}\n` })),
    },
  ],
});

function reviewOf(job: Job, { major, minor }: Habits, chance: Chance): { verdict: string } {
  const roll = chance.next();
  const severity = roll < major ? "major" : roll < major + minor ? "minor" : null;
  const finding = { severity, path: null, line: null, summary: `A ${severity} fault of ${job.unit}` };
  const review = {
    outcome: "completed",
    summary: "Read.",
    verdict: severity === "major" ? "fail" : "pass",
    findings: severity === null ? [] : [finding],
  };
  return review;
}

interface Commit {
  message: string;
  task: null;
  files: { path: string; content: string }[];
}

function workOf(
  job: Job,
  { habits, outcome }: { habits: Habits; outcome: string },
  chance: Chance,
): { commits: Commit[] } {
  const about = `${job.unit} ${job.role} ${job.attempt}`;
  const own = job.writes.flatMap(({ path }) => (/[*]/.test(path) ? [] : [path]));
  const paths = own.length > 0 ? own : [`src/${job.unit.replaceAll(/\W/g, "")}.txt`];
  const files = paths.map((path) => ({ path, content: `${about}\n` }));
  if (own.length === 0 && chance.is(habits.shared)) files.push({ path: "shared.txt", content: `${about}\n` });
  const isRed = chance.is(habits.red);
  const isDone = outcome === "completed";
  const work = {
    outcome,
    summary: isDone ? "Done." : "A question.",
    commits: isDone ? [{ message: `Work on ${about}`, task: null, files }] : [],
    verify: isDone && job.verify.length > 0 ? [{ command: "test", code: isRed ? 1 : 0, tail: "" }] : [],
    questions: isDone ? [] : ["Which way?"],
  };
  return work;
}
