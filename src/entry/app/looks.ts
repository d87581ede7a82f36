/**
 * When to look at which repository. What is asked for within two seconds is one look; looks of one repository never
 * overlap, and one that is asked for during a look follows it; of several repositories some are looked at at once.
 */
import type { Clock, Log } from "../../application/ports.ts";
import { traceOf } from "../../domain/problem.ts";

/** News of one change come in a bunch. */
const COALESCE_MS = 2000;
/** After a look that failed; twice as long after each further one. */
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 60 * 60_000;
/** Reasons are for the log alone. */
const MOST_REASONS = 20;

export interface Looked {
  lookAgainAt: Date | null;
  /** GitHub asks for patience: whatever comes, no look before that time. */
  isHeldBack: boolean;
}

export interface Looks {
  ask(key: string, reason: string): void;
  /** Takes back what was asked; a look under way comes to its end. */
  forget(key: string): void;
  /** Resolves when no look is under way or waits for its turn; what is due later does not count. */
  idle(): Promise<void>;
  /** Nothing begins any more. */
  stop(): void;
}

export interface LooksOptions {
  clock: Clock;
  log: Log;
  /** Repositories looked at at once. */
  cap: number;
  look(key: string, reasons: readonly string[]): Promise<Looked>;
}

interface Place {
  key: string;
  due: number | null;
  notBefore: number;
  isBusy: boolean;
  /** What the look under way asks for is not wanted any more. */
  isForgotten: boolean;
  reasons: string[];
  /** Looks in a row that failed. */
  failures: number;
  alarm: AbortController;
}

export function createLooks({ clock, log, cap, look }: LooksOptions): Looks {
  const places = new Map<string, Place>();
  const waiting: Place[] = [];
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  function ask(key: string, reason: string): void {
    const place = places.get(key) ?? newPlace(key);
    places.set(key, place);
    if (place.reasons.length < MOST_REASONS) place.reasons.push(reason);
    want(place, clock.now().getTime() + COALESCE_MS);
  }

  function want(place: Place, at: number): void {
    const due = Math.max(at, place.notBefore);
    if (isStopped || (place.due !== null && place.due <= due)) return;
    place.due = due;
    // While a look is under way or waits for its turn, its end sees to that.
    if (!place.isBusy) void wakeAt(place, due);
  }

  async function wakeAt(place: Place, due: number): Promise<void> {
    // With a reason, for without one an error is made of each.
    place.alarm.abort("sooner");
    const alarm = new AbortController();
    place.alarm = alarm;
    await clock.sleep(due - clock.now().getTime(), alarm.signal);
    if (alarm.signal.aborted) return;
    place.isBusy = true;
    waiting.push(place);
    begin();
  }

  function begin(): void {
    while (underWay.size < cap && waiting.length > 0) {
      const work = carryOut(waiting.shift()!).finally(() => {
        underWay.delete(work);
        begin();
      });
      underWay.add(work);
    }
  }

  async function carryOut(place: Place): Promise<void> {
    place.due = null;
    const looked = await lookAt(place);
    place.isBusy = false;
    const again = place.isForgotten ? null : (looked.lookAgainAt?.getTime() ?? null);
    place.isForgotten = false;
    if (looked.isHeldBack && again !== null) place.notBefore = again;
    const dues = [place.due, again].filter((due) => due !== null);
    place.due = null;
    if (dues.length > 0) want(place, Math.min(...dues));
    else places.delete(place.key);
  }

  async function lookAt(place: Place): Promise<Looked> {
    try {
      const looked = await look(place.key, place.reasons.splice(0));
      place.failures = 0;
      return looked;
    } catch (error) {
      log.error("a look failed", { repository: place.key, error: traceOf(error) });
      const wait = Math.min(RETRY_MS * 2 ** place.failures, MAX_RETRY_MS);
      place.failures += 1;
      return { lookAgainAt: new Date(clock.now().getTime() + wait), isHeldBack: false };
    }
  }

  return {
    ask,
    forget(key) {
      const place = places.get(key);
      if (!place) return;
      place.alarm.abort();
      place.due = null;
      place.reasons = [];
      const at = waiting.indexOf(place);
      if (at >= 0) waiting.splice(at, 1);
      // One under way keeps its place: no other may begin beside it.
      if (place.isBusy && at < 0) place.isForgotten = true;
      else places.delete(key);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop() {
      isStopped = true;
      waiting.length = 0;
      for (const place of places.values()) place.alarm.abort();
    },
  };
}

const newPlace = (key: string): Place => ({
  key,
  due: null,
  notBefore: 0,
  isBusy: false,
  isForgotten: false,
  reasons: [],
  failures: 0,
  alarm: new AbortController(),
});
