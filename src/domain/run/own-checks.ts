/**
 * With `checks: required` a train waits for the repository's own checks on its commit as well. They begin by the push of
 * the train's branch, which starts workflows only when an App pushes: GitHub starts none for GITHUB_TOKEN.
 * https://docs.github.com/en/actions/using-workflows/triggering-a-workflow
 */
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { formatProblem } from "../problem.ts";
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

/** Why checks could never come; empty where they can. `workflows` are the files at the base commit. */
export function checksFaults(
  run: number,
  { me, workflows }: { me: string; workflows: readonly string[] },
): string[] {
  const what = "The configuration says checks: required";
  const faults = [];
  if (me === "github-actions[bot]")
    faults.push({
      what,
      why: "this run pushes with GITHUB_TOKEN, and GitHub starts no workflow for that",
      fix: "Give the pass an App's token, or take checks out of the configuration.",
    });
  if (!workflows.some((text) => beginsOnPush(text, trainBranch(run))))
    faults.push({
      what,
      why: "no workflow of the base branch begins by a push to the branch of a train",
      fix: "Add `push: { branches: ['roundtable/*/train'] }` to the workflow that tests the repository.",
    });
  return faults.map(formatProblem);
}

function beginsOnPush(text: string, branch: string): boolean {
  const document = parseDocument(text);
  if (document.errors.length > 0) return false;
  const on = document.get("on", true);
  if (isScalar(on)) return on.value === "push";
  if (isSeq(on)) return on.items.some((item) => isScalar(item) && item.value === "push");
  if (!isMap(on) || !on.has("push")) return false;
  const push = on.get("push", true);
  if (!isMap(push)) return true;
  const [wanted, ignored] = ["branches", "branches-ignore"].map((key) => patternsOf(push.get(key, true)));
  if (wanted) return isWanted(wanted, branch);
  if (ignored) return !ignored.some((pattern) => fits(pattern, branch));
  return !push.has("tags") && !push.has("tags-ignore");
}

const patternsOf = (node: unknown): string[] | null =>
  isSeq(node)
    ? node.items.map((item) => (isScalar(item) ? String(item.value) : ""))
    : isScalar(node)
      ? [String(node.value)]
      : null;

/** A later pattern with `!` takes back what an earlier one wanted. */
const isWanted = (patterns: readonly string[], branch: string): boolean =>
  patterns.reduce(
    (wanted, pattern) =>
      pattern.startsWith("!") ? wanted && !fits(pattern.slice(1), branch) : wanted || fits(pattern, branch),
    false,
  );

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
function fits(pattern: string, branch: string): boolean {
  // More stars than anybody writes would take for ever to compare.
  if (pattern.length > 200 || pattern.split("*").length > 12) return false;
  const source = pattern
    .replaceAll(/[.^$|(){}\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, (stars) => (stars.length > 1 ? ".*" : "[^/]*"));
  try {
    return new RegExp(`^${source}$`).test(branch);
  } catch {
    return false;
  }
}
