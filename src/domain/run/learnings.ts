/**
 * What agents learned that holds beyond their unit becomes a pull request of its own, which changes AGENTS.md and
 * nothing else. Agents may not write that file, for agents obey it: a person merges.
 */
import { learningsPullBody, learningsPullTitle } from "../board/learnings.ts";
import { holdsSecret } from "../handover/secret.ts";
import { wordsOf } from "../text/words.ts";
import type { Draft } from "./draft.ts";
import { learningsBranch, OWN_LABEL } from "./names.ts";
import type { AttemptView } from "./attempts.ts";
import type { RunView } from "./view.ts";

/** Lines of one pull request: more nobody weighs. */
const MAX_LEARNINGS = 30;
/** Of one attempt, so that the journal stays small. */
const MAX_KEPT = 20;
const MAX_LENGTH = 300;

/** As the journal keeps them: one line each, and no credential. */
export const kept = (learnings: readonly string[]): string[] =>
  learnings
    .map((text) => text.replaceAll(/\s+/g, " ").trim())
    .filter((text) => text.length <= MAX_LENGTH && wordsOf(text) !== "" && !holdsSecret(text))
    .slice(0, MAX_KEPT);

/** What speaks of a unit, a task or an attempt by its number tells the story of this run. */
const IS_STORY = /\b(?:(?:sub-?)?tasks?|units?|attempts?)\s+\d/i;

/** Of units that landed, in the plan's order. */
export const learnedBy = ({ units, state }: RunView): string[] =>
  learnedFrom(units.filter(({ unit }) => state.landed[unit.id]).flatMap(({ work }) => work));

/** Of work that came to its branch, each said once. */
export function learnedFrom(works: readonly AttemptView[]): string[] {
  const said = works
    .filter(({ committed }) => committed !== null)
    .flatMap(({ result }) => result?.learnings ?? [])
    .filter((line) => !IS_STORY.test(line));
  const first = new Map<string, string>();
  for (const line of said) if (!first.has(wordsOf(line))) first.set(wordsOf(line), line);
  return [...first.values()].slice(0, MAX_LEARNINGS);
}

const WRITE = "learnings";
const PULL = "pull:learnings";

/** What GitHub refused of it: the summary says so. */
export const refusedLearnings = ({ refusals }: RunView["state"]): { what: string; fix: string } | null =>
  refusals[WRITE] ?? refusals[PULL] ?? null;

/** True while the pull request is on its way. */
export function proposeLearnings(draft: Draft, view: RunView): boolean {
  const { run, base, learnings } = draft.state;
  const lines = learnedBy(view);
  if (draft.state.ended?.outcome !== "complete" || lines.length === 0) return false;
  if (refusedLearnings(draft.state) !== null) return false;
  const branch = learningsBranch(run);
  if (learnings === null) {
    const message = `Add what run ${run} has learned`;
    draft.effects.push({ id: WRITE, kind: "write-learnings", branch, base: base.branch, lines, message });
    return true;
  }
  if (learnings.sha === null || view.learningsPull !== null) return false;
  draft.effects.push({
    id: PULL,
    kind: "ensure-pull",
    unit: null,
    head: branch,
    base: base.branch,
    title: learningsPullTitle(view),
    body: learningsPullBody(view),
    draft: false,
    labels: [OWN_LABEL],
  });
  return true;
}
