/** `mode: pass`. */
import { passUntilStill } from "../../application/job/pass.ts";
import { untilReached } from "../../application/job/reach.ts";
import { createReconciler } from "../../application/reconcile.ts";
import { UserError } from "../../domain/problem.ts";
import { sha256 } from "../compose.ts";
import { composeAppToken, composePass, type GithubPlace } from "../compose-github.ts";
import { createPassReport } from "../pass-report.ts";
import type { JobContext } from "./job.ts";
import { placeOf, tokenOf } from "./way.ts";

export async function runPass(job: JobContext): Promise<void> {
  const { random, clock, log } = job;
  const at = placeOf(job);
  const { github: pass, others } = await untilReached(job, async () =>
    composePass({
      ...at,
      token: await passToken(job, at),
      reviewerToken: job.getInput("reviewer-token") || null,
    }),
  );
  const reconciler = createReconciler({ github: pass, others, random, log, form: "action", hash: sha256 });
  const about = job.getInput("wake");
  const report = createPassReport(job);
  try {
    await passUntilStill({ reconciler, github: pass, clock, log, seen: report.seen }, about);
  } finally {
    await report.tell(about);
  }
}

/** An App's, where both its inputs are given. */
async function passToken(job: JobContext, at: GithubPlace): Promise<string> {
  const [id, key] = [job.getInput("app-id"), job.getInput("app-key")];
  if (id === "" && key === "") return tokenOf(job);
  if (id === "" || key === "")
    throw new UserError({
      what: "Of app-id and app-key only one is given",
      why: "an App's token takes both",
      fix: "Set the variable ROUNDTABLE_APP_ID and the secret ROUNDTABLE_APP_KEY, or neither.",
    });
  const token = await composeAppToken(at, { id, key });
  job.setSecret(token);
  return token;
}
