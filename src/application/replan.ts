/** The plan at the base branch's head, made with what the run was asked for: a person wants it in place of the present one. */
import { changedUnits, staying, takenIds, withLanded, type SpecTexts } from "../domain/plan/replan.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { formatDiagnostic, formatProblem, UserError } from "../domain/problem.ts";
import type { Replanned, RunSnapshot } from "../domain/run/snapshot.ts";
import { ceilingFor } from "./ceiling.ts";
import { planAt } from "./plan-at.ts";
import type { Github } from "./ports.ts";
import { setUpHindrances } from "./set-up.ts";

/** Null where nobody wants one, or it is made already. */
export async function replannedPlan(
  github: Github,
  snapshot: RunSnapshot,
  hash: Hash,
): Promise<Replanned | null> {
  const { replan } = snapshot.state;
  if (replan === null || replan.made !== null) return null;
  try {
    return await planAnew(github, snapshot, hash);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { sentences: [formatProblem(error)] };
  }
}

async function planAnew(github: Github, snapshot: RunSnapshot, hash: Hash): Promise<Replanned> {
  const { run, state, planFile: old, baseHead: sha } = snapshot;
  const { base, spec, request, consent } = state;
  if (sha === null) return { sentences: [`There is no branch ${base.branch} any more.`] };
  const { flags, labels } = request;
  const { plan, config } = await planAt({ github, hash }, { sha, path: spec.path, flags, labels });
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  const hindrances = await setUpHindrances(github, { run, config, sha });
  const plans = { old: old.plan, next: plan };
  const landed = new Set(Object.keys(state.landed));
  const sentences = [
    ...errors.map((error) => formatDiagnostic(error, `${spec.path}/tasks.md`)),
    ...hindrances,
    ...takenIds(plans, landed),
  ];
  if (sentences.length > 0) return { sentences };
  if (consent && plan.hash === state.planHash)
    return {
      sentences: [
        `Neither the spec nor the configuration says anything else at the head of ${base.branch} (${sha.slice(0, 7)}): the plan holds.`,
      ],
    };
  const [before, after] = await Promise.all(
    [spec.sha, sha].map((at) => specTexts(github.code, at, spec.path)),
  );
  const changed = changedUnits(plans, { before: before!, after: after! });
  return {
    planFile: { v: 1, plan: withLanded(plans, staying(old.plan, landed, changed), config), config },
    sha,
    changed,
    maxCost: ceilingFor(request.maxCost, config),
  };
}

async function specTexts(code: Github["code"], sha: string, path: string): Promise<SpecTexts> {
  const text = async (name: string): Promise<string | null> => {
    const bytes = await code.file(sha, `${path}/${name}`);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  return {
    tasks: (await text("tasks.md")) ?? "",
    requirements: (await text("requirements.md")) ?? (await text("bugfix.md")),
  };
}
