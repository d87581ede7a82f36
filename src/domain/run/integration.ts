/** The integration branch only moves forward: what has landed must stay on it, else nothing that builds on it is true. */
import type { Draft } from "./draft.ts";
import { integrationBranch } from "./names.ts";

/** False while work that has landed is missing from it; then it is put back, or a person is asked. */
export function keepIntegration(draft: Draft): boolean {
  const { integration, run } = draft.state;
  if (stands(draft)) return true;
  const branch = integrationBranch(run);
  if (draft.view().integrationHead === null) {
    draft.effects.push({
      id: `branch:main:${integration}`,
      kind: "ensure-branch",
      branch,
      sha: integration!,
      message: null,
      restores: null,
    });
    draft.wait({ unit: null, for: "github", because: `${branch} is gone and is put back` });
    return false;
  }
  draft.ask({
    kind: "integration-moved",
    unit: null,
    question: `${branch} was moved to a commit that lacks work which has landed (${integration!.slice(0, 7)}). What now?`,
    options: [
      { does: "retry", text: `I have moved it back to ${integration!.slice(0, 7)}, or ahead of it: go on` },
      { does: "abort", text: "End the run as it is" },
    ],
  });
  return false;
}

/** True while the branch holds all that has landed. */
export function stands(draft: Draft): boolean {
  return draft.state.integration === null || draft.snapshot.integrationHolds;
}
