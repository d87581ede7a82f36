/**
 * The Action's program: a job of GitHub Actions, as the runner tells it by environment, files and commands. The jobs of
 * an attempt need little of it each: loaded alone they begin in half the time.
 */
import { z } from "zod";
import { UserError } from "../domain/problem.ts";
import type { JobContext } from "./action/job.ts";
import { runnerJob } from "./action/runner.ts";

/** Each is one of `modes.ts` too, which knows them all. */
const ALONE: ReadonlyMap<string, () => Promise<(job: JobContext) => Promise<void>>> = new Map([
  ["forward", async () => (await import("./action/wake.ts")).runWake],
  ["wake", async () => (await import("./action/wake.ts")).runWake],
  ["prepare", async () => (await import("./action/prepare.ts")).runPrepare],
  ["work", async () => (await import("./action/work.ts")).runWork],
  ["verify", async () => (await import("./action/verify.ts")).runVerify],
]);

// Each schema reads once or twice here: to compile it first takes longer than that.
z.config({ jitless: true });
const job = runnerJob();

// A cancelled job takes along what it has started: a signal's own way out would leave that behind.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  const load = ALONE.get(job.getInput("mode")) ?? (async () => (await import("./action/modes.ts")).runMode);
  const run = await load();
  await run(job);
} catch (error) {
  if (!(error instanceof UserError) && error instanceof Error) job.log.info(error.stack ?? "");
  job.log.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
