/** The facts that a unit's phase is made of, as a small model: all combinations of them, and a world for each. */
import type { ReviewFact } from "../../src/domain/run/facts.ts";
import { AttemptOutcome, type Attempt } from "../../src/domain/run/attempt.ts";
import type { State } from "../../src/domain/run/journal.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { headOf, type UnitView } from "../../src/domain/run/view.ts";
import { aResult, anAttempt } from "./run.ts";
import { aFinding, aPull, aView, unitOf } from "./view.ts";

/** What speaks of the unit's last attempt, and of the head that it is reviewed and landed at. */
export const FACTS = {
  /** How the last attempt that changes code ended. */
  outcome: ["none", "under way", ...AttemptOutcome.options],
  role: ["implement", "fix", "resolve"],
  /** Where the last attempt's files are. */
  files: ["none", "handed over", "on the branch"],
  /** The verify job's word on that commit: given with the hand-over, else by a run of its own. */
  verified: ["given", "owed", "asked", "green", "red", "lost"],
  /** The head conflicts with what has landed. */
  conflict: ["no", "yes"],
  /** The head was red on a train. */
  rejected: ["no", "yes"],
  /** Reviewer jobs at this head. */
  reviews: ["none", "under way", "no verdict", "minor", "major"],
  /** The last word of a person with write access. */
  person: ["silent", "approves", "asks for changes", "asked at an earlier head", "asked during the work"],
  /** `require_human`. */
  needsPerson: ["no", "yes"],
  /** `/orchestrate approve` at this head; it overrules what people said before it. */
  approval: ["no", "yes", "before a person asked"],
} as const;

export type Facts = { [Name in keyof typeof FACTS]: (typeof FACTS)[Name][number] };

/** What ends a unit, or has it stand still, whatever its work is. */
export const ENDS = {
  landed: ["no", "yes"],
  pull: ["none", "open", "closed", "merged"],
  dropped: ["no", "skipped", "cancelled"],
  decision: ["none", "open"],
} as const;

export type Ends = { [Name in keyof typeof ENDS]: (typeof ENDS)[Name][number] };

type Model = Readonly<Record<string, readonly string[]>>;

/** Each combination once. */
export function* combinations<M extends Model>(model: M): Generator<{ [Name in keyof M]: M[Name][number] }> {
  const names = Object.keys(model);
  const at = names.map(() => 0);
  for (;;) {
    const one: Record<string, string> = {};
    for (const [place, name] of names.entries()) one[name] = model[name]![at[place]!]!;
    yield one as { [Name in keyof M]: M[Name][number] };
    let place = names.length - 1;
    while (place >= 0 && ++at[place]! === model[names[place]!]!.length) at[place--] = 0;
    if (place < 0) return;
  }
}

const HEAD = "2".repeat(40);
const EARLIER = "3".repeat(40);
/** Work begins at the first minute of that day. */
const BEFORE = new Date("2026-01-01T00:00:00.000Z");
const SINCE = new Date("2026-01-01T00:02:00.000Z");
const [FIRST, LAST] = [new Date("2025-12-31T00:00:00.000Z"), new Date("2026-01-02T00:00:00.000Z")];
const VIEW = aView({ tasks: "- [ ] 1. First\n- [ ] 2. Second\n  - _Depends: 1_\n" });
const RESULT = aResult({ files: [] });
const OWED = aResult({ files: [], verified: false });
const HANDED = aResult();
const HANDED_OWED = aResult({ verified: false });

const viewed = (key: string, attempt: Attempt): AttemptView => {
  const [slug, role, n] = key.split("/") as [string, AttemptView["role"], string];
  return { ...attempt, key, slug, role, n: Number(n) };
};

function workOf({ outcome, role, files, verified }: Facts): AttemptView[] {
  if (outcome === "none") return [];
  const isOwed = verified !== "given";
  const handed = isOwed ? HANDED_OWED : HANDED;
  const none = isOwed ? OWED : RESULT;
  const isOpen = outcome === "under way";
  return [
    viewed(
      `1/${role}/1`,
      anAttempt({
        outcome: isOpen ? null : outcome,
        result: isOpen ? null : files === "none" ? none : handed,
        committed: files === "on the branch" ? HEAD : null,
      }),
    ),
  ];
}

function verifyJobsOf({ verified }: Facts): AttemptView[] {
  if (verified === "given" || verified === "owed") return [];
  const outcome = verified === "asked" ? null : verified;
  return [viewed("1/verify/1", anAttempt({ headSha: HEAD, outcome, agent: null, result: RESULT }))];
}

function reviewJobsOf({ reviews }: Facts): AttemptView[] {
  if (reviews === "none") return [];
  const isAnswered = reviews === "minor" || reviews === "major";
  const result = isAnswered
    ? aResult({ severity: reviews, findings: [aFinding({ severity: reviews })] })
    : RESULT;
  const outcome = reviews === "under way" ? null : isAnswered ? "completed" : "lost";
  return [
    viewed(
      "1/review/1",
      anAttempt({
        headSha: HEAD,
        reviewer: "correctness",
        outcome,
        result: outcome === null ? null : result,
      }),
    ),
  ];
}

