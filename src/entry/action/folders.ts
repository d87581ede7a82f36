/** Where a job has its files, and what earlier steps have put there. */
import { Job } from "../../domain/handover/job.ts";
import { UserError } from "../../domain/problem.ts";
import type { JobContext } from "./job.ts";

/** A folder of this job, outside the checkout. */
export function ownFolder({ env }: JobContext): string {
  const temp = env["RUNNER_TEMP"];
  if (!temp)
    throw new UserError({
      what: "RUNNER_TEMP is not set",
      why: "this program runs in a job of GitHub Actions",
      fix: "Start it by a workflow.",
    });
  return `${temp}/roundtable`;
}

export const workspace = ({ env }: JobContext): string => env["GITHUB_WORKSPACE"] ?? process.cwd();

export async function readJob(context: JobContext, folder: string): Promise<Job> {
  return Job.parse(JSON.parse(await readText(context, `${folder}/job.json`)));
}

export const readText = async (context: JobContext, path: string): Promise<string> =>
  new TextDecoder().decode(await readBytes(context, path));

export async function readBytes({ files }: JobContext, path: string): Promise<Uint8Array> {
  const bytes = await files.read(path);
  if (bytes === null)
    throw new UserError({
      what: `${path} is missing`,
      why: "an earlier step of the workflow puts it there",
      fix: "Copy the workflows of this version of Roundtable again.",
    });
  return bytes;
}
