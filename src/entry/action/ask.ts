/** `mode: ask`. */
import { askByDispatch } from "../../application/job/ask.ts";
import { composeJobGithub } from "../compose-github.ts";
import type { JobContext } from "./job.ts";
import { wayOf } from "./way.ts";

export async function runAsk(job: JobContext): Promise<void> {
  const { actor, isBySomeBot, runId, runAttempt } = job.event;
  const { issue } = await askByDispatch(
    { github: composeJobGithub(wayOf(job)), log: job.log },
    {
      spec: job.getInput("spec"),
      options: job.getInput("options"),
      consent: job.getInput("consent"),
      maxCost: job.getInput("max_cost"),
      actor: { login: actor, isBot: isBySomeBot },
      runId,
      runAttempt,
    },
  );
  job.setOutput("run", issue);
}
