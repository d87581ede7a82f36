/**
 * What waits and has not moved for two days is asked about once, by name. What a person is asked already, or holds back
 * by a pause, is left alone. When it moves by itself the question is taken back.
 */
import type { Draft } from "./draft.ts";
import { BASE_SLUG, gateSlug } from "./names.ts";
import { takeBack } from "./steer.ts";
import { attemptsOf, type AttemptView } from "./attempts.ts";
import type { UnitView } from "./view.ts";
import type { Wait } from "./wait.ts";

const KIND = "stalled";
const AFTER_MS = 48 * 3_600_000;

/** Waits for something else in the run. */
const BEHIND: ReadonlySet<Wait["for"]> = new Set([
  "dependency",
  "gate",
  "lock",
  "slot",
  "unknown-paths",
  "train",
]);

export function askAboutStall(draft: Draft): void {
  const stuck = stuckNow(draft);
  const open = Object.entries(draft.state.decisions).find(
    ([, { kind, answer }]) => kind === KIND && answer === null,
  );
  if (stuck.length === 0) {
    if (open) takeBack(draft, open[0], "it has moved by itself");
    return;
  }
  const waiting = [
    ...new Set(
      draft.waits.flatMap((wait) => (wait.unit !== null && BEHIND.has(wait.for) ? [wait.unit] : [])),
    ),
  ];
  const behind =
    waiting.length > 0 && !stuck.some(({ isBehind }) => isBehind) ? ` Behind that: ${few(waiting)}.` : "";
  draft.ask({
    kind: KIND,
    unit: null,
    question: `For two days nothing has moved here: ${few(stuck.map(({ what }) => what))}.${behind} What now?`,
    options: [
      { does: "proceed", text: "Go on waiting; ask again in two days" },
      ...(overdueAttempts(draft).length > 0
        ? [{ does: "retry" as const, text: "Give up those workflow runs and start them again" }]
        : []),
      { does: "skip", text: "Take what has landed: skip the rest and open the final pull request" },
      { does: "abort", text: "End the run" },
    ],
  });
}

interface Stuck {
  what: string;
  /** It waits for something else in the run. */
  isBehind: boolean;
}

function stuckNow(draft: Draft): Stuck[] {
  if (draft.state.paused) return [];
  const found = [
    ...overdueAttempts(draft)
      .filter(({ at }) => isOverdue(draft, Date.parse(at)))
      .map((attempt) => underWay(draft, attempt)),
    ...awaitedPeople(draft),
  ].map((what) => ({ what, isBehind: false }));
  return found.length > 0 ? found : waitsAlone(draft);
}

/** Attempts whose workflow runs do not come to an end: the runner is gone, or never came. */
export const overdueAttempts = (draft: Draft): AttemptView[] =>
  attemptsOf(draft.state).filter(
    ({ key, nonce, outcome, at }) =>
      outcome === null &&
      !draft.state.refusals[`dispatch:${key}:${nonce}`] &&
      !isBefore(draft, Date.parse(at) + AFTER_MS),
  );

function underWay(draft: Draft, { slug, role, n, runId, at }: AttemptView): string {
  const unit = draft.view().units.find((one) => slug === one.slug || slug === gateSlug(one.slug));
  const of = unit ? `unit ${unit.unit.id}` : slug === BASE_SLUG ? "the moved base branch" : "the train";
  const where = runId === null ? "" : ` in workflow run ${runId}`;
  return `${role} ${n} of ${of} is under way${where} since ${at.slice(0, 16).replace("T", " ")} UTC`;
}

function awaitedPeople(draft: Draft): string[] {
  const { units, phases } = draft.view();
  return units.flatMap((unit) => {
    const phase = phases.get(unit.unit.id)!;
    if (phase.kind !== "under_review" || phase.awaits === null || phase.open.length > 0) return [];
    return isOverdue(draft, movedAt(unit)) ? [`unit ${unit.unit.id}: ${phase.awaits}`] : [];
  });
}

/** Nothing is under way and nobody is asked, yet units wait for each other. */
function waitsAlone(draft: Draft): Stuck[] {
  const { decisions, consent } = draft.state;
  if (Object.values(decisions).some(({ kind, answer }) => answer === null && kind !== KIND)) return [];
  const waits = draft.waits.filter(
    (wait) => wait.unit !== null && (wait.for === "hold" || BEHIND.has(wait.for)),
  );
  if (waits.length === 0) return [];
  const answers = Object.values(decisions).flatMap(({ answer }) => (answer ? [Date.parse(answer.at)] : []));
  const moved = Math.max(Date.parse(consent!.at), ...answers, ...draft.view().units.map(movedAt));
  if (!isOverdue(draft, moved)) return [];
  return waits.map(({ unit, because }) => ({ what: `unit ${unit}: ${because}`, isBehind: true }));
}

function movedAt({ work, reviewJobs, verifyJobs, reviews }: UnitView): number {
  const attempts = [...work, ...reviewJobs, ...verifyJobs].map(({ at }) => Date.parse(at));
  return Math.max(0, ...attempts, ...reviews.map(({ submittedAt }) => submittedAt?.getTime() ?? 0));
}

/** An answer to this question begins two days anew. */
function isOverdue(draft: Draft, since: number): boolean {
  const answers = Object.values(draft.state.decisions).flatMap(({ kind, answer }) =>
    kind === KIND && answer ? [Date.parse(answer.at)] : [],
  );
  return !isBefore(draft, Math.max(since, ...answers) + AFTER_MS);
}

function isBefore(draft: Draft, due: number): boolean {
  const isEarly = draft.pass.now.getTime() < due;
  if (isEarly) draft.lookAgain(new Date(due));
  return isEarly;
}

const few = (parts: readonly string[]): string =>
  parts.length > 8 ? `${parts.slice(0, 8).join("; ")} and ${parts.length - 8} more` : parts.join("; ");
