/** The plan with what a model has proposed: made again from the same commit and the same command. */
import type { Hash } from "../domain/plan/slug.ts";
import type { PlanFile } from "../domain/run/journal.ts";
import { fittingProposal } from "../domain/run/planning.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import { planAt } from "./plan-at.ts";
import type { Github } from "./ports.ts";

/** Null where nothing is proposed, or nothing that fits. */
export async function refinedPlan(
  github: Github,
  snapshot: RunSnapshot,
  hash: Hash,
): Promise<PlanFile | null> {
  const { planning, spec, request } = snapshot.state;
  const proposal = fittingProposal(snapshot);
  if (planning === null || proposal === null) return null;
  const made = await planAt(
    { github, hash },
    { flags: request.flags, labels: request.labels, path: spec.path, sha: spec.sha, proposal },
  );
  return { v: 1, ...made };
}