function wordsOf({ person }: Facts): ReviewFact[] {
  if (person === "silent") return [];
  return [
    {
      id: 1,
      author: "kim",
      authorIsBot: false,
      state: person === "approves" ? "APPROVED" : "CHANGES_REQUESTED",
      sha: person.startsWith("asked") ? EARLIER : HEAD,
      body: "",
      submittedAt: person === "asked during the work" ? SINCE : BEFORE,
    },
  ];
}

const isSince = (word: ReviewFact | undefined, at: string | undefined): boolean =>
  at !== undefined && word?.submittedAt != null && word.submittedAt.getTime() > Date.parse(at);

/** The facts of a unit in a real run; of people's words there the last one counts. */
export function factsOf(unit: UnitView, { conflicts, rejected, approvals }: State): Facts {
  const last = unit.work.at(-1);
  const head = headOf(unit) ?? last?.committed;
  const id = unit.unit.id;
  const isAt = (sha: string | undefined): "no" | "yes" => (head != null && sha === head ? "yes" : "no");
  const word = unit.reviews.findLast(
    ({ authorIsBot, state }) => !authorIsBot && (state === "APPROVED" || state === "CHANGES_REQUESTED"),
  );
  return {
    outcome: last ? (last.outcome ?? "under way") : "none",
    role: (last?.role ?? "implement") as Facts["role"],
    files:
      last?.committed != null
        ? "on the branch"
        : (last?.result?.files.length ?? 0) > 0
          ? "handed over"
          : "none",
    verified: verdictOf(unit),
    conflict: isAt(conflicts[id]?.head),
    rejected: isAt(rejected[id]?.head),
    reviews: readBy(unit, head ?? null),
    person: !word
      ? "silent"
      : word.state === "APPROVED"
        ? word.sha === head
          ? "approves"
          : "silent"
        : word.sha === head
          ? "asks for changes"
          : isSince(word, unit.work.findLast(({ committed }) => committed === head)?.at)
            ? "asked during the work"
            : "asked at an earlier head",
    needsPerson: unit.needsPerson ? "yes" : "no",
    approval:
      isAt(approvals[id]?.head) === "yes" && word?.state !== "APPROVED" && isSince(word, approvals[id]!.at)
        ? "before a person asked"
        : isAt(approvals[id]?.head),
  };
}

function verdictOf({ work, verifyJobs }: UnitView): Facts["verified"] {
  const last = work.at(-1);
  if (last?.result?.verified !== false) return "given";
  const job = verifyJobs.findLast(({ headSha }) => headSha === last.committed);
  if (!job) return "owed";
  return job.outcome === null
    ? "asked"
    : job.outcome === "green" || job.outcome === "red"
      ? job.outcome
      : "lost";
}

function readBy({ reviewJobs, unit }: UnitView, head: string | null): Facts["reviews"] {
  const jobs = reviewJobs.filter(({ headSha }) => headSha === head);
  if (jobs.length === 0) return "none";
  if (jobs.some(({ outcome }) => outcome === null)) return "under way";
  const answers = jobs.filter(({ result }) => result?.severity != null);
  if (!unit.reviewers.every(({ role }) => answers.some(({ reviewer }) => reviewer === role)))
    return "no verdict";
  const isBad = answers.some(({ result }) => result!.severity === "critical" || result!.severity === "major");
  return isBad ? "major" : "minor";
}

export const endsOf = ({ unit, pull, decision }: UnitView, { landed, dropped }: State): Ends => ({
  landed: landed[unit.id] ? "yes" : "no",
  pull: pull === null ? "none" : pull.merged ? "merged" : pull.state,
  dropped: dropped[unit.id]?.as ?? "no",
  decision: decision === null ? "none" : "open",
});

const NO_ENDS: Ends = { landed: "no", pull: "open", dropped: "no", decision: "none" };

/** Units 1, of these facts, and 2, which depends on it. */
export function worldOf(facts: Facts, ends: Ends = NO_ENDS): { units: UnitView[]; state: State } {
  const [first, second] = [unitOf(VIEW, "1"), unitOf(VIEW, "2")];
  const decision = { ...QUESTION, id: "d1" };
  const unit: UnitView = {
    ...first,
    branchHead: HEAD,
    pull:
      ends.pull === "none"
        ? null
        : aPull({ state: ends.pull === "open" ? "open" : "closed", merged: ends.pull === "merged" }),
    needsPerson: facts.needsPerson === "yes",
    work: workOf(facts),
    verifyJobs: verifyJobsOf(facts),
    reviewJobs: reviewJobsOf(facts),
    reviews: wordsOf(facts),
    decision: ends.decision === "open" ? decision : null,
  };
  const state: State = {
    ...VIEW.state,
    landed: ends.landed === "yes" ? { "1": { head: HEAD, sha: HEAD } } : {},
    dropped: ends.dropped === "no" ? {} : { "1": { as: ends.dropped, by: "you", because: "b" } },
    conflicts: facts.conflict === "yes" ? { "1": { head: HEAD, on: EARLIER } } : {},
    rejected: { "1": { head: facts.rejected === "yes" ? HEAD : EARLIER, because: "red" } },
    approvals: {
      "1": {
        head: facts.approval === "no" ? EARLIER : HEAD,
        at: (facts.approval === "yes" ? LAST : FIRST).toISOString(),
      },
    },
  };
  return { units: [unit, second], state };
}

const QUESTION = {
  kind: "question" as const,
  unit: "1",
  question: "?",
  options: [],
  at: "2026-01-01T00:00:00Z",
  default: null,
  deadline: null,
  answer: null,
};
