/** Commands on the tracking issue, each obeyed once; who may is read live (design 2.1, 2.3). */
import { helpBody, replyBody } from "../board/decision.ts";
import { COMMANDS, parseCommand, type Command, type ParsedCommand } from "./command.ts";
import type { Draft } from "./draft.ts";
import type { CommentFact } from "./facts.ts";
import type { Decision } from "./journal.ts";
import { marker } from "./names.ts";
import { attemptsOf, headOf, type UnitView } from "./view.ts";

export function obeyCommands(draft: Draft): void {
  const { state, snapshot } = draft;
  for (const comment of snapshot.tracking.comments) {
    if (
      comment.authorIsBot ||
      comment.edited ||
      comment.id <= state.ask.comment ||
      comment.id in state.commands
    )
      continue;
    const parsed = parseCommand(comment.body);
    // Another ask on this issue opens a run of its own: see application/ask.ts.
    if (parsed.kind === "none" || (parsed.kind === "command" && parsed.command.kind === "ask")) continue;
    const level = snapshot.permissions[comment.author] ?? "none";
    if (level !== "write" && level !== "admin") {
      state.commands[String(comment.id)] = { did: "refused", say: null };
      draft.event("command refused", { why: "its author has no write access", by: comment.author });
      continue;
    }
    const answer = answerTo(draft, parsed, comment);
    state.commands[String(comment.id)] = {
      did: answer.obeyed ? "obeyed" : "answered",
      say: answer.say ?? (answer.obeyed ? null : answer.sentence),
    };
    draft.event(answer.obeyed ? "command obeyed" : "command answered", {
      why: answer.sentence,
      by: comment.author,
    });
  }
}

/** What a command's author sees of it: a reaction, and a reply where there is something to say. */
export function answerCommands(draft: Draft): void {
  const { run, commands } = draft.state;
  const { comments } = draft.snapshot.tracking;
  for (const comment of comments) {
    const command = commands[String(comment.id)];
    if (!command) continue;
    if (!comment.answered) {
      draft.effects.push({
        id: `react:${comment.id}`,
        kind: "react",
        comment: comment.id,
        content: command.did === "obeyed" ? "rocket" : "confused",
      });
    }
    const mark = marker("run", { run, reply: comment.id });
    if (
      command.say === null ||
      comments.some((other) => other.author === draft.snapshot.me && other.body.trimEnd().endsWith(mark))
    )
      continue;
    draft.effects.push({
      id: `reply:${comment.id}`,
      kind: "ensure-comment",
      issue: run,
      marker: mark,
      body: replyBody({ run, comment: comment.id, sentence: command.say }),
    });
  }
}

function answerTo(draft: Draft, parsed: ParsedCommand, comment: CommentFact): Answer {
  if (parsed.kind === "mistake") return no(parsed.sentence);
  if (parsed.kind === "none" || parsed.command.kind === "ask")
    return no("There is no command in this comment.");
  return obey(draft, parsed.command, comment);
}

interface Answer {
  obeyed: boolean;
  sentence: string;
  /** Said in a comment although it was obeyed. */
  say?: string;
}

const no = (sentence: string): Answer => ({ obeyed: false, sentence });
const yes = (sentence: string): Answer => ({ obeyed: true, sentence });

function obey(draft: Draft, command: Exclude<Command, { kind: "ask" }>, comment: CommentFact): Answer {
  const { state } = draft;
  switch (command.kind) {
    case "confirm":
      return confirm(draft, command.hash, comment);
    case "pause":
    case "resume":
      state.paused = command.kind === "pause";
      return yes(state.paused ? "paused: nothing new is started" : "resumed");
    case "cancel":
      return cancel(draft, comment.author);
    case "status":
      return {
        ...yes("status"),
        say: "The tracking comment above shows where each unit is and what it waits for.",
      };
    case "help":
      return { ...yes("help"), say: helpBody(COMMANDS) };
    case "decide":
      return decideOn(draft, command, comment);
    case "retry":
    case "skip":
    case "abort":
    case "approve": {
      const unit = draft.view().byId.get(command.unit);
      if (!unit) return no("The plan has no unit of that id. The tracking comment lists them.");
      return steer(draft, { command, unit, by: comment.author });
    }
  }
}

