/** The comment that shows a run's plan. */
import { planCommentBody } from "../domain/board/plan-comment.ts";
import type { PlanFile, State } from "../domain/run/journal.ts";
import { planMarker } from "../domain/run/planning.ts";
import type { Ensured, Github } from "./ports.ts";
import { setUpLacks } from "./set-up.ts";

export async function showPlan(
  github: Github,
  { state, planFile: { plan, config } }: { state: State; planFile: PlanFile },
): Promise<Ensured> {
  const repository = await github.board.repository();
  const { run } = state;
  return github.board.ensureComment({
    issue: run,
    marker: planMarker(state),
    body: planCommentBody({
      plan,
      run,
      fullName: repository.fullName,
      base: state.base,
      config,
      maxCost: state.ask.maxCost,
      lacks: await setUpLacks(github, { run, plan, config, sha: state.base.sha }),
      agreedBy: state.ask.comment === 0 ? (state.consent?.by ?? null) : null,
      planning: state.planning,
    }),
  });
}
