/**
 * Signs of life of a run whose jobs take long. They are told once in ten minutes: what moves in the jobs meanwhile is no
 * news, so that a look writes nothing as long as there is nothing else to say.
 */
import { plainSlug } from "../run/names.ts";
import { lifeOf } from "../run/silence.ts";
import { attemptsOf, type AttemptView } from "../run/attempts.ts";
import type { RunView } from "../run/view.ts";
import { clockTime } from "../text/clock-time.ts";
import { harmlessLine } from "../text/harmless.ts";
import { fewLines } from "./body.ts";

const STEP_MS = 10 * 60_000;

/** How these lines begin. */
const SIGNS = "Still at work at ";

/** Of attempts that are named one by one. */
const MAX_SHOWN = 8;

/** Empty where nothing has been under way for ten minutes. */
export function lifeLines(view: RunView, now: Date): string[] {
  const life = stepsOf(view, now);
  if (life === null || life.steps === 0) return [];
  const { open, since } = life;
  // What begins later is no news of that time.
  const then = since + life.steps * STEP_MS;
  const count = open.filter(({ at }) => Date.parse(at) <= then).length;
  const jobs = count === 1 ? "1 job is" : `${count} jobs are`;
  const long = open.filter(({ at }) => Date.parse(at) <= then - STEP_MS);
  return [
    `${SIGNS}${clockTime(then)}: ${jobs} under way, the longest since ${clockTime(since)}.`,
    "",
    ...fewLines(
      long.map((attempt) => lifeLine(view, attempt)),
      MAX_SHOWN,
    ),
    "",
  ];
}

/** A text without what its jobs are at: two that agree so far say the same of the same ten minutes. */
export function withoutSteps(body: string): string {
  const lines = body.split("\n");
  const first = lines.findIndex((line) => line.startsWith(SIGNS)) + 2;
  const named = first < 2 ? -1 : lines.findIndex((line, at) => at >= first && !line.startsWith("- "));
  return named < 0 ? body : lines.toSpliced(first, named - first).join("\n");
}

function lifeLine({ snapshot }: RunView, attempt: AttemptView): string {
  const { slug, role, n, agent, key } = attempt;
  const seen = snapshot.outcomes[key];
  const by = agent === null ? "" : ` by ${harmlessLine(agent, 40)}`;
  const what = `- ${plainSlug(slug)}: ${role} ${n}${by}`;
  return seen === undefined
    ? `${what}, whose workflow run does not show yet`
    : `${what} in ${runLink(seen)} ${harmlessLine(lifeOf(attempt, seen.life), 200)}`;
}

/** A URL as GitHub gave it. */
const runLink = ({ runId, url }: { runId: number; url: string }): string =>
  /^https?:\/\/[\w.:/-]+$/.test(url) ? `[workflow run ${runId}](${url})` : `workflow run ${runId}`;

/** When that line is due to change; null while nothing is under way. */
export function nextSign(view: RunView, now: Date): Date | null {
  const life = stepsOf(view, now);
  return life === null ? null : new Date(life.since + (life.steps + 1) * STEP_MS);
}

function stepsOf(
  { state }: RunView,
  now: Date,
): { open: readonly AttemptView[]; since: number; steps: number } | null {
  if (state.ended !== null) return null;
  const open = attemptsOf(state).filter(({ outcome, sent }) => outcome === null && sent);
  if (open.length === 0) return null;
  const since = Math.min(...open.map(({ at }) => Date.parse(at)));
  return { open, since, steps: Math.max(0, Math.floor((now.getTime() - since) / STEP_MS)) };
}
