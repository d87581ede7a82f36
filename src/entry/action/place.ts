/** In a place for branch code: no token, an environment by allow-list, and no orders to the runner. */
import { allowedEnvironment } from "../../application/job/commands.ts";
import { modelKeysIn } from "../../domain/agent/backend.ts";
import type { Job } from "../../domain/handover/job.ts";
import { composePlace, type Place } from "../compose-place.ts";
import { ownFolder, workspace } from "./folders.ts";
import type { JobContext } from "./job.ts";

/** In a place for branch code, which is gone when it is done. */
export async function inPlace<T>(
  context: JobContext,
  { command, network }: Pick<Job, "command" | "network">,
  act: (place: Place) => Promise<T>,
): Promise<T> {
  const { log, env } = context;
  const isLocal = new URL(context.event.serverUrl).hostname === "127.0.0.1";
  const words = command?.split(/\s+/) ?? [];
  const place = await composePlace(log, {
    checkout: workspace(context),
    folder: ownFolder(context),
    env: allowedEnvironment(env),
    needs: words.filter((word) => word.startsWith("/")),
    // On a person's own machine programs are often where only that person goes, and there is no token to take.
    staysRather: isLocal && Object.keys(modelKeysIn(env)).length === 0,
    network,
  });
  for (const line of place.told) (place.user === null && !isLocal ? log.warn : log.info)(line);
  try {
    return await unheard(context, () => act(place));
  } finally {
    await place.close();
  }
}

/** While it lasts, the runner obeys no `::command::` of what is printed. */
async function unheard<T>({ random, print }: JobContext, act: () => Promise<T>): Promise<T> {
  const token = random.hex(32);
  print(`::stop-commands::${token}\n`);
  try {
    return await act();
  } finally {
    print(`\n::${token}::\n`);
  }
}
