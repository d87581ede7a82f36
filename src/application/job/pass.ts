/**
 * `mode: pass`: looks, and looks again while something is due soon. It stays for five minutes at most, then has another
 * pass started if a look is still due; what is due later is left to the next event or the schedule.
 */
import { traceOf, UserError } from "../../domain/problem.ts";
import type { Clock, Github, Log } from "../ports.ts";
import type { Reconciler } from "../reconcile.ts";
import type { PassReport } from "../report.ts";
import { wakePass } from "./wake.ts";

const LINGER_MS = 5 * 60_000;
/** While it stays, no other pass can begin: it looks this often for what people and jobs have done meanwhile. */
const NAP_MS = 30_000;
/** What woke it may not show yet: a workflow run ends some seconds after the job in it that wakes a pass. */
const UNSEEN_MS = 5000;
const UNSEEN_LOOKS = 3;

export interface PassPorts {
  reconciler: Pick<Reconciler, "pass">;
  github: { now: Github["now"]; workflows: Pick<Github["workflows"], "dispatch"> };
  clock: Pick<Clock, "sleep">;
  log: Log;
  /** Told of each look. */
  seen?(report: PassReport): void;
}

/**
 * `about` is what woke this pass; the next one is told the same. Runs that cannot be looked at fail the job, once the
 * others have been served.
 */
export async function passUntilStill(ports: PassPorts, about: string): Promise<void> {
  const { reconciler, github, clock, log } = ports;
  const until = github.now().getTime() + LINGER_MS;
  let isUnseen = true;
  for (let looks = 1; ; looks++) {
    const report = await reconciler.pass();
    tell(log, report);
    ports.seen?.(report);
    const now = github.now().getTime();
    isUnseen &&= looks <= UNSEEN_LOOKS && foundNothing(report, about);
    const look = nextLook(report, isUnseen ? now + UNSEEN_MS : null);
    if (look === null || look.at > now + LINGER_MS) return mustBeSound(report);
    if (look.at > until) {
      await wakePass({ github, clock, log }, about);
      return mustBeSound(report);
    }
    const wait = Math.max(1000, look.at - now);
    await clock.sleep(look.mayBeSooner ? Math.min(wait, NAP_MS) : wait);
  }
}

/** As fields, so that no text of others begins a line of the log. */
function tell(log: Log, { asks, runs, failed }: PassReport): void {
  for (const { issue, accepted } of asks) log.info("ask answered", { issue, accepted });
  for (const { run, outcome, reason, waits } of runs) {
    log.info("run", { run, outcome, reason });
    for (const { unit, because } of waits) log.info("wait", { run, unit, because });
  }
  for (const { run, why } of failed) log.error("a run cannot be looked at", { run, why: traceOf(why) });
}

function mustBeSound({ failed }: PassReport): void {
  if (failed.length === 0) return;
  const whys = failed.map(
    ({ run, why }) => `run ${run}: ${why instanceof Error ? why.message.split("\n")[0] : String(why)}`,
  );
  throw new UserError({
    what: "A run could not be looked at",
    why: whys.join("; "),
    fix: "The log above has the cause; the next pass tries again.",
  });
}

/** Of the run that it was woken for. */
const foundNothing = ({ asks, runs }: PassReport, about: string): boolean =>
  asks.length === 0 &&
  runs.some(
    ({ run, outcome, did }) =>
      String(run) === about && outcome === "running" && Object.keys(did).length === 0,
  );

/** Where GitHub asks for patience there is no look before; else the first that is due, or `once` where that is sooner. */
export function nextLook(
  { runs, lookAgainAt }: PassReport,
  once: number | null = null,
): { at: number; mayBeSooner: boolean } | null {
  const times = (dates: readonly (Date | null)[]): number[] => dates.flatMap((date) => date?.getTime() ?? []);
  const held = times([lookAgainAt, ...runs.filter((run) => run.isHeldBack).map((run) => run.lookAgainAt)]);
  if (held.length > 0) return { at: Math.max(...held), mayBeSooner: false };
  const due = [...times(runs.map((run) => run.lookAgainAt)), ...(once === null ? [] : [once])];
  return due.length > 0 ? { at: Math.min(...due), mayBeSooner: true } : null;
}
