/** The spec changes on the base branch while the run is under way: the plan that was confirmed is made of another one. */
import { specChanges, type SpecChanges } from "../spec/changes.ts";
import type { Draft } from "./draft.ts";

const KIND = "spec-changed";

/** Asked once for each new text; while it is asked no further unit is begun. */
export function askAboutSpec(draft: Draft): void {
  const { state, snapshot } = draft;
  const { newTasks } = snapshot;
  if (newTasks === null || newTasks.blob === state.specSeen) return;
  state.specSeen = newTasks.blob;
  const changes = specChanges(newTasks.before, newTasks.after);
  if (changes === null) {
    draft.event("spec looked at", { why: `only boxes changed on ${state.base.branch}` });
    return;
  }
  const question = questionOf(draft, changes);
  const open = Object.values(state.decisions).find(({ kind, answer }) => kind === KIND && answer === null);
  if (open) {
    open.question = question;
    draft.event("spec changed again", { why: question });
    return;
  }
  draft.ask({
    kind: KIND,
    unit: null,
    question,
    options: [
      { does: "proceed", text: "Go on with the plan as it was confirmed" },
      {
        does: "skip",
        text: "Take what has landed: skip the rest and open the final pull request; I ask for a plan of the new spec after it",
      },
      { does: "abort", text: "Cancel the run: I ask for a plan of the new spec" },
      {
        does: "replan",
        text: "Make a new plan of it within this run: it is shown, and takes over once it is confirmed",
      },
    ],
  });
}

function questionOf({ state, snapshot }: Draft, changes: SpecChanges): string {
  const parts = [
    ["new", changes.added],
    ["gone", changes.gone],
    ["another task under the same id", changes.retitled],
    ["in other words", changes.reworded],
  ] as const;
  const what = parts
    .filter(([, ids]) => ids.length > 0)
    .map(([how, ids]) => `${how}: ${few(ids)}`)
    .join("; ");
  const landed = snapshot.planFile.plan.units.map(({ id }) => id).filter((id) => state.landed[id]);
  const kept = landed.length > 0 ? ` What has landed (${few(landed)}) stays as it is.` : "";
  const gone = snapshot.newTasks!.after === null ? "tasks.md is gone" : "tasks.md changed";
  return `${gone} on ${state.base.branch} since its plan was made (${what || "text outside the tasks"}).${kept} No further unit is begun. What now?`;
}

const few = (ids: readonly string[]): string =>
  ids.length > 12 ? `${ids.slice(0, 12).join(", ")} and ${ids.length - 12} more` : ids.join(", ");
