/** The plan of a spec as it lies in the working tree. */
import { resolve } from "node:path";
import type { Config } from "../../domain/config.ts";
import { coChangesOf } from "../../domain/plan/co-changes.ts";
import type { PlanFlags } from "../../domain/plan/flags.ts";
import { makePlan, type PlanRequest } from "../../domain/plan/make.ts";
import type { Plan } from "../../domain/plan/plan.ts";
import { machine, sha256 } from "../compose.ts";
import { createGit } from "../local/git.ts";
import { findSource } from "../local/source.ts";
import type { Screen } from "../terminal.ts";
import { listFiles, readConfig, readSpec, recentChanges, refuseLinks, requireConfig } from "./spec-files.ts";

export interface PlannedTree {
  plan: Plan;
  config: Config;
  spec: PlanRequest["spec"];
  /** Of the repository. */
  root: string;
}

export async function planOfTree(
  given: string,
  { flags, from }: { flags: PlanFlags; from: string | undefined },
  { env, cwd }: Pick<Screen, "env" | "cwd">,
): Promise<PlannedTree> {
  const git = createGit(machine.processes, env["PATH"] ?? "/usr/bin:/bin");
  const source = await findSource(git, { spec: given, from, cwd });
  await refuseLinks(resolve(cwd, given), source.root);
  const spec = await readSpec(source.root, source.spec);
  const config = requireConfig(await readConfig(source.root));
  const files = await listFiles(git, source.root);
  const coChanges = coChangesOf(await recentChanges(git, source));
  const plan = makePlan({ spec, config, flags, files, coChanges, hash: sha256 });
  return { plan, config, spec, root: source.root };
}
