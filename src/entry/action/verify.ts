/** `mode: verify`. */
import { networkOf, verify } from "../../application/job/verify.ts";
import { readBytes, readJob, workspace } from "./folders.ts";
import type { JobContext } from "./job.ts";
import { inPlace } from "./place.ts";

export async function runVerify(context: JobContext): Promise<void> {
  const { log, print: echo } = context;
  const handedOver =
    context.getInput("role") === "verify"
      ? null
      : {
          job: await readJob(context, context.getInput("brief")),
          result: await readBytes(context, `${context.getInput("result")}/result.json`),
        };
  const network = handedOver?.job.network ?? (await networkOf(context, workspace(context)));
  const green = await inPlace(context, { command: null, network }, ({ processes, files, checkout, env }) =>
    verify({ processes, files, log, echo }, { checkout, env, handedOver }),
  );
  if (!green) context.setFailed("Red: a command ended with another code than 0.");
}
