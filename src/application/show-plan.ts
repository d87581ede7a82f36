/** The comment that shows a run's plan: the present one, or the one that waits in its place. */
import { planCommentBody, type PlanShown } from "../domain/board/plan-comment.ts";
import type { PlanFile, State } from "../domain/run/journal.ts";
import { planMarker } from "../domain/run/planning.ts";
import { nextMarker } from "../domain/run/replan.ts";
import type { Ensured, Github } from "./ports.ts";
import { setUpLacks } from "./set-up.ts";

interface Shown {
  state: State;
  planFile: PlanFile;
  next?: PlanFile | null;
}

export async function showPlan(github: Github, { state, planFile, next = null }: Shown): Promise<Ensured> {
  const repository = await github.board.repository();
  const { run, replan } = state;
  const isNext = replan?.made != null && next !== null;
  const { plan, config } = isNext ? next : planFile;
  const sha = isNext ? replan.made!.sha : state.spec.sha;
  const shown: PlanShown = {
    plan,
    run,
    fullName: repository.fullName,
    base: { branch: state.base.branch, sha },
    config,
    maxCost: isNext ? replan.made!.maxCost : state.ask.maxCost,
    lacks: await setUpLacks(github, { run, plan, config, sha }),
    agreedBy: !isNext && state.ask.comment === 0 ? (state.consent?.by ?? null) : null,
    planning: isNext ? null : state.planning,
    replannedBy: isNext ? replan.comment : state.replannedBy,
    ...(isNext && {
      replaces: { plan: planFile.plan, changed: replan.made!.changed, landed: Object.keys(state.landed) },
    }),
  };
  return github.board.ensureComment({
    issue: run,
    marker: isNext ? nextMarker(state)! : planMarker(state),
    body: planCommentBody(shown),
  });
}
