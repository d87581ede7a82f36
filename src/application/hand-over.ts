/** What a job has handed over: its artifact, checked. A result of a job is believed nowhere before it has been here. */
import { checkHandOver, type HandOverCheck } from "../domain/handover/check.ts";
import type { PlanUnit } from "../domain/plan/plan.ts";
import type { WorkflowRunFact } from "../domain/run/facts.ts";
import { writesForBase } from "../domain/run/moved-base.ts";
import { artifactName, BASE_SLUG, groundOf } from "../domain/run/names.ts";
import type { RunOutcome, RunSnapshot } from "../domain/run/snapshot.ts";
import type { AttemptView } from "../domain/run/attempts.ts";
import type { Github } from "./ports.ts";

/** Unpacked size of a result artifact: 4 MB of files and room for their JSON. */
const MAX_RESULT_BYTES = 8 * 1024 * 1024;

interface HandOverRequest {
  snapshot: Pick<RunSnapshot, "run" | "state" | "planFile">;
  attempt: AttemptView;
  fact: Pick<WorkflowRunFact, "id">;
  /** Null for what is about the whole run. */
  unit: PlanUnit | null;
}

/** The hand-over of an attempt, checked in the order of design section 5. Also read again when it is written to its branch. */
export async function readHandOver(
  github: Github,
  { snapshot, attempt, fact, unit }: HandOverRequest,
): Promise<RunOutcome["handOver"]> {
  const { run, state } = snapshot;
  const name = artifactName({ run, slug: attempt.slug, role: attempt.role, n: attempt.n }, "result");
  const bytes = await github.workflows.artifact({
    runId: fact.id,
    name,
    file: "result.json",
    maxBytes: MAX_RESULT_BYTES,
  });
  if (bytes === null) return { kind: "none" };
  if (bytes === "too-large")
    return {
      kind: "refused",
      sentence: `The hand-over is larger than ${MAX_RESULT_BYTES / 1024 / 1024} MB. Split the work.`,
    };
  // A review or a proposal changes no file: what stands there says nothing about it.
  const hasFiles = attempt.role !== "review" && attempt.role !== "plan";
  const ground = hasFiles ? await github.code.paths(groundOf(attempt)) : { files: [], special: [] };
  const { plan } = snapshot.planFile;
  const writes = attempt.slug === BASE_SLUG ? writesForBase(plan.units, state.landed) : (unit?.writes ?? []);
  const declared = writes.filter((write) => write.source !== "inferred").map((write) => write.path);
  const check = (texts: ReadonlyMap<string, string>): HandOverCheck =>
    checkHandOver({
      bytes,
      expected: {
        run,
        unit: attempt.slug,
        role: attempt.role,
        attempt: attempt.n,
        nonce: attempt.nonce,
        baseSha: attempt.baseSha,
        headSha: attempt.headSha,
      },
      rules: {
        protectedPaths: snapshot.planFile.config.protectedPaths,
        specPath: state.spec.path,
        writes: declared.length > 0 ? declared : null,
      },
      ground: { ...ground, texts },
    });
  let checked = check(new Map());
  if (!checked.ok && checked.excusers)
    checked = check(await textsAt(github, groundOf(attempt), checked.excusers));
  return checked.ok
    ? { kind: "accepted", content: checked.handOver }
    : { kind: "refused", sentence: checked.sentence };
}

async function textsAt(
  { code }: Github,
  sha: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const path of paths) {
    const bytes = await code.file(sha, path);
    if (bytes !== null) texts.set(path, new TextDecoder().decode(bytes));
  }
  return texts;
}
