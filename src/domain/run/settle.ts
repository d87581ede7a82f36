/** Takes what workflow runs have brought into the journal: hand-overs, reviews, green and red. */
import type { HandOver, WorkResult } from "../handover/result.ts";
import { worst } from "../review/report.ts";
import { end, hinder, lose } from "./attempt-end.ts";
import { attemptQuestion } from "./budget.ts";
import { LOST_AFTER_MS, MAX_UNREADABLE, type Draft } from "./draft.ts";
import { isHindrance } from "./hindered.ts";
import { emptyResult, runsOf, type AttemptOutcome, type AttemptResult } from "./journal.ts";
import { kept } from "./learnings.ts";
import { costOfAttempt, type Cost } from "./money.ts";
import { plainSlug, runName } from "./names.ts";
import { isCutOff, isCutShort } from "./resume.ts";
import { lifeOf, silenceOf } from "./silence.ts";
import { clockTime } from "../text/clock-time.ts";
import { judgeReview, pastOf } from "./review-round.ts";
import type { RunOutcome } from "./snapshot.ts";
import { type AttemptView, attemptsOf, changeAttempt } from "./attempts.ts";

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
    const settled = { attempt: { ...attempt, sent: true }, unit, seen };
    if (seen.conclusion === null) waitForEnd(draft, settled);
    else settle(draft, settled);
  }
}

/** Workflow runs of attempts that a person ended; also those that show only now, or that a dying pass left alive. */
export function cancelRuns(draft: Draft): void {
  const { run, attempts } = draft.state;
  const known = new Set(Object.values(attempts).flatMap(runsOf));
  for (const attempt of attemptsOf(draft.state)) {
    if (attempt.outcome !== "cancelled") continue;
    if (attempt.result === null && attempt.runId !== null) chargeCancelled(draft, attempt);
    const name = runName({ ...attempt, run });
    for (const fact of draft.snapshot.runs) {
      const isIts =
        attempt.runId === null ? fact.name === name && !known.has(fact.id) : fact.id === attempt.runId;
      if (isIts && fact.status !== "completed")
        draft.effects.push({ id: `cancel-run:${fact.id}`, kind: "cancel-run", runId: fact.id });
    }
  }
}

/** By what it told where its run had just ended, else by estimate. */
function chargeCancelled(draft: Draft, attempt: AttemptView): void {
  const told = draft.snapshot.outcomes[attempt.key]?.handOver;
  const cost = costIn(draft, attempt, told?.kind === "accepted" ? told.content : null);
  if (cost.usd === null) return;
  const own = draft.view().units.find(({ slug }) => plainSlug(slug) === plainSlug(attempt.slug));
  const result = { ...emptyResult("A person ended it."), ...cost };
  end(draft, { attempt, unit: own?.unit.id ?? null, outcome: "cancelled", result });
}

function waitForRun(draft: Draft, attempt: AttemptView, unit: string | null): void {
  const refusal = draft.state.refusals[`dispatch:${attempt.key}:${attempt.nonce}`];
  if (refusal) {
    draft.wait({ unit, for: "refused", because: `${refusal.what} ${refusal.fix}` });
    return;
  }
  if (attempt.after !== null) {
    const after = new Date(attempt.after);
    const why = "others kept its agent from working";
    if (draft.pass.now >= after)
      draft.dispatch({ ...attempt, unit, after: null, why: "again, after a wait" });
    else draft.waitUntil(after, { unit, what: `${attempt.role} ${attempt.n}`, why });
    return;
  }
  const lostAt = new Date(Date.parse(attempt.at) + (draft.pass.takesOver ? 0 : LOST_AFTER_MS));
  if (draft.pass.now >= lostAt) {
    lose(draft, { attempt, unit, why: "its workflow run was not found" });
    return;
  }
  draft.lookAgain(lostAt);
  draft.wait({
    unit,
    for: "workflow-run",
    because: `${attempt.role} ${attempt.n} is dispatched; its workflow run does not show yet`,
  });
}