function confirm(draft: Draft, hash: string | null, comment: CommentFact): Answer {
  const { state } = draft;
  if (state.consent) return no("This plan is confirmed already.");
  if (hash !== null && !state.planHash.startsWith(hash)) {
    return no(
      `That is not the hash of the present plan. Look at the plan comment and confirm \`${state.planHash.slice(0, 12)}\`.`,
    );
  }
  state.consent = {
    by: comment.author,
    at: draft.pass.now.toISOString(),
    comment: comment.id,
    planHash: state.planHash,
    baseSha: state.base.sha,
    maxCost: state.ask.maxCost,
  };
  return yes(`plan ${state.planHash.slice(0, 12)} confirmed at base ${state.base.sha.slice(0, 7)}`);
}

function cancel(draft: Draft, by: string): Answer {
  for (const unit of draft.view().units) {
    const phase = draft.view().phases.get(unit.unit.id)!;
    if (!isOver(phase.kind))
      drop(draft, { unit, as: "cancelled", by, because: `the run was cancelled by ${by}` });
  }
  draft.state.paused = false;
  draft.state.train = null;
  const reason = `the run was cancelled by ${by}`;
  draft.state.ended = { at: draft.pass.now.toISOString(), outcome: "halted", reason };
  draft.event("run ended", { why: `halted: ${reason}`, by });
  return yes("run cancelled");
}

const isOver = (kind: string): boolean => kind === "completed" || kind === "skipped" || kind === "cancelled";

function steer(
  draft: Draft,
  { command, unit, by }: { command: Extract<Command, { unit: string }>; unit: UnitView; by: string },
): Answer {
  const id = unit.unit.id;
  const phase = draft.view().phases.get(id)!;
  if (isOver(phase.kind)) return no(`Unit ${id} is ${phase.kind} already.`);
  switch (command.kind) {
    case "skip":
      drop(draft, { unit, as: "skipped", by, because: `skipped by ${by}` });
      if (command.withDependents) skipDependents(draft, id, by);
      return yes(`unit ${id} skipped`);
    case "abort":
      drop(draft, { unit, as: "cancelled", by, because: `aborted by ${by}` });
      return yes(`unit ${id} cancelled`);
    case "approve": {
      const head = headOf(unit);
      if (
        head === null ||
        !["pending_review", "under_review", "fix_required", "blocked"].includes(phase.kind)
      ) {
        return no(`Unit ${id} has no work that waits for an approval.`);
      }
      draft.state.approvals[id] = head;
      if (unit.decision) answerDecision(draft, unit.decision.id, { option: 0, by, comment: 0 });
      return yes(`unit ${id} approved at ${head.slice(0, 7)}`);
    }
    case "retry":
      if (phase.kind !== "fix_required" && phase.kind !== "blocked")
        return no(`Unit ${id} is ${phase.kind}: there is nothing to try again.`);
      if (unit.decision) answerDecision(draft, unit.decision.id, { option: 0, by, comment: 0 });
      retry(draft, unit);
      return yes(`unit ${id} gets another attempt`);
  }
}

function skipDependents(draft: Draft, id: string, by: string): void {
  for (const other of draft.view().units) {
    if (
      other.unit.dependsOn.some((edge) => edge.id === id) &&
      !draft.state.dropped[other.unit.id] &&
      !draft.state.landed[other.unit.id]
    ) {
      drop(draft, { unit: other, as: "skipped", by, because: `skipped by ${by} with unit ${id}` });
      skipDependents(draft, other.unit.id, by);
    }
  }
}

