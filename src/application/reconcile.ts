/** One pass over the repository: what is asked is answered, and every open run is looked at; see reconcile-run.ts. */
import type { EffectResult } from "../domain/run/effect.ts";
import { TransientError, UserError } from "../domain/problem.ts";
import { answerAsks } from "./ask.ts";
import { patience } from "./patience.ts";
import type { Github, OpenRun } from "./ports.ts";
import { reconcileRun, type RunPass } from "./reconcile-run.ts";
import type { AskReport, FailedRun, PassReport, RunReport } from "./report.ts";

export interface ReconcilerOptions extends Pick<
  RunPass,
  "github" | "random" | "log" | "form" | "hash" | "takeOver"
> {
  /** The same repository, by other accounts that this pass may write as. */
  others?: readonly Github[];
}

export interface Reconciler {
  /** Never two at once: the caller queues. */
  pass(): Promise<PassReport>;
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { github, random, form, hash, log, others: accounts = [] } = options;
  const id = random.hex(12);
  // Passes of the Action never run at once, their concurrency group sees to that: what an earlier one has announced, the
  // next one goes on with. Under ids of their own each would leave the board of the one before alone for two minutes.
  const announcer = form === "action" ? form : id;
  const carried = new Map<number, EffectResult[]>();
  const seen = new Set<number>();
  const losses = new Map<number, number>();
  const answered = new Set<string>();
  const runPass = { ...options, id, announcer, carried, seen, losses };
  return {
    async pass() {
      const report = {
        asks: [] as AskReport[],
        runs: [] as RunReport[],
        failed: [] as FailedRun[],
        lookAgainAt: null as Date | null,
      };
      // What an earlier pass has heard is old: something may have been asked since.
      let hasHeard = false;
      async function reconcileAll(runs: readonly OpenRun[], others: readonly OpenRun[]): Promise<void> {
        for (const open of runs) {
          const { run } = open;
          try {
            const own = await asItsAccount({ ...runPass, others }, accounts, open);
            const seenRun = await reconcileRun(own, open);
            hasHeard ||= own.github === github;
            if (seenRun) report.runs.push(seenRun);
            log.info("run looked at", { pass: id, run, outcome: seenRun?.outcome ?? "left alone" });
          } catch (why) {
            if (why instanceof TransientError) throw why;
            // The others go on; who asked for this pass says it.
            report.failed.push({ run, why });
          }
        }
      }
      try {
        const ask = async (): Promise<void> => {
          report.asks = await answerAsks({
            github,
            log,
            form,
            hash,
            pass: id,
            announcer,
            answered,
            hasHeard,
          });
        };
        // A look at a run hears what is asked elsewhere too; who has not looked yet asks first, for a run may have been
        // opened and not told of.
        const hasLooked = seen.size > 0;
        if (!hasLooked) await ask();
        const others = await github.journal.openRuns();
        await reconcileAll(others, others);
        if (hasLooked) await ask();
        if (hasLooked && report.asks.some(({ accepted }) => accepted)) {
          const now = await github.journal.openRuns();
          const isNew = ({ run }: OpenRun): boolean => others.every((other) => other.run !== run);
          await reconcileAll(now.filter(isNew), now);
        }
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        const [now, outage] = [github.now(), github.outage()];
        report.lookAgainAt = patience(error.retryAfterMs, { random, now, outage });
        log.warn("GitHub asks for patience", { pass: id, why: error.message });
      }
      return report;
    },
  };
}

/**
 * A run goes on as the account that it began with, for its board is found by its author: another one would make all of it
 * again. An account that was renamed writes the journal by its new name.
 */
async function asItsAccount(
  pass: RunPass,
  accounts: readonly Github[],
  { run, revision }: OpenRun,
): Promise<RunPass> {
  const { account, form } = (await pass.github.journal.read(revision)).state;
  const me = await pass.github.board.me();
  if (account === null || account === me || form !== pass.form) return pass;
  for (const github of accounts) if ((await github.board.me()) === account) return { ...pass, github };
  if ((await pass.github.journal.find(run))?.writer === me) return pass;
  throw new UserError({
    what: `Run ${run} is not gone on with`,
    why: `it writes as ${account}, and this pass as ${me}, who would make its issues and pull requests again`,
    fix: "Give the token or App back that it began with until it has ended; what is asked for later writes as the new account.",
  });
}