/** One that shows no sign of life is cancelled; its end is settled like any other, so that nothing runs twice at once. */
function waitForEnd(draft: Draft, { attempt, unit, seen }: Settled): void {
  const { state, snapshot, pass } = draft;
  const what = `${attempt.role} ${attempt.n}`;
  const silence = silenceOf({ state, config: snapshot.planFile.config }, attempt, seen);
  if (silence === null || pass.now < silence.endsAt) {
    const because = `${what}${attempt.agent === null ? "" : ` by ${attempt.agent}`} is under way in workflow run ${seen.runId} ${lifeOf(attempt, seen.life)}`;
    draft.wait({ unit, for: "workflow-run", because });
    if (silence) draft.lookAgain(silence.endsAt);
    return;
  }
  const since = `workflow run ${seen.runId} has shown no sign of life since ${clockTime(silence.since)}`;
  draft.effects.push({ id: `cancel-run:${seen.runId}`, kind: "cancel-run", runId: seen.runId });
  if (pass.now >= silence.lostAt) {
    const cost = costIn(draft, attempt, null);
    lose(draft, { attempt, unit, why: `${since} and did not end when it was cancelled`, cost });
    return;
  }
  draft.lookAgain(new Date(Math.min(pass.now.getTime() + LOOK_MS, silence.lostAt.getTime())));
  draft.wait({ unit, for: "silence", because: `${what}: ${since}; it is cancelled, and tried again` });
}

/** Between two looks at a cancelled run. */
const LOOK_MS = 60_000;

interface Settled {
  attempt: AttemptView;
  unit: string | null;
  seen: RunOutcome;
}

function settle(draft: Draft, { attempt, unit, seen }: Settled): void {
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
      cost: costIn(draft, attempt, null),
    });
  } else if (handOver.kind === "refused") {
    const cost = costIn(draft, attempt, null);
    const why = handOver.sentence;
    if (attempt.role === "review") lose(draft, { attempt, unit, why, max: MAX_UNREADABLE, cost });
    else end(draft, { attempt, unit, outcome: "refused", result: { ...emptyResult(why), ...cost } });
  } else if (wasInterrupted(seen, handOver.content) && !isKept(attempt, handOver.content)) {
    lose(draft, {
      attempt,
      unit,
      why: `workflow run ${seen.runId} ended as ${seen.conclusion} and handed over nothing that can be gone on from`,
      cost: costIn(draft, attempt, handOver.content),
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
  { attempt, unit, content }: Omit<Settled, "seen"> & { content: HandOver },
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
      cost: costIn(draft, attempt, content),
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

function settleWork(draft: Draft, { attempt, unit, seen, content }: Settled & { content: HandOver }): void {
  if ("verdict" in content) {
    end(draft, {
      attempt,
      unit,
      outcome: "refused",
      result: {
        ...emptyResult("It handed over a review in place of work."),
        ...costIn(draft, attempt, content),
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

function costIn({ snapshot }: Draft, { agent }: AttemptView, content: HandOver | null): Cost {
  return costOfAttempt(content?.usage ?? null, agent, snapshot.planFile.config);
}

/** Who was kept from working has not taken what an attempt takes: only what it tells is charged. */
const costOfHindered = (draft: Draft, attempt: AttemptView, content: HandOver): Cost | null =>
  content.usage === null ? null : costIn(draft, attempt, content);

function resultOf(draft: Draft, attempt: AttemptView, content: HandOver): AttemptResult {
  return {
    ...emptyResult(content.summary),
    questions: "questions" in content ? content.questions : [],
    learnings: "learnings" in content ? kept(content.learnings) : [],
    selfChecks: "selfChecks" in content ? content.selfChecks : 0,
    ...costIn(draft, attempt, content),
  };
}

const verifyResult = (seen: RunOutcome): AttemptResult => ({
  ...emptyResult(""),
  tail: seen.verify === "failure" ? seen.tail : "",
});
