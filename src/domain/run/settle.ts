/** Takes what workflow runs have brought into the journal: hand-overs, reviews, green and red. */
import type { HandOver, WorkResult } from "../handover/result.ts";
import { worst } from "../review/report.ts";
import { costOfDispatch, end, hinder, lose } from "./attempt-end.ts";
import { attemptQuestion } from "./budget.ts";
import { MAX_UNREADABLE, type Draft } from "./draft.ts";
import { isHindrance } from "./hindered.ts";
import { emptyResult, type AttemptOutcome, type AttemptResult } from "./attempt.ts";
import { kept } from "./learnings.ts";
import type { Cost } from "./money.ts";
import { plainSlug } from "./names.ts";
import { isCutOff, isCutShort } from "./resume.ts";
import { judgeReview, pastOf } from "./review-round.ts";
import type { RunOutcome } from "./snapshot.ts";
import { type AttemptView, attemptsOf, changeAttempt } from "./attempts.ts";
import { type Started, waitForEnd, waitForRun } from "./under-way.ts";

export function settleAttempts(draft: Draft): void {
  const units = new Map(draft.view().units.map((unit) => [plainSlug(unit.slug), unit.unit.id]));
  for (const attempt of attemptsOf(draft.state)) {
    if (attempt.outcome !== null) continue;
    const unit = units.get(plainSlug(attempt.slug)) ?? null;
    const seen = draft.snapshot.outcomes[attempt.key];
    if (!seen) {
      waitForRun(draft, attempt, unit);
      continue;
    }
    // Whoever has dispatched it may have gone before it could say so.
    const started = { attempt: { ...attempt, sent: true }, unit, seen };
    if (seen.conclusion === null) waitForEnd(draft, started);
    else settle(draft, started);
  }
}

function settle(draft: Draft, { attempt, unit, seen }: Started): void {
  changeAttempt(draft.state, attempt.key, { runId: seen.runId });
  if (attempt.role === "verify") {
    if (seen.verify === null)
      lose(draft, {
        attempt,
        unit,
        why: `workflow run ${seen.runId} ended as ${seen.conclusion} before it verified`,
      });
    else
      end(draft, {
        attempt,
        unit,
        outcome: seen.verify === "success" ? "green" : "red",
        result: verifyResult(seen),
      });
    return;
  }
  const handOver = seen.handOver;
  if (handOver.kind === "none") {
    lose(draft, {
      attempt,
      unit,
      why: `workflow run ${seen.runId} ended as ${seen.conclusion} and handed nothing over`,
      cost: costOfDispatch(draft, attempt, null),
    });
  } else if (handOver.kind === "refused") {
    const cost = costOfDispatch(draft, attempt, null);
    const why = handOver.sentence;
    if (attempt.role === "review") lose(draft, { attempt, unit, why, max: MAX_UNREADABLE, cost });
    else end(draft, { attempt, unit, outcome: "refused", result: { ...emptyResult(why), ...cost } });
  } else if (wasInterrupted(seen, handOver.content) && !isKept(attempt, handOver.content)) {
    lose(draft, {
      attempt,
      unit,
      why: `workflow run ${seen.runId} ended as ${seen.conclusion} and handed over nothing that can be gone on from`,
      cost: costOfDispatch(draft, attempt, handOver.content),
    });
  } else if (attempt.role === "review") {
    settleReview(draft, { attempt, unit, content: handOver.content });
  } else {
    settleWork(draft, { attempt, unit, seen, content: handOver.content });
  }
}

/** Its agent was stopped, and had no fair try. */
const wasInterrupted = ({ conclusion }: RunOutcome, { outcome }: HandOver): boolean =>
  outcome === "timed_out" && isCutOff(conclusion);

/** Half a review says nothing, and a conflict is solved whole or not at all. */
const isKept = ({ role }: AttemptView, content: HandOver): boolean =>
  (role === "implement" || role === "fix") &&
  "commits" in content &&
  changedFiles(content.commits).length > 0;

function settleReview(
  draft: Draft,
  { attempt, unit, content }: Omit<Started, "seen"> & { content: HandOver },
): void {
  if (unit !== null && content.usage?.isAtCap) {
    end(draft, { attempt, unit, outcome: "lost", result: resultOf(draft, attempt, content) });
    draft.ask(attemptQuestion(unit, attempt));
    return;
  }
  if (isHindrance(content.outcome)) {
    const cost = costOfHindered(draft, attempt, content);
    hinder(draft, { attempt, unit, by: content.outcome, said: content.summary, cost });
    return;
  }
  if (!("verdict" in content) || content.outcome !== "completed") {
    lose(draft, {
      attempt,
      unit,
      why: `the reviewer gave no verdict: ${content.summary || content.outcome}`,
      // What a person must mend first is met again by whoever is asked again.
      max: content.outcome === "blocked" ? 0 : MAX_UNREADABLE,
      cost: costOfDispatch(draft, attempt, content),
    });
    return;
  }
  const findings = judgeReview(content, pastOf(draft, attempt));
  const severity = worst(findings.map((finding) => finding.severity));
  end(draft, {
    attempt,
    unit,
    outcome: "completed",
    result: { ...resultOf(draft, attempt, content), findings, severity },
  });
}

