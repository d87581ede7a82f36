/** The Action's program: a job of GitHub Actions, as the runner tells it by environment, files and commands. */
import { UserError } from "../domain/problem.ts";
import { runMode } from "./action/modes.ts";
import { runnerJob } from "./action/runner.ts";

const job = runnerJob();

// A cancelled job takes along what it has started: a signal's own way out would leave that behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  await runMode(job);
} catch (error) {
  if (!(error instanceof UserError) && error instanceof Error) job.log.info(error.stack ?? "");
  job.log.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
