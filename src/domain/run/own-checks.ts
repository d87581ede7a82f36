/**
 * With `checks: required` a train waits for the repository's own checks on its commit as well. They begin by the push of
 * the train's branch, which starts workflows only when an App pushes: GitHub starts none for GITHUB_TOKEN.
 * https://docs.github.com/en/actions/using-workflows/triggering-a-workflow
 */
import type { Draft, Question } from "./draft.ts";
import type { CheckFact } from "./facts.ts";
import { trainBranch } from "./names.ts";

/** What does not begin within this time does not come by itself. */
const BEGINS_WITHIN_MS = 15 * 60_000;
/** Where no event tells of a check. */
const LOOK_EVERY_MS = 60_000;

export const NO_CHECKS = "no-checks";

export interface CheckStanding {
  is: "none" | "pending" | "green" | "red";
  /** The checks that say so. */
  names: readonly string[];
}

export function standingOf(checks: readonly CheckFact[]): CheckStanding {
  const named = (state: CheckFact["state"]): string[] =>
    checks.filter((check) => check.state === state).map(({ name }) => name);
  if (checks.length === 0) return { is: "none", names: [] };
  const [red, pending] = [named("red"), named("pending")];
  if (red.length > 0) return { is: "red", names: red };
  return pending.length > 0 ? { is: "pending", names: pending } : { is: "green", names: named("green") };
}

/** What holds the train back is said; `since` is when its commit was given to be verified. */
export function ownChecks(
  draft: Draft,
  { unit, since }: { unit: string | null; since: Date },
): CheckStanding {
  if (draft.snapshot.planFile.config.checks !== "required") return { is: "green", names: [] };
  const standing = standingOf(draft.snapshot.checks);
  const { is, names } = standing;
  if (is === "none" && mayLandWithout(draft, since)) return { is: "green", names: [] };
  const begins = new Date(since.getTime() + BEGINS_WITHIN_MS);
  if (is === "none" && draft.pass.now >= begins) draft.ask(noChecks(draft.state.run));
  else if (is === "none" || is === "pending") {
    const because =
      is === "none" ? "the repository's own checks have not begun" : `${names.join(", ")} is under way`;
    draft.wait({ unit, for: "checks", because });
    draft.lookAgain(is === "none" ? begins : new Date(draft.pass.now.getTime() + LOOK_EVERY_MS));
  }
  return standing;
}

const mayLandWithout = ({ state }: Draft, since: Date): boolean =>
  Object.values(state.decisions).some(
    ({ kind, answer, options, at }) =>
      kind === NO_CHECKS &&
      answer !== null &&
      new Date(at) >= since &&
      options[answer.option - 1]?.does === "accept",
  );

const noChecks = (run: number): Question => ({
  kind: NO_CHECKS,
  unit: null,
  question: `No check of the repository began on ${trainBranch(run)}, and the configuration says checks: required. What now?`,
  options: [
    { does: "retry", text: "I have mended the workflow's trigger: build the train again" },
    { does: "accept", text: "Land this train without them" },
    { does: "abort", text: "End the run as it is" },
  ],
});