function drop(
  draft: Draft,
  { unit, as, by, because }: { unit: UnitView; as: "skipped" | "cancelled"; by: string; because: string },
): void {
  draft.state.dropped[unit.unit.id] = { as, by, because };
  if (unit.decision) answerDecision(draft, unit.decision.id, { option: 0, by, comment: 0 });
  for (const attempt of [...unit.work, ...unit.reviewJobs, ...unit.verifyJobs]) {
    if (attempt.outcome !== null) continue;
    draft.state.attempts[attempt.key]!.outcome = "cancelled";
    if (attempt.runId !== null)
      draft.effects.push({ id: `cancel-run:${attempt.runId}`, kind: "cancel-run", runId: attempt.runId });
  }
  const train = draft.state.train;
  if (train?.members.some((member) => member.unit === unit.unit.id)) draft.state.train = null;
  draft.event(`unit ${as}`, { unit: unit.unit.id, why: because, by });
}

function decideOn(draft: Draft, command: Extract<Command, { kind: "decide" }>, comment: CommentFact): Answer {
  const decision = draft.state.decisions[command.decision];
  if (!decision) return no(`There is no decision ${command.decision}.`);
  if (decision.answer)
    return no(`Decision ${command.decision} was answered by ${decision.answer.by} already.`);
  const option = decision.options[command.option - 1];
  if (!option) return no(`Decision ${command.decision} has the options 1 to ${decision.options.length}.`);
  answerDecision(draft, command.decision, {
    option: command.option,
    by: comment.author,
    comment: comment.id,
  });
  const unit = decision.unit === null ? null : (draft.view().byId.get(decision.unit) ?? null);
  if (unit === null) actOnRun(draft, option.does, comment.author);
  else actOnUnit(draft, { does: option.does, unit, decision, by: comment.author });
  return yes(`${command.decision}: ${option.text}`);
}

function actOnRun(draft: Draft, does: Decision["options"][number]["does"], by: string): void {
  if (does === "abort") cancel(draft, by);
  else {
    draft.state.train = null;
    draft.state.refusals = {};
  }
}

function actOnUnit(
  draft: Draft,
  request: { does: Decision["options"][number]["does"]; unit: UnitView; decision: Decision; by: string },
): void {
  const { does, unit, by } = request;
  if (does === "skip") drop(draft, { unit, as: "skipped", by, because: `skipped by ${by}` });
  else if (does === "abort") drop(draft, { unit, as: "cancelled", by, because: `aborted by ${by}` });
  else if (does === "resume") resumeAtHead(draft, unit, by);
  else retry(draft, unit);
}

/** A person says that the branch is in order now: it is verified and reviewed like any work. */
function resumeAtHead(draft: Draft, unit: UnitView, by: string): void {
  const head = headOf(unit);
  if (head === null) return retry(draft, unit);
  const n = 1 + unit.work.filter((attempt) => attempt.role === "resolve").length;
  const at = draft.pass.now.toISOString();
  delete draft.state.rejected[unit.unit.id];
  draft.state.attempts[`${unit.slug}/resolve/${n}`] = {
    nonce: `${draft.pass.seed}-${by}`,
    runId: null,
    agent: by,
    reviewer: null,
    headSha: head,
    baseSha: draft.state.began[unit.unit.id] ?? head,
    at,
    lost: 0,
    outcome: "completed",
    result: {
      summary: `${by} put the branch in order by hand.`,
      tasks: [],
      severity: null,
      findings: [],
      questions: [],
      tail: "",
      files: [],
      verified: false,
      model: null,
      usd: null,
    },
    committed: head,
  };
}

function retry(draft: Draft, unit: UnitView): void {
  const id = unit.unit.id;
  draft.state.refusals = {};
  const lost = attemptsOf(draft.state).filter(
    (attempt) => attempt.outcome === "lost" && attempt.slug.replace(/^_gate-/, "") === unit.slug,
  );
  for (const attempt of lost)
    draft.dispatch({ ...attempt, unit: id, lost: 0, why: "a person asked to try again" });
  if (lost.length === 0) draft.state.granted[id] = (draft.state.granted[id] ?? 0) + 1;
}

function answerDecision(
  draft: Draft,
  id: string,
  answer: { option: number; by: string; comment: number },
): void {
  draft.state.decisions[id]!.answer = { ...answer, at: draft.pass.now.toISOString() };
}
