/** `mode: work`. */
import { refuse, work, type Work } from "../../application/job/work.ts";
import { modelKeysIn } from "../../domain/agent/backend.ts";
import { UserError, type Problem } from "../../domain/problem.ts";
import { composeAgent, composeModelProxy } from "../compose-agent.ts";
import { ownFolder, readJob, readText } from "./folders.ts";
import type { JobContext } from "./job.ts";
import { inPlace } from "./place.ts";

export async function runWork(context: JobContext): Promise<void> {
  const { clock, files, log, env: own } = context;
  const cancelled = context.takeCancel();
  const folder = ownFolder(context);
  const from = context.getInput("brief");
  const [brief, job] = [await readText(context, `${from}/brief.md`), await readJob(context, from)];
  const working = inPlace(context, job, async ({ wrapper, checkout, env, door, ...place }) => {
    const ports = { processes: place.processes, files: place.files, tools: place.tools, echo: context.print };
    const keys = Object.keys(modelKeysIn(own));
    if (place.user === null && job.isolation === "required" && keys.length > 0)
      return tell(context, await refuse({ ...ports, log }, { job, folder }, noUser(keys)));
    const agent = composeAgent(job.backend, ports);
    const done = await work(
      { ...ports, wrapper, clock, agent, proxy: composeModelProxy(door), log, cancelled },
      { brief, job, checkout, folder, env, secrets: own },
    );
    // At once: a cancelled job may have no time left to see its place gone.
    tell(context, done);
  });
  await working.catch(async (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    tell(context, await refuse({ files, log }, { job, folder }, error));
  });
}

function tell({ setOutput }: JobContext, { path, outcome, changed }: Work): void {
  setOutput("path", path);
  setOutput("outcome", outcome);
  setOutput("changed", String(changed));
}

/** Whatever backend it is: all that this process was started with, its own user can read. */
const noUser = (keys: readonly string[]): Problem => ({
  what: "The agent did not begin",
  why: `its step holds a model's key (${keys.join(", ")}), and this runner has no user to give that could not read it`,
  fix: "Let the job run as root or with sudo without a password, as on GitHub's own runners; take keys that no agent needs out of the work step; or, where all that runs on this runner may have the key, set `isolation: none` in .github/roundtable.yml.",
});
