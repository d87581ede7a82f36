/** `mode: wake` and `mode: forward`. */
import { wakePass } from "../../application/job/wake.ts";
import { composeWake } from "../compose-wake.ts";
import type { JobContext } from "./job.ts";
import { wayOf } from "./way.ts";

export async function runWake(job: JobContext): Promise<void> {
  await wakePass({ github: composeWake(wayOf(job)), clock: job.clock, log: job.log }, job.getInput("wake"));
}
