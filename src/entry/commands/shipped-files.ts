/** The workflow files of this version, by their path in a user's repository. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Shipped } from "../../application/doctor/examine.ts";
import { WORKFLOW_FILES } from "../../domain/doctor/shipped.ts";
import { CHECKOUT } from "../local/workspace.ts";

export async function readShipped(): Promise<Shipped> {
  const read = WORKFLOW_FILES.map(
    async ({ from, to }) => [to, await readFile(join(CHECKOUT, from), "utf8")] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
