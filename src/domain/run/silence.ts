/**
 * How long a workflow run may show no sign of life: a job or a step of it that begins or ends. Twice the longest that
 * such an attempt of this run took to its own end so far, once there are three; before, no less than twice what the
 * configuration says, else twice the job's own limit: an agent's step is silent as long as it works, and one short
 * attempt is no measure of a long one. Then it is cancelled, and what it handed over is taken; one that does not end by
 * that either is given up.
 */
import type { Config } from "../config.ts";
import { JOB_MINUTES } from "../agent/brief-input.ts";
import { useOf } from "../plan/estimate.ts";
import { clockTime } from "../text/clock-time.ts";
import { isNoTry } from "./hindered.ts";
import type { State } from "./journal.ts";
import type { Life, RunOutcome } from "./snapshot.ts";
import { attemptsOf, type AttemptView } from "./attempts.ts";

const MINUTE_MS = 60_000;
/** Short attempts say little about a long one. */
const SHORTEST_MS = 20 * MINUTE_MS;
/** Attempts that are a measure by themselves. */
const ENOUGH = 3;
/** For a cancelled run to end: its last steps may hand work over. */
const LAST_MS = 15 * MINUTE_MS;

export interface Silence {
  since: Date;
  /** Its workflow run is cancelled then. */
  endsAt: Date;
  /** Its workflow run is waited for no longer. */
  lostAt: Date;
}

/** Null while nothing has taken it up: a run that waits for a runner is not silent. */
export function silenceOf(
  { state, config }: { state: State; config: Config },
  attempt: AttemptView,
  { life }: Pick<RunOutcome, "life">,
): Silence | null {
  if (life?.isQueued) return null;
  const since = new Date(life?.lastSign ?? attempt.at);
  const endsAt = new Date(since.getTime() + limitOf(state, config, attempt));
  return { since, endsAt, lostAt: new Date(endsAt.getTime() + LAST_MS) };
}

/** Goes on after "in workflow run 7 ". */
export function lifeOf({ at }: Pick<AttemptView, "at">, life: Life | undefined): string {
  const since = `since ${clockTime(at)}`;
  if (life === undefined) return since;
  if (life.isQueued) return `${since}; no runner has taken it yet`;
  const job = life.at === null ? "" : `, at ${life.at}`;
  const sign =
    life.lastSign === null ? "no sign of life yet" : `last sign of life ${clockTime(life.lastSign)}`;
  return `${since}${job}, ${sign}`;
}

/** Who was stopped, or kept from working, took no time that says how long it takes. */
const endedItself = ({ outcome }: AttemptView): boolean =>
  !isNoTry(outcome) && outcome !== "lost" && outcome !== "cancelled";

function limitOf(state: State, config: Config, { role, agent }: AttemptView): number {
  const took = attemptsOf(state).flatMap((other) =>
    other.role === role && other.agent === agent && other.endedAt !== null && endedItself(other)
      ? [Date.parse(other.endedAt) - Date.parse(other.at)]
      : [],
  );
  const configured = agent === null ? null : useOf(agent, config).minutes;
  const few = took.length < ENOUGH ? [(configured ?? JOB_MINUTES) * MINUTE_MS] : [];
  const expected = Math.max(...took, ...few);
  return Math.max(2 * expected, SHORTEST_MS);
}
