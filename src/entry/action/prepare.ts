/** `mode: prepare`. */
import { prepare } from "../../application/job/prepare.ts";
import { composeJobGithub } from "../compose-github.ts";
import { sha256 } from "../compose.ts";
import { ownFolder } from "./folders.ts";
import type { JobContext } from "./job.ts";
import { wayOf } from "./way.ts";

export async function runPrepare(job: JobContext): Promise<void> {
  const [run, unit, role, attempt, reviewer, nonce, sha] = [
    "run",
    "unit",
    "role",
    "attempt",
    "reviewer",
    "nonce",
    "sha",
  ].map((name) => job.getInput(name));
  const inputs = {
    run: run!,
    unit: unit!,
    role: role!,
    attempt: attempt!,
    reviewer: reviewer!,
    nonce: nonce!,
    sha: sha!,
  };
  const { path } = await prepare(
    { github: composeJobGithub(wayOf(job)), files: job.files, hash: sha256 },
    { inputs, folder: `${ownFolder(job)}/brief` },
  );
  job.setOutput("path", path);
}
