/** One sitting with a run: passes and a person's words, until the run ends, waits for a person, or is interrupted. */
import { createReconciler } from "../../application/reconcile.ts";
import type { RunReport } from "../../application/report.ts";
import { planTable } from "../../domain/plan/table.ts";
import type { LocalWorld } from "../compose-local.ts";
import { machine, sha256 } from "../compose.ts";
import type { Progress } from "../progress.ts";
import { endOf } from "../look.ts";
import { lookOf, type Terminal } from "../terminal.ts";
import type { Begun } from "./begin.ts";
import { drive, type DriveEnd } from "./drive.ts";

/** The copy begins without issues: the tracking issue is the first. */
export const FIRST_ISSUE = 1;

export interface Conversation {
  world: LocalWorld;
  begun: Begun;
  options: { yes?: boolean; json?: boolean; say?: string };
  terminal: Terminal;
  progress: Progress;
  /** Told of each look before anything is done about it. */
  seen(report: RunReport): Promise<void>;
}

export async function converse({
  world,
  begun,
  options,
  terminal,
  progress,
  seen,
}: Conversation): Promise<DriveEnd> {
  const { onDelivery, person } = world;
  let wake: (() => void) | null = null;
  let isDue = false;
  onDelivery(() => {
    isDue = true;
    wake?.();
  });
  terminal.onInterrupt(() => wake?.());
  return drive({
    reconciler: createReconciler({
      github: world.github,
      random: machine.random,
      log: terminal.log,
      form: "app",
      hash: sha256,
      takeOver: true,
    }),
    person,
    command: begun.command,
    title: `Orchestrate ${begun.spec.split("/").at(-1)}`,
    begun: await trackedAlready(world, begun),
    human: begun.human,
    approves: begun.approve,
    say: options.say,
    show: seen,
    endOf: (run) => endOf(world.github, run),
    now: () => machine.clock.now().getTime(),
    isInterrupted: terminal.isInterrupted,
    async pause(ms) {
      // Deliveries come in bursts; one look serves them all.
      await machine.clock.sleep(20);
      if (!isDue && !terminal.isInterrupted()) {
        const signal = new AbortController();
        wake = () => signal.abort();
        await machine.clock.sleep(ms, signal.signal);
        wake = null;
      }
      isDue = false;
    },
    async mayStart({ view }) {
      progress.note(planTable(view.snapshot.planFile.plan, lookOf(terminal)));
      if (options.yes) return true;
      if (!terminal.isTty || options.json) return false;
      const answer = await terminal.ask("Start this plan? [y/N] ");
      return answer !== null && /^y(es)?$/i.test(answer.trim());
    },
  });
}

/** A process that was killed may have opened the issue and not yet have asked. */
async function trackedAlready(
  { github }: LocalWorld,
  { command }: Begun,
): Promise<{ run: number; isAsked: boolean } | null> {
  if ((await github.board.issue(FIRST_ISSUE)) === null) return null;
  const comments = await github.board.comments(FIRST_ISSUE);
  return { run: FIRST_ISSUE, isAsked: comments.some(({ body }) => body === command) };
}
