/**
 * The Action. `mode` says which job of the two workflows this is (design section 9); each reads no more inputs than it
 * needs. What the jobs start gets an environment by allow-list, and whatever untrusted programs print cannot give
 * orders to the runner.
 */
import { UserError } from "../../domain/problem.ts";
import { nearest } from "../../domain/text/nearest.ts";
import { runAsk } from "./ask.ts";
import type { JobContext } from "./job.ts";
import { runPass } from "./pass.ts";
import { runPrepare } from "./prepare.ts";
import { runVerify } from "./verify.ts";
import { runWake } from "./wake.ts";
import { runWork } from "./work.ts";

const MODES: ReadonlyMap<string, (job: JobContext) => Promise<void>> = new Map([
  ["ask", runAsk],
  ["forward", runWake],
  ["wake", runWake],
  ["pass", runPass],
  ["prepare", runPrepare],
  ["work", runWork],
  ["verify", runVerify],
]);

/** Rejects where the job is to fail; `UserError` is a mistake that its user can mend. */
export async function runMode(job: JobContext): Promise<void> {
  const mode = job.getInput("mode");
  const run = MODES.get(mode);
  if (run) return run(job);
  const close = nearest(mode, [...MODES.keys()]);
  throw new UserError({
    what: `There is no mode "${mode}"`,
    why: `this action knows ${[...MODES.keys()].join(", ")}`,
    fix: close ? `Did you mean ${close}?` : "Copy the workflows from this action's workflows folder.",
  });
}
