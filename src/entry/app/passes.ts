/** A look at one repository is a pass. What its reconciler carries from one pass to the next lasts as long as its runs. */
import { nextLook } from "../../application/job/pass.ts";
import { patience } from "../../application/patience.ts";
import type { Log, Random } from "../../application/ports.ts";
import { createReconciler, type Reconciler } from "../../application/reconcile.ts";
import type { Hash } from "../../domain/plan/slug.ts";
import { traceOf, TransientError } from "../../domain/problem.ts";
import { NotInstalledError, type AppGithub, type AppPlace } from "../compose-app.ts";
import type { Place } from "../app.ts";
import type { Looked } from "./looks.ts";
import { takeTurns, type TurnTaking } from "./turns.ts";

/** Another copy that has said nothing for so long is taken for gone. */
const OTHERS_MS = 120_000;

export interface PassesOptions {
  github: Pick<AppGithub, "open" | "mayWork">;
  random: Random;
  log: Log;
  hash: Hash;
  now(): Date;
}

export interface Passes {
  look(key: string, reasons: readonly string[]): Promise<Looked>;
  /** From now on the App works there by this installation, and under no other name. */
  settle(place: Place): void;
  /** The name of a repository that was settled, by GitHub's number of it. */
  nameOf(id: number): string | null;
  leave(keys: readonly string[]): void;
  /** Repositories where an installation works, as far as it is known. */
  of(installation: number): string[];
  /** Repositories whose last look saw an open run. */
  withRuns(): string[];
}

interface Opened {
  reconciler: Reconciler;
  taking: TurnTaking;
  log: PassLog;
}

const DONE: Looked = { lookAgainAt: null, isHeldBack: false };

export function createPasses({ github, random, log, hash, now }: PassesOptions): Passes {
  const places = new Map<string, Omit<AppPlace, "fullName">>();
  const names = new Map<number, string>();
  const open = new Map<string, Opened>();
  const withRuns = new Set<string>();

  async function reconcilerOf(place: AppPlace): Promise<Opened> {
    const known = open.get(place.fullName);
    if (known) {
      await github.mayWork(place);
      return known;
    }
    const { github: opened, turns } = await github.open(place);
    const taking = takeTurns(opened, { turns, random });
    const own = passLog(log);
    const reconciler = createReconciler({ github: taking.github, random, log: own, form: "app", hash });
    const made = { reconciler, taking, log: own };
    open.set(place.fullName, made);
    return made;
  }

  async function pass(place: AppPlace, reasons: readonly string[]): Promise<Looked> {
    const { reconciler, taking, log: own } = await reconcilerOf(place);
    own.begin({ repository: place.fullName, look: random.hex(8) });
    own.info("look begins", { reasons });
    const report = await reconciler.pass().catch(async (error: unknown) => {
      await taking.end();
      throw error;
    });
    const othersAreAtIt = await taking.end();
    for (const { issue, accepted, why } of report.asks)
      if (why === undefined) own.info("ask answered", { issue, accepted });
    for (const { run, why } of report.failed)
      own.error("a run cannot be looked at", { run, error: traceOf(why) });
    const has =
      report.runs.length > 0 || othersAreAtIt || report.failed.length > 0 || report.lookAgainAt !== null;
    if (has) withRuns.add(place.fullName);
    else forget(place.fullName);
    const next = nextLook(report);
    // A report tells GitHub's time; whose clock is minutes ahead of it would look again and again without a pause.
    const ahead = now().getTime() - taking.github.now().getTime();
    const others = othersAreAtIt ? now().getTime() + OTHERS_MS : Infinity;
    const due = (next?.at ?? Infinity) + ahead;
    const at = Math.min(due, next?.mayBeSooner === false ? Infinity : others);
    const again = at === Infinity ? null : new Date(at);
    own.info("look ends", { runs: report.runs.length, lookAgainAt: again });
    return { lookAgainAt: again, isHeldBack: next?.mayBeSooner === false };
  }

  function forget(key: string): void {
    withRuns.delete(key);
    open.delete(key);
  }

  function leave(keys: readonly string[]): void {
    for (const key of keys) {
      places.delete(key);
      forget(key);
    }
  }

  return {
    async look(key, reasons) {
      const place = places.get(key);
      if (place === undefined) {
        // Left while the last look was under way.
        forget(key);
        return DONE;
      }
      try {
        return await pass({ ...place, fullName: key }, reasons);
      } catch (error) {
        if (error instanceof NotInstalledError) {
          // Said once: nothing asks for this repository again before it is installed anew.
          log.warn("left alone", { repository: key, installation: place.installation, why: error.message });
          leave([key]);
          return DONE;
        }
        if (!(error instanceof TransientError)) throw error;
        log.warn("GitHub asks for patience", { repository: key, why: error.message });
        const lookAgainAt = patience(error.retryAfterMs, { random, now: now(), outage: null });
        return { lookAgainAt, isHeldBack: true };
      }
    },
    settle({ key, id, installation }) {
      const before = names.get(id) ?? key;
      // Another repository may have taken that name meanwhile.
      if (before !== key && places.get(before)?.id === id) leave([before]);
      names.set(id, key);
      const known = places.get(key);
      // Installed or made anew: what was opened signs in for what is no more.
      if (known?.installation !== installation || known.id !== id) open.delete(key);
      places.set(key, { id, installation });
    },
    nameOf: (id) => names.get(id) ?? null,
    leave,
    of: (installation) =>
      [...places].flatMap(([key, place]) => (place.installation === installation ? [key] : [])),
    withRuns: () => [...withRuns],
  };
}

interface PassLog extends Log {
  /** What each line says from now on. */
  begin(fields: Record<string, unknown>): void;
}

function passLog(log: Log): PassLog {
  let common: Record<string, unknown> = {};
  const all = (fields?: Record<string, unknown>): Record<string, unknown> => ({ ...common, ...fields });
  return {
    begin: (fields) => void (common = fields),
    info: (message, fields) => log.info(message, all(fields)),
    warn: (message, fields) => log.warn(message, all(fields)),
    error: (message, fields) => log.error(message, all(fields)),
  };
}
