/**
 * Clarification debt: how often people had to put a run right. What recurs has its root in the spec, not in the agents.
 * Counted from the journal at each look: questions answered, changes requested, reviewed work done again.
 */
import type { Draft, Question } from "./draft.ts";
import type { Decision, State } from "./journal.ts";
import type { UnitView } from "./view.ts";

const POINTS = { answer: 10, changes: 25, redo: 40 } as const;
/** From here on the tracking comment proposes an entry for lessons-learned.md. */
const LESSON_FROM = 50;
/** Each time so many more are reached, the run pauses and asks whether the spec still holds. */
const RESPECIFY_EVERY = 80;
/** So often a person has one unit's reviewed work done again by a mere `retry`. */
const MAX_REDOS = 2;

export const RESPECIFY = "respecify";

export interface Debt {
  points: number;
  corrections: readonly Correction[];
  hasLesson: boolean;
}

export interface Correction {
  kind: keyof typeof POINTS;
  unit: string;
  points: number;
  /** What the agent had asked, or the head that changes were requested at. */
  about: string;
}

export function debtOf({ decisions, changeRequests, redone }: State): Debt {
  const of = (kind: Correction["kind"], unit: string, about: string): Correction => ({
    kind,
    unit,
    points: POINTS[kind],
    about,
  });
  const corrections = [
    ...Object.values(decisions).flatMap((decision) =>
      decision.unit !== null && isAnswered(decision) ? [of("answer", decision.unit, decision.question)] : [],
    ),
    ...changeRequests.map(({ unit, sha }) => of("changes", unit, sha)),
    ...Object.entries(redone).flatMap(([unit, times]) =>
      Array.from({ length: times }, () => of("redo", unit, "")),
    ),
  ];
  const points = corrections.reduce((sum, one) => sum + one.points, 0);
  return { points, corrections, hasLesson: points >= LESSON_FROM };
}

/** Leaving the unit out answers nothing. */
const isAnswered = ({ kind, answer, options }: Decision): boolean =>
  kind === "question" && answer !== null && options[answer.option - 1]?.does === "retry";

/** People's requests for changes: a person's at one head counts once, also when it is dismissed or its unit has landed. */
export function noteChangeRequests(draft: Draft): void {
  const { changeRequests } = draft.state;
  for (const [unit, reviews] of Object.entries(draft.snapshot.reviews))
    for (const { author: by, authorIsBot, state, sha } of reviews) {
      if (authorIsBot || state !== "CHANGES_REQUESTED") continue;
      if (changeRequests.some((one) => one.unit === unit && one.by === by && one.sha === sha)) continue;
      changeRequests.push({ unit, by, sha });
      draft.event("changes requested", { unit, why: `at ${sha.slice(0, 7)}`, by });
    }
}

/** Decisions whose retry has reviewed work done again; that of others answers a question or mends the set-up. */
const REDOES: ReadonlySet<string> = new Set([
  "fixes-used-up",
  "review-rounds",
  "outside-write-set",
  "scope-lock",
]);

/** A person has it tried again, by command or by answering `decision`. */
export function noteRedo(draft: Draft, unit: UnitView, decision: Pick<Decision, "kind"> | null): void {
  const id = unit.unit.id;
  const isReviewed =
    unit.reviewJobs.some(({ result }) => result?.severity != null) ||
    draft.state.changeRequests.some((one) => one.unit === id);
  if (!isReviewed || (decision !== null && !REDOES.has(decision.kind))) return;
  draft.state.redone[id] = (draft.state.redone[id] ?? 0) + 1;
}

/** Another attempt after this decision would be one more of what the lock is against. */
export const isRedo = ({ kind }: Pick<Decision, "kind">): boolean =>
  REDOES.has(kind) && kind !== "scope-lock";

export const isLocked = ({ redone }: Pick<State, "redone">, unit: string): boolean =>
  (redone[unit] ?? 0) >= MAX_REDOS;

export const scopeLock = (unit: string): Question => ({
  kind: "scope-lock",
  unit,
  question: `Unit ${unit} was reviewed and done again ${MAX_REDOS} times at a person's word, and is not accepted. Its scope is locked: what must another attempt do differently? What now?`,
  options: [
    { does: "retry", text: "I have said on the pull request what it must do: one more attempt" },
    { does: "resume", text: "I fixed it on the branch: verify and review it again" },
    { does: "skip", text: "Skip this unit" },
    { does: "abort", text: "Abort this unit" },
  ],
});

/**
 * While it is asked the run is paused. It has no default: to go on spends, to cancel cannot be undone.
 */
export function askToRespecify(draft: Draft): void {
  const { points, corrections } = debtOf(draft.state);
  const asked = Object.values(draft.state.decisions).filter(({ kind }) => kind === RESPECIFY);
  if (points < RESPECIFY_EVERY * (asked.length + 1)) return;
  const { units, phases } = draft.view();
  const isLeft = units.some(
    ({ unit }) => !["completed", "skipped", "cancelled"].includes(phases.get(unit.id)!.kind),
  );
  if (!isLeft) return;
  draft.state.paused = true;
  draft.ask({
    kind: RESPECIFY,
    unit: null,
    question: `People put this run right ${corrections.length} times (${points} points of clarification debt). So much points at the spec. Nothing further is dispatched. What now?`,
    options: [
      { does: "proceed", text: "Go on with this spec" },
      { does: "abort", text: "Cancel the run: I specify it anew, then ask for it again" },
    ],
  });
}

/** The id of the decision that asks it now. */
export const respecifyAsked = ({ decisions }: Pick<State, "decisions">): string | undefined =>
  Object.keys(decisions).find((id) => decisions[id]!.kind === RESPECIFY && decisions[id]!.answer === null);