function settleWork(draft: Draft, { attempt, unit, seen, content }: Started & { content: HandOver }): void {
  if ("verdict" in content) {
    end(draft, {
      attempt,
      unit,
      outcome: "refused",
      result: {
        ...emptyResult("It handed over a review in place of work."),
        ...costOfDispatch(draft, attempt, content),
      },
    });
    return;
  }
  const files = changedFiles(content.commits);
  if (isHindrance(content.outcome) && files.length === 0) {
    const cost = costOfHindered(draft, attempt, content);
    hinder(draft, { attempt, unit, by: content.outcome, said: content.summary, cost });
    return;
  }
  const red = content.verify.find((step) => step.code !== 0);
  const planned = draft.snapshot.planFile.plan.units.find(({ id }) => id === unit);
  const result: AttemptResult = {
    ...resultOf(draft, attempt, content),
    tasks: tasksIn(content, planned?.taskIds ?? []),
    handover: noteIn(content),
    files,
    tail: red?.tail ?? seen.tail,
    verified: seen.verify !== null,
  };
  let outcome: AttemptOutcome = wasInterrupted(seen, content) ? "interrupted" : content.outcome;
  // Who says that nothing was to do and hands files over has done something.
  if (outcome === "no_change" && files.length > 0) outcome = "completed";
  if (outcome === "completed" && files.length === 0)
    outcome = goesOn(draft, attempt) ? "completed" : "no_change";
  else if (outcome === "completed" && (red || seen.verify === "failure")) outcome = "red";
  const path = planned?.report ?? null;
  if (path !== null) result.report = reportIn(content.commits, path) ?? lastReport(draft, attempt);
  if (path !== null && outcome === "completed" && result.report === "") {
    outcome = "failed";
    result.summary = `It wrote no report to ${path}. ${result.summary}`;
  }
  end(draft, { attempt, unit, outcome, result });
  if (outcome === "completed" && files.length === 0)
    changeAttempt(draft.state, attempt.key, { committed: attempt.headSha });
  if (unit !== null && outcome === "blocked" && content.usage?.isAtCap)
    draft.ask(attemptQuestion(unit, attempt));
  else if (unit !== null && (outcome === "needs_info" || outcome === "blocked"))
    askPerson(draft, unit, content.questions.join(" ") || content.summary);
}

/** Of one text of an agent; the journal is read by every pass. */
const MAX_NOTE = 2000;
const noted = (text: string): string => text.slice(0, MAX_NOTE).toWellFormed();

/** An agent speaks of its unit's tasks alone. */
const tasksIn = ({ tasks }: WorkResult, ids: readonly string[]): AttemptResult["tasks"] =>
  tasks.filter(({ id }) => ids.includes(id)).map((task) => ({ ...task, note: noted(task.note) }));

const noteIn = ({ handover }: WorkResult): AttemptResult["handover"] =>
  handover && {
    done: noted(handover.done),
    left: noted(handover.left),
    howToVerify: noted(handover.howToVerify),
  };

/** Bodies and the journal hold no more of it; the file does. */
const MAX_REPORT = 20_000;

/** Null where it does not touch the file; empty where it takes it away. */
function reportIn(commits: WorkResult["commits"], path: string): string | null {
  const file = commits.flatMap(({ files }) => files).findLast((one) => one.path === path);
  return file ? (file.content ?? "").trim().slice(0, MAX_REPORT).toWellFormed() : null;
}

/** A later attempt may leave it as it stands, also one after a revert. */
const lastReport = (draft: Draft, { slug }: AttemptView): string =>
  attemptsOf(draft.state).findLast(
    ({ slug: of, committed, result }) =>
      plainSlug(of) === plainSlug(slug) && committed !== null && result?.report,
  )?.result?.report ?? "";

/** Nothing was left to do: an attempt before it, which was cut short, had done the work. */
function goesOn(draft: Draft, attempt: AttemptView): boolean {
  if (attempt.role === "resolve") return false;
  const before = attemptsOf(draft.state).findLast(
    (other) => other.slug === attempt.slug && other.committed !== null && other.key !== attempt.key,
  );
  return before !== undefined && isCutShort(before);
}

function changedFiles(commits: WorkResult["commits"]): AttemptResult["files"] {
  const last = new Map(commits.flatMap(({ files }) => files.map((file) => [file.path, file] as const)));
  return [...last.values()].map(({ path, content }) => ({
    path,
    lines: content === undefined ? null : content.split("\n").length - (content.endsWith("\n") ? 1 : 0),
  }));
}

function askPerson(draft: Draft, unit: string, question: string): void {
  draft.ask({
    kind: "question",
    unit,
    question: `Unit ${unit} cannot go on without an answer: ${question}`,
    options: [
      { does: "retry", text: "I have answered, here or on its pull request: try again" },
      { does: "skip", text: "Skip this unit" },
      { does: "abort", text: "Abort this unit" },
    ],
  });
}

/** Who was kept from working has not taken what an attempt takes: only what it tells is charged. */
const costOfHindered = (draft: Draft, attempt: AttemptView, content: HandOver): Cost | null =>
  content.usage === null ? null : costOfDispatch(draft, attempt, content);

function resultOf(draft: Draft, attempt: AttemptView, content: HandOver): AttemptResult {
  return {
    ...emptyResult(content.summary),
    questions: "questions" in content ? content.questions : [],
    learnings: "learnings" in content ? kept(content.learnings) : [],
    selfChecks: "selfChecks" in content ? content.selfChecks : 0,
    ...costOfDispatch(draft, attempt, content),
  };
}

const verifyResult = (seen: RunOutcome): AttemptResult => ({
  ...emptyResult(""),
  tail: seen.verify === "failure" ? seen.tail : "",
});
